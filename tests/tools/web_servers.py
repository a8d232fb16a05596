"""The way to a server on loopback, by made-up names."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply
from aircher.tools._web import Web
from aircher.tools.web_ports import WebAccess

HOST = "site.example"


class Site:
    """A server that answers by path, and the way to it.

    Attributes:
        pages: Answers by path; a path that is missing is answered with 404.
        server: The server.
    """

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.server = LoopbackServer(self._answer)

    @property
    def port(self) -> int:
        return urlsplit(self.server.url).port or 0

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def _answer(self, request: ReceivedRequest) -> Reply:
        return self.pages.get(request.target.partition("?")[0], Reply(status=404))


@asynccontextmanager
async def a_site() -> AsyncIterator[Site]:
    site = Site()
    async with site.server:
        yield site


def to_loopback(*, deadline_s: float = 10.0) -> Web:
    """Return a way on which every name is this machine."""
    return Web(resolve=lambda host, port: ("127.0.0.1",), may_connect=_is_loopback, deadline_s=deadline_s)


def access(make: Callable[[], Web] = to_loopback) -> WebAccess:
    return WebAccess(make=make, make_own=make)


def _is_loopback(address: str) -> bool:
    return address == "127.0.0.1"


async def dripping(delay_s: float) -> asyncio.Server:
    """Return a server that sends one byte of a body at a time, for ever."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        try:
            while not reader.at_eof():
                writer.write(b".")
                await writer.drain()
                try:
                    async with asyncio.timeout(delay_s):
                        await reader.read(1)
                except TimeoutError:
                    continue
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    return await asyncio.start_server(drip, "127.0.0.1", 0)
