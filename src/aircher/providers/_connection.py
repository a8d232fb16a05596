"""One HTTP/1.1 connection over asyncio streams; httptools knows how an answer is framed.

Invariant: `abort` closes the socket at once, from any state, and never waits.
Not its job: meaning of statuses, retries, our error tree (`aircher.providers._http` translates).
Source: RFC 9112; RFC 9110 §9.3.6 for CONNECT.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import TypeAlias

from aircher.providers._address import Address
from aircher.providers._response_parser import ResponseParser
from aircher.providers.pacer import Pacer

HeaderList: TypeAlias = Sequence[tuple[str, str]]

_READ_BYTES = 65_536
_SECOND_FAMILY_AFTER_S = 0.25  # RFC 8305 recommends 250 ms
_UNSENDABLE = frozenset("\r\n\0")


class ProxyRefusedError(OSError):
    """The proxy answered, but did not open the tunnel."""


class UnsendableHeader(ValueError):
    """A header holds characters that no header may have."""


class Connection:
    """A socket and the state of the exchange on it.

    Attributes:
        is_fresh: Nothing has been received on it yet.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        proxy: Address | None,
        idle_timeout_s: float,
        pacer: Pacer,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._forwards = proxy is not None
        self._silence = _Silence(reader, idle_timeout_s)
        self._pacer = pacer
        self._has_body = False
        self._answer = ResponseParser()
        self.is_fresh = True

    @property
    def is_alive(self) -> bool:
        """Whether an idle connection may carry another exchange, as far as one can know without trying."""
        has_failed = self._writer.is_closing() or self._reader.exception() is not None
        return not has_failed and not self._reader.at_eof()

    async def send(self, method: str, address: Address, headers: HeaderList, body: bytes) -> None:
        """Send one whole request.

        Raises:
            OSError: The connection broke; the server may still have answered.
            UnsendableHeader: A header cannot be sent.
        """
        target = address.url if self._forwards else address.path
        lines = [f"{method} {target} HTTP/1.1", f"host: {address.netloc}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if any(_UNSENDABLE.intersection(line) for line in lines):
            raise UnsendableHeader("a line break in a header")
        try:
            head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        except UnicodeEncodeError as exc:
            raise UnsendableHeader("a header outside of Latin-1") from exc
        self._answer = ResponseParser()
        self._has_body = False
        self._silence.begin()
        self._writer.write(head + body)
        await self._writer.drain()

    async def read_head(self) -> tuple[int, dict[str, str]]:
        """Return status and headers of the answer; names in lower case, repeated ones joined by commas.

        Raises:
            OSError: The connection broke, or stayed silent too long (TimeoutError).
            BrokenAnswer: What came is not HTTP.
        """
        while not self._answer.has_head:
            await self._receive()
        return self._answer.status, self._answer.headers

    async def read_body(self) -> bytes | None:
        """Return the next piece of the body as soon as there is one; ``None`` = that was all.

        Raises:
            OSError: As for `read_head`.
            BrokenAnswer: The body was cut, or is not framed as announced.
        """
        while not (data := self._answer.take()):
            if self._answer.is_over:
                return None
            if self._pacer.is_pacing and self._has_body:
                await self._rest()
            await self._receive()
        self._has_body = True
        return data

    def can_be_reused(self) -> bool:
        """Return whether the exchange is over and the connection stays open for the next."""
        return self._answer.is_over and self._answer.keeps_alive and self.is_alive

    def abort(self) -> None:
        """Close the socket now."""
        self._silence.end()
        self._writer.transport.abort()

    async def _rest(self) -> None:
        """Read nothing until the next tick; what comes meanwhile stays with the kernel."""
        transport = self._writer.transport
        transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport has it, its type does not say so
        try:
            await self._pacer.tick()
        finally:
            transport.resume_reading()  # type: ignore[attr-defined]

    async def _receive(self) -> None:
        data = await self._reader.read(_READ_BYTES)
        self._silence.heard()
        self.is_fresh = self.is_fresh and not data
        if data:
            self._answer.feed(data)
        else:
            self._answer.close()
        if self._answer.is_over:  # not when its end is read: an error in the answer leaves that unread
            self._silence.end()


class _Silence:
    """Makes a reader fail that has heard nothing for too long: one timer a connection, not one a read."""

    def __init__(self, reader: asyncio.StreamReader, longest_s: float) -> None:
        self._reader = reader
        self._longest_s = longest_s
        self._loop = asyncio.get_running_loop()
        self._heard_at_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Watch from now on."""
        self._heard_at_s = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._longest_s, self._look)

    def heard(self) -> None:
        """Note that something came."""
        self._heard_at_s = self._loop.time()

    def end(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        left_s = self._heard_at_s + self._longest_s - self._loop.time()
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look)
        else:
            self._timer = None
            self._reader.set_exception(TimeoutError())


async def connect(
    address: Address, *, proxy: Address | None, tls: ssl.SSLContext | None, idle_timeout_s: float, pacer: Pacer
) -> Connection:
    """Return an open connection, through the proxy if there is one.

    Args:
        address: Where to.
        proxy: ``None`` = directly.
        tls: Context for https addresses; ``None`` for http.
        idle_timeout_s: Longest silence on the connection.
        pacer: Tells when to read if there are many.

    Raises:
        OSError: It could not be opened; `ProxyRefusedError` if the proxy said so.
    """
    goes_through = proxy or address
    reader, writer = await asyncio.open_connection(
        goes_through.host,
        goes_through.port,
        ssl=tls if goes_through.scheme == "https" else None,
        happy_eyeballs_delay=_SECOND_FAMILY_AFTER_S,
    )
    if proxy is None or tls is None or address.scheme == "http":
        return Connection(reader, writer, proxy=proxy, idle_timeout_s=idle_timeout_s, pacer=pacer)
    try:
        await _open_tunnel(reader, writer, address, proxy)
        await writer.start_tls(tls, server_hostname=address.host)
    except BaseException:
        writer.transport.abort()
        raise
    return Connection(reader, writer, proxy=None, idle_timeout_s=idle_timeout_s, pacer=pacer)


async def _open_tunnel(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address, proxy: Address
) -> None:
    target = f"{address.host}:{address.port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", *proxy_authorization(proxy), "", ""]
    writer.write("\r\n".join(lines).encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as exc:
        raise ProxyRefusedError("it closed the connection") from exc
    status_line = head.partition(b"\r\n")[0].decode("latin-1")
    if status_line.split(" ")[1:2] != ["200"]:
        raise ProxyRefusedError(f"it answered {status_line[:80]!r}")


def proxy_authorization(proxy: Address) -> list[str]:
    """Return the header line for a proxy with a user name in its address, else nothing."""
    if not proxy.user_info:
        return []
    from base64 import b64encode
    from urllib.parse import unquote

    return [f"Proxy-Authorization: Basic {b64encode(unquote(proxy.user_info).encode()).decode()}"]
