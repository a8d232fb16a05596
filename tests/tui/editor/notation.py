"""Keys and texts as tests write them: ``di(<escape>`` is typed, ``he|llo`` has the cursor before its second l."""

import re

from aircher.tui.editor.editor import Editor
from aircher.tui.terminal.events import KeyPressed

_NAMES = "escape|enter|tab|space|backspace|delete|up|down|left|right|home|end|insert"
_KEY = re.compile(rf"<((?:(?:ctrl|alt|shift)\+)+(?:{_NAMES}|.)|{_NAMES})>|(.|\n)")


def keys(written: str) -> list[KeyPressed]:
    """Return the keys that a line of letters and names in angle brackets stands for."""
    found = []
    for match in _KEY.finditer(written):
        named, char = match.groups()
        name = named or {" ": "space"}.get(char, char)
        found.append(KeyPressed(key=name, text={"space": " "}.get(name, char or "")))
    return found


def type_keys(editor: Editor, written: str) -> None:
    """Type all of it."""
    for key in keys(written):
        editor.handle(key)


def shown(editor: Editor) -> str:
    """Return the text with ``|`` at the cursor, and ``[`` and ``]`` around what is selected."""
    marks = [(editor.cursor, 1, "|")]
    if editor.selection is not None:
        marks += [(editor.selection[0], 0, "["), (editor.selection[1], 2, "]")]
    text = editor.text
    for at, _, mark in sorted(marks, reverse=True):
        text = text[:at] + mark + text[at:]
    return text


def editing(before: str, *, is_vim: bool = False) -> Editor:
    """Return an editor with this text and cursor, in vim's normal mode if it is vim's."""
    at = before.index("|")
    editor = Editor(is_vim)
    editor.set_text(before[:at] + before[at + 1 :])
    if is_vim:
        type_keys(editor, "<escape>")
    editor.move_to(at)
    editor.forget()
    return editor
