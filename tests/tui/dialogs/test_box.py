"""The frame: where it stands, how large it is, and what it does with texts that do not fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from tests.tui.dialogs.stage import ASCII_LOOK, HOSTILE, LOOK, mouse, screen

from aircher.tui.dialogs.asking import Hint
from aircher.tui.dialogs.box import boxed, shortened
from aircher.tui.look import Look, Role
from aircher.tui.parts import Place
from aircher.tui.terminal.events import KeyPressed
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import cells


@dataclass
class Text:
    """A dialog that shows these lines, whatever room it has."""

    title: str
    lines: Sequence[str]
    widest: int = 20
    hints: Sequence[Hint] = (Hint("Enter", "take"), Hint("Esc", "close"))
    at: Place | None = None

    def rows(self, width: int, height: int, look: Look) -> Sequence[Row]:
        return [Row.of((line, look.style(Role.TEXT))) for line in self.lines]

    def cursor(self, width: int, height: int) -> Place | None:
        return self.at


def test_a_box_is_as_large_as_what_is_in_it_and_stands_in_the_middle() -> None:
    box = boxed(Text("Title", ["one", "two"], at=Place(3, 1)), 40, 12, LOOK)
    assert [row.text for row in box.rows] == [
        "╭─ Title ──────────────╮",
        "│ one                  │",
        "│ two                  │",
        "╰─ Enter take ─────────╯",
    ]
    assert (box.x, box.y, box.cursor) == (8, 4, Place(13, 6))


def test_ascii_signs_are_enough() -> None:
    assert [row.text for row in boxed(Text("T", ["one"], widest=25), 40, 12, ASCII_LOOK).rows] == [
        "+- T -----------------------+",
        "| one                       |",
        "+- Enter take  Esc close ---+",
    ]


def test_a_hint_without_a_key_is_a_sentence() -> None:
    assert screen(Text("T", ["x"], hints=(Hint("", "wait a moment"),)))[-1] == "╰─ wait a moment ──────╯"


def test_a_cursor_outside_of_what_is_drawn_is_not_shown() -> None:
    assert boxed(Text("T", ["one"], at=Place(0, 5)), 40, 12, LOOK).cursor is None


def test_the_mouse_is_counted_from_the_first_cell_of_the_dialog() -> None:
    box = boxed(Text("T", ["one"]), 40, 12, LOOK)
    assert box.inside(mouse("press", box.x + 2, box.y + 1)) == mouse("press", 0, 0)
    assert box.inside(KeyPressed(key="a", text="a")) == KeyPressed(key="a", text="a")


def test_a_text_that_is_shortened_says_so_and_never_cuts_a_wide_sign() -> None:
    assert [shortened("日本語", width, "…") for width in (6, 5, 4, 1, 0)] == ["日本語", "日本…", "日…", "…", ""]


@given(st.integers(6, 300), st.integers(4, 100), st.integers(1, 200), st.lists(st.text(max_size=50), max_size=120))
def test_whatever_is_in_it_a_box_keeps_to_the_screen(width: int, height: int, widest: int, lines: list[str]) -> None:
    screen(Text(HOSTILE, lines, widest=widest, hints=(Hint("K", "x" * 30),)), width, height)


@given(st.text(max_size=40), st.integers(0, 20))
def test_a_shortened_text_fits(text: str, width: int) -> None:
    assert cells(shortened(text, width, "…")) <= width
