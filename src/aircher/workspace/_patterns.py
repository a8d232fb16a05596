r"""Regular expressions in the dialect that ripgrep and Python share, and what each has to be given for it.

Both programs must find the same lines, so neither sees what the model wrote: it is parsed here, and written out anew in
the words of each. The dialect is ripgrep's, with braces and brackets read kindly: a ``{`` that begins no count is a
letter, as models write ``func() {``. The lone surrogates in Python's patterns stand for bytes that are not UTF-8, which
ripgrep never takes for characters.

Invariant: pure. What one of the two cannot do is refused for both, with the one exception of Unicode classes
(``\p{…}``), which only ripgrep has.
"""

import re

from aircher.domain.records import dataclass

_META = frozenset("\\.+*?()|[]{}^$#&-~")
_NO_BYTES = r"\udc80-\udcff"
_COUNT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|[xuU]\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_PROPERTY = re.compile(r"[pP](?:[A-Z]|\{\^?[\w=:!]+\})")
_UNNAMED = re.compile(r"\?i?:")
_NAMED = re.compile(r"\?P?<([A-Za-z_]\w*)>", re.ASCII)
_POSIX = re.compile(r"\[:(\^?)([a-z]+):\]")
_POSIX_SETS = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7F", "blank": r"\t ", "cntrl": r"\x00-\x1F\x7F",
    "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~", "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_", "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_RG_SETS = {
    "w": r"\p{L}\p{N}_", "W": r"[^\p{L}\p{N}_]", "d": r"\d", "D": r"\D", "s": r"\s\x1c-\x1f", "S": r"[^\s\x1c-\x1f]",
}  # fmt: skip
"""Python's meaning of each class, for ripgrep: it is the wider one."""


class BadPattern(ValueError):
    """A pattern outside the dialect; the text says what of it, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One pattern in both languages.

    Attributes:
        rg: For ripgrep.
        python: For `re`, with ``MULTILINE`` only; empty = Python cannot do it.
        has_line_break: Whether a line break is asked for by name.
        can_span: Whether a match may hold a line break at all.
    """

    rg: str
    python: str
    has_line_break: bool
    can_span: bool


def read_pattern(text: str, *, ignore_case: bool = False, is_multiline: bool = False) -> Pattern:
    """Return the pattern for both programs; without ``is_multiline`` no match spans lines.

    Raises:
        BadPattern: It is not in the dialect.
    """
    return _Parser(text, ignore_case=ignore_case, is_multiline=is_multiline).parsed()


class _Parser:
    def __init__(self, text: str, *, ignore_case: bool, is_multiline: bool) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._rg: list[str] = []
        self._python: list[str] = []
        self._can_repeat = False
        self._is_python = True
        self._has_line_break = False
        self._can_span = False
        self._ignore_case = ignore_case
        self._dot_is_all = False
        self._barred = _NO_BYTES if is_multiline else rf"\n{_NO_BYTES}"
        self._is_multiline = is_multiline

    def parsed(self) -> Pattern:
        if not self._text.isascii() and any("\ud800" <= char <= "\udfff" for char in self._text):
            raise BadPattern("it holds half a character (a lone surrogate)")
        self._leading_flags()
        while self._at < len(self._text):
            self._item()
        if self._depth:
            raise BadPattern("a ( has no ): write \\( for the character")
        prefix = "(?i)" * self._ignore_case
        return Pattern(
            rg=prefix + "".join(self._rg),
            python=prefix + "".join(self._python) if self._is_python else "",
            has_line_break=self._has_line_break,
            can_span=self._is_multiline and (self._can_span or self._has_line_break),
        )

    def _leading_flags(self) -> None:
        match = re.match(r"\(\?([a-zA-Z-]+)\)", self._text)
        if match is None:
            return
        if unknown := set(match[1]) - set("ims"):
            raise BadPattern(f"the flag {min(unknown)} is not known: i, m and s are")
        self._at = match.end()
        self._dot_is_all = "s" in match[1]
        self._ignore_case |= "i" in match[1]

    def _put(self, rg: str, python: str | None = None, *, can_repeat: bool = True) -> None:
        self._rg.append(rg)
        self._python.append(rg if python is None else python)
        self._can_repeat = can_repeat

    def _item(self) -> None:
        char = self._text[self._at]
        self._at += 1
        match char:
            case "\\":
                self._escape()
            case "[":
                self._set()
            case "(":
                self._group()
            case ")":
                if not self._depth:
                    raise BadPattern("a ) has no (: write \\) for the character")
                self._depth -= 1
                self._put(")")
            case "|":
                self._put("|", can_repeat=False)
            case "^":
                self._put("^", can_repeat=False)
            case "$":
                self._put(r"(?:\r?$)", can_repeat=False)
            case ".":
                self._dot()
            case "*" | "+" | "?":
                self._repeat(char)
            case "{" if count := _COUNT.match(self._text, self._at - 1):
                self._at = count.end()
                if count[3] and int(count[3]) < int(count[1]):
                    raise BadPattern(f"{count[0]} counts backwards")
                self._repeat(count[0])
            case _:
                self._literal(char)

    def _literal(self, char: str) -> None:
        self._has_line_break |= char == "\n"
        self._put(_quoted(char), re.escape(char))

    def _dot(self) -> None:
        if self._dot_is_all and self._is_multiline:
            self._can_span = True
            self._put("(?s:.)", f"[^{_NO_BYTES}]")
        else:
            self._put(".", rf"[^\n{_NO_BYTES}]")

    def _repeat(self, sign: str) -> None:
        if not self._can_repeat:
            raise BadPattern(f"{sign} repeats nothing: write \\{sign} for the character")
        lazy = self._text[self._at : self._at + 1] == "?"
        self._at += lazy
        self._put(sign + "?" * lazy, can_repeat=False)

    def _group(self) -> None:
        opening = "("
        if kind := _UNNAMED.match(self._text, self._at):
            self._at = kind.end()
            opening += kind[0]
        elif named := _NAMED.match(self._text, self._at):
            self._at = named.end()
            opening += f"?P<{named[1]}>"
        elif self._text.startswith("?", self._at):
            shown = self._text[self._at : self._at + 3]
            raise BadPattern(f"({shown} is not supported: groups are ( ), (?: ), (?i: ), (?P<name> ), no look-around")
        self._depth += 1
        self._put(opening, can_repeat=False)

    def _escape(self) -> None:
        char = self._text[self._at : self._at + 1]
        if char in _RG_SETS and char:
            self._at += 1
            self._can_span |= char in "WDs"
            python = rf"\{char}" if char in "wd" else _barring(self._barred, rf"\{char}")
            self._put(f"[{_RG_SETS[char]}]", python)
        elif char in ("b", "B"):
            self._at += 1
            self._put(rf"\{char}", can_repeat=False)
        elif named := _PROPERTY.match(self._text, self._at):
            self._at = named.end()
            self._is_python = False
            self._can_span = True
            self._put(rf"\{named[0]}", "")
        else:
            self._literal(self._escaped_character())

    def _escaped_character(self) -> str:
        char = self._text[self._at : self._at + 1]
        if code := _HEX.match(self._text, self._at):
            number = int(next(digits for digits in code.groups() if digits), 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise BadPattern(f"\\{code[0]} is no character")
            self._at = code.end()
            return chr(number)
        self._at += 1
        if char in _CONTROLS:
            return _CONTROLS[char]
        if not char:
            raise BadPattern("it ends in a \\: write \\\\ for the character")
        if char in "<>" or (char.isascii() and char.isalnum()):
            reason = "a reference to a group" if char.isdigit() else "an escape that is not supported"
            raise BadPattern(f"\\{char} is {reason}; \\b is the edge of a word, ^ and $ are those of a line")
        return char

    def _set(self) -> None:
        """Read a class; its first ``]`` is a letter, as is a ``[`` that opens no POSIX class."""
        is_negated = self._text[self._at : self._at + 1] == "^"
        self._at += is_negated
        rg: list[str] = []
        python: list[str] = []
        is_wide = is_negated
        start = self._at
        while True:
            char = self._text[self._at : self._at + 1]
            if not char:
                raise BadPattern("a [ has no ]: write \\[ for the character")
            if char == "]" and self._at > start:
                self._at += 1
                break
            is_wide |= self._member(rg, python)
        sign = "^" * is_negated
        self._can_span |= is_wide
        content = f"[{sign}{''.join(python)}]"
        self._put(f"[{sign}{''.join(rg)}]", _barring(self._barred, content) if is_wide else content)

    def _member(self, rg: list[str], python: list[str]) -> bool:
        """Read one member of a class and tell whether it stands for more than what is written."""
        if named := _POSIX.match(self._text, self._at):
            self._at = named.end()
            if named[2] not in _POSIX_SETS or named[1]:
                raise BadPattern(f"the class {named[0]} is not known")
            rg.append(_POSIX_SETS[named[2]])
            python.append(_POSIX_SETS[named[2]])
            return True
        if self._text[self._at] == "\\" and (letter := self._text[self._at + 1 : self._at + 2]) in _RG_SETS and letter:
            self._at += 2
            rg.append(_RG_SETS[letter])
            python.append(rf"\{letter}")
            return letter not in "wd"
        if self._text[self._at] == "\\" and (named := _PROPERTY.match(self._text, self._at + 1)):
            self._at = named.end()
            self._is_python = False
            rg.append(rf"\{named[0]}")
            return True
        first = self._character()
        last = self._range_end()
        if last is not None and last < first:
            raise BadPattern(f"the range {first}-{last} runs backwards")
        written = (first,) if last is None else (first, last)
        rg.append("-".join(map(_quoted, written)))
        python.append("-".join(map(re.escape, written)))
        return any(first <= barred <= (last or first) for barred in "\n\udc80")

    def _character(self) -> str:
        char = self._text[self._at]
        self._at += 1
        if char == "\\":
            if self._text[self._at : self._at + 1] == "b":
                raise BadPattern("\\b has no meaning inside [ ]")
            char = self._escaped_character()
        return char

    def _range_end(self) -> str | None:
        """Return the end of a range that begins before this place; a ``-`` before ``]`` or a class is a letter."""
        following = self._text[self._at + 1 : self._at + 3]
        is_range = self._text[self._at : self._at + 1] == "-" and following[:1] not in ("", "]")
        if not is_range or (following[0] == "\\" and following[1:] in {*_RG_SETS, "p", "P"}) or following == "[:":
            return None
        self._at += 1
        return self._character()


def _barring(barred: str, content: str) -> str:
    """Return a pattern of one character for Python that is none of the barred ones."""
    return f"(?:(?![{barred}]){content})"


def _quoted(char: str) -> str:
    """Return a character for ripgrep."""
    if char in _META:
        return f"\\{char}"
    return char if char.isprintable() else f"\\x{{{ord(char):x}}}"
