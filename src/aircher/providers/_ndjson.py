"""Newline-delimited JSON: bytes in any chunking in, one frame a line out.

Invariant: lines end at LF only, a CR before it is dropped, blank lines are no frames.
Source: https://github.com/ndjson/ndjson-spec
"""

from aircher.providers._frame import Frame


class NdjsonParser:
    """Collects bytes into lines of any length; see `aircher.providers._frame.FrameParser`.

    Attributes:
        held_bytes: Size of the line that is not complete yet.
        stray: Always empty: every line is a message.
    """

    def __init__(self) -> None:
        self.held_bytes = 0
        self.stray: list[bytes] = []
        self._open_line: list[bytes] = []

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the lines that this chunk completes."""
        *lines, rest = chunk.split(b"\n")
        if lines and self._open_line:
            lines[0] = b"".join((*self._open_line, lines[0]))
            self._open_line = []
            self.held_bytes = 0
        if rest:
            self._open_line.append(rest)
            self.held_bytes += len(rest)
        return [Frame(b"", data) for line in lines if (data := line.strip())]

    def close(self) -> Frame | None:
        """Return a last line that no newline ended, or ``None``."""
        data = b"".join(self._open_line).strip()
        self._open_line = []
        self.held_bytes = 0
        return Frame(b"", data) if data else None
