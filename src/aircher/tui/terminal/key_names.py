"""Which key a sequence of a terminal means. Pure tables and rules.

Source: xterm's ctlseqs (PC-style function keys, modifyOtherKeys), https://sw.kovidgoyal.net/kitty/keyboard-protocol/.
"""

from aircher.tui.terminal.events import KeyPressed

_LETTERS = {
    "A": "up",
    "B": "down",
    "C": "right",
    "D": "left",
    "H": "home",
    "F": "end",
    "P": "f1",
    "Q": "f2",
    "R": "f3",
    "S": "f4",
}
"""The last letter of ``CSI 1 ; modifiers X`` and of ``SS3 X``. Read only."""
_KEYPAD = dict(zip("jklmnopqrstuvwxyX", "*+,-./0123456789=", strict=True))
"""``SS3 x`` of a keypad. Read only."""
_NUMBERS = {
    **dict(enumerate(("home", "insert", "delete", "end", "pageup", "pagedown", "home", "end"), 1)),
    **dict(zip((*range(11, 16), *range(17, 22), 23, 24), (f"f{number}" for number in range(1, 13)), strict=True)),
}
"""The number of ``CSI n ~``. Read only."""
_CODES = {
    9: "tab",
    13: "enter",
    27: "escape",
    32: "space",
    127: "backspace",
    57414: "enter",
    57417: "left",
    57418: "right",
    57419: "up",
    57420: "down",
    57421: "pageup",
    57422: "pagedown",
    57423: "home",
    57424: "end",
    57425: "insert",
    57426: "delete",
}
"""Codes of the kitty protocol that are not the character itself. Read only."""
_KITTY_KEYPAD = dict(zip(range(57399, 57417), "0123456789./*-+\n=,", strict=True))
_PRIVATE = range(57344, 63744)
_SHIFT, _ALT, _CTRL, _FOREIGN = 1, 2, 4, 8 | 16 | 32
"""Modifiers as terminals count them; the foreign ones (super, hyper, meta) are the desktop's."""


def typed(char: str, *, has_alt: bool = False) -> KeyPressed:
    """Return the key of a character that came as itself; ``has_alt`` = an ESC came before it."""
    code = ord(char)
    if char == " ":
        key, text = "space", " "
    elif code >= 32 and code != 127:
        key, text = char, char
    else:
        key, text = _control(code), ""
    if not has_alt:
        return KeyPressed(key=key, text=text)
    return KeyPressed(key=f"ctrl+alt+{key[5:]}" if key.startswith("ctrl+") else f"alt+{key}")


def _control(code: int) -> str:
    if code in _CODES:
        return _CODES[code]
    if code == 0:
        return "ctrl+space"
    return f"ctrl+{chr(code + 96) if code < 27 else chr(code + 64)}"


def of_letter(letter: str, modifiers: int) -> KeyPressed | None:
    """Return the key of ``CSI 1 ; modifiers letter``; ``None`` = none that is known."""
    if letter == "Z":
        return _named("tab", modifiers | _SHIFT)
    if letter in {"a", "b", "c", "d"}:
        return _named(_LETTERS[letter.upper()], modifiers | _SHIFT)
    name = _LETTERS.get(letter)
    return _named(name, modifiers) if name else None


def of_application(letter: str) -> KeyPressed | None:
    """Return the key of ``SS3 letter``."""
    if letter == "M":
        return KeyPressed(key="enter")
    if letter in {"a", "b", "c", "d"}:
        return _named(_LETTERS[letter.upper()], _CTRL)
    if char := _KEYPAD.get(letter):
        return KeyPressed(key=char, text=char)
    return of_letter(letter, 0)


def of_number(number: int, modifiers: int) -> KeyPressed | None:
    """Return the key of ``CSI number ; modifiers ~``."""
    name = _NUMBERS.get(number)
    return _named(name, modifiers) if name else None


def of_code(codes: list[int], modifiers: int, text: str = "") -> KeyPressed | None:
    """Return the key of a character's code: itself, with shift (0 = not told), on a Latin keyboard (0 = not told).

    What a shortcut is made of is the Latin letter of the key, so that Ctrl+C is where it is on any keyboard.
    """
    code, shifted, latin = (*codes, 0, 0, 0)[:3]
    if name := _CODES.get(code):
        return _named(name, modifiers, text=" " if code == 32 else "")
    if keypad := _KITTY_KEYPAD.get(code):
        return _character(keypad, 0, modifiers, text)
    if not 32 < code < 0x110000 or code in _PRIVATE or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000:
        return None
    if modifiers & (_CTRL | _ALT) and latin and code > 127:
        code, shifted = latin, 0
    return _character(chr(code), shifted, modifiers, text)


def _named(name: str, modifiers: int, *, text: str = "") -> KeyPressed | None:
    if modifiers & _FOREIGN:
        return None
    prefix = _prefix(modifiers) + ("shift+" if modifiers & _SHIFT else "")
    return KeyPressed(key=prefix + name, text="" if modifiers & (_CTRL | _ALT) else text)


def _character(char: str, shifted: int, modifiers: int, text: str) -> KeyPressed | None:
    """Return the key of a character. With ctrl the letter stays small and shift is named, as shortcuts are written."""
    if modifiers & _FOREIGN:
        return None
    prefix = _prefix(modifiers)
    if modifiers & _CTRL:
        return KeyPressed(key=f"{prefix}{'shift+' if modifiers & _SHIFT else ''}{char.lower()}")
    if modifiers & _SHIFT:
        char = chr(shifted) if 32 < shifted < 0xD800 else char.upper() if len(char.upper()) == 1 else char
    return KeyPressed(key=prefix + char, text="" if prefix else text or char)


def _prefix(modifiers: int) -> str:
    return ("ctrl+" if modifiers & _CTRL else "") + ("alt+" if modifiers & _ALT else "")
