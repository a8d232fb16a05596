"""Ordinary keys, as tables of the text before, what is typed, and the text after."""

import pytest
from tests.tui.editor.notation import editing, shown, type_keys

from aircher.tui.editor.editor import Editor
from aircher.tui.terminal.events import KeyPressed

MOVING = (
    ("he|llo", "<left>", "h|ello"),
    ("he|llo", "<right>", "hel|lo"),
    ("|hello", "<left>", "|hello"),
    ("hello|", "<ctrl+f>", "hello|"),
    ("one two| three", "<ctrl+left>", "one |two three"),
    ("one |two three", "<alt+b>", "|one two three"),
    ("one| two, three", "<ctrl+right><alt+f>", "one two, three|"),
    ("ab\nc|d", "<home>", "ab\n|cd"),
    ("ab\nc|d\nef", "<ctrl+e>", "ab\ncd|\nef"),
    ("ab\nc|d", "<ctrl+home>", "|ab\ncd"),
    ("a|b\ncd", "<alt+>>", "ab\ncd|"),
    ("x🇩🇪|y", "<left>", "x|🇩🇪y"),
    ("x|👩‍👩‍👧y", "<right>", "x👩‍👩‍👧|y"),
    ("ab|c\n\nabc", "<down><down>", "abc\n\nab|c"),
    ("abc\n日本|語", "<up>", "abc|\n日本語"),
)
CHANGING = (
    ("he|o", "ll", "hell|o"),
    ("a|b", "<enter>", "a\n|b"),
    ("ae\u0301|b", "<backspace>", "a|b"),
    ("a|e\u0301b", "<delete>", "a|b"),
    ("a|b", "<ctrl+d>", "a|"),
    ("ls -la foo/bar|", "<ctrl+w>", "ls -la |"),
    ("ls foo/bar|", "<alt+backspace>", "ls foo/|"),
    ("a |word b", "<alt+d>", "a | b"),
    ("one |two\nthree", "<ctrl+k>", "one |\nthree"),
    ("one|\nthree", "<ctrl+k>", "one|three"),
    ("one\ntwo| three", "<ctrl+u>", "one\n| three"),
    ("one\n|two", "<ctrl+u>", "one|two"),
    ("one two|", "<ctrl+w><ctrl+w><ctrl+y>", "one two|"),
    ("a|b c", "<ctrl+k><home><ctrl+k><ctrl+y><alt+y>", "b c|"),
    ("ab|c", "<ctrl+t>", "acb|"),
    ("abc|", "<ctrl+t>", "acb|"),
    ("|a", "<ctrl+t>", "|a"),
    ("one, two|", "<alt+t>", "two, one|"),
    ("|one two", "<alt+u>", "ONE| two"),
    ("|one two", "<alt+c>", "One| two"),
    ("|ONE two", "<alt+l>", "one| two"),
)
SELECTING = (
    ("he|llo", "<shift+right><shift+right>", "he[ll|]o"),
    ("he|llo", "<shift+left>", "h[|e]llo"),
    ("one |two", "<ctrl+shift+right>", "one [two|]"),
    ("on|e\ntwo", "<shift+down>", "on[e\ntw|]o"),
    ("on|e\ntwo", "<shift+up>", "[|on]e\ntwo"),
    ("he|llo", "<shift+end>x", "hex|"),
    ("he|llo", "<shift+end><backspace>", "he|"),
    ("he|llo", "<shift+right><shift+right><left>", "he|llo"),
    ("he|llo", "<shift+left><right>", "he|llo"),
    ("he|llo", "<shift+end><ctrl+w><home><ctrl+y>", "llo|he"),
    ("he|llo", "<shift+end><ctrl+x><ctrl+y><ctrl+y>", "hello" + "llo|"),
    ("he|llo", "<ctrl+shift+a><alt+w><end><ctrl+y>", "hellohello|"),
)
UNDOING = (
    ("|", "one two three<ctrl+_>", "one two|"),
    ("|", "one two three<ctrl+_><ctrl+_>", "one|"),
    ("|", "one<backspace><backspace><ctrl+/>", "one|"),
    ("|", "one two<ctrl+_><ctrl+shift+z>", "one two|"),
    ("|", "one<left>x<ctrl+_>", "on|e"),
    ("one |two", "<ctrl+k><ctrl+_>", "one |two"),
    ("one|", " two<ctrl+_>x<alt+_>", "onex|"),
)


@pytest.mark.parametrize(("before", "typed", "after"), [*MOVING, *CHANGING, *SELECTING, *UNDOING])
def test_a_key_does_what_people_know_of_it(before: str, typed: str, after: str) -> None:
    editor = editing(before)

    type_keys(editor, typed)

    assert shown(editor) == after


def test_up_in_the_first_row_and_down_in_the_last_are_left_to_others() -> None:
    editor = editing("on|e\ntwo")

    assert not editor.handle(KeyPressed(key="up"))
    assert editor.handle(KeyPressed(key="down"))
    assert not editor.handle(KeyPressed(key="down"))
    assert shown(editor) == "one\ntw|o"


@pytest.mark.parametrize("key", ["tab", "escape", "f1", "ctrl+o", "pageup"])
def test_a_key_without_a_meaning_is_left_to_others(key: str) -> None:
    editor = editing("a|b")

    assert not editor.handle(KeyPressed(key=key))
    assert shown(editor) == "a|b"


def test_a_paste_is_undone_by_itself() -> None:
    editor = Editor()

    type_keys(editor, "see ")
    editor.insert("a long text")
    type_keys(editor, "ok")
    editor.undo()
    assert shown(editor) == "see a long text|"
    editor.undo()

    assert shown(editor) == "see |"


def test_control_characters_never_get_into_the_text() -> None:
    editor = Editor()

    editor.insert("a\x1b[31mb\r\nc\rd\te\u2028f\u202eg\ud800")

    assert editor.text == "a[31mb\nc\nd\te\nfg\ufffd"


def test_a_mark_that_joins_the_letter_before_it_leaves_the_cursor_behind_both() -> None:
    editor = editing("e|x")

    editor.insert("\u0301")
    assert editor.cursor == 2
    type_keys(editor, "<backspace>")

    assert shown(editor) == "|x"


def test_offsets_from_outside_are_brought_to_borders() -> None:
    editor = editing("ae\u0301b|")

    editor.move_to(2)
    assert editor.cursor == 1
    editor.replace(2, 99, "!")
    assert shown(editor) == "a!|"
    editor.move_to(99, anchor=0)

    assert shown(editor) == "[a!|]"


def test_what_was_forgotten_cannot_be_undone() -> None:
    editor = Editor()
    type_keys(editor, "sent")
    editor.set_text("")
    editor.forget()

    assert not editor.undo()
    assert editor.text == ""
