"""A real HTTP server on this machine that sends exactly the bytes it is told, cut exactly as it is told.

Invariant: every request it received is in `LoopbackServer.requests`, in order.
"""

import asyncio
import gzip
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from email.utils import formatdate
from itertools import pairwise
from time import time
from typing import Literal, Self

from aircher.domain.records import dataclass

_HEAD_END = b"\r\n\r\n"
_DATE_IN = "@http-date+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer, and how it is delivered.

    Attributes:
        status: HTTP status.
        headers: A value ``@http-date+N`` becomes an HTTP date N seconds after sending.
        body: Before compression.
        splits: Offsets in the body at which a network chunk ends.
        chunk_bytes: Size of network chunks; ``None`` = as ``splits`` say, else all at once.
        end: ``abrupt`` closes the socket inside the body, ``stall`` sends nothing more and keeps it open.
        framing: How the body's end is marked; ``close`` = by the end of the connection.
        is_gzipped: Compress the body.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    splits: Sequence[int] = ()
    chunk_bytes: int | None = None
    end: Literal["proper", "abrupt", "stall"] = "proper"
    framing: Literal["chunked", "length", "close"] = "chunked"
    is_gzipped: bool = False

    def head(self, body_bytes: int) -> bytes:
        """Return status line and headers for a body of this length."""
        headers = {name: _header_value(value) for name, value in self.headers.items()}
        if self.is_gzipped:
            headers["content-encoding"] = "gzip"
        if self.framing == "chunked":
            headers["transfer-encoding"] = "chunked"
        elif self.framing == "length":
            headers["content-length"] = str(body_bytes)
        lines = [f"HTTP/1.1 {self.status} Replayed", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    def pieces(self) -> list[bytes]:
        """Return the body as the network chunks it is sent in."""
        body = gzip.compress(self.body) if self.is_gzipped else self.body
        if self.chunk_bytes is not None:
            cuts = list(range(self.chunk_bytes, len(body), self.chunk_bytes))
        else:
            cuts = [cut for cut in self.splits if 0 < cut < len(body)]
        bounds = [0, *cuts, len(body)]
        return [body[start:end] for start, end in pairwise(bounds) if end > start]


def _header_value(value: str) -> str:
    if value.startswith(_DATE_IN):
        return formatdate(time() + float(value.removeprefix(_DATE_IN)), usegmt=True)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as it came; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class LoopbackServer:
    """Answers every request by ``answer``; use it as an async context manager.

    Attributes:
        requests: What was received.
        connections: Sockets accepted so far.
    """

    def __init__(self, answer: Callable[[ReceivedRequest], Reply], *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[ReceivedRequest] = []
        self.connections = 0
        self._answer = answer
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._changed = asyncio.Condition()

    @property
    def url(self) -> str:
        """The address, without path or slash; valid inside the context."""
        if self._server is None:
            raise RuntimeError("the server runs only inside its context")
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        self.drop_connections()
        await self.wait_for_connections(0)

    def drop_connections(self) -> None:
        """Close every open socket, as a server does with idle ones."""
        for writer in tuple(self._open):
            writer.transport.abort()

    async def wait_for_connections(self, count: int) -> None:
        """Return once exactly this many sockets are open."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._open) == count)

    async def wait_for_requests(self, count: int) -> None:
        """Return once this many requests have come."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.requests) >= count)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        await self._tell()
        try:
            is_open = True
            while is_open and (request := await _read_request(reader)) is not None:
                self.requests.append(request)
                await self._tell()
                is_open = await _send(self._answer(request), reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away: what the tests of cancellation do
        finally:
            writer.transport.abort()
            self._open.discard(writer)
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def _read_request(reader: asyncio.StreamReader) -> ReceivedRequest | None:
    try:
        head = (await reader.readuntil(_HEAD_END)).removesuffix(_HEAD_END).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    request_line, *lines = head.split("\r\n")
    method, target, _ = request_line.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return ReceivedRequest(method=method, target=target, headers=headers, body=body)


async def _send(reply: Reply, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Return whether the connection may carry another request."""
    pieces = reply.pieces()
    writer.write(reply.head(sum(map(len, pieces))))
    for piece in pieces:
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if reply.framing == "chunked" else piece)
        await writer.drain()
        await asyncio.sleep(0)  # lets the client read this piece on its own
    if reply.end == "stall":
        await reader.read()
        return False
    if reply.end == "abrupt":
        writer.write_eof()
        return False
    if reply.framing == "chunked":
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    if reply.framing == "close":
        writer.write_eof()
        await reader.read()
    return reply.framing != "close"
