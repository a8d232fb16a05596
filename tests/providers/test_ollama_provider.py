"""What an Ollama section does around its chats: what it asks first, what it refuses, what else its server can do."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from aircher.domain.errors import ApiError, ProviderError, StreamInterruptedError, TokenLimitError
from aircher.domain.messages import ImagePart, JsonValue, Message, Part, Role, TextPart
from aircher.domain.models import ModelInfo
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived
from aircher.providers import registry
from aircher.providers._ollama_calls import Loaded, Shown
from aircher.providers._ollama_provider import OllamaProvider
from aircher.providers._ollama_pull import PullProgress
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

SETTINGS = ProviderSettings(name="mine", kind="ollama", environ={})
TOOL = ToolSpec(name="f", description="does f", parameters={"type": "object"})
ANSWER = [TextReceived(text="Hello"), Finished(reason=FinishReason.STOP, native_reason="stop")]
CHAT = Reply(body=b'{"message":{"content":"Hello"},"done":false}\n{"done":true,"done_reason":"stop"}\n')
TOO_LONG = Reply(status=400, framing="length", body=b'{"error":"the input length exceeds the context length"}')
NOT_FOUND = Reply(status=404, framing="length", body=b'{"error":"model \'m\' not found"}')


def request(*parts: Part, model: str = "m") -> ModelRequest:
    return ModelRequest(
        model=model, system="", messages=(Message(role=Role.USER, parts=parts or (TextPart(text="Hi"),)),)
    )


def said(value: JsonValue) -> Reply:
    return Reply(body=json.dumps(value).encode(), framing="length")


def shown(*capabilities: str, window: int = 40_960, family: str = "qwen3") -> Reply:
    return said(
        {
            "capabilities": list(capabilities),
            "details": {"family": family},
            "model_info": {"general.architecture": "qwen3", "qwen3.context_length": window},
        }
    )


@asynccontextmanager
async def serving(
    replies: Mapping[str, Reply | Callable[[ReceivedRequest], Reply]], settings: ProviderSettings = SETTINGS
) -> AsyncIterator[tuple[OllamaProvider, LoopbackServer]]:
    def answer(received: ReceivedRequest) -> Reply:
        reply = replies[received.target]
        return reply if isinstance(reply, Reply) else reply(received)

    async with LoopbackServer(answer) as server:
        provider = registry.build(replace(settings, base_url=server.url))
        assert isinstance(provider, OllamaProvider)
        yield provider, server
        await provider.aclose()


async def answered(provider: OllamaProvider, wanted: ModelRequest) -> list[StreamEvent]:
    async with provider.stream(wanted) as events:
        return [event async for event in events]


async def refused(provider: OllamaProvider, wanted: ModelRequest) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await answered(provider, wanted)
    return caught.value


def asked(server: LoopbackServer) -> list[tuple[str, object]]:
    """Return what was asked for: of a chat the window, of other calls the body."""
    found: list[tuple[str, object]] = []
    for received in server.requests:
        body = json.loads(received.body or b"{}")
        found.append((received.target, body["options"]["num_ctx"] if received.target == "/api/chat" else body))
    return found


async def test_the_model_is_looked_at_once_and_its_window_is_as_large_as_needed() -> None:
    async with serving({"/api/show": shown("completion"), "/api/chat": CHAT}) as (provider, server):
        assert await answered(provider, request()) == ANSWER
        assert await answered(provider, request(TextPart(text="x" * 70_000))) == ANSWER
        assert await answered(provider, request()) == ANSWER

    assert asked(server) == [
        ("/api/show", {"model": "m"}),
        ("/api/chat", 8192),
        ("/api/chat", 32_768),
        ("/api/chat", 32_768),
    ]


async def test_a_prompt_that_does_not_fit_is_not_sent() -> None:
    async with serving({"/api/show": shown("completion", window=4096)}) as (provider, server):
        error = await refused(provider, request(TextPart(text="x" * 35_000)))

    assert isinstance(error, TokenLimitError)
    assert (error.used_tokens, error.limit_tokens, error.model, error.kind) == (10_016, 4096, "m", "context_length")
    assert error.message == ("mine was not asked: the prompt has about 10,016 tokens, the window of model m has 4,096")
    assert error.hint == "shorten the prompt, name fewer files, or choose a model with a larger window with --model"
    assert asked(server) == [("/api/show", {"model": "m"})]


@pytest.mark.parametrize(
    ("settings", "window"),
    [
        (replace(SETTINGS, window_tokens=5000), 5000),
        (replace(SETTINGS, custom_models=(ModelInfo(provider="mine", name="m", context_tokens=6000),)), 6000),
    ],
)
async def test_a_window_that_the_user_names_is_not_asked_for(settings: ProviderSettings, window: int) -> None:
    async with serving({"/api/chat": CHAT}, settings) as (provider, server):
        assert await answered(provider, request()) == ANSWER
        error = await refused(provider, request(TextPart(text="x" * 35_000)))

    assert asked(server) == [("/api/chat", window)]
    assert isinstance(error, TokenLimitError)
    assert error.limit_tokens == window
    assert ("raise providers.mine.num_ctx" in (error.hint or "")) is (settings.window_tokens is not None)


@pytest.mark.parametrize("show", [NOT_FOUND, said([]), Reply(body=b"<html>"), Reply(status=500, framing="length")])
async def test_no_word_about_the_model_is_no_failure_of_the_chat(show: Reply) -> None:
    async with serving({"/api/show": show, "/api/chat": CHAT}) as (provider, server):
        assert await answered(provider, replace(request(), thinking="high", tools=(TOOL,))) == ANSWER

    sent = json.loads(server.requests[-1].body)
    assert ("think" in sent, "tools" in sent, sent["options"]) == (False, True, {"num_ctx": 8192})


async def test_a_prompt_that_was_taken_for_shorter_than_it_is_gets_a_larger_window() -> None:
    def chat(received: ReceivedRequest) -> Reply:
        return CHAT if json.loads(received.body)["options"]["num_ctx"] > 20_000 else TOO_LONG

    async with serving({"/api/show": shown("completion", window=30_000), "/api/chat": chat}) as (provider, server):
        assert await answered(provider, request()) == ANSWER

    assert [window for target, window in asked(server) if target == "/api/chat"] == [8192, 16_384, 30_000]


async def test_a_prompt_too_long_for_the_largest_window_ends_with_the_servers_word() -> None:
    async with serving({"/api/show": shown("completion", window=10_000), "/api/chat": TOO_LONG}) as (provider, server):
        error = await refused(provider, request())

    assert isinstance(error, TokenLimitError)
    assert (error.status, error.limit_tokens, error.model) == (400, 10_000, "m")
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("model", "family", "expected"), [("m", "qwen3", True), ("mine-oss", "gptoss", "high"), ("gpt-oss:20b", "", "high")]
)
async def test_thinking_is_asked_for_when_the_model_can(model: str, family: str, expected: bool | str) -> None:
    own = replace(SETTINGS, window_tokens=9000)  # the window alone would need no question
    async with serving({"/api/show": shown("thinking", family=family), "/api/chat": CHAT}, own) as (provider, server):
        await answered(provider, replace(request(model=model), thinking="high"))

    assert json.loads(server.requests[-1].body)["think"] == expected


@pytest.mark.parametrize(
    ("wanted", "lacks"),
    [
        (replace(request(), tools=(TOOL,)), "call tools, so it could not read a single file"),
        (request(ImagePart(media_type="image/png", data_base64="AA==")), "see pictures"),
    ],
)
async def test_what_a_model_cannot_do_is_said_before_it_is_asked(wanted: ModelRequest, lacks: str) -> None:
    async with serving({"/api/show": shown("completion")}) as (provider, _):
        error = await refused(provider, wanted)

    assert isinstance(error, ApiError)
    assert (error.message, error.kind) == (f"mine was not asked: model m cannot {lacks}", "invalid_request")
    assert "`aircher models list --provider mine`" in (error.hint or "")


async def test_a_model_that_sees_nothing_goes_on_from_pictures_that_another_saw() -> None:
    picture = ImagePart(media_type="image/png", data_base64="AA==")
    talk = (
        Message(role=Role.USER, parts=(TextPart(text="look"), picture)),
        Message(role=Role.ASSISTANT, parts=(TextPart(text="a turtle"),)),
        Message(role=Role.USER, parts=(TextPart(text="how old?"),)),
    )
    own = replace(SETTINGS, window_tokens=9000)  # the window alone would need no question
    async with serving({"/api/show": shown("completion"), "/api/chat": CHAT}, own) as (provider, server):
        assert await answered(provider, replace(request(), messages=talk)) == ANSWER
        await refused(provider, replace(request(), messages=(*talk[:2], replace(talk[2], parts=(picture,)))))

    assert json.loads(server.requests[-1].body)["messages"] == [
        {"role": "user", "content": "look\n[picture left out: m takes none]\n"},
        {"role": "assistant", "content": "a turtle"},
        {"role": "user", "content": "how old?"},
    ]


async def test_what_only_the_server_knows_that_a_model_cannot_do_has_the_same_remedy() -> None:
    no_tools = Reply(status=400, framing="length", body=b'{"error":"m does not support tools"}')
    async with serving({"/api/chat": no_tools}, replace(SETTINGS, window_tokens=9000)) as (provider, _):
        error = await refused(provider, replace(request(), tools=(TOOL,)))

    assert error.message == "mine answered 400 for model m: m does not support tools"
    assert "`aircher models pull NAME --provider mine`" in (error.hint or "")


async def test_a_window_that_the_user_set_too_small_can_be_raised() -> None:
    async with serving({"/api/chat": TOO_LONG}, replace(SETTINGS, window_tokens=9000)) as (provider, server):
        error = await refused(provider, request())

    assert isinstance(error, TokenLimitError)
    assert (error.limit_tokens, len(server.requests)) == (9000, 1)
    assert "raise providers.mine.num_ctx" in (error.hint or "")


async def test_what_a_model_can_do_is_sent() -> None:
    picture = replace(request(ImagePart(media_type="image/png", data_base64="AA==")), tools=(TOOL,))
    async with serving({"/api/show": shown("tools", "vision"), "/api/chat": CHAT}) as (provider, _):
        assert await answered(provider, picture) == ANSWER


async def test_settings_and_key_reach_the_server() -> None:
    settings = replace(SETTINGS, window_tokens=9000, answer_tokens=7, keep_alive_s=0.0, api_key=Secret("sk-1"))
    async with serving({"/api/chat": CHAT}, settings) as (provider, server):
        await answered(provider, request())
        await answered(provider, replace(request(), max_output_tokens=5))

    bodies = [json.loads(received.body) for received in server.requests]
    assert [body["options"] for body in bodies] == [
        {"num_ctx": 9000, "num_predict": 7},
        {"num_ctx": 9000, "num_predict": 5},
    ]
    assert {body["keep_alive"] for body in bodies} == {"0s"}
    assert {received.headers["authorization"] for received in server.requests} == {"Bearer sk-1"}


@pytest.mark.parametrize("end", ["", "/", "/api", "/v1", "/api/chat", "/v1/chat/completions"])
async def test_addresses_copied_from_documentation_are_cut_back(end: str) -> None:
    async with LoopbackServer(lambda _: said({"models": [{"name": "a"}]})) as server:
        provider = registry.build(replace(SETTINGS, base_url=server.url + end))
        assert [model.name for model in await provider.list_models()] == ["a"]
        await provider.aclose()

    assert [(received.method, received.target) for received in server.requests] == [("GET", "/api/tags")]


@pytest.mark.parametrize(
    ("status", "body", "hint_part"),
    [
        (404, b'{"error":"model \'m\' not found"}', "`aircher models pull m --provider mine`"),
        (401, b'{"error":"unauthorized","signin_url":"https://x"}', "`ollama signin`"),
    ],
)
async def test_the_remedy_is_one_of_this_server(status: int, body: bytes, hint_part: str) -> None:
    failing = Reply(status=status, body=body, framing="length")
    async with serving({"/api/show": failing, "/api/chat": failing}) as (provider, _):
        assert hint_part in ((await refused(provider, request())).hint or "")


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ([{"model": "a:1b", "name": "a"}, {"name": "b"}, {"size": 3}, None], ("ollama 0.30.1", "2 models")),
        (None, ("ollama 0.30.1", "no models: `aircher models pull NAME` gets one")),
    ],
)
async def test_the_check_tells_the_version_and_how_many_models_there_are(
    models: JsonValue, expected: tuple[str, ...]
) -> None:
    replies = {"/api/version": said({"version": "0.30.1"}), "/api/tags": said({"models": models})}
    async with serving(replies) as (provider, _):
        assert await provider.check() == expected


async def test_what_is_shown_of_a_model_is_read_leniently_and_remembered() -> None:
    async with serving({"/api/show": said({"model_info": {"x.context_length": 7.0}})}) as (provider, server):
        assert await provider.show("m") == await provider.show("m") == Shown(context_tokens=7)
        assert len(server.requests) == 1


async def test_models_in_memory_are_listed_and_unloaded() -> None:
    entry: JsonValue = {
        "name": "a:1b",
        "size": 2000,
        "size_vram": 1000,
        "context_length": 8192,
        "expires_at": "2026-11-27T20:00:00.1+01:00",
    }
    replies = {"/api/ps": said({"models": [entry, {"name": "b"}]}), "/api/generate": said({"done_reason": "unload"})}
    async with serving(replies) as (provider, server):
        assert await provider.loaded() == (
            Loaded("a:1b", 2000, 1000, 8192, "2026-11-27T20:00:00.1+01:00"),
            Loaded("b", 0, 0, None, ""),
        )
        await provider.unload("a:1b")

    assert asked(server)[-1] == ("/api/generate", {"model": "a:1b", "keep_alive": 0, "stream": False})


async def test_vectors_are_made_of_whole_texts_only() -> None:
    async with serving({"/api/embed": said({"embeddings": [[1], [2.5]]})}) as (provider, server):
        assert await provider.embed(["a", "b"], model="e") == [[1.0], [2.5]]

    assert asked(server) == [("/api/embed", {"model": "e", "input": ["a", "b"], "truncate": False})]


def lines(*values: JsonValue) -> Reply:
    return Reply(body=b"\r\n".join(json.dumps(value).encode() for value in values), chunk_bytes=7)


async def pulled(provider: OllamaProvider) -> list[PullProgress]:
    async with provider.pull("a:1b") as reports:
        return [progress async for progress in reports]


async def test_a_pull_tells_how_far_it_is() -> None:
    reply = lines(
        {"status": "pulling manifest"},
        {"status": "pulling aa", "digest": "sha256:aa", "total": 10},
        {"status": "pulling aa", "digest": "sha256:aa", "total": 10, "completed": 10},
        {"unknown": 1},
        {"status": "success"},
    )
    async with serving({"/api/pull": reply}) as (provider, server):
        assert await pulled(provider) == [
            PullProgress("pulling manifest"),
            PullProgress("pulling aa", "sha256:aa", 10, 0),
            PullProgress("pulling aa", "sha256:aa", 10, 10),
            PullProgress("success"),
        ]

    assert asked(server) == [("/api/pull", {"model": "a:1b", "stream": True})]


@pytest.mark.parametrize(
    "reply",
    [
        lines({"status": "pulling manifest"}),
        Reply(body=b'{"status":"pulling manifest"}\n{"sta'),
        Reply(body=b'{"status":"pulling manifest"}\n', end="abrupt"),
    ],
)
async def test_a_pull_that_ends_early_is_no_success(reply: Reply) -> None:
    async with serving({"/api/pull": reply}) as (provider, _):
        with pytest.raises(StreamInterruptedError) as caught:
            await pulled(provider)

    assert caught.value.hint == "run the same command again; what arrived is kept"


@pytest.mark.parametrize(
    ("complaint", "kind", "hint_part"),
    [
        ("pull model manifest: file does not exist", "not_found", "https://ollama.com/library"),
        ("max retries exceeded: unexpected EOF", "server_error", ""),
    ],
)
async def test_a_complaint_during_a_pull_is_an_error_of_the_server(complaint: str, kind: str, hint_part: str) -> None:
    async with serving({"/api/pull": lines({"status": "pulling manifest"}, {"error": complaint})}) as (provider, _):
        with pytest.raises(ApiError) as caught:
            await pulled(provider)

    assert (caught.value.kind, complaint in caught.value.message) == (kind, True)
    assert hint_part in (caught.value.hint or "")


async def test_leaving_a_pull_closes_its_connection() -> None:
    stalling = Reply(body=b'{"status":"pulling manifest"}\n', end="stall")
    async with serving({"/api/pull": stalling}) as (provider, server):
        async with provider.pull("a:1b") as reports:
            assert await anext(aiter(reports)) == PullProgress("pulling manifest")
        await server.wait_for_connections(0)
