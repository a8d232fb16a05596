"""One answer on its way into the socket, and what goes wrong with it there.

Invariant: unless a mishap or the script says so, a body that was begun is ended properly.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aircher.domain.ports import Clock
from aircher.testing.fake_llm.asks import HttpAnswer
from aircher.testing.fake_llm.chaos import Mishap, MishapKind
from aircher.testing.fake_llm.http_messages import LAST_CHUNK, chunk, head

_TRICKLE_BYTES = 7  # an odd number, so that lines, keys and UTF-8 characters are cut anywhere
_TRICKLE_S = 0.01


class ConnectionOver(Exception):
    """The connection ends here, by intention or because the client left."""


class Delivery:
    """Sends one answer."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, clock: Clock, mishap: Mishap | None
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._mishap = mishap
        self._sent_frames = 0

    async def send_whole(self, answer: HttpAnswer) -> None:
        """Send an answer in one piece; a mishap strikes in its middle.

        Raises:
            ConnectionOver: Nothing can follow on this connection.
        """
        headers = {**answer.headers, "content-length": str(len(answer.body))}
        middle = len(answer.body) // 2
        kind = self._mishap.kind if self._mishap else None
        if kind is MishapKind.MALFORMED:
            headers["content-length"] = str(middle)
        self._writer.write(head(answer.status, headers) + answer.body[:middle])
        match kind:
            case MishapKind.CUT:
                await self.cut()
            case MishapKind.STALL:
                await self.stall()
            case MishapKind.MALFORMED:
                pass
            case MishapKind.SLOW:
                await self._trickle(answer.body[middle:], is_chunked=False)
            case MishapKind.RATE_LIMIT | MishapKind.SERVER_ERROR | None:
                self._writer.write(answer.body[middle:])
        await self._drain()

    async def send_half(self, answer: HttpAnswer) -> None:
        """Send the half of an answer whose whole length was promised, and end the connection.

        Raises:
            ConnectionOver: Always.
        """
        headers = {**answer.headers, "content-length": str(len(answer.body))}
        self._writer.write(head(answer.status, headers) + answer.body[: len(answer.body) // 2])
        await self.cut()

    def open(self, headers: Mapping[str, str]) -> None:
        """Begin a stream."""
        self._writer.write(head(200, {**headers, "transfer-encoding": "chunked"}))

    async def send(self, frames: Sequence[bytes], *, is_last: bool = False) -> None:
        """Send frames of a stream, together; a mishap strikes at its frame, at the latest at the last ones.

        Raises:
            ConnectionOver: Nothing can follow on this connection.
        """
        for at, frame in enumerate(frames):
            mishap = self._mishap
            if mishap is not None and (is_last or self._sent_frames + at >= mishap.after_frames):
                self._mishap = None
                await self._write(frames[:at])
                await self._spoil(mishap, frame)
                await self.send(frames[at + 1 :])
                return
        await self._write(frames)

    async def close(self) -> None:
        """End the stream's body properly."""
        self._writer.write(LAST_CHUNK)
        await self._drain()

    async def cut(self) -> None:
        """End the connection within the body.

        Raises:
            ConnectionOver: Always.
        """
        await self._drain()
        with suppress(OSError):  # the client was faster
            self._writer.write_eof()
        raise ConnectionOver

    async def stall(self) -> None:
        """Send nothing more until the client leaves.

        Raises:
            ConnectionOver: Always.
        """
        await self._drain()
        await self._reader.read()
        raise ConnectionOver

    async def _write(self, frames: Sequence[bytes]) -> None:
        if frames:
            self._sent_frames += len(frames)
            self._writer.write(chunk(b"".join(frames)))
            await self._drain()

    async def _spoil(self, mishap: Mishap, frame: bytes) -> None:
        match mishap.kind:
            case MishapKind.CUT:
                self._writer.write(chunk(frame)[: len(frame) // 2])
                await self.cut()
            case MishapKind.STALL:
                await self.stall()
            case MishapKind.MALFORMED:
                text = frame.rstrip(b"\r\n")
                await self._write([text[: len(text) // 2] + frame[len(text) :]])
            case MishapKind.SLOW:
                await self._trickle(frame, is_chunked=True)
            case MishapKind.RATE_LIMIT | MishapKind.SERVER_ERROR:
                await self._write([frame])  # the request would have been refused before

    async def _trickle(self, data: bytes, *, is_chunked: bool) -> None:
        for start in range(0, len(data), _TRICKLE_BYTES):
            piece = data[start : start + _TRICKLE_BYTES]
            self._writer.write(chunk(piece) if is_chunked else piece)
            await self._drain()
            await self._clock.sleep(_TRICKLE_S)

    async def _drain(self) -> None:
        if self._writer.is_closing():
            raise ConnectionOver
        await self._writer.drain()
