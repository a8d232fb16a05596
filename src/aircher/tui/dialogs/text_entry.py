"""Asks for words, such as a new name or what a message shall say."""

from collections.abc import Callable

from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.form import Form


class TextEntry(Form[str]):
    """The field; Enter answers if nothing is wrong with it."""

    def __init__(
        self,
        title: str,
        host: Host,
        *,
        asks_for: str,
        text: str = "",
        check: Callable[[str], str | None] | None = None,
        keeps_lines: bool = False,
    ) -> None:
        """Ask.

        Args:
            title: The headline.
            host: The screen.
            asks_for: What is to be written.
            text: What stands there already.
            check: Says in a sentence what is wrong with a text; ``None`` = nothing can be.
            keeps_lines: Whether the text may have several lines.
        """
        super().__init__(title, host, ())
        self._check = check
        self.write(asks_for, text, self._written_down, keeps_lines=keeps_lines)

    def _written_down(self, text: str) -> str | None:
        wrong = None if self._check is None else self._check(text)
        if wrong is None:
            self.answer(text)
        return wrong
