"""Keys and texts as tests write them: ``di(<escape>`` is typed, ``he|llo`` has the cursor before its second l."""

from aircher.tui.editor.editor import Editor
from aircher.tui.terminal.events import KeyPressed

NAMED = frozenset(
    {"escape", "enter", "tab", "space", "backspace", "delete", "up", "down", "left", "right", "home", "end", "insert"}
)
MODIFIERS = frozenset({"ctrl", "alt", "shift"})
TYPED = {"space": " ", "enter": ""}


def keys(written: str) -> list[KeyPressed]:
    """Return the keys that a line of letters and names in angle brackets stands for."""
    found = []
    at = 0
    while at < len(written):
        end = written.find(">", at)
        name = written[at + 1 : end]
        *held, last = name.split("+")
        if written[at] == "<" and end > 0 and MODIFIERS.issuperset(held) and (last in NAMED or (held and len(last) == 1)):
            found.append(KeyPressed(key=name, text=TYPED.get(name, "")))
            at = end + 1
        else:
            char = written[at]
            found.append(KeyPressed(key="space" if char == " " else char, text=char))
            at += 1
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
