"""The client against real sockets: reuse, cuts, silence, proxies, TLS, redirects."""

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from aircher.domain.errors import NetworkError, ProviderError, StreamInterruptedError
from aircher.providers._address import parse_address
from aircher.providers._http import HttpClient, HttpRequest
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

TLS = Path(__file__).parent / "tls"


@asynccontextmanager
async def client(*, idle_timeout_s: float = 5, environ: Mapping[str, str] | None = None) -> AsyncIterator[HttpClient]:
    http = HttpClient(
        provider="mine",
        connect_timeout_s=5,
        idle_timeout_s=idle_timeout_s,
        environ={} if environ is None else environ,
    )
    yield http
    await http.aclose()


def post(url: str, body: bytes = b"{}") -> HttpRequest:
    return HttpRequest(method="POST", address=parse_address(f"{url}/x", key="url"), body=body)


async def fetch(http: HttpClient, request: HttpRequest) -> tuple[int, bytes]:
    async with http.open_stream(request) as response:
        return response.status, await response.read()


def hello(_: ReceivedRequest) -> Reply:
    return Reply(body=b"hello")


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
    return context


async def test_calls_one_after_the_other_share_a_connection() -> None:
    async with LoopbackServer(hello) as server, client() as http:
        assert [await fetch(http, post(server.url)) for _ in range(3)] == [(200, b"hello")] * 3
        assert server.connections == 1


async def test_a_connection_that_died_while_idle_is_replaced_unseen() -> None:
    async with LoopbackServer(hello) as server, client() as http:
        await fetch(http, post(server.url))
        server.drop_connections()

        assert await fetch(http, post(server.url)) == (200, b"hello")
        assert server.connections == 2


async def test_closing_the_client_closes_idle_connections() -> None:
    async with LoopbackServer(hello) as server:
        async with client() as http:
            await fetch(http, post(server.url))
        async with asyncio.timeout(1):
            await server.wait_for_connections(0)


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
@pytest.mark.parametrize("is_gzipped", [False, True])
async def test_every_framing_is_read_compressed_or_not(framing: str, *, is_gzipped: bool) -> None:
    body = b"hello " * 50_000
    reply = Reply(body=body, framing=framing, is_gzipped=is_gzipped, chunk_bytes=1000)  # type: ignore[arg-type]  # a literal
    async with LoopbackServer(lambda _: reply) as server, client() as http:
        assert await fetch(http, post(server.url)) == (200, body)


async def test_garbled_compression_is_malformed() -> None:
    reply = Reply(body=b"not gzip", headers={"content-encoding": "gzip"})
    async with LoopbackServer(lambda _: reply) as server, client() as http:
        with pytest.raises(StreamInterruptedError) as caught:
            await fetch(http, post(server.url))

    assert caught.value.kind == "malformed"


async def test_silence_in_the_middle_is_an_interruption() -> None:
    async with LoopbackServer(lambda _: Reply(body=b"hel", end="stall")) as server, client(idle_timeout_s=0.1) as http:
        with pytest.raises(StreamInterruptedError, match="mine fell silent in the middle of its answer"):
            await fetch(http, post(server.url))
        await server.wait_for_connections(0)


async def test_a_server_that_never_answers_is_given_up() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(swallow, "127.0.0.1", 0)
    async with silent, client(idle_timeout_s=0.1) as http:
        url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        with pytest.raises(NetworkError, match=r"did not answer within 0\.1 s"):
            await fetch(http, post(url))


async def test_what_is_not_http_is_a_network_error() -> None:
    async def talk_ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await reader.read()
        writer.close()

    ssh = await asyncio.start_server(talk_ssh, "127.0.0.1", 0)
    async with ssh, client() as http:
        with pytest.raises(NetworkError, match="closed the connection without an answer"):
            await fetch(http, post(f"http://127.0.0.1:{ssh.sockets[0].getsockname()[1]}"))


async def test_a_port_where_nothing_listens_is_named() -> None:
    async with LoopbackServer(hello) as server:
        url = server.url
    async with client() as http:
        with pytest.raises(NetworkError) as caught:
            await fetch(http, post(url))

    assert caught.value.message.startswith(f"mine at {url} was not reached: nothing listens at 127.0.0.1:")
    assert caught.value.hint == "start the server, or set providers.mine.base_url"
    assert caught.value.is_retryable


async def test_a_name_that_nobody_knows_is_named() -> None:
    async with client() as http:
        with pytest.raises(NetworkError, match=r"no address is known for nobody\.invalid"):
            await fetch(http, post("http://nobody.invalid"))


async def test_an_untrusted_certificate_names_the_variable() -> None:
    async with LoopbackServer(hello, tls=server_tls()) as server, client() as http:
        with pytest.raises(NetworkError) as caught:
            await fetch(http, post(server.url))

    assert "is not trusted" in caught.value.message
    assert "SSL_CERT_FILE" in str(caught.value.hint)


async def test_tls_to_a_plain_server_names_the_scheme() -> None:
    async with LoopbackServer(hello) as server, client() as http:
        with pytest.raises(ProviderError) as caught:
            await fetch(http, post(server.url.replace("http:", "https:")))

    assert isinstance(caught.value, NetworkError)


TRUSTING = """
import asyncio, sys
from aircher.providers._address import parse_address
from aircher.providers._http import HttpClient, HttpRequest
async def main():
    http = HttpClient(provider="mine", connect_timeout_s=5, idle_timeout_s=5, environ={"HTTPS_PROXY": sys.argv[2]})
    async with http.open_stream(HttpRequest(method="GET", address=parse_address(sys.argv[1], key="url"))) as response:
        sys.stdout.buffer.write(await response.read())
    await http.aclose()
asyncio.run(main())
"""


async def run_trusting(url: str, proxy: str = "") -> tuple[int | None, bytes, bytes]:
    environ = {**os.environ, "SSL_CERT_FILE": str(TLS / "certificate.pem")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-c",
        TRUSTING,
        url,
        proxy,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode, out, err


async def test_a_certificate_in_ssl_cert_file_is_trusted() -> None:
    async with LoopbackServer(hello, tls=server_tls()) as server:
        assert await run_trusting(f"{server.url}/x") == (0, b"hello", b"")


async def test_a_plain_address_is_asked_of_the_proxy_in_full() -> None:
    environ: dict[str, str] = {}
    async with LoopbackServer(hello) as proxy, client(environ=environ) as http:
        environ["http_proxy"] = proxy.url.replace("//", "//me:p%40w@")
        assert await fetch(http, post("http://models.example:8000")) == (200, b"hello")

    [request] = proxy.requests
    assert (request.target, request.headers["host"]) == ("http://models.example:8000/x", "models.example:8000")
    assert request.headers["proxy-authorization"] == "Basic bWU6cEB3"


async def test_a_proxy_that_refuses_the_tunnel_is_named() -> None:
    environ: dict[str, str] = {}
    async with LoopbackServer(lambda _: Reply(status=407, framing="length")) as proxy, client(environ=environ) as http:
        environ["HTTPS_PROXY"] = proxy.url
        with pytest.raises(NetworkError) as caught:
            await fetch(http, post("https://models.example"))

    assert "behind the proxy 127.0.0.1:" in caught.value.message
    assert "407" in caught.value.message
    assert caught.value.hint == "check HTTPS_PROXY and NO_PROXY"
    assert [(request.method, request.target) for request in proxy.requests] == [("CONNECT", "models.example:443")]


async def test_a_server_that_closes_on_the_second_request_gets_it_again_on_a_fresh_connection() -> None:
    accepted = 0

    async def serve_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        await reader.readuntil(b"{}")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await reader.read(1)  # the next request has begun
        writer.transport.abort()

    stale = await asyncio.start_server(serve_once, "127.0.0.1", 0)
    async with stale, client() as http:
        url = f"http://127.0.0.1:{stale.sockets[0].getsockname()[1]}"
        assert [await fetch(http, post(url)) for _ in range(3)] == [(200, b"ok")] * 3

    assert accepted == 3


async def test_silence_on_a_connection_used_before_is_not_asked_again() -> None:
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        while await reader.read(65_536):
            asked += 1
            if asked == 1:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    slow = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with slow, client(idle_timeout_s=0.2) as http:
        url = f"http://127.0.0.1:{slow.sockets[0].getsockname()[1]}"
        assert await fetch(http, post(url)) == (200, b"ok")
        with pytest.raises(NetworkError, match=r"did not answer within 0\.2 s"):
            await fetch(http, post(url))

    assert asked == 2


async def test_an_answer_of_which_nobody_read_the_end_leaves_a_connection_that_still_works() -> None:
    accepted = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal accepted
        accepted += 1
        while await reader.read(65_536):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        writer.close()

    prompt = await asyncio.start_server(serve, "127.0.0.1", 0)
    stalled = LoopbackServer(lambda _: Reply(body=b"hel", end="stall"))
    async with prompt, stalled, client(idle_timeout_s=0.1) as http, client(idle_timeout_s=0.1) as watch:
        url = f"http://127.0.0.1:{prompt.sockets[0].getsockname()[1]}"
        async with http.open_stream(post(url)) as response, aclosing(response.chunks()) as chunks:
            assert await anext(chunks) == b"ok"
        with pytest.raises(StreamInterruptedError):  # begun later, so the first silence would be over by now as well
            await fetch(watch, post(stalled.url))

        assert await fetch(http, post(url)) == (200, b"ok")
    assert accepted == 1


async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


async def test_tls_goes_through_the_tunnel_of_a_proxy() -> None:
    async with LoopbackServer(hello, tls=server_tls()) as server:
        port = int(server.url.rpartition(":")[2])
        asked: list[bytes] = []

        async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(forward(reader, inner_writer), forward(inner_reader, writer), return_exceptions=True)

        proxy = await asyncio.start_server(tunnel, "127.0.0.1", 0)
        async with proxy:
            proxy_url = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
            assert await run_trusting("https://fixture.test:8443/x", proxy_url) == (0, b"hello", b"")

    assert asked == [b"CONNECT fixture.test:8443 HTTP/1.1\r\nHost: fixture.test:8443\r\n\r\n"]


async def test_a_proxy_that_hangs_up_is_named() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    proxy = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    environ: dict[str, str] = {}
    async with proxy, client(environ=environ) as http:
        environ["ALL_PROXY"] = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        with pytest.raises(NetworkError, match=r"behind the proxy 127.*, and it closed the connection"):
            await fetch(http, post("https://models.example"))
