import json
from collections.abc import Callable

import pytest

from aircher.domain.errors import ApiError, RateLimitError
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonValue, Message, Role, TextPart, ThinkingPart, ToolCallPart, ToolResultPart
from aircher.domain.models import ModelInfo, Prices
from aircher.domain.provider import ModelRequest
from aircher.domain.stream import (
    Finished,
    FinishReason,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    UsageReceived,
)
from aircher.domain.usage import Usage
from aircher.providers import registry
from aircher.providers._endpoint import Endpoint
from aircher.providers._frame import Frame
from aircher.providers._openrouter_vendor import ask, check_key, models
from aircher.providers.openrouter_chat import OpenRouterCodec
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret
from aircher.testing.loopback import LoopbackServer, ReceivedRequest, Reply

ENDPOINT = Endpoint(provider="openrouter", kind="openrouter", url="http://h/api/v1/chat/completions", model="m")
STOPPED = Finished(reason=FinishReason.STOP, native_reason="stop")
HELLO = Message(role=Role.USER, parts=(TextPart(text="Hello"),))


def chunk(finish: str | None = None, /, **delta: JsonValue) -> Frame:
    return Frame(b"", json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}).encode())


def read(*frames: Frame) -> list[StreamEvent]:
    codec = OpenRouterCodec(ENDPOINT)
    return [event for frame in frames for event in codec.feed(frame)] + codec.finish()


def thought(text: str, **more: JsonValue) -> list[JsonValue]:
    return [{"type": "reasoning.text", "index": 0, "text": text, **more}]


def settings(**more: JsonValue) -> ProviderSettings:
    return ProviderSettings(name="openrouter", kind="openrouter", routing=more, environ={})


def test_reasoning_is_shown_once_and_its_details_go_back_merged_before_the_calls() -> None:
    call: JsonValue = {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}
    details: list[JsonValue] = [
        {"type": "reasoning.text", "index": 0, "text": "hmm", "format": "x", "signature": "S"},
        {"type": "reasoning.encrypted", "index": 0, "data": "DATA", "id": "rs"},
        {"type": "reasoning.encrypted", "index": 0, "data": "E", "id": "rs2"},
    ]

    assert read(
        chunk(content="", reasoning="h", reasoning_details=thought("h", format="x", signature=None)),
        chunk(content="", reasoning="mm", reasoning_details=thought("mm")),
        chunk(reasoning=None, reasoning_details=[{"type": "reasoning.text", "index": 0, "signature": "S"}]),
        chunk(reasoning_details=[{"type": "reasoning.encrypted", "index": 0, "data": "DA", "id": "rs"}]),
        chunk(reasoning_details=[{"type": "reasoning.encrypted", "index": 0, "data": "TA", "id": "rs"}]),
        chunk(reasoning_details=[{"type": "reasoning.encrypted", "index": 0, "data": "E", "id": "rs2"}, None, {}]),
        chunk(content="Hi"),
        chunk(tool_calls=[call]),
        chunk("tool_calls"),
    ) == [
        ThinkingReceived(text="h"),
        ThinkingReceived(text="mm"),
        TextReceived(text="Hi"),
        ThinkingReceived(text="", state={"reasoning_details": details}),
        ToolCallReceived(call=ToolCallPart(call_id=CallId("a"), name="f", arguments={})),
        Finished(reason=FinishReason.TOOL_CALLS, native_reason="tool_calls"),
    ]


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([{"reasoning_details": thought("h")}, {"reasoning_details": thought("m")}], id="details only"),
        pytest.param([{"reasoning": "h"}, {"reasoning": "m"}, {"reasoning_details": thought("hm")}], id="plain first"),
        pytest.param(
            [{"reasoning_details": thought("h")}, {"reasoning": "hm"}, {"reasoning_details": thought("m")}],
            id="details first",
        ),
        pytest.param([{"reasoning": "h", "reasoning_content": "h"}, {"reasoning_content": "m"}], id="three names"),
    ],
)
def test_the_same_words_are_shown_once_wherever_they_stand(chunks: list[dict[str, JsonValue]]) -> None:
    events = read(*(chunk(None, **delta) for delta in chunks), chunk("stop", content="a"))

    shown = [event.text for event in events if isinstance(event, ThinkingReceived) and event.text]
    assert shown == ["h", "m"]


def test_halves_of_surrogate_pairs_in_details_are_joined() -> None:
    events = read(
        chunk(reasoning="\ud83d", reasoning_details=thought("\ud83d")),
        chunk("stop", reasoning="\udc22", reasoning_details=thought("\udc22")),
    )

    assert events == [
        ThinkingReceived(text="\U0001f422"),
        ThinkingReceived(text="", state={"reasoning_details": thought("\U0001f422")}),
        STOPPED,
    ]


@pytest.mark.parametrize(
    ("cost", "expected"), [(0.5, 0.5), (0, 0.0), (None, None), (True, None), (-1, None), ("x", None), (10**400, None)]
)
def test_the_cost_is_told_with_the_usage(cost: JsonValue, expected: float | None) -> None:
    usage: JsonValue = {"prompt_tokens": 5, "completion_tokens": 1, "cost": cost}
    last = Frame(b"", json.dumps({"choices": [], "usage": usage}).encode())

    assert read(chunk("stop", content="a"), last) == [
        TextReceived(text="a"),
        UsageReceived(usage=Usage(input_tokens=5, output_tokens=1), cost_usd=expected),
        STOPPED,
    ]


@pytest.mark.parametrize(
    ("is_byok", "details", "expected"),
    [
        (True, {"upstream_inference_cost": 0.5}, 0.75),
        (False, {"upstream_inference_cost": 0.5}, 0.25),
        (None, {"upstream_inference_cost": 0.5}, 0.25),
        (True, {"upstream_inference_cost": None}, 0.25),
        (True, None, 0.25),
    ],
)
def test_what_the_users_own_key_pays_the_vendor_counts_as_well(
    is_byok: JsonValue, details: JsonValue, expected: float
) -> None:
    usage: JsonValue = {"prompt_tokens": 5, "cost": 0.25, "is_byok": is_byok, "cost_details": details}
    last = Frame(b"", json.dumps({"choices": [], "usage": usage}).encode())

    assert read(chunk("stop"), last) == [
        UsageReceived(usage=Usage(input_tokens=5, output_tokens=0), cost_usd=expected),
        STOPPED,
    ]


def test_an_answer_that_ends_in_an_error_which_nobody_explains_is_one_that_may_be_tried_again() -> None:
    body = b'{"choices":[{"delta":{"content":""},"finish_reason":"error","native_finish_reason":"MALFORMED"}]}'
    with pytest.raises(ApiError, match=r"the answer ended in an error \(MALFORMED\)") as caught:
        OpenRouterCodec(ENDPOINT).feed(Frame(b"", body))

    assert (caught.value.kind, caught.value.status, caught.value.is_retryable) == ("server_error", None, True)


def test_the_number_of_an_error_in_the_stream_is_its_true_status() -> None:
    body = b'{"choices":[{"delta":{"content":""},"finish_reason":"error"}],"error":{"code":429,"message":"slow"}}'
    with pytest.raises(RateLimitError) as caught:
        OpenRouterCodec(ENDPOINT).feed(Frame(b"", body))

    assert (caught.value.status, caught.value.is_retryable) == (429, True)


def test_a_request_names_servers_effort_and_session_and_sends_details_back() -> None:
    details = thought("hm", signature="S")
    answer = Message(
        role=Role.ASSISTANT,
        parts=(
            ThinkingPart(text="hm"),
            ThinkingPart(text="", state={"reasoning_details": details}),
            ToolCallPart(call_id=CallId("a"), name="f", arguments={}),
        ),
    )
    result = Message(role=Role.TOOL, parts=(ToolResultPart(call_id=CallId("a"), name="f", content="one"),))
    request = ModelRequest(
        model="anthropic/claude-sonnet-5.5",
        system="s",
        messages=(HELLO, answer, result),
        max_output_tokens=9,
        temperature=0.5,
        thinking="high",
        cache_key="s1",
        output_schema={"type": "object"},
    )

    expected: dict[str, JsonValue] = {
        "model": "anthropic/claude-sonnet-5.5",
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "Hello"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
                "reasoning_details": details,
            },
            {"role": "tool", "tool_call_id": "a", "content": "one"},
        ],
        "stream": True,
        "max_completion_tokens": 9,
        "temperature": 0.5,
        "reasoning": {"effort": "high"},
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
        "provider": {"only": ["a"], "zdr": True},
        "cache_control": {"type": "ephemeral"},
        "session_id": "s1",
    }
    assert ask(request, settings(only=["a"], zdr=True)).call.body == expected


def test_nothing_is_asked_for_that_was_not_wished() -> None:
    body = ask(ModelRequest(model="openrouter/auto", system="", messages=(HELLO,)), settings()).call.body

    assert body == {"model": "openrouter/auto", "messages": [{"role": "user", "content": "Hello"}], "stream": True}


def test_models_come_with_windows_and_prices() -> None:
    answer: JsonValue = {
        "data": [
            {
                "id": "a/b:free",
                "context_length": 1000,
                "pricing": {"prompt": "0", "completion": "0"},
                "top_provider": {"max_completion_tokens": None},
            },
            {
                "id": "a/b",
                "context_length": None,
                "pricing": {"prompt": "0.000002", "completion": "0.00001", "input_cache_read": "0.0000001"},
                "top_provider": {"context_length": 2000, "max_completion_tokens": 500},
            },
            {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
            {"id": "odd", "pricing": {"prompt": "x", "completion": True}, "top_provider": 7},
            None,
        ]
    }

    page = models("or", None).read(answer)

    assert page is not None
    assert page.models == [
        ModelInfo(provider="or", name="a/b:free", context_tokens=1000, prices=Prices(input_usd=0, output_usd=0)),
        ModelInfo(
            provider="or",
            name="a/b",
            context_tokens=2000,
            output_tokens=500,
            prices=Prices(input_usd=2.0, output_usd=10.0, cached_usd=0.1),
        ),
        ModelInfo(provider="or", name="openrouter/auto"),
        ModelInfo(provider="or", name="odd"),
    ]
    assert models("or", None).read([]) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"limit_remaining": 12.5, "usage": 7.5}, ("12.50 USD of credit left", "7.50 USD used")),
        ({"limit_remaining": None, "usage": 7}, ("no credit limit on this key", "7.00 USD used")),
        ({"limit_remaining": -0.5}, ("-0.50 USD of credit left",)),
        (None, None),
    ],
)
def test_a_key_tells_what_it_is_good_for(data: JsonValue, expected: tuple[str, ...] | None) -> None:
    assert check_key().read({"data": data}) == expected


async def test_the_program_says_who_it_is_and_the_check_asks_for_the_key() -> None:
    answer: Callable[[ReceivedRequest], Reply] = lambda _: Reply(framing="length", body=b'{"data":{"usage":0}}')  # noqa: E731
    async with LoopbackServer(answer) as server:
        provider = registry.build(
            ProviderSettings(
                name="or", kind="openrouter", base_url=server.url, api_key=Secret("sk-or-0123456789"), environ={}
            )
        )
        assert await provider.check() == ("no credit limit on this key", "0.00 USD used")
        await provider.aclose()

        [request] = server.requests
        assert request.target == "/api/v1/key"
        assert request.headers["authorization"] == "Bearer sk-or-0123456789"
        assert (request.headers["x-openrouter-title"], request.headers["x-openrouter-categories"]) == (
            "Aircher",
            "cli-agent",
        )
        assert request.headers["http-referer"].startswith("https://")
