"""What a configured section does beyond the recorded answers."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from aircher.domain.errors import ApiError, AuthError, ConfigError, ProviderError, StreamInterruptedError
from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers import registry
from aircher.providers._http import MOST_BODY_BYTES
from aircher.providers._http_provider import HttpProvider
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

REQUEST = ModelRequest(model="m", system="", messages=(Message(role=Role.USER, parts=(TextPart(text="Hello"),)),))
HELLO = b'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n'
SETTINGS = ProviderSettings(name="mine", kind="openai-compatible", key_variable="MY_KEY", environ={})
END = Finished(reason=FinishReason.STOP, native_reason="stop")


@asynccontextmanager
async def serving(
    answer: Reply | Callable[[ReceivedRequest], Reply], settings: ProviderSettings = SETTINGS
) -> AsyncIterator[tuple[HttpProvider, LoopbackServer]]:
    async with LoopbackServer(answer if callable(answer) else lambda _: answer) as server:
        provider = registry.build(replace(settings, base_url=server.url))
        assert isinstance(provider, HttpProvider)
        yield provider, server
        await provider.aclose()


async def answered(provider: HttpProvider) -> list[StreamEvent]:
    async with provider.stream(REQUEST) as events:
        return [event async for event in events]


async def refused(provider: HttpProvider) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await answered(provider)
    return caught.value


async def test_a_finish_reason_before_a_cut_makes_the_answer_whole() -> None:
    body = HELLO + b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'
    async with serving(Reply(body=body, end="abrupt")) as (provider, _):
        assert await answered(provider) == [TextReceived(text="Hello"), END]


async def test_a_finish_reason_without_a_last_blank_line_makes_the_answer_whole() -> None:
    body = HELLO + b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}'
    async with serving(Reply(body=body)) as (provider, _):
        assert await answered(provider) == [TextReceived(text="Hello"), END]


async def test_a_cut_inside_a_message_is_truncated_not_malformed() -> None:
    async with serving(Reply(body=HELLO + b'data: {"choices":[{"del')) as (provider, _):
        error = await refused(provider)

    assert isinstance(error, StreamInterruptedError)
    assert (error.kind, error.received_chars) == ("truncated", 5)


async def test_the_next_call_uses_the_same_connection() -> None:
    async with serving(Reply(body=HELLO + b"data: [DONE]\n\n")) as (provider, server):
        await answered(provider)
        await answered(provider)
        assert server.connections == 1


async def test_a_web_page_with_status_200_is_named() -> None:
    page = b"<html><head><title>Log in\nto Wi-Fi</title></head></html>"
    async with serving(Reply(body=page, headers={"content-type": "text/html"})) as (provider, server):
        error = await refused(provider)

    assert error.message == (
        f"mine sent something unreadable from {server_url(server)}/v1/chat/completions: "
        "Log in to Wi-Fi (a web page, not an answer of the API)"
    )
    assert "providers.mine.base_url" in str(error.hint)


def server_url(server: LoopbackServer) -> str:
    return f"http://{server.requests[0].headers['host']}"


async def test_a_redirect_is_reported_and_not_followed() -> None:
    async with serving(Reply(status=307, headers={"location": "https://elsewhere.example/"}, framing="length")) as (
        provider,
        server,
    ):
        error = await refused(provider)
        assert len(server.requests) == 1

    assert error.message == "mine answered 307 for model m: redirected to https://elsewhere.example/"
    assert error.hint == "redirects are not followed: set providers.mine.base_url to the new address"


@pytest.mark.parametrize(
    ("status", "body", "kind", "hint_part"),
    [
        (401, b'{"error":"Unauthorized"}', "auth", "`export MY_KEY=…`"),
        (404, b'{"detail":"Not Found"}', "not_found", "/v1/chat/completions; `aircher models list --provider mine`"),
        (402, b'{"error":{"message":"pay"}}', "billing", "add credit"),
        (400, b"", "invalid_request", "None"),
        (500, b"\xff\x00boom", "server_error", "None"),
        (418, b'{"message":"teapot","code":"tea"}', "invalid_request", "None"),
        (409, b'{"error":{"message":"busy"}}', "invalid_request", "None"),
    ],
)
async def test_an_error_has_a_kind_and_a_remedy(status: int, body: bytes, kind: str, hint_part: str) -> None:
    async with serving(Reply(status=status, body=body, framing="length")) as (provider, _):
        error = await refused(provider)

    assert isinstance(error, ApiError)
    assert (error.kind, error.status) == (kind, status)
    assert error.is_retryable is (status in {409, 500})
    assert hint_part in str(error.hint)


async def test_a_server_may_overrule_whether_to_try_again() -> None:
    for header, status in (("false", 500), ("true", 400)):
        reply = Reply(status=status, headers={"x-should-retry": header}, framing="length")
        async with serving(reply) as (provider, _):
            assert (await refused(provider)).is_retryable is (header == "true")


async def test_an_error_body_that_is_cut_still_has_its_status() -> None:
    async with serving(Reply(status=503, body=b'{"error', end="abrupt")) as (provider, _):
        error = await refused(provider)

    assert isinstance(error, ApiError)
    assert (error.kind, error.message) == ("overloaded", "mine answered 503 for model m: an empty answer")


async def test_a_key_that_the_server_repeats_is_hidden() -> None:
    settings = replace(SETTINGS, api_key=Secret("sk-very-secret"))
    reply = Reply(status=401, body=b'{"error":"wrong key sk-very-secret\\u001b[31m"}', framing="length")
    async with serving(reply, settings) as (provider, _):
        error = await refused(provider)

    assert error.message == "mine answered 401 for model m: wrong key [hidden][31m"
    assert "sk-very-secret" not in repr(settings)


async def test_account_headers_are_sent() -> None:
    settings = replace(SETTINGS, api_key=Secret("k"), organization="org-1", project="proj-2")
    async with serving(Reply(body=b"data: [DONE]\n\n"), settings) as (provider, server):
        await answered(provider)

    headers = server.requests[0].headers
    wanted = {"authorization": "Bearer k", "openai-organization": "org-1", "openai-project": "proj-2"}
    assert wanted.items() <= headers.items()


async def test_a_header_value_that_cannot_be_sent_is_a_mistake_in_the_configuration() -> None:
    async with serving(Reply(), replace(SETTINGS, organization="ä\n")) as (provider, _):
        with pytest.raises(ConfigError, match="mine cannot be asked"):
            await answered(provider)


@pytest.mark.parametrize(
    ("key", "reason"), [(None, "no API key was found"), ("a b", "characters"), ("schlüssel", "characters")]
)
async def test_a_key_that_cannot_work_is_refused_before_anything_is_sent(key: str | None, reason: str) -> None:
    settings = ProviderSettings(
        name="openai", kind="openai", api_key=Secret(key) if key else None, key_variable="OPENAI_API_KEY", environ={}
    )
    provider = registry.build(settings)
    with pytest.raises(AuthError) as caught:
        async with provider.stream(REQUEST):
            pass

    assert reason in caught.value.message
    assert caught.value.hint == "`export OPENAI_API_KEY=…` with a valid key; `aircher providers test openai` checks it"


async def test_without_a_variable_the_hint_names_the_setting() -> None:
    async with serving(Reply(status=401, framing="length"), replace(SETTINGS, key_variable=None)) as (provider, _):
        assert "providers.mine.api_key_env" in str((await refused(provider)).hint)


async def test_models_are_the_servers_with_the_users_in_front() -> None:
    own = ModelInfo(provider="mine", name="b", context_tokens=7)
    listed = {
        "data": [
            {"id": "a", "max_model_len": 40960},
            {"id": "b", "max_model_len": 1},
            {"id": "c", "meta": {"n_ctx_train": 8192}},
            {"id": "d", "context_length": "x"},
            {"id": 7},
            None,
        ]
    }
    reply = Reply(body=json.dumps(listed).encode(), framing="length")
    async with serving(reply, replace(SETTINGS, custom_models=(own,))) as (provider, _):
        models = await provider.list_models()

    assert models == (
        own,
        ModelInfo(provider="mine", name="a", context_tokens=40960),
        ModelInfo(provider="mine", name="c", context_tokens=8192),
        ModelInfo(provider="mine", name="d"),
    )


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_a_list_has_no_models(status: int) -> None:
    async with serving(Reply(status=status, framing="length")) as (provider, _):
        assert await provider.list_models() == ()


@pytest.mark.parametrize(
    ("reply", "error_type"),
    [
        (Reply(status=401, framing="length"), AuthError),
        (Reply(body=b'{"error":"Unexpected endpoint"}'), ApiError),
        (Reply(body=b"<html>hi</html>"), StreamInterruptedError),
    ],
)
async def test_a_list_that_is_none_is_an_error(reply: Reply, error_type: type[ProviderError]) -> None:
    async with serving(reply) as (provider, _):
        with pytest.raises(error_type):
            await provider.list_models()


@pytest.mark.parametrize("data", [[], [{"embedding": []}], [{"embedding": "AAAA"}], None])
async def test_vectors_that_do_not_fit_the_texts_are_refused(data: object) -> None:
    async with serving(Reply(body=json.dumps({"data": data}).encode())) as (provider, _):
        with pytest.raises(StreamInterruptedError, match="sent something unreadable"):
            await provider.embed(["a"], model="e")


async def test_vectors_come_in_the_order_of_the_texts() -> None:
    data = [{"index": 1, "embedding": [2, 3.5]}, {"index": 0, "embedding": [1]}]
    async with serving(Reply(body=json.dumps({"data": data}).encode())) as (provider, _):
        assert await provider.embed(["a", "b"], model="e") == [[1.0], [2.0, 3.5]]


async def test_a_compressed_message_without_end_is_refused_before_it_fills_the_memory() -> None:
    reply = Reply(
        headers={"content-type": "text/event-stream"}, body=b"data: " + b"z" * (2 * MOST_BODY_BYTES), is_gzipped=True
    )
    async with serving(reply) as (provider, _):
        error = await refused(provider)
    assert isinstance(error, StreamInterruptedError)
    assert (error.kind, error.message) == ("malformed", f"mine sent more than {MOST_BODY_BYTES} bytes in one piece")
