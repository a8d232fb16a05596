"""The field of a dialog: new lines, rows that grow up to a bound, and what may not get into it."""

from hypothesis import given
from hypothesis import strategies as st
from tests.tui.dialogs.stage import ASCII_LOOK, LOOK, key

from aircher.tui.dialogs.field import LONGEST_LINE_CHARS, Field
from aircher.tui.parts import Place
from aircher.tui.terminal.events import FocusChanged, KeyPressed, Pasted

FAMILY = "👨‍👩‍👧"


def seen(field: Field, width: int = 12, height: int = 4) -> tuple[list[str], Place]:
    rows, place = field.rows(width, height, LOOK)
    return [row.text for row in rows], place


def test_a_new_line_is_a_row_and_a_backslash_before_enter_is_a_new_line() -> None:
    field = Field("one", keeps_lines=True)
    for name in ("shift+enter", "alt+enter", "ctrl+j"):
        assert field.handle(key(name))
    assert not field.break_line()
    field.handle(key("\\"))
    assert field.break_line()
    assert field.text == "one\n\n\n\n"
    assert seen(field, height=9) == (["❯ one", "  ", "  ", "  ", "  "], Place(2, 4))


def test_it_grows_to_its_bound_and_then_shows_the_rows_around_the_cursor() -> None:
    field = Field("\n".join("abcdef"), keeps_lines=True)
    assert seen(field) == (["↑ c", "  d", "  e", "  f"], Place(3, 3))
    for _ in range(5):
        assert field.handle(key("up"))
    assert seen(field) == (["❯ a", "  b", "  c", "  d"], Place(3, 0))
    assert not field.handle(key("up"))
    rows, _ = Field("a").rows(9, 1, ASCII_LOOK)
    assert [row.text for row in rows] == ["> a"]


def test_without_lines_there_are_none_whatever_is_typed_or_pasted() -> None:
    field = Field("a\nb")
    assert not any(field.handle(key(name)) for name in ("shift+enter", "alt+enter", "ctrl+j"))
    field.handle(Pasted(text="\n\x1b[31mc\n"))
    field.handle(key("\\"))
    assert not field.break_line()
    assert field.text == "a b [31mc\\"
    field.handle(Pasted(text="x" * 1_000_000))
    assert field.handle(KeyPressed(key="日", text="日"))
    assert len(field.text) == LONGEST_LINE_CHARS
    assert field.handle(key("backspace"))
    assert len(field.text) == LONGEST_LINE_CHARS - 1


def test_what_stood_there_at_first_cannot_be_undone_away_and_other_keys_are_left_to_others() -> None:
    field = Field("old", keeps_lines=True)
    field.handle(key("ctrl+_"))
    assert field.text == "old"
    assert not any(field.handle(key(name)) for name in ("escape", "tab", "f5", "ctrl+c", "pageup"))
    assert not field.handle(FocusChanged(has_focus=True))


@given(
    st.text(alphabet=f"ab 日é\t\n{FAMILY}", max_size=60),
    st.lists(st.sampled_from(["left", "right", "up", "home", "shift+enter", "backspace"]), max_size=9),
    st.integers(5, 20),
    st.integers(1, 5),
)
def test_the_cursor_is_always_in_sight(text: str, names: list[str], width: int, height: int) -> None:
    field = Field(text, keeps_lines=True)
    for name in ["end", *names]:
        field.handle(key(name))
        rows, at = field.rows(width, height, LOOK)
        assert len(rows) <= height
        assert max(row.width for row in rows) <= width
        assert 0 <= at.x < width
        assert 0 <= at.y < len(rows)
