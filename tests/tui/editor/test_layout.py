"""The rows that are shown, whole."""

from collections.abc import Mapping

import pytest
from tests.tui.editor.notation import editing, type_keys

from aircher.tui.editor.editor import Editor
from aircher.tui.editor.layout import editor_rows
from aircher.tui.look import Look, Role, Theme
from aircher.tui.parts import Place
from aircher.tui.terminal.events import KeyPressed
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.styles import PLAIN, Style

CHIP, MARK = Style(fg=0xFF00FF), Style(reverse=True)
LOOK = Look(theme=Theme(name="test", is_dark=True, styles={Role.ACCENT: CHIP, Role.SELECTION: MARK}))
NO_LABELS: Mapping[str, str] = {}


@pytest.mark.parametrize(
    ("before", "width", "rows", "cursor"),
    [
        ("|", 8, [""], (0, 0)),
        ("he|llo", 8, ["hello"], (2, 0)),
        ("hello world|", 8, ["hello ", "world"], (5, 1)),
        ("hello |world", 8, ["hello ", "world"], (0, 1)),
        ("fill it|", 8, ["fill it"], (7, 0)),
        ("fill it |", 8, ["fill it ", ""], (0, 1)),
        ("fill it|s", 8, ["fill ", "its"], (2, 1)),
        ("abcdefghij|", 8, ["abcdefg", "hij"], (3, 1)),
        ("日本語|日本語", 8, ["日本語", "日本語"], (0, 1)),
        ("a\n\n|b", 8, ["a", "", "b"], (0, 2)),
        ("a\n|", 8, ["a", ""], (0, 1)),
        ("a\t|b", 8, ["a    b"], (5, 0)),
        ("x 👩‍👩‍👧|y", 8, ["x 👩‍👩‍👧y"], (4, 0)),
    ],
)
def test_lines_are_broken_between_words(before: str, width: int, rows: list[str], cursor: tuple[int, int]) -> None:
    shown, place = editor_rows(editing(before), width, LOOK, NO_LABELS)

    assert ([row.text for row in shown], place) == (rows, Place(*cursor))


def test_a_chip_is_one_piece_with_a_style_of_its_own() -> None:
    editor = editing("see \ue000| now")

    rows, cursor = editor_rows(editor, 14, LOOK, {"\ue000": "[Paste]"})
    assert rows == [Row.of(("see ", PLAIN), ("[Paste]", CHIP), (" ", PLAIN)), Row.of(("now", PLAIN))]
    assert cursor == Place(11, 0)
    type_keys(editor, "<left>")

    assert editor_rows(editor, 14, LOOK, {"\ue000": "[Paste]"})[1] == Place(4, 0)


def test_what_is_selected_is_marked_with_the_newlines_in_it() -> None:
    editor = editing("ab|\ncd")
    type_keys(editor, "<shift+right><shift+right>")

    rows, _ = editor_rows(editor, 10, LOOK, NO_LABELS)

    assert rows == [Row.of(("ab", PLAIN), (" ", MARK)), Row.of(("c", MARK), ("d", PLAIN))]


def test_the_window_moves_only_as_far_as_the_cursor_needs() -> None:
    editor = editing("|0\n1\n2\n3\n4\n5")

    def window() -> tuple[str, Place]:
        rows, place = editor_rows(editor, 10, LOOK, NO_LABELS, 3)
        return "".join(row.text for row in rows), place

    seen = [window()]
    for key in ("down", "down", "down", "up", "up", "up"):
        editor.handle(KeyPressed(key=key))
        seen.append(window())
    editor.move_to(11)
    seen.append(window())
    editor.set_text("0")
    seen.append(window())

    assert seen == [
        ("012", Place(0, 0)),
        ("012", Place(0, 1)),
        ("012", Place(0, 2)),
        ("123", Place(0, 2)),
        ("123", Place(0, 1)),
        ("123", Place(0, 0)),
        ("012", Place(0, 0)),
        ("345", Place(1, 2)),
        ("0", Place(1, 0)),
    ]


def test_rows_that_did_not_change_are_the_same_objects() -> None:
    editor = editing("one\ntwo\nthre|")
    before, _ = editor_rows(editor, 20, LOOK, NO_LABELS)

    type_keys(editor, "e")
    after, _ = editor_rows(editor, 20, LOOK, NO_LABELS)

    assert [old is new for old, new in zip(before, after, strict=True)] == [True, True, False]


def test_a_line_of_a_megabyte_is_shown_and_edited_around_the_cursor() -> None:
    editor = Editor()
    editor.insert("word " * 200_000)

    type_keys(editor, "end<up><up><home>")
    rows, cursor = editor_rows(editor, 20, LOOK, NO_LABELS, 4)

    assert editor.cursor == 0
    assert [row.text for row in rows] == ["word word word word "] * 4
    assert cursor == Place(0, 0)
