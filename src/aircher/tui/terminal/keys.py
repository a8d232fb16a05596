"""Turns the bytes of a terminal into events, whatever the pieces in which they come.

Invariant: the events depend on the bytes, not on how they were cut; what is not understood is swallowed whole; the
time taken is linear in the bytes. An ESC may be a key or the begin of a sequence: only time can tell, so whoever reads
calls `KeyParser.flush` when nothing came for a while. Not its job: reading, and clocks.

Source: ECMA-48 for the shape of sequences; xterm's ctlseqs for mouse, focus, paste and answers.
"""

import codecs
from collections.abc import Iterator
from typing import Literal, TypeAlias

from aircher.domain.records import dataclass
from aircher.tui.terminal import key_names
from aircher.tui.terminal.events import BackgroundTold, FocusChanged, InputEvent, KeyPressed, MouseUsed, Pasted

PASTE_BYTES_AT_MOST = 16 << 20
"""More is left out: nobody reads it, and a terminal that never ends its paste must not fill the memory."""
SEQUENCE_CHARS_AT_MOST = 4_096
"""No sequence is longer, so one that has no end is given up here."""

_PASTE_END = b"\x1b[201~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The terminal answered a question that is nobody's business but the terminal layer's.

    Attributes:
        kind: ``mode`` = what state a private mode is in, ``attributes`` = the answer that every terminal gives,
            ``scheme`` = the desktop has another colour scheme now.
        numbers: As they came.
    """

    kind: Literal["mode", "attributes", "scheme"]
    numbers: tuple[int, ...] = ()


TerminalEvent: TypeAlias = InputEvent | Answered
Waiting: TypeAlias = Literal["", "escape", "sequence", "paste"]


class KeyParser:
    """A parser that is fed bytes."""

    def __init__(self, encoding: str = "utf-8") -> None:
        """Parse for a terminal that sends text in ``encoding``."""
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._sequence = ""
        self._paste: bytearray | None = None
        self._tail = b""

    @property
    def waiting(self) -> Waiting:
        """Return what has begun and not ended; empty = nothing."""
        if self._paste is not None:
            return "paste"
        if not self._sequence:
            return ""
        return "escape" if _may_be_keys(self._sequence) else "sequence"

    def feed(self, data: bytes) -> list[TerminalEvent]:
        """Return the events that these bytes complete."""
        events: list[TerminalEvent] = []
        while data:
            feed = self._feed_keys if self._paste is None else self._feed_paste
            data = feed(data, events)
        return events

    def flush(self) -> list[TerminalEvent]:
        """Return what has begun as what it is if nothing follows: keys, or a paste that lost its end."""
        events: list[TerminalEvent] = []
        if self._paste is not None:
            self._end_paste(self._tail, events)
        elif _may_be_keys(self._sequence):
            events.extend(_as_keys(self._sequence))
        self._sequence = ""
        return events

    def _feed_keys(self, data: bytes, events: list[TerminalEvent]) -> bytes:
        """Take bytes up to the beginning of a paste, and return the rest."""
        at = 0
        while at < len(data):
            if not self._sequence:
                begin = data.find(b"\x1b", at)
                end = len(data) if begin < 0 else begin
                text = self._decoder.decode(data[at:end], begin >= 0)
                events.extend([key_names.typed(char) for char in text if not "\x80" <= char <= "\x9f"])
                if begin >= 0:
                    self._sequence = "\x1b"
                at = end + 1
                continue
            at = self._feed_sequence(data, at, events)
            if self._paste is not None:
                return data[at:]
        return b""

    def _feed_sequence(self, data: bytes, at: int, events: list[TerminalEvent]) -> int:
        """Take one byte of a sequence, or the bytes of one character after ESC; return where the next one is."""
        byte = data[at]
        if self._sequence.strip("\x1b") == "" and byte >= 0x80:
            char = self._decoder.decode(data[at : at + 1])
            if char:
                events.extend(_after_escapes(self._sequence, char[0]))
                events.extend(map(key_names.typed, char[1:]))
                self._sequence = ""
            return at + 1
        if self._decoder.getstate()[0]:  # a character was begun after ESC and is not continued
            self._decoder.reset()
        self._sequence += chr(byte)
        while self._sequence and (ended := _ended(self._sequence)) is not None:
            taken, self._sequence = self._sequence[:ended], self._sequence[ended:]
            if taken == "\x1b[200~":
                self._paste, self._tail = bytearray(), b""
            else:
                events.extend(_meaning(taken))
        if len(self._sequence) > SEQUENCE_CHARS_AT_MOST:
            self._sequence = ""
        return at + 1

    def _feed_paste(self, data: bytes, events: list[TerminalEvent]) -> bytes:
        """Take bytes up to the end of the paste, and return the rest."""
        joined = self._tail + data
        end = joined.find(_PASTE_END)
        if end >= 0:
            self._end_paste(joined[:end], events)
            return joined[end + len(_PASTE_END) :]
        kept = len(_PASTE_END) - 1
        self._keep(joined[:-kept])
        self._tail = joined[-kept:]
        return b""

    def _keep(self, data: bytes) -> None:
        if self._paste is not None:
            self._paste += data[: PASTE_BYTES_AT_MOST - len(self._paste)]

    def _end_paste(self, last: bytes, events: list[TerminalEvent]) -> None:
        self._keep(last)
        self._decoder.reset()
        text = self._decoder.decode(bytes(self._paste or b""), final=True)
        self._paste, self._tail = None, b""
        events.append(Pasted(text=text.replace("\r\n", "\n").replace("\r", "\n")))


def _ended(sequence: str) -> int | None:
    """Return how many characters of it are a whole sequence; ``None`` = it goes on.

    Escapes before it belong to it; an ESC within it begins another one.
    """
    body = sequence.lstrip("\x1b")
    escapes = len(sequence) - len(body)
    if not body:
        return 1 if escapes > 2 else None
    if "\x1b" in body[:-1] and body[0] in "PX^_]":
        return len(sequence) if body[-1] == "\\" else len(sequence) - 2
    last = body[-1]
    match body[0]:
        case "[" if body in {"[", "[["} or (body.startswith("[M") and len(body) < 5):
            return None
        case "[" if body.startswith(("[[", "[M")):
            return len(sequence)
        case "[" | "O" if last == "\x1b":
            return len(sequence) - 1
        case "[":
            return len(sequence) if "@" <= last <= "~" or last < " " or last > "~" else None
        case "O":
            return None if len(body) == 1 or last.isdigit() or last == ";" else len(sequence)
        case "P" | "X" | "^" | "_" | "]":
            return len(sequence) if last in "\x07\x9c\x18\x1a" else None
        case _:
            return len(sequence)


def _may_be_keys(sequence: str) -> bool:
    """Return whether a person can have typed it: ESC alone, or alt and a key that begins sequences."""
    return sequence in {"\x1b", "\x1b\x1b"} or (len(sequence) == 2 and sequence[1] in "[OPX^_]")


def _as_keys(sequence: str) -> Iterator[TerminalEvent]:
    if sequence.strip("\x1b"):
        yield key_names.typed(sequence[1], has_alt=True)
    else:
        yield from [KeyPressed(key="escape")] * len(sequence)


def _after_escapes(escapes: str, char: str) -> Iterator[TerminalEvent]:
    yield from [KeyPressed(key="escape")] * (len(escapes) - 1)
    yield key_names.typed(char, has_alt=True)


def _meaning(sequence: str) -> Iterator[TerminalEvent]:
    """Yield what a whole sequence means; nothing if that is not known."""
    if _may_be_keys(sequence):  # something else has begun before it went on
        yield from _as_keys(sequence)
        return
    body = sequence.lstrip("\x1b")
    escapes = sequence[: len(sequence) - len(body)]
    event: TerminalEvent | None = None
    match body[:1]:
        case "":
            yield KeyPressed(key="escape")
            return
        case "[":
            event = _of_csi(body[1:])
        case "O":
            event = _of_ss3(body[1:])
        case "]":
            event = _background(body)
        case "P" | "X" | "^" | "_":
            return
        case _:
            yield from _after_escapes(escapes, body)
            return
    if len(escapes) > 1 and isinstance(event, KeyPressed):
        event = _with_alt(event)
    if event is not None:
        yield event


def _with_alt(event: KeyPressed) -> KeyPressed:
    if "alt+" in event.key:
        return event
    rest = event.key.removeprefix("ctrl+")
    return KeyPressed(key=f"{event.key[: len(event.key) - len(rest)]}alt+{rest}")


def _of_ss3(body: str) -> TerminalEvent | None:
    numbers = _numbers(body[:-1])
    if numbers:
        return key_names.of_letter(body[-1], max(0, numbers[-1] - 1))
    return key_names.of_application(body)


def _of_csi(body: str) -> TerminalEvent | None:
    inner, last = body[:-1], body[-1:]
    if body in {"I", "O"}:
        return FocusChanged(has_focus=body == "I")
    if inner[:1] == "[":  # the Linux console's F1 to F5
        return key_names.of_number(11 + ord(last) - ord("A"), 0) if "A" <= last <= "E" else None
    if inner[:1] == "<":
        return _mouse(_numbers(inner[1:]), is_release=last == "m") if last in "Mm" else None
    if inner[:1] == "?":
        return _answer(inner[1:], last)
    if not last or not all(char in "0123456789;:" for char in inner):
        return None
    return _key_of_csi([_numbers(part, ":") for part in inner.split(";")], last)


def _key_of_csi(fields: list[list[int]], last: str) -> KeyPressed | None:
    """Return the key of a sequence, given the numbers of each field."""
    first = fields[0][0] if fields[0] else 1
    second = fields[1] if len(fields) > 1 else []
    modifiers = max(0, (second[0] if second else 1) - 1)
    if len(second) > 1 and second[1] == 3:
        return None  # a key was let go
    if last == "u":
        text = "".join(chr(code) for code in (fields[2] if len(fields) > 2 else []) if 31 < code < 0xD800)
        return key_names.of_code(fields[0], modifiers, text)
    if last == "~" and first == 27 and len(fields) > 2:
        return key_names.of_code(fields[2], modifiers)
    if last in "~^@":
        return key_names.of_number(first, modifiers | {"~": 0, "^": 4, "@": 5}[last])
    return key_names.of_letter(last, modifiers)


def _answer(inner: str, last: str) -> TerminalEvent | None:
    if last == "c":
        return Answered(kind="attributes", numbers=tuple(_numbers(inner)))
    if last == "y" and inner.endswith("$"):
        return Answered(kind="mode", numbers=tuple(_numbers(inner[:-1])))
    if last == "n" and inner.startswith("997;"):
        return Answered(kind="scheme", numbers=tuple(_numbers(inner)))
    return None


def _mouse(numbers: list[int], *, is_release: bool) -> MouseUsed | None:
    if len(numbers) != 3:
        return None
    code, x, y = numbers
    button: Literal["left", "middle", "right", "none"] = ("left", "middle", "right", "none")[code & 3]
    kind: Literal["press", "release", "drag", "scroll_up", "scroll_down"] = "release" if is_release else "press"
    if code >= 128 or (code & 64 and code & 3 > 1) or (code & 32 and button == "none"):
        return None  # more buttons, the wheel to its sides, the mouse moved without a button
    if code & 64:
        kind, button = ("scroll_down" if code & 1 else "scroll_up"), "none"
    elif code & 32:
        kind = "drag"
    return MouseUsed(
        kind=kind,
        x=max(0, x - 1),
        y=max(0, y - 1),
        button=button,
        has_shift=bool(code & 4),
        has_alt=bool(code & 8),
        has_ctrl=bool(code & 16),
    )


def _background(body: str) -> BackgroundTold | None:
    """Return the colour of ``OSC 11 ; rgb:rrrr/gggg/bbbb``, or of ``#rrggbb``."""
    text = body.rstrip("\x07\x9c\\\x1b\x18\x1a")
    if not text.startswith("]11;"):
        return None
    kind, _, value = text[4:].partition(":")
    parts = value.split("/")[:3] if kind in {"rgb", "rgba"} else [kind[1:3], kind[3:5], kind[5:7]]
    if len(parts) != 3 or not all(0 < len(part) < 5 and _is_hex(part) for part in parts):
        return None
    red, green, blue = (int(part, 16) * 255 // (16 ** len(part) - 1) for part in parts)
    return BackgroundTold(color=red << 16 | green << 8 | blue)


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdefABCDEF" for char in text)


def _numbers(text: str, between: str = ";") -> list[int]:
    """Return the numbers of a list; what is missing is 0, what is absurd too."""
    if not text:
        return []
    return [int(part) if part.isdecimal() and part.isascii() and len(part) < 9 else 0 for part in text.split(between)]
