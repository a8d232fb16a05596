"""The one way to a server: a request out, status, headers and a stream of bytes in.

Invariant: leaving `HttpClient.open_stream` leaves no socket open but those that can be used again, and waits for
nothing. Redirects are not followed, so a key never reaches a host the user did not name.
Not its job: what statuses and bodies mean.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from aircher import __version__
from aircher.domain.errors import ConfigError, NetworkError, StreamInterruptedError
from aircher.domain.records import dataclass
from aircher.providers._address import Address, proxy_for
from aircher.providers._connection import (
    Connection,
    HeaderList,
    ProxyRefusedError,
    UnsendableHeader,
    connect,
    proxy_authorization,
)
from aircher.providers._response_parser import BrokenAnswer
from aircher.providers.pacer import Pacer

USER_AGENT = f"aircher/{__version__}"
LINGER_S = 0.02
"""How long the end of a finished answer is waited for, so that its connection can be used again."""
MOST_BODY_BYTES = 64 * 1024 * 1024
"""An answer in one piece, or one message of a stream, that is larger than this is none."""
_CLOSED = (ConnectionError, BrokenAnswer)  # reset or end; silence may mean that the server is at work


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What to send. ``headers`` need not name host, length, or our name."""

    method: str
    address: Address
    headers: HeaderList = ()
    body: bytes = b""


class HttpResponse:
    """An answer whose body is still arriving.

    Attributes:
        status: HTTP status.
        headers: Names in lower case.
    """

    def __init__(self, connection: Connection, status: int, headers: Mapping[str, str], *, provider: str) -> None:
        self.status = status
        self.headers = headers
        self._connection = connection
        self._provider = provider
        encoding = headers.get("content-encoding", "").lower()
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in {"gzip", "x-gzip", "deflate"} else None

    @property
    def media_type(self) -> str:
        """The content type without parameters, in lower case; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body, decompressed, as it arrives; no piece is empty.

        Raises:
            StreamInterruptedError: It was cut, fell silent, or is garbled.
        """
        while (data := await self._read()) is not None:
            if data:
                yield data

    async def read(self) -> bytes:
        """Return the rest of the body.

        Raises:
            StreamInterruptedError: As for `chunks`, or it is unreasonably large.
        """
        body = bytearray()
        while (data := await self._read()) is not None:
            body += data
            self.check_size(len(body))
        return bytes(body)

    def check_size(self, held_bytes: int) -> None:
        """Refuse to hold more than one piece of an answer may have.

        Raises:
            StreamInterruptedError: It is more than 64 MiB.
        """
        if held_bytes > MOST_BODY_BYTES:
            raise self._broken(f"sent more than {MOST_BODY_BYTES} bytes in one piece", kind="malformed")

    async def linger(self) -> None:
        """Give the end of the body a moment to arrive; its absence is no error."""
        try:
            async with asyncio.timeout(LINGER_S):
                while await self._read() is not None:
                    pass
        except (TimeoutError, StreamInterruptedError):
            return

    async def _read(self) -> bytes | None:
        try:
            data = await self._connection.read_body()
            if self._inflater is None or data is None:
                return data
            return self._inflater.decompress(data)
        except TimeoutError as exc:
            raise self._broken("fell silent in the middle of its answer") from exc
        except (OSError, BrokenAnswer) as exc:
            raise self._broken("closed the connection in the middle of its answer") from exc
        except zlib.error as exc:
            raise self._broken("sent a compressed answer that cannot be read", kind="malformed") from exc

    def _broken(self, what: str, *, kind: str = "truncated") -> StreamInterruptedError:
        return StreamInterruptedError(
            f"{self._provider} {what}",
            provider=self._provider,
            kind=kind,
            received_chars=0,
            hint="send the prompt again; what arrived is kept",
        )


class HttpClient:
    """Connections to one server. Opens nothing before the first request."""

    def __init__(
        self,
        *,
        provider: str,
        connect_timeout_s: float,
        idle_timeout_s: float,
        environ: Mapping[str, str],
        pacer: Pacer | None = None,
    ) -> None:
        self._provider = provider
        self._connect_timeout_s = connect_timeout_s
        self._idle_timeout_s = idle_timeout_s
        self._environ = environ
        self._pacer = pacer or Pacer()
        self._tls: ssl.SSLContext | None = None
        self._idle: list[Connection] = []

    @asynccontextmanager
    async def open_stream(self, request: HttpRequest) -> AsyncIterator[HttpResponse]:
        """Send the request; inside the context the body can be read.

        Raises:
            NetworkError: No connection, or no answer on it.
            ConfigError: A proxy variable is not an address.
        """
        connection, status, headers = await self._exchange(request)
        self._pacer.enter()
        try:
            yield HttpResponse(connection, status, headers, provider=self._provider)
        finally:
            self._pacer.leave()
            if connection.can_be_reused():
                self._idle.append(connection)
            else:
                connection.abort()

    async def aclose(self) -> None:
        """Close idle connections. Safe to call twice."""
        while self._idle:
            self._idle.pop().abort()
        await asyncio.sleep(0)  # lets the loop run the transports' own closing

    async def _exchange(self, request: HttpRequest) -> tuple[Connection, int, Mapping[str, str]]:
        """Return the connection and the head of the answer, over an idle connection where one still works."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_alive:
                connection.is_fresh = True
                try:
                    return await self._ask(connection, request)
                except NetworkError as exc:
                    if not (connection.is_fresh and isinstance(exc.__cause__, _CLOSED)):
                        raise
                    continue  # the server closed it while it was idle and never saw this request
            connection.abort()
        return await self._ask(await self._connect(request.address), request)

    async def _ask(self, connection: Connection, request: HttpRequest) -> tuple[Connection, int, Mapping[str, str]]:
        try:
            status, headers = await self._send(connection, request)
        except TimeoutError as exc:
            connection.abort()
            hint = f"if it needs longer, for instance to load a model: raise providers.{self._provider}.timeout"
            raise self._failed(f"did not answer within {self._idle_timeout_s:g} s", request.address, hint) from exc
        except (OSError, BrokenAnswer) as exc:
            connection.abort()
            raise self._failed("closed the connection without an answer", request.address, None) from exc
        except UnsendableHeader as exc:
            connection.abort()
            raise ConfigError(
                f"{self._provider} cannot be asked: a value for a header holds characters that no header may have",
                hint=f"check the values of providers.{self._provider}",
                code="config.header",
            ) from exc
        except BaseException:
            connection.abort()
            raise
        return connection, status, headers

    async def _send(self, connection: Connection, request: HttpRequest) -> tuple[int, Mapping[str, str]]:
        headers = [
            ("user-agent", USER_AGENT),
            ("accept", "text/event-stream, application/json"),
            ("accept-encoding", "identity"),  # compression makes proxies hold back small pieces
            *request.headers,
        ]
        if request.body:
            headers.append(("content-length", str(len(request.body))))
        proxy = proxy_for(request.address, self._environ)
        if proxy is not None and request.address.scheme == "http":
            headers += [("proxy-authorization", line.partition(": ")[2]) for line in proxy_authorization(proxy)]
        # a server may refuse a large body before it has read it; its answer is then waiting
        with suppress(ConnectionResetError, BrokenPipeError):
            await connection.send(request.method, request.address, headers, request.body)
        return await connection.read_head()

    async def _connect(self, address: Address) -> Connection:
        proxy = proxy_for(address, self._environ)
        if self._tls is None and "https" in {address.scheme, proxy.scheme if proxy else ""}:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                return await connect(
                    address, proxy=proxy, tls=self._tls, idle_timeout_s=self._idle_timeout_s, pacer=self._pacer
                )
        except OSError as exc:
            raise self._unreachable(exc, address, proxy) from exc

    def _unreachable(self, exc: OSError, address: Address, proxy: Address | None) -> NetworkError:
        host = (proxy or address).netloc
        hint: str | None = None
        match exc:
            case ssl.SSLCertVerificationError():
                what, hint = f"is not trusted: {exc.verify_message}", _certificate_hint()
            case ssl.SSLError():
                what = f"did not complete the TLS handshake: {exc.reason or 'unknown reason'}"
                hint = f"check https:// or http:// in providers.{self._provider}.base_url"
            case ProxyRefusedError():
                what, hint = f"is behind the proxy {host}, and {exc}", "check HTTPS_PROXY and NO_PROXY"
            case TimeoutError():
                what = f"was not reached within {self._connect_timeout_s:g} s"
            case socket.gaierror():
                what = f"was not found: no address is known for {host}"
                hint = f"check the network, and providers.{self._provider}.base_url"
            case ConnectionRefusedError():
                what = f"was not reached: nothing listens at {host}"
                hint = f"start the server, or set providers.{self._provider}.base_url"
            case _:
                what = f"was not reached: {exc.strerror or type(exc).__name__}"
        error = self._failed(what, address, hint)
        error.is_retryable = not isinstance(exc, ssl.SSLCertVerificationError)  # it will be the same certificate
        return error

    def _failed(self, what: str, address: Address, hint: str | None) -> NetworkError:
        return NetworkError(
            f"{self._provider} at {address.scheme}://{address.netloc} {what}",
            provider=self._provider,
            hint=hint or "check the network; `aircher doctor` tries every configured provider",
            is_retryable=True,
        )


def _certificate_hint() -> str:
    """Return how a certificate is trusted; OpenSSL passes over a file that is not there without a word."""
    import os  # the variable is OpenSSL's, which reads the process's own environment

    path = os.environ.get("SSL_CERT_FILE", "")
    if path and not os.access(path, os.R_OK):
        return f"SSL_CERT_FILE is {path!r}, which cannot be read: set it to a file of certificates in PEM"
    return "if a company proxy signs certificates, set SSL_CERT_FILE to its certificate bundle"
