"""What stands between a provider and its server, or in its place: portals, redirects, proxies, wrong addresses."""

import gzip
import ssl
from dataclasses import replace

import pytest
from tests.bad_input.wires import CALLS, KEY, PATHS, answering, every_call, every_wire, everything, hello, provider_at
from tests.providers.test_http import server_tls

from aircher.domain.errors import ApiError, NetworkError, ProviderError, StreamInterruptedError
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

PORTAL = (
    b"<!DOCTYPE html><html><head><title>Free Wi-Fi:\n log in</title></head><body>" + b"x" * 100_000 + b"</body></html>"
)
HTML = {"content-type": "text/html; charset=utf-8"}


@every_wire
@every_call
@pytest.mark.parametrize(
    "reply",
    [
        Reply(headers=HTML, body=PORTAL, framing="length"),
        Reply(headers=HTML, body=b"\xef\xbb\xbf\r\n\r\n" + PORTAL, chunk_bytes=1_000),
        Reply(headers=HTML, body=PORTAL, is_gzipped=True, framing="close"),
        Reply(headers={"content-type": "text/event-stream"}, body=PORTAL),
    ],
    ids=["plain", "with a byte order mark", "gzip", "called a stream"],
)
async def test_the_page_of_a_captive_portal_is_named(wire: str, call: str, reply: Reply) -> None:
    async with LoopbackServer(lambda _: reply) as portal, provider_at(wire, portal.url) as provider:
        with pytest.raises(StreamInterruptedError) as caught:
            await CALLS[call](provider)

    error = caught.value
    assert f"mine sent something unreadable from {portal_url(portal)}" in error.message
    assert error.message.endswith(": Free Wi-Fi: log in (a web page, not an answer of the API)")
    assert error.hint == "check providers.mine.base_url; `aircher providers test mine` tries it"


def portal_url(server: LoopbackServer) -> str:
    return f"http://{server.requests[0].headers['host']}/"


@every_wire
@every_call
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_takes_no_key_to_another_host(wire: str, call: str, status: int) -> None:
    async with LoopbackServer(answering(wire)) as other:
        headers = {"location": f"{other.url}/v1?key={KEY}"}
        redirect = Reply(status=status, headers=headers, framing="length")
        async with LoopbackServer(lambda _: redirect) as server, provider_at(wire, server.url) as provider:
            with pytest.raises(ApiError) as caught:
                await CALLS[call](provider)
        assert (other.requests, other.connections) == ([], 0)

    error = caught.value
    assert f"redirected to {headers['location'].replace(KEY, '[hidden]')}" in error.message
    assert error.hint == "redirects are not followed: set providers.mine.base_url to the new address"
    assert not error.is_retryable


@every_wire
@pytest.mark.parametrize("framing", ["chunked", "close", "length"])
async def test_an_answer_that_was_compressed_on_the_way_is_read(wire: str, framing: str) -> None:
    answer = answering(wire, is_gzipped=True, chunk_bytes=3, framing=framing)
    async with LoopbackServer(answer) as server, provider_at(wire, server.url) as provider:
        assert await everything(provider) == hello(wire)


@every_wire
@pytest.mark.parametrize(
    "headers", [{}, {"content-type": "application/octet-stream"}, {"content-type": "text/plain", "x-cache": "MISS"}]
)
async def test_a_proxy_that_holds_an_answer_back_changes_nothing(wire: str, headers: dict[str, str]) -> None:
    answer = answering(wire, headers=headers, framing="length")
    async with LoopbackServer(answer) as proxy:
        environ = {"http_proxy": proxy.url}
        async with provider_at(wire, "http://models.example", environ) as provider:
            assert await everything(provider) == hello(wire)

    assert proxy.requests[-1].target.partition("?")[0] == f"http://models.example{PATHS[wire]}"


@every_wire
@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_proxy_that_waited_too_long_is_quoted_and_asked_again(wire: str, status: int) -> None:
    page = Reply(status=status, headers=HTML, body=b"<h1>Gateway Time-out</h1>nginx", framing="length")
    async with LoopbackServer(lambda _: page) as proxy, provider_at(wire, proxy.url) as provider:
        with pytest.raises(ApiError) as caught:
            await everything(provider)

    words = "Gateway Time-out nginx (a web page, not an answer of the API)"
    assert caught.value.message == f"mine answered {status} for model m: {words}"
    assert caught.value.is_retryable


@every_wire
async def test_a_certificate_that_is_not_trusted_names_the_variable(wire: str) -> None:
    async with LoopbackServer(answering(wire), tls=server_tls()) as server, provider_at(wire, server.url) as provider:
        with pytest.raises(NetworkError) as caught:
            await everything(provider)

    error = caught.value
    assert error.message.startswith("mine at https://127.0.0.1:")
    assert " is not trusted: " in error.message
    assert error.hint == "if a company proxy signs certificates, set SSL_CERT_FILE to its certificate bundle"
    assert not error.is_retryable
    assert isinstance(error.__cause__, ssl.SSLCertVerificationError)
    assert server.requests == []


@every_wire
async def test_https_to_a_server_without_it_names_the_address(wire: str) -> None:
    async with (
        LoopbackServer(answering(wire)) as server,
        provider_at(wire, server.url.replace("http:", "https:"), connect_timeout_s=0.5) as provider,
    ):
        with pytest.raises(NetworkError) as caught:
            await everything(provider)

    assert caught.value.message.startswith("mine at https://127.0.0.1:")


@every_wire
@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404, body=b"404 page not found", framing="length"),
        Reply(status=404, body=b'{"detail":"Not Found"}', framing="length"),
        Reply(status=404, headers=HTML, body=b"<title>Nothing here</title>", framing="length"),
        Reply(status=405, body=b"", framing="length"),
        Reply(status=501, headers=HTML, body=b"<p>Unsupported method ('POST')</p>", framing="length"),
    ],
    ids=["text", "JSON", "page", "method", "files only"],
)
async def test_a_wrong_address_shows_what_was_tried(wire: str, reply: Reply) -> None:
    async with LoopbackServer(lambda _: reply) as server, provider_at(wire, f"{server.url}/wrong") as provider:
        with pytest.raises(ApiError) as caught:
            await everything(provider)

    error = caught.value
    tried = f"http://{server.requests[0].headers['host']}/wrong{PATHS[wire].removeprefix(prefix(wire))}"
    assert (error.kind, error.status, error.is_retryable) == ("not_found", reply.status, False)
    assert f"address tried: {tried}" in str(error.hint)
    assert "providers.mine.base_url" in str(error.hint)


def prefix(wire: str) -> str:
    """Return what a bare address gets in front of its paths, and one with a path does not."""
    return {"ollama": "", "openrouter": "/api/v1"}.get(wire, "/v1")


@every_wire
async def test_a_line_of_two_megabytes_is_a_line(wire: str) -> None:
    text = "x" * 2_000_000

    def answer(request: ReceivedRequest) -> Reply:
        reply = answering(wire, chunk_bytes=65_000)(request)
        return replace(reply, body=reply.body.replace(b"Hello", text.encode()))

    async with LoopbackServer(answer) as server, provider_at(wire, server.url) as provider:
        assert await everything(provider) == hello(wire, text)


@every_wire
@pytest.mark.parametrize("is_gzipped", [False, True])
async def test_bytes_that_come_one_by_one_are_the_same_answer(wire: str, *, is_gzipped: bool) -> None:
    answer = answering(wire, chunk_bytes=1, is_gzipped=is_gzipped)
    async with LoopbackServer(answer) as server, provider_at(wire, server.url) as provider:
        assert await everything(provider) == hello(wire)


@every_wire
@every_call
@pytest.mark.parametrize("cut", range(5))
async def test_a_key_in_garbage_is_hidden_wherever_it_is_cut(wire: str, call: str, cut: int) -> None:
    garbage = b"x" * (195 - len(KEY) + cut) + KEY.encode() + b"y" * 400
    replies = [
        Reply(body=b'{"' + garbage, framing="length"),
        Reply(status=400, body=garbage, framing="length"),
        Reply(body=gzip.compress(garbage), headers={"content-encoding": "gzip"}),
    ]
    async with LoopbackServer(lambda _: replies[-1]) as server, provider_at(wire, server.url) as provider:
        while replies:
            with pytest.raises(ProviderError) as caught:
                await CALLS[call](provider)
            replies.pop()
            assert KEY[:8] not in f"{caught.value.message} {caught.value.hint} {caught.value.__dict__}"
