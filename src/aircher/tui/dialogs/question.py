"""Asks what a tool wants to know from the person: answers to pick from, their own words, or both.

Invariant: as with permission, nothing is answered by a key that was meant for the prompt.
"""

from collections.abc import Sequence

from aircher.domain.events import QuestionAsked
from aircher.domain.operations import AnswerQuestion
from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.form import Form
from aircher.tui.dialogs.grace import Grace
from aircher.tui.dialogs.menu import Option
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row, wrap

_OWN_WORDS = "own words"
_LONGEST_SHORT = 24


class QuestionDialog(Form[AnswerQuestion]):
    """The question; its answer is ``None`` if it was left with Escape."""

    def __init__(self, asked: QuestionAsked, host: Host, *, last_typed_at_s: float | None = None) -> None:
        super().__init__("The model asks", host, _options(asked.choices))
        self._question = asked
        self.grace = Grace(host, self.answered, last_typed_at_s=last_typed_at_s)
        self.escape = "no answer"
        self.read = self._read
        self.menu.picked = self._pick
        if not asked.choices:
            self._write_own_words()

    @property
    def widest(self) -> int:
        """Return a width in which prose is read well."""
        return 90

    def _read(self, width: int, look: Look) -> list[Row]:
        style = look.style(Role.TEXT)
        rows = wrap([(self._question.question, style)], width)
        if self.is_short:  # then the answers below are cut, and stand here in full
            for number, choice in enumerate(self._question.choices, 1):
                rows += wrap([(f"{number}  ", look.style(Role.KEY)), (" ".join(choice.split()), style)], width)
        return rows

    def _pick(self, option: Option) -> None:
        if option.name == _OWN_WORDS:
            self._write_own_words()
        else:
            self._answer(self._question.choices[int(option.name)])

    def _write_own_words(self) -> None:
        self.write("Your answer:", "", self._written_down, keeps_lines=True)

    def _written_down(self, text: str) -> str | None:
        if not text.strip():
            return "nothing is written yet; Escape leaves without an answer"
        self._answer(text.strip())
        return None

    def _answer(self, text: str) -> None:
        self.answer(AnswerQuestion(call_id=self._question.call_id, text=text))


def _options(choices: Sequence[str]) -> tuple[Option, ...]:
    if not choices:
        return ()
    listed = (
        Option(str(at), " ".join(choice.split()), " ".join(choice.split())[:_LONGEST_SHORT])
        for at, choice in enumerate(choices)
    )
    return (*listed, Option(_OWN_WORDS, "Something else: in your own words", "own words", "o"))
