"""Lines that somebody types, as the terminal hands them over: edited by itself, one at a time."""

import asyncio
import os


class Lines:
    """Reads lines from a descriptor without ever blocking the loop; iterate over it until there are no more.

    Invariant: what is not UTF-8 is replaced, and a line without end at the end of the input counts.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(descriptor, self._read)

    async def next(self) -> str | None:
        """Return the next line without its end; ``None`` = there are no more."""
        line = await self._queue.get()
        if line is None:
            self._queue.put_nowait(None)
        return line

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._descriptor)

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 65_536)
        except OSError:  # the terminal is gone: that is the end of the input
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data:
            self.close()
            lines = [self._rest] if self._rest else []
        for line in lines:
            self._queue.put_nowait(line.decode("utf-8", "replace").rstrip("\r"))
        if not data:
            self._queue.put_nowait(None)
