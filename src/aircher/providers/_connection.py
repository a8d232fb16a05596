"""One HTTP/1.1 connection over asyncio streams; h11 knows the protocol.

Invariant: `abort` closes the socket at once, from any state, and never waits.
Not its job: meaning of statuses, retries, our error tree (`aircher.providers._http` translates).
Source: RFC 9112; RFC 9110 §9.3.6 for CONNECT.
"""

import asyncio
import ssl
from collections.abc import Sequence
from typing import TypeAlias

import h11

from aircher.providers._address import Address

HeaderList: TypeAlias = Sequence[tuple[str, str]]

_READ_BYTES = 65_536
_HEAD_BYTES = 65_536  # h11's own 16 KiB is tight for gateways that repeat long policy headers
_SECOND_FAMILY_AFTER_S = 0.25  # RFC 8305 recommends 250 ms


class ProxyRefusedError(OSError):
    """The proxy answered, but did not open the tunnel."""


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
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._forwards = proxy is not None
        self._idle_timeout_s = idle_timeout_s
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_BYTES)
        self.is_fresh = True

    @property
    def is_alive(self) -> bool:
        """Whether an idle connection may carry another exchange, as far as one can know without trying."""
        return not self._writer.is_closing() and not self._reader.at_eof()

    async def send(self, method: str, address: Address, headers: HeaderList, body: bytes) -> None:
        """Send one whole request.

        Raises:
            OSError: The connection broke; the server may still have answered.
        """
        target = address.url if self._forwards else address.path
        request = h11.Request(method=method, target=target, headers=[("host", address.netloc), *headers])
        parts = [self._state.send(request), self._state.send(h11.Data(data=body)) if body else b""]
        parts.append(self._state.send(h11.EndOfMessage()))
        self._writer.write(b"".join(part for part in parts if part))
        async with asyncio.timeout(self._idle_timeout_s):
            await self._writer.drain()

    async def read_head(self) -> tuple[int, dict[str, str]]:
        """Return status and headers of the answer; names in lower case, repeated ones joined by commas.

        Raises:
            OSError: The connection broke, or stayed silent too long (TimeoutError).
            h11.RemoteProtocolError: What came is not HTTP.
        """
        while not isinstance(event := await self._next(), h11.Response):
            if not isinstance(event, h11.InformationalResponse):
                raise h11.RemoteProtocolError("the answer has no head")
        headers: dict[str, str] = {}
        for raw_name, raw_value in event.headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return event.status_code, headers

    async def read_body(self) -> bytes | None:
        """Return the next piece of the body as soon as there is one; ``None`` = that was all.

        Raises:
            OSError: As for `read_head`.
            h11.RemoteProtocolError: The body was cut, or is not framed as announced.
        """
        event = await self._next()
        return bytes(event.data) if isinstance(event, h11.Data) else None

    def can_be_reused(self) -> bool:
        """Return whether the exchange is over and the connection stays open; it is then ready for the next."""
        if self._state.our_state is h11.DONE and self._state.their_state is h11.DONE and self.is_alive:
            self._state.start_next_cycle()
            return True
        return False

    def abort(self) -> None:
        """Close the socket now."""
        self._writer.transport.abort()

    async def _next(self) -> object:
        while (event := self._state.next_event()) is h11.NEED_DATA:
            async with asyncio.timeout(self._idle_timeout_s):
                data = await self._reader.read(_READ_BYTES)
            self.is_fresh = self.is_fresh and not data
            self._state.receive_data(data)
        return event


async def connect(
    address: Address, *, proxy: Address | None, tls: ssl.SSLContext | None, idle_timeout_s: float
) -> Connection:
    """Return an open connection, through the proxy if there is one.

    Args:
        address: Where to.
        proxy: ``None`` = directly.
        tls: Context for https addresses; ``None`` for http.
        idle_timeout_s: Longest silence on the connection.

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
        return Connection(reader, writer, proxy=proxy, idle_timeout_s=idle_timeout_s)
    try:
        await _open_tunnel(reader, writer, address, proxy)
        await writer.start_tls(tls, server_hostname=address.host)
    except BaseException:
        writer.transport.abort()
        raise
    return Connection(reader, writer, proxy=None, idle_timeout_s=idle_timeout_s)


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
