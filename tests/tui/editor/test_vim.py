"""Vim's keys, as tables of the text before, what is typed, and the text after; vim itself gives the same."""

import pytest
from tests.tui.editor.notation import editing, shown, type_keys

from aircher.tui.editor.editor import Editor
from aircher.tui.terminal.events import KeyPressed

MOVING = (
    ("o|ne two, three", "w", "one |two, three"),
    ("o|ne two, three", "3w", "one two, |three"),
    ("o|ne two, three", "2W", "one two, |three"),
    ("one\n\nt|wo", "b", "one\n\n|two"),
    ("one\n\n|two", "b", "one\n|\ntwo"),
    ("|one two", "ee", "one tw|o"),
    ("one tw|o", "ge", "on|e two"),
    ("  on|e", "0", "|  one"),
    ("  on|e", "^", "  |one"),
    ("|one\ntwo", "$j", "one\ntw|o"),
    ("on|e\n\nfour", "jj", "one\n\nfo|ur"),
    ("|a.b.c", "f.;", "a.b|.c"),
    ("|a.b.c", "t.;", "a.|b.c"),
    ("a.b.|c", "F.;,", "a.b|.c"),
    ("one\n  two\nthr|ee", "2G", "one\n  |two\nthree"),
    ("one\n  two\nthr|ee", "gg", "|one\n  two\nthree"),
    ("|one\n\ntwo", "}", "one\n|\ntwo"),
    ("if |(a[1])", "%", "if (a[1]|)"),
    ("|one two one", "/one<enter>", "one two |one"),
    ("|one two one", "/one<enter>n", "|one two one"),
    ("one two |one", "?tw<enter>", "one |two one"),
    ("|日本 語", "lw", "日本 |語"),
    ("|e\u0301x", "l", "e\u0301|x"),
)
OPERATING = (
    ("|one two", "dw", "|two"),
    ("one |two\nthree", "dw", "one| \nthree"),
    ("|one two three", "d2w", "|three"),
    ("|one two three", "2dw", "|three"),
    ("one tw|o", "db", "one |o"),
    ("o|ne\ntwo\nthree", "dj", "|three"),
    ("one\nt|wo", "dd", "|one"),
    ("|one two", "cwten<escape>", "te|n two"),
    ("o|ne\ntwo", "ccx<escape>", "|x\ntwo"),
    ("on|e two", "D", "o|n"),
    ("|one two", "yep", "oon|ene two"),
    ("o|ne\ntwo", "yyjp", "one\ntwo\n|one"),
    ("|one\ntwo", "ddp", "two\n|one"),
    ("|ab", "xp", "b|a"),
    ("|one", '"ayw"adw"ap', "on|e"),
    ("|one\ntwo", '"ayyj"Ayy"ap', "one\ntwo\n|one\ntwo"),
    ("|one\ntwo", ">>", "    |one\ntwo"),
    ("|one\ntwo", ">j", "    |one\n    two"),
    ("    |one", "<<", "|one"),
    ("|one two", "gUw", "|ONE two"),
    ("ONE |TWO", "guu", "|one two"),
    ("|one", "~~", "ON|e"),
    ("|one\n  two", "J", "one| two"),
    ("|one", "rx", "|xne"),
    ("|one", "3rx", "xx|x"),
    ("|one", "Rxy<backspace>z<escape>", "x|ze"),
    ("|one", "oab<escape>", "one\na|b"),
    ("|one", "Oab<escape>", "a|b\none"),
    ("  o|ne", "Ix<escape>A!<escape>", "  xone|!"),
    ("|one", "3ix<escape>", "xx|xone"),
    ("|one", "d/e<enter>", "|e"),
    ("|a, b", "dt,", "|, b"),
)
OBJECTS = (
    ("one t|wo three", "diw", "one | three"),
    ("one t|wo three", "daw", "one |three"),
    ("one t|wo", "daw", "on|e"),
    ('say "he|llo" now', 'ci"hi<escape>', 'say "h|i" now'),
    ('say "he|llo" now', 'da"', "say |now"),
    ("f(a, (b|))", "di(", "f(a, (|))"),
    ("f(a, (b|))", "d2i(", "f(|)"),
    ("f|(a)", "da(", "|f"),
    ("f| = {a}", "di{", "f = {|}"),
    ("{\n  a\n  b|\n}", "di{", "{\n|}"),
    ("<a| b>", "di<", "<|>"),
    ("a\nb|\n\nc", "dip", "|\nc"),
    ("a\nb|\n\nc", "dap", "|c"),
)
REPEATING = (
    ("|one two three", "dw.", "|three"),
    ("|one two three", "cwx<escape>w.", "x |x three"),
    ("|one", "ix<escape>..", "|xxxone"),
    ("|a b c d", "x3.", "|c d"),
    ("|ab\ncd\nef", "A;<escape>j.j.", "ab;\ncd;\nef|;"),
    ("|abcdef", "vld.", "|ef"),
    ("|a\nb\nc", "V>j.", "    a\n    |b\nc"),
    ("|one", "ifo<left>x<escape>", "f|xoone"),
)
SELECTING = (
    ("o|ne two", "vw", "o[ne |t]wo"),
    ("o|ne\ntwo", "V", "[o|ne\n]two"),
    ("o|ne two", "viw", "[on|e] two"),
    ("o|ne two", "vwo", "o[|ne t]wo"),
    ("o|ne two", "vwd", "o|wo"),
    ("o|ne two", "ve<escape>0gv", "o[n|e] two"),
    ("|one two", "yewviwp", "one on|e"),
    ("|one", "vlrx", "|xxe"),
    ("|one\ntwo", "VjJ", "one| two"),
    ("|one", "v$U", "|ONE"),
    ("one |two", "vey0P", "tw|oone two"),
)
UNDOING = (
    ("|one two", "dwu", "|one two"),
    ("|one two", "dwu<ctrl+r>", "|two"),
    ("|one", "ixy<escape>u", "|one"),
    ("|one\ntwo", "ddpuu", "|one\ntwo"),
)
PUNCTUAL = (("|one two", "d<escape>w", "one |two"), ("|one", '"<escape>x', "|ne"), ("|one", "dzx", "|ne"))


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [*MOVING, *OPERATING, *OBJECTS, *REPEATING, *SELECTING, *UNDOING, *PUNCTUAL],
)
def test_a_command_does_what_vim_does(before: str, typed: str, after: str) -> None:
    editor = editing(before, is_vim=True)

    type_keys(editor, typed)

    assert shown(editor) == after


def test_the_mode_and_the_keys_of_an_unfinished_command_are_told() -> None:
    editor = Editor(is_vim=True)
    told = [editor.mode_name]

    for typed in ("<escape>", "2", "d", "<escape>", "v", "<escape>", "V", "<escape>", "R", "<escape>"):
        type_keys(editor, typed)
        told.append(editor.mode_name)
    for typed in ("/a b", "<backspace>", "<backspace><backspace><backspace>"):
        type_keys(editor, typed)
        told.append(editor.mode_name)

    assert told == [
        "INSERT",
        "NORMAL",
        "NORMAL 2",
        "NORMAL 2d",
        "NORMAL",
        "VISUAL",
        "NORMAL",
        "V-LINE",
        "NORMAL",
        "REPLACE",
        "NORMAL",
        "NORMAL /a b",
        "NORMAL /a",
        "NORMAL",
    ]


def test_escape_in_normal_mode_is_left_to_the_interface() -> None:
    editor = Editor(is_vim=True)

    assert editor.handle(KeyPressed(key="ctrl+["))
    assert not editor.handle(KeyPressed(key="escape"))


def test_it_claims_the_keys_that_finish_something_and_no_others() -> None:
    editor = Editor(is_vim=True)
    assert [key for key in ("escape", "ctrl+r", "enter", "ctrl+p") if editor.claims(key)] == ["escape"]

    type_keys(editor, "<escape>")
    assert [key for key in ("escape", "ctrl+r", "enter", "ctrl+p") if editor.claims(key)] == ["ctrl+r"]
    type_keys(editor, "/one")

    assert editor.claims("enter")
    assert not Editor().claims("escape")


@pytest.mark.parametrize("key", ["k", "up"])
def test_up_in_the_first_line_is_left_to_others(key: str) -> None:
    editor = editing("one\nt|wo", is_vim=True)
    press = KeyPressed(key=key, text=key if len(key) == 1 else "")

    assert editor.handle(press)
    assert not editor.handle(press)
    assert shown(editor) == "o|ne\ntwo"


def test_a_paste_in_normal_mode_is_put_behind_the_cursor_and_one_in_visual_mode_takes_the_selections_place() -> None:
    editor = editing("|one two", is_vim=True)

    editor.insert("X")
    assert (shown(editor), editor.mode_name) == ("o|Xne two", "NORMAL")
    type_keys(editor, "wviw")
    editor.insert("Y")

    assert (shown(editor), editor.mode_name) == ("oXne Y|", "INSERT")


def test_the_ordinary_keys_are_as_ever_in_insert_mode() -> None:
    editor = Editor(is_vim=True)

    type_keys(editor, "one two<ctrl+w><home>x")

    assert shown(editor) == "x|one "


def test_what_one_insertion_typed_is_undone_at_once_also_after_a_prompt_was_sent() -> None:
    editor = Editor(is_vim=True)
    type_keys(editor, "sent")
    editor.set_text("")
    editor.forget()

    type_keys(editor, "one two three<escape>u")

    assert shown(editor) == "|"


def test_without_vim_words_are_undone_one_by_one_again() -> None:
    editor = Editor(is_vim=True)
    type_keys(editor, "one")
    editor.use_vim(is_vim=False)

    type_keys(editor, " two three<ctrl+_>")

    assert (shown(editor), editor.mode_name) == ("one two|", "")
