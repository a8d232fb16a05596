from tests.tui.viewport.simple_blocks import LOOK, Paragraphs

from aircher.tui.find_bar import FindBar
from aircher.tui.terminal.events import KeyPressed
from aircher.tui.viewport.finder import Beyond
from aircher.tui.viewport.view import Viewport


class Desk:
    """A view, and a bar that finds in it."""

    def __init__(self) -> None:
        self.view = Viewport(lambda: None)
        self.view.append(Paragraphs("foo bar foo"))
        self.view.rows(80, 10, LOOK)
        self.bar = FindBar()

    def find(self, text: str) -> None:
        self.bar.open(self.view)
        for char in text:
            self.bar.handle(self.view, KeyPressed(key=char, text=char))

    @property
    def told(self) -> str:
        """What the bar says of the search."""
        row = self.bar.row(self.view, 80, LOOK).text
        return row.removeprefix(" find: foo").partition("Enter")[0].strip()


def test_a_bar_that_is_opened_again_looks_for_what_it_shows() -> None:
    desk = Desk()
    desk.find("foo")
    assert desk.told == "2/2"
    desk.bar.handle(desk.view, KeyPressed(key="escape"))
    assert not desk.view.finder.is_active
    desk.bar.open(desk.view)
    assert desk.told == "2/2"
    desk.bar.handle(desk.view, KeyPressed(key="enter"))
    assert desk.told == "1/2"


def test_the_bar_tells_of_hits_in_turns_that_are_not_held_and_whether_they_are_still_read() -> None:
    desk = Desk()
    desk.find("foo")
    desk.view.finder.count_beyond = lambda: Beyond(1_200, is_complete=False)
    assert desk.told == "2/2, 1,200 earlier …"
    desk.view.finder.count_beyond = lambda: Beyond(1_200, is_complete=True)
    assert desk.told == "2/2, 1,200 earlier"
    desk.view.hold(())
    desk.view.idle()
    assert desk.told == "1,200 earlier"
    desk.view.finder.count_beyond = lambda: Beyond(0, is_complete=False)
    assert desk.told == "looking …"
    desk.view.finder.count_beyond = lambda: Beyond(0, is_complete=True)
    assert desk.told == "not found"
