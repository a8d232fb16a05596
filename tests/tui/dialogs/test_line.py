"""The line: every key, signs of several characters, and what it shows of a text that is too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tui.dialogs.stage import LOOK, key

from aircher.tui.dialogs.line import Line
from aircher.tui.terminal.events import KeyPressed, MouseUsed, Pasted

FAMILY = "👨‍👩‍👧"


def typed(marked: str) -> Line:
    """Return a line with the cursor where the ``|`` stands."""
    left, _, right = marked.partition("|")
    line = Line(left + right)
    line.cursor = len(left)
    return line


def told(line: Line) -> str:
    return f"{line.text[: line.cursor]}|{line.text[line.cursor :]}"


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("ab|c", "backspace", "a|c"),
        ("|abc", "backspace", "|abc"),
        ("ab|c", "ctrl+h", "a|c"),
        ("ab|c", "shift+backspace", "a|c"),
        ("ab|c", "delete", "ab|"),
        ("abc|", "delete", "abc|"),
        ("ab|c", "left", "a|bc"),
        ("|ab", "left", "|ab"),
        ("ab|c", "ctrl+b", "a|bc"),
        ("ab|c", "right", "abc|"),
        ("abc|", "right", "abc|"),
        ("ab|c", "ctrl+f", "abc|"),
        ("ab|c", "home", "|abc"),
        ("ab|c", "ctrl+a", "|abc"),
        ("a|bc", "end", "abc|"),
        ("a|bc", "ctrl+e", "abc|"),
        ("one two|", "ctrl+left", "one |two"),
        ("one two|", "alt+left", "one |two"),
        ("one two|", "alt+b", "one |two"),
        ("|one two", "ctrl+right", "one| two"),
        ("one| two", "alt+right", "one two|"),
        ("one| two", "alt+f", "one two|"),
        ("one two |x", "ctrl+w", "one |x"),
        ("one two|", "alt+backspace", "one |"),
        ("one two|", "ctrl+backspace", "one |"),
        ("|one two", "alt+d", "| two"),
        ("|one two", "ctrl+delete", "| two"),
        ("one |two", "ctrl+u", "|two"),
        ("one |two", "ctrl+k", "one |"),
        (f"a{FAMILY}|b", "backspace", "a|b"),
        (f"a|{FAMILY}b", "delete", "a|b"),
        (f"a{FAMILY}|b", "left", f"a|{FAMILY}b"),
        (f"a|{FAMILY}b", "right", f"a{FAMILY}|b"),
        ("a|c", "b", "ab|c"),
    ],
)
def test_a_key_edits(before: str, name: str, after: str) -> None:
    line = typed(before)
    assert line.handle(key(name))
    assert told(line) == after


@pytest.mark.parametrize("name", ["enter", "escape", "tab", "f5", "ctrl+x", "up"])
def test_other_keys_are_left_to_others(name: str) -> None:
    line = typed("a|")
    assert not line.handle(key(name))
    assert not line.handle(MouseUsed(kind="press", x=0, y=0))
    assert told(line) == "a|"


def test_what_an_input_method_types_at_once_is_one_insertion() -> None:
    line = Line()
    assert line.handle(KeyPressed(key="日本", text="日本"))
    assert told(line) == "日本|"


def test_pasted_text_loses_control_characters_and_its_newlines() -> None:
    line = Line()
    line.handle(Pasted(text="a\n\x1b[31mb\x07\tc\n"))
    assert line.text == "a [31mb    c"


def test_a_megabyte_is_cut_to_what_a_line_may_hold() -> None:
    line = Line()
    line.handle(Pasted(text="x" * 1_000_000))
    assert len(line.text) == 20_000


def test_an_empty_line_says_what_it_is_for() -> None:
    row, x = Line(asks_for="a name").row(4, LOOK)
    assert (row.text, x) == ("a na", 0)


def test_setting_a_text_puts_the_cursor_behind_it() -> None:
    line = typed("o|ld")
    line.set_text("new")
    assert told(line) == "new|"


@given(st.text(alphabet=f"ab 日é{FAMILY}", max_size=40), st.lists(st.sampled_from(["left", "right", "home", "end"])))
def test_the_cursor_is_always_in_sight(text: str, names: list[str]) -> None:
    line = Line(text)
    for name in ["end", *names]:
        line.handle(key(name))
        row, x = line.row(7, LOOK)
        assert row.width <= 7
        assert 0 <= x < 7


@given(st.text(alphabet=f"ab 日e\u0301{FAMILY}", max_size=20))
def test_going_left_to_the_start_and_deleting_all_leaves_nothing(text: str) -> None:
    line = Line(text)
    for _ in text:
        line.handle(key("backspace"))
    assert told(line) == "|"
