"""Server-sent events: bytes in any chunking in, frames out.

Invariant: the messages depend on the bytes alone, never on where a chunk ends.
Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from aircher.providers._frame import Frame

_BOM = b"\xef\xbb\xbf"
_IGNORED_FIELDS = frozenset({b"", b"id", b"retry"})
_MOST_STRAY_LINES = 1_000


class SseParser:
    """Collects lines into messages. Lines end at CR, LF or CRLF and may be of any length.

    Attributes:
        held_bytes: Size of the message that is not complete yet; whoever feeds decides how much is too much.
        stray: Lines of JSON between the messages: how some servers report an error in the middle of a stream.
    """

    def __init__(self) -> None:
        self.held_bytes = 0
        self.stray: list[bytes] = []
        self._open_line: list[bytes] = []
        self._skips_lf = False
        self._is_first_line = True
        self._event = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the messages that this chunk completes."""
        pieces = chunk.split(b"\n\n")
        if len(pieces) == 1 or b"\r" in chunk:
            return self._feed_lines(chunk)
        messages: list[Frame] = []
        if self.held_bytes or self._skips_lf or self._is_first_line:  # the first piece ends what came before
            messages = self._feed_lines(pieces.pop(0) + b"\n\n")
        rest = pieces.pop()
        for piece in pieces:
            frame = _plain_frame(piece)
            if frame is not None:
                messages.append(frame)
            else:
                messages += self._feed_lines(piece + b"\n\n")
        return messages + self._feed_lines(rest) if rest else messages

    def close(self) -> Frame | None:
        """Return what the end of the stream left unfinished, or ``None``; it may be cut anywhere."""
        messages: list[Frame] = []
        if self._open_line:
            self._take(b"".join(self._open_line), messages)
            self._open_line = []
        self._take(b"", messages)
        return messages[0] if messages else None

    def _feed_lines(self, chunk: bytes) -> list[Frame]:
        if self._skips_lf and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._skips_lf = False
        if not chunk:
            return []
        self._skips_lf = chunk.endswith(b"\r")
        lines = chunk.splitlines()  # for bytes: exactly CR, LF and CRLF
        rest = None if chunk.endswith((b"\r", b"\n")) else lines.pop()
        messages: list[Frame] = []
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

    def _take(self, line: bytes, messages: list[Frame]) -> None:
        if self._is_first_line:
            self._is_first_line = False
            line = line.removeprefix(_BOM)
        if not line:
            if self._data:
                messages.append(Frame(self._event, b"\n".join(self._data)))
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
        elif field not in _IGNORED_FIELDS:
            self._take_stray(line)

    def _take_stray(self, line: bytes) -> None:
        begins = bool(self.stray) or line.lstrip()[:1] in {b"{", b"["}
        if begins and len(self.stray) < _MOST_STRAY_LINES:
            self.stray.append(line)


def _plain_frame(piece: bytes) -> Frame | None:
    """Return the message of what stands between two blank lines if it is one line of data, named or not: most are."""
    name, line_end, data = piece.partition(b"\n")
    if not line_end:
        return Frame(b"", name[6:]) if name.startswith(b"data: ") else None
    if name.startswith(b"event: ") and data.startswith(b"data: ") and b"\n" not in data:
        return Frame(name[7:], data[6:])
    return None
