"""What a program printed, as a model should read it: without control sequences, its middle left out if it is long.

Invariant: memory stays below a few hundred kilobytes, whatever is printed. What was left out is in a file while the
file has room. Not its job: what people see while the program runs; that keeps its control sequences.
"""

import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from aircher.support.text import without_controls

HEAD_BYTES = 8_000  # where a program says what it is about to do
TAIL_BYTES = 16_000  # where errors are; with the head about 6,000 tokens, what a window stands several times
MAX_LINE_BYTES = 65_536  # a line is held back until it ends, as a carriage return may take it all back

_ESCAPE = rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)|[ -/]*[0-~])"
"""Source: ECMA-48, sections 5.3 (Fe, Fs), 5.4 (CSI), 5.6 (strings); BEL ends a string as in xterm."""
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n")


class Rest(Protocol):
    """Where output goes that is too long to be kept in memory."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    def write(self, data: bytes) -> None:
        """Append it, as long as there is room."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether nothing was refused so far."""
        ...

    @property
    def taken_bytes(self) -> int:
        """How much is in it."""
        ...


class Printed:
    """Takes what comes out of a program, in pieces of any size.

    Attributes:
        bytes_count: How much there was, control sequences not counted.
        lines_count: How many line ends.
    """

    def __init__(self, open_rest: Callable[[], Rest | None]) -> None:
        """``open_rest`` is called once, when there is more than memory keeps; ``None`` = the rest is lost."""
        self.bytes_count = 0
        self.lines_count = 0
        self._held = b""
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._open_rest = open_rest
        self._is_long = False
        self._rest: Rest | None = None

    @property
    def rest(self) -> Rest | None:
        """Where everything is; ``None`` = nowhere but here."""
        return self._rest

    @property
    def unfinished_line(self) -> str:
        """The start of a line that has not ended, for instance a question."""
        return without_controls(_cleaned(self._held).decode(errors="replace"))

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""
        data = self._held + chunk
        cut = data.rfind(b"\n") + 1
        held = data[cut:]
        if b"\r" in held:
            held = held[held.rstrip(b"\r").rfind(b"\r") + 1 :]
        if len(held) > MAX_LINE_BYTES:
            held, cut = b"", len(data)
        self._held = held
        self._add(_cleaned(data[:cut]))

    def finish(self) -> None:
        """Take the last line, which may have no end."""
        held, self._held = self._held, b""
        self._add(_cleaned(held))

    def text(self) -> str:
        """Return the start and the end, and between them how much is missing and where it is."""
        tail = b"".join(self._tail)
        if not self._is_long:
            return decoded(bytes(self._head) + tail)
        head = bytes(self._head)
        head = head[: head.rfind(b"\n") + 1] or head
        tail = tail[-TAIL_BYTES:]
        start = tail.find(b"\n") + 1
        tail = tail[start:] if 0 < start < len(tail) else tail
        lines = self.lines_count - head.count(b"\n") - tail.count(b"\n")
        missing = f"{lines:,} lines, {self.bytes_count - len(head) - len(tail):,} bytes left out"
        separator = "" if head.endswith(b"\n") else "\n"
        return f"{decoded(head)}{separator}[… {missing}{self._where()} …]\n{decoded(tail)}"

    def last(self) -> str:
        """Return the end only."""
        tail = b"".join(self._tail)[-TAIL_BYTES:]
        return decoded(tail[tail.find(b"\n") + 1 :])

    def _where(self) -> str:
        if self._rest is None:
            return ""
        extent = "all of it" if self._rest.is_complete else f"the first {self._rest.taken_bytes:,} bytes"
        return f"; {extent} in {self._rest.path}"

    def _add(self, data: bytes) -> None:
        if not data:
            return
        self.bytes_count += len(data)
        self.lines_count += data.count(b"\n")
        if self._rest is not None:
            self._rest.write(data)
        room = HEAD_BYTES - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail.append(data)
            self._tail_bytes += len(data)
        if self._tail_bytes > TAIL_BYTES:
            self._forget_middle()

    def _forget_middle(self) -> None:
        if not self._is_long:
            self._is_long = True
            self.save()
        while self._tail_bytes - len(self._tail[0]) > TAIL_BYTES:
            self._tail_bytes -= len(self._tail.popleft())
        if len(self._tail[0]) > TAIL_BYTES:
            last = self._tail[0][-TAIL_BYTES:]
            self._tail_bytes -= len(self._tail[0]) - len(last)
            self._tail[0] = last

    def save(self) -> None:
        """Write everything so far, and everything to come, into a file too; done by itself once memory is full."""
        if self._rest is None and (rest := self._open_rest()) is not None:
            self._rest = rest
            for part in (bytes(self._head), *self._tail):
                rest.write(part)


def _cleaned(data: bytes) -> bytes:
    """Return whole lines as they look once a terminal has shown them."""
    if b"\x1b" in data:
        data = re.sub(_ESCAPE, b"", data)
    if b"\r" in data:
        data = b"\n".join(line.rstrip(b"\r").rpartition(b"\r")[2] for line in data.split(b"\n"))
    if b"\b" in data:
        data = b"\n".join(_rubbed_out(line) if b"\b" in line else line for line in data.split(b"\n"))
    return data.translate(None, _CONTROLS)


def _rubbed_out(line: bytes) -> bytes:
    kept: list[str] = []
    for char in line.decode(errors="surrogateescape"):
        if char != "\b":
            kept.append(char)
        elif kept:
            kept.pop()
    return "".join(kept).encode(errors="surrogateescape")


def decoded(data: bytes) -> str:
    """Return the text; a character that was cut in two at either end is left out."""
    start = 0
    while start < min(3, len(data)) and 0x80 <= data[start] < 0xC0:
        start += 1
    try:
        return without_controls(data[start:].decode())
    except UnicodeDecodeError as exc:
        is_cut = exc.end == len(data) - start and exc.reason == "unexpected end of data"
        end = exc.start + start if is_cut else len(data)
        return without_controls(data[start:end].decode(errors="replace"))
