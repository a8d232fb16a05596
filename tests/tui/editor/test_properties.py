"""Whatever is typed: the cursor stays at a border, and everything can be undone and done again."""

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from aircher.tui.editor.editor import Editor
from aircher.tui.editor.layout import editor_rows
from aircher.tui.editor.moving import MOTIONS
from aircher.tui.editor.ordinary import EDITS
from aircher.tui.editor.vim.actions import ACTIONS, ALIASES
from aircher.tui.editor.vim.motions import MOTIONS as VIM_MOTIONS
from aircher.tui.editor.vim.objects import OBJECTS
from aircher.tui.editor.vim.operators import OPERATORS
from aircher.tui.look import Look, Theme
from aircher.tui.terminal.events import KeyPressed
from aircher.tui.terminal.rows import Row
from aircher.tui.terminal.widths import clusters

LOOK = Look(theme=Theme(name="plain", is_dark=True, styles={}))
CHIP = "\ue000"
LABELS = {CHIP: "[Pasted #1]"}

WORDS = ["a", "foo bar", " ", "\n", "\n\n", "(x)", '"q"', ".", "\t", CHIP]
SIGNS = ["e\u0301", "\U0001f1e9\U0001f1ea", "\U0001f1eb", "\U0001f469\u200d\U0001f467", "日本", "\u0301", "한"]
PIECES = st.sampled_from(WORDS + SIGNS)
TEXTS = st.lists(PIECES, max_size=20).map("".join)
UNDOING = {"ctrl+_", "ctrl+/", "ctrl+-", "alt+_", "ctrl+shift+z", "alt+/"}
SHIFTED = ["shift+left", "shift+right", "shift+up", "shift+down", "shift+home", "ctrl+shift+left", "ctrl+shift+right"]
NAMES = sorted({*EDITS, *MOTIONS, *SHIFTED, "up", "down"} - UNDOING)
ORDINARY = st.one_of(st.sampled_from(NAMES).map(lambda key: (key,)), PIECES.map(tuple))
LETTERS = st.sampled_from('abcdefghijlnopqrstuvwxyzABCDEGJSVXY0123456789%{}()[]<>;,$^"/~.')
VIM_KEYS = st.one_of(
    st.sampled_from(sorted({*VIM_MOTIONS, *ACTIONS, *ALIASES, *OPERATORS} - {"u", "ctrl+r"})).map(
        lambda name: (name,) if len(name) > 2 or name == "up" else tuple(name)
    ),
    st.tuples(st.sampled_from(sorted(OPERATORS)), st.sampled_from(sorted(OBJECTS))).map("".join).map(tuple),
    LETTERS.filter(lambda letter: letter != "u").map(tuple),
    st.just(("escape",)),
    st.just(("escape", ".")),
)


def typed(key: str) -> KeyPressed:
    text = key if len(key) == 1 and key != "\n" else ""
    return KeyPressed(key={" ": "space", "\n": "enter"}.get(key, key), text=text)


def borders(text: str) -> set[int]:
    found, at = {0}, 0
    for cluster, _ in clusters(text):
        at += len(cluster)
        found.add(at)
    return found


def type_all(editor: Editor, pieces: list[tuple[str, ...]]) -> None:
    for piece in pieces:
        for key in piece:
            editor.handle(typed(key))
            assert editor.cursor in borders(editor.text)
            if editor.selection is not None:
                assert set(editor.selection) <= borders(editor.text)


def undo_and_redo_all(editor: Editor, start: str, redo: KeyPressed) -> None:
    end = editor.text
    steps = 0
    while editor.undo():
        steps += 1
        assert editor.cursor in borders(editor.text)
    assert editor.text == start
    for _ in range(steps):  # some put the same text in its own place: no end can be seen by the text
        editor.handle(redo)
    assert editor.text == end


@given(start=TEXTS, pieces=st.lists(ORDINARY, max_size=30))
@settings(max_examples=150, deadline=None)
def test_ordinary_keys_keep_the_cursor_at_a_border_and_can_all_be_undone(
    start: str, pieces: list[tuple[str, ...]]
) -> None:
    editor = Editor()
    editor.set_text(start)
    editor.forget()

    type_all(editor, pieces)

    undo_and_redo_all(editor, start, KeyPressed(key="ctrl+shift+z"))


@given(start=TEXTS, pieces=st.lists(VIM_KEYS, max_size=30))
@settings(max_examples=200, deadline=None)
def test_vims_keys_keep_the_cursor_at_a_border_and_can_all_be_undone(start: str, pieces: list[tuple[str, ...]]) -> None:
    editor = Editor(is_vim=True)
    editor.set_text(start)
    editor.forget()

    type_all(editor, [("escape",), *pieces, ("escape",), ("escape",)])

    undo_and_redo_all(editor, start, KeyPressed(key="ctrl+r"))


@given(
    text=st.lists(PIECES, max_size=60).map("".join),
    at=st.integers(0, 200),
    width=st.integers(4, 30),
    height=st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_rows_fit_and_show_the_sign_that_the_cursor_is_before(text: str, at: int, width: int, height: int) -> None:
    editor = Editor()
    editor.set_text(text)
    editor.move_to(at)

    every, _ = editor_rows(editor, width, LOOK, LABELS)
    rows, cursor = editor_rows(editor, width, LOOK, LABELS, height)

    assert all(row.width <= width for row in every)
    assert "".join(row.text for row in every).replace(" ", "") == shown_of(text, width)
    assert len(rows) == min(height, len(every))
    assert rows == every[(top := first_at(every, rows)) : top + len(rows)]
    assert 0 <= cursor.x < width
    assert 0 <= cursor.y < len(rows)


@given(text=TEXTS, at=st.integers(0, 60), width=st.integers(4, 12))
@settings(max_examples=150, deadline=None)
def test_down_goes_through_every_row_and_up_comes_back(text: str, at: int, width: int) -> None:
    editor = Editor()
    editor.set_text(text)
    editor.move_to(at)
    rows, start = editor_rows(editor, width, LOOK, LABELS)

    steps = 0
    while editor.handle(KeyPressed(key="down")):
        steps += 1
        assert editor_rows(editor, width, LOOK, LABELS)[1].y == start.y + steps
    assert start.y + steps == len(rows) - 1
    while editor.handle(KeyPressed(key="up")):
        steps -= 1

    assert start.y + steps == 0


def shown_of(text: str, width: int) -> str:
    """Return the text as all rows together show it, without what is blank; a chip takes the marks on it along."""
    text = re.sub(CHIP + "\u0301*", LABELS[CHIP][: width - 2], text)
    return re.sub(r"\s", "", text)


def first_at(every: Sequence[Row], rows: Sequence[Row]) -> int:
    """Return a place in all rows at which the shown ones are."""
    return next(at for at in range(len(every)) if every[at : at + len(rows)] == rows)
