"""Lines that somebody types, as the terminal hands them over: edited by itself, one at a time."""

import asyncio
import os


class Lines:
    """Reads lines from a descriptor without ever blocking the loop.

    Invariant: bytes that are no text are replaced, and a line without end at the end of the input counts.
    """

    def __init__(self, descriptor: int, *, encoding: str = "utf-8") -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""
        self._is_ended = False
        self._loop = asyncio.get_running_loop()
        self._is_file = False
        try:
            self._loop.add_reader(descriptor, self._read)
        except PermissionError:  # a file can always be read, so nothing tells when it can
            self._is_file = True
            self._loop.call_soon(self._read)

    async def next(self) -> str | None:
        """Return the next line without its end; ``None`` = there are no more."""
        line = await self._queue.get()
        if line is None:
            self._queue.put_nowait(None)
        return line

    def end(self) -> None:
        """Read no more: what was read already comes still, then there are no more lines."""
        if self._is_ended:
            return
        self._is_ended = True
        if not self._is_file:
            self._loop.remove_reader(self._descriptor)
        self._queue.put_nowait(None)

    def _read(self) -> None:
        if self._is_ended:
            return
        try:
            data = os.read(self._descriptor, 65_536)
        except OSError:  # the terminal is gone: that is the end of the input
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data and self._rest:
            lines = [self._rest]
        for line in lines:
            self._queue.put_nowait(line.decode(self._encoding, "replace").rstrip("\r"))
        if not data:
            self.end()
        elif self._is_file:
            self._loop.call_soon(self._read)
