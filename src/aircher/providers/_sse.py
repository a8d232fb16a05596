"""Server-sent events: bytes in any chunking in, messages out.

Invariant: the messages depend on the bytes alone, never on where a chunk ends.
Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"


class SseMessage(NamedTuple):
    """One message: the last ``event:`` field (empty = none) and all ``data:`` fields, joined by newlines."""

    event: bytes
    data: bytes


class SseParser:
    """Collects lines into messages. Lines end at CR, LF or CRLF and may be of any length.

    Attributes:
        held_bytes: Size of the message that is not complete yet; whoever feeds decides how much is too much.
    """

    def __init__(self) -> None:
        self.held_bytes = 0
        self._open_line: list[bytes] = []
        self._skips_lf = False
        self._is_first_line = True
        self._event = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[SseMessage]:
        """Return the messages that this chunk completes."""
        if self._skips_lf and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._skips_lf = False
        if not chunk:
            return []
        self._skips_lf = chunk.endswith(b"\r")
        lines = chunk.splitlines()  # for bytes: exactly CR, LF and CRLF
        rest = None if chunk.endswith((b"\r", b"\n")) else lines.pop()
        messages: list[SseMessage] = []
        if lines and self._open_line:
            self.held_bytes -= sum(map(len, self._open_line))  # counted again as part of its whole line
            lines[0] = b"".join((*self._open_line, lines[0]))
            self._open_line = []
        for line in lines:
            self._take(line, messages)
        if rest is not None:
            self._open_line.append(rest)
            self.held_bytes += len(rest)
        return messages

    def close(self) -> SseMessage | None:
        """Return what the end of the stream left unfinished, or ``None``; it may be cut anywhere."""
        messages: list[SseMessage] = []
        if self._open_line:
            self._take(b"".join(self._open_line), messages)
            self._open_line = []
        self._take(b"", messages)
        return messages[0] if messages else None

    def _take(self, line: bytes, messages: list[SseMessage]) -> None:
        if self._is_first_line:
            self._is_first_line = False
            line = line.removeprefix(_BOM)
        if not line:
            if self._data:
                messages.append(SseMessage(self._event, b"\n".join(self._data)))
                self._data = []
            self.held_bytes = 0
            self._event = b""
            return
        self.held_bytes += len(line)
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
        elif field == b"event":
            self._event = value
        elif field == b"error":  # old llama.cpp servers send errors as a field of this name
            self._event = b"error"
            self._data.append(value)
