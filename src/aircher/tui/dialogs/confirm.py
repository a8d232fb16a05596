"""Asks whether something that cannot be undone shall be done; no is what Enter takes."""

from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.form import Form
from aircher.tui.dialogs.menu import Option
from aircher.tui.look import Role
from aircher.tui.terminal.rows import wrap

_YES = "yes"


class Confirm(Form[bool]):
    """The question; Escape is as good as no."""

    def __init__(self, title: str, host: Host, *, text: str, yes: str, no: str = "No") -> None:
        """Ask.

        Args:
            title: The headline.
            host: The screen.
            text: What would be done, to what.
            yes: What the answer that does it is called, such as "Yes, delete it".
            no: What the other one is called.
        """
        super().__init__(title, host, (Option(_YES, yes, yes, "y"), Option("no", no, no, "n")), at=1)
        self.read = lambda width, look: wrap([(text, look.style(Role.TEXT))], width)
        self.menu.picked = lambda option: self.answer(option.name == _YES)
