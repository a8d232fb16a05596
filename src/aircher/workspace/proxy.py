"""An HTTP proxy that lets through what a list of hosts names, and nothing that is not on the public internet.

Invariant: the address that is connected to is the one that was judged; a name is resolved once. Deny wins. What goes
through is not looked into: a server that answers for other names too is reached under its listed one.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import field
from typing import TypeAlias

from aircher.domain.records import dataclass
from aircher.permissions.patterns import is_host_meant
from aircher.support.addresses import is_public, normal_host

HEAD_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 20.0
_CHUNK_BYTES = 65_536
_DEFAULT_PORT = 80
_END_OF_HEAD = b"\r\n\r\n"
_DROPPED = (b"proxy-", b"connection:", b"keep-alive:", b"host:")

Resolve: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
IsAllowed: TypeAlias = Callable[[str], bool]


class _RefusedError(Exception):
    """Why a request is not passed on; ``status`` is the line of the answer."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Request:
    host: str
    port: int
    forwarded: bytes  # what the server gets first; empty for a tunnel


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, as the system resolves it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFilter:
    """Serves connections of one list of hosts.

    Attributes:
        hosts: What may be reached, written as in rules: a host or ``*.suffix``, with ``:PORT`` if only that one.
        denied_hosts: What may not, whatever ``hosts`` says; without a port it is every one.
        resolve: Turns a name into addresses.
        is_allowed_address: Whether an address may be connected to.
    """

    hosts: tuple[str, ...]
    denied_hosts: tuple[str, ...] = ()
    resolve: Resolve = field(default=resolve)
    is_allowed_address: IsAllowed = field(default=is_public)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection of a client, to its end."""
        try:
            await self._serve(reader, writer)
        except _RefusedError as refused:
            body = f"aircher: {refused.reason}\n".encode()
            head = f"HTTP/1.1 {refused.status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            with suppress(OSError):
                writer.write(head.encode() + body)
                await writer.drain()
        except (OSError, EOFError, asyncio.LimitOverrunError):
            pass  # the client or the server is gone, and nobody is left to be told
        finally:
            await _close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_TIMEOUT_S):
            head = await reader.readuntil(_END_OF_HEAD)
        request = _read(head)
        server_reader, server_writer = await self._connect(request.host, request.port)
        try:
            if request.forwarded:
                server_writer.write(request.forwarded)
            else:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, server_writer))
                group.create_task(_copy(server_reader, writer))
        except* OSError:
            pass  # one side broke off: both are closed
        finally:
            await _close(server_writer)

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._is_denied(host, port):
            raise _RefusedError("403 Forbidden", f"the host {host} is refused by a rule for port {port}")
        if not any(is_host_meant(host, port, pattern, is_wide=False) for pattern in self.hosts):
            raise _RefusedError("403 Forbidden", f"the host {host} is not among the allowed ones for port {port}")
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                addresses = await self.resolve(host, port)
                if any(self._is_denied(address, port) for address in addresses):
                    raise _RefusedError("403 Forbidden", f"an address of {host} is refused by a rule for port {port}")
                allowed = [address for address in addresses if self.is_allowed_address(address)]
                if addresses and not allowed:
                    raise _RefusedError("403 Forbidden", f"the host {host} has no address on the public internet")
                return await _first_connection(allowed, port)
        except TimeoutError:
            raise _RefusedError("504 Gateway Timeout", f"the host {host} did not answer") from None
        except (OSError, UnicodeError) as exc:
            raise _RefusedError("502 Bad Gateway", f"the host {host} cannot be reached: {exc}") from exc

    def _is_denied(self, host: str, port: int) -> bool:
        return any(is_host_meant(host, port, pattern, is_wide=True) for pattern in self.denied_hosts)


async def _first_connection(addresses: list[str], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    failure = OSError("it has no address")
    for address in addresses:
        try:
            return await asyncio.open_connection(address, port)
        except OSError as exc:
            failure = exc
    raise failure


def _read(head: bytes) -> _Request:
    line, *headers = head[: -len(_END_OF_HEAD)].split(b"\r\n")
    try:
        method, target, version = line.decode("ascii").split(" ")
    except ValueError:
        raise _RefusedError("400 Bad Request", "this is no request to a proxy") from None
    if method == "CONNECT":
        return _Request(*_authority(target, default=0), b"")
    scheme, _, rest = target.partition("://")
    if scheme.lower() != "http" or not rest:
        raise _RefusedError("400 Bad Request", "only http:// addresses and CONNECT are served")
    cut = min((rest.index(mark) for mark in "/?#" if mark in rest), default=len(rest))
    host, port = _authority(rest[:cut], default=_DEFAULT_PORT)
    path = rest[cut:] if rest[cut:].startswith("/") else f"/{rest[cut:]}"
    kept = [header for header in headers if not header.lower().startswith(_DROPPED)]
    lines = [f"{method} {path} {version}".encode(), f"Host: {rest[:cut]}".encode(), b"Connection: close", *kept]
    return _Request(host, port, b"\r\n".join(lines) + _END_OF_HEAD)


def _authority(text: str, *, default: int) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(default)
    name = normal_host(host)
    if not name or name.startswith(".") or "@" in name or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise _RefusedError("400 Bad Request", f"{text!r} is no host with a port")
    return name, int(port)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
