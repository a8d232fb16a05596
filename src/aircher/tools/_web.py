"""Gets things over HTTP: bounded in size and time, and never from a private network.

Invariant: the address that is connected to is the one that was vetted; nothing is resolved twice, and no redirect is
followed here. Not its job: whether the host may be spoken to (policy), what the answer means.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
import zlib
from contextlib import closing, suppress
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from aircher.support.addresses import is_public
from aircher.support.aio import in_own_thread
from aircher.tools._urls import WebError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence

    from aircher.tools._urls import Target

    Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
    """Returns the addresses of a host; raises `OSError` if there are none."""

ResultT = TypeVar("ResultT")

HTTP_NAMES = http.client.responses
MAX_BODY_BYTES = 5 * 1024**2
DEADLINE_S = 30.0  # for all of it: the name, the connection, every byte
_CONNECT_TIMEOUT_S = 10.0
_PIECE_BYTES = 65_536
_CLOUD_ADDRESSES = frozenset({"168.63.129.16"})
"""Public by their number, and yet the inside of a cloud: Azure's hosts answer their guests there."""


class Answer:
    """What a server said.

    Attributes:
        status: HTTP status.
        headers: Names in lower case; of repeated ones the first.
        body: Decompressed.
        is_cut: Whether there was more than `MAX_BODY_BYTES`.
    """

    __slots__ = ("body", "headers", "is_cut", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, *, is_cut: bool) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.is_cut = is_cut


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return what the system's resolver says, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_open(address: str) -> bool:
    """Whether anybody may connect to this address."""
    return is_public(address) and address not in _CLOUD_ADDRESSES


class Web:
    """The way to the public internet.

    ``resolve`` turns names into addresses, ``may_connect`` says which of them may be connected to, and ``trust`` makes
    what certificates are checked with (``None`` = the system's).
    """

    def __init__(
        self,
        *,
        resolve: Resolve = addresses_of,
        may_connect: Callable[[str], bool] = is_open,
        deadline_s: float = DEADLINE_S,
        agent: str = "aircher",
        trust: Callable[[], ssl.SSLContext] | None = None,
    ) -> None:
        self._resolve = resolve
        self._may_connect = may_connect
        self._deadline_s = deadline_s
        self._agent = agent
        self._trust = trust

    async def get(self, target: Target, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET; cancelling closes the socket.

        Raises:
            WebError: There is none.
        """
        exchange = _Exchange(self._trust)
        sent = {"user-agent": self._agent, "accept-encoding": "gzip, deflate", "connection": "close", **(headers or {})}
        try:
            async with asyncio.timeout(self._deadline_s):
                return await in_own_thread(lambda: self._get(target, sent, exchange), name="web", grace_s=0)
        except TimeoutError as exc:
            raise WebError(f"{target.host} did not answer completely within {self._deadline_s:g} s.") from exc
        finally:
            exchange.abort()

    async def work(self, work: Callable[[], ResultT], *, within_s: float, what: str) -> ResultT:
        """Return what the work returns that an answer makes, in a thread: others may have written the answer.

        Raises:
            WebError: It raised one, or took too long: then it says ``what``.
        """
        try:
            async with asyncio.timeout(within_s):
                return await in_own_thread(work, name="web", grace_s=0)
        except TimeoutError as exc:
            raise WebError(f"{what} within {within_s:g} s.") from exc

    def _get(self, target: Target, headers: Mapping[str, str], exchange: _Exchange) -> Answer:
        try:
            connection = _connection(target, exchange.connect(self._vetted(target), target))
            with closing(connection):
                connection.request("GET", target.path, headers=dict(headers))
                return _answer(connection.getresponse(), target)
        except (OSError, http.client.HTTPException, zlib.error) as exc:
            raise WebError(f"{target.host} could not be read: {_reason(exc)}.") from exc
        except ValueError as exc:  # its words may quote a header, and so a key
            raise WebError(f"The request to {target.host} cannot be sent.") from exc

    def _vetted(self, target: Target) -> Sequence[str]:
        """Return the host's addresses, all of which may be connected to."""
        try:
            found = self._resolve(target.host, target.port)
        except (OSError, UnicodeError) as exc:
            raise WebError(f"There is no host {target.host}: {_reason(exc)}.") from exc
        refused = [address for address in found if not self._may_connect(address)]
        if refused or not found:
            raise WebError(
                f"{target.host} is {', '.join(refused) or 'nowhere'}, which is not of the public internet. "
                "What runs on this machine or in its network can be asked with shell, if that is allowed."
            )
        return found


class _Exchange:
    """The socket of one exchange, which another thread may close at any time."""

    def __init__(self, trust: Callable[[], ssl.SSLContext] | None) -> None:
        self._trust = trust
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._is_aborted = False

    def connect(self, addresses: Sequence[str], target: Target) -> socket.socket:
        """Return a socket to the first address that takes one, encrypted if the target is."""
        failure = OSError("no address")
        for address in addresses:
            plain = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            try:
                self._own(plain)
                plain.settimeout(_CONNECT_TIMEOUT_S)
                plain.connect((address, target.port))
            except OSError as exc:
                plain.close()
                failure = exc
                continue
            plain.settimeout(DEADLINE_S)
            return plain if target.scheme == "http" else self._encrypted(plain, target.host)
        raise failure

    def abort(self) -> None:
        """Make whoever reads or writes fail now."""
        with self._lock, suppress(OSError):
            self._is_aborted = True
            if self._socket is not None:
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not TLS's own, which would wait for an answer

    def _encrypted(self, plain: socket.socket, host: str) -> socket.socket:
        import ssl

        context = (self._trust or ssl.create_default_context)()
        secure = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        try:
            self._own(secure)
            secure.do_handshake()
        except BaseException:
            secure.close()
            raise
        return secure

    def _own(self, sock: socket.socket) -> None:
        with self._lock:
            if self._is_aborted:
                raise OSError("given up")
            self._socket = sock


def _connection(target: Target, sock: socket.socket) -> http.client.HTTPConnection:
    """Return HTTP's side of a socket that is connected; a port that goes without saying is not said."""
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = 443 if target.scheme == "https" else 80
    connection.sock = sock
    return connection


def _answer(response: http.client.HTTPResponse, target: Target) -> Answer:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        headers.setdefault(name.lower(), value)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", "deflate", ""}:
        raise WebError(f"{target.host} sent its answer as {encoding}, which was not asked for.")
    inflate = _Inflater() if encoding not in {"identity", ""} else None
    body = bytearray()
    received_bytes = 0
    while len(body) <= MAX_BODY_BYTES and received_bytes <= MAX_BODY_BYTES:
        piece = response.read1(_PIECE_BYTES)
        if not piece:
            break
        received_bytes += len(piece)
        body += piece if inflate is None else inflate.feed(piece, MAX_BODY_BYTES + 1 - len(body))
    is_cut = len(body) > MAX_BODY_BYTES or received_bytes > MAX_BODY_BYTES
    return Answer(response.status, headers, bytes(body[:MAX_BODY_BYTES]), is_cut=is_cut)


class _Inflater:
    """Decompresses gzip, zlib, and what some servers take for the latter."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._is_fresh = True

    def feed(self, piece: bytes, most_bytes: int) -> bytes:
        """Return at most so much of what is in it."""
        try:
            return self._inflater.decompress(piece, most_bytes)
        except zlib.error:
            if not self._is_fresh:
                raise
            self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._inflater.decompress(piece, most_bytes)
        finally:
            self._is_fresh = False


def _reason(exc: BaseException) -> str:
    reason = getattr(exc, "verify_message", "") or getattr(exc, "strerror", "") or f"{exc}" or type(exc).__name__
    return " ".join(reason.split())[:200]
