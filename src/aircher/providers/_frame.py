"""One message of a streamed answer, whatever cut it out of the bytes."""

from typing import Protocol

import msgspec


class Frame(msgspec.Struct, frozen=True, gc=False):
    """The bytes of a message; ``event`` is the name that server-sent events may give it, empty = none."""

    event: bytes
    data: bytes


class FrameParser(Protocol):
    """Cuts bytes into frames. The frames depend on the bytes alone, never on where a chunk ends."""

    held_bytes: int
    """Size of the message that is not complete yet."""
    stray: list[bytes]
    """Lines that belong to no message but look like JSON."""

    def feed(self, chunk: bytes) -> list[Frame]:
        """Return the frames that this chunk completes."""
        ...

    def close(self) -> Frame | None:
        """Return what the end of the stream left unfinished, or ``None``; it may be cut anywhere."""
        ...
