"""What the fake server sends, wire by wire: framing, order, end, usage; compared with recorded streams."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.testing.fake_llm_client import PROMPTS, Got, connected, events, prompt

from aircher.testing.fake_llm.script import Answer, Failure, FailureKind, Script, Step, ToolCall, Usage
from aircher.testing.fake_llm.server import FakeLlm

RECORDED = Path(__file__).parents[1] / "wire" / "fixtures"
WIRES = list(PROMPTS)
CALLS = Answer(
    steps=(
        Step(thinking="I need it."),
        Step(text="Reading two "),
        Step(text="files."),
        Step(tool_call=ToolCall(name="read_file", arguments={"path": "ä.py", "lines": [1, 2]})),
        Step(tool_call=ToolCall(name="list_files")),
        Step(
            usage=Usage(input_tokens=90, output_tokens=40, cached_tokens=30, cache_write_tokens=10, reasoning_tokens=8)
        ),
    )
)


async def ask(answer: Answer, wire: str, *, stream: bool = True) -> Got:
    async with FakeLlm(Script(answers=(answer,))) as server, connected(server) as client:
        return await client.post(*prompt(wire, stream=stream))


async def stream_of(answer: Answer, wire: str) -> list[Any]:
    got = await ask(answer, wire)
    assert (got.status, got.is_whole) == (200, True)
    return events(wire, got.body)


async def test_chat_completions_stream_role_words_calls_reason_usage_and_end() -> None:
    *chunks, done = await stream_of(CALLS, "openai-chat")
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks[:-1]]
    fragments: dict[int, str] = defaultdict(str)
    for call in (call for delta in deltas for call in delta.get("tool_calls", ())):
        fragments[call["index"]] += call["function"]["arguments"]
    opened = [call for delta in deltas for call in delta.get("tool_calls", ()) if "id" in call]

    assert done == "[DONE]"
    assert deltas[0] == {"role": "assistant", "content": "", "refusal": None}
    assert "".join(delta.get("reasoning_content") or "" for delta in deltas) == "I need it."
    assert "".join(delta.get("content") or "" for delta in deltas) == "Reading two files."
    assert [call["function"]["name"] for call in opened] == ["read_file", "list_files"]
    assert len({call["id"] for call in opened}) == 2
    assert [json.loads(text) for text in fragments.values()] == [{"path": "ä.py", "lines": [1, 2]}, {}]
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks[-3:-1]] == [None, "tool_calls"]
    assert [chunk["usage"] for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"] == {
        "prompt_tokens": 90,
        "completion_tokens": 40,
        "total_tokens": 130,
        "prompt_tokens_details": {"cached_tokens": 30, "cache_write_tokens": 10, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 8,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


async def test_chat_completions_tell_no_usage_unless_asked() -> None:
    path, body = prompt("openai-chat")
    del body["stream_options"]
    async with FakeLlm() as server, connected(server) as client:
        got = await client.post(path, body)
    assert b'"usage"' not in got.body


async def test_openrouter_adds_a_comment_the_provider_signed_reasoning_and_the_cost() -> None:
    got = await ask(CALLS, "openrouter")
    *chunks, done = events("openrouter", got.body)
    details = [
        detail
        for chunk in chunks
        for choice in chunk["choices"]
        for detail in choice["delta"].get("reasoning_details", ())
    ]
    assert got.body.startswith(b": OPENROUTER PROCESSING\n\ndata: ")
    assert done == "[DONE]"
    assert {chunk["provider"] for chunk in chunks} == {"Fake"}
    assert "".join(detail.get("text", "") for detail in details) == "I need it."
    assert [set(detail) for detail in details[-1:]] == [{"type", "signature", "format", "index"}]
    assert chunks[-2]["choices"][0]["native_finish_reason"] == "tool_use"
    assert chunks[-1]["usage"]["cost"] == pytest.approx(130e-6)


async def test_responses_number_their_events_and_finish_every_item_they_announce() -> None:
    found = await stream_of(CALLS, "openai-responses")
    added = [event["item"]["id"] for event in found if event["type"] == "response.output_item.added"]
    done = [event["item"] for event in found if event["type"] == "response.output_item.done"]

    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    assert [event["type"] for event in found[:2]] == ["response.created", "response.in_progress"]
    assert found[-1]["type"] == "response.completed"
    assert added == [item["id"] for item in done]
    assert found[-1]["response"]["output"] == done
    assert [item["type"] for item in done] == ["reasoning", "message", "function_call", "function_call"]
    assert done[1]["content"][0]["text"] == "Reading two files."
    assert json.loads(done[2]["arguments"]) == {"path": "ä.py", "lines": [1, 2]}
    assert found[-1]["response"]["usage"] == {
        "input_tokens": 90,
        "input_tokens_details": {"cached_tokens": 30, "cache_write_tokens": 10},
        "output_tokens": 40,
        "output_tokens_details": {"reasoning_tokens": 8},
        "total_tokens": 130,
    }


async def test_messages_open_grow_and_close_each_block_under_its_index() -> None:
    found = await stream_of(CALLS, "anthropic")
    kinds = [event["type"] for event in found]
    blocks = [event["content_block"]["type"] for event in found if event["type"] == "content_block_start"]
    shape = [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    grown = "".join(
        event["delta"].get("partial_json", "") for event in found if event.get("index") == 2 and "delta" in event
    )

    assert shape == ["message_start", "ping", *(block * 4), "message_delta", "message_stop"]
    assert blocks == ["thinking", "text", "tool_use", "tool_use"]
    assert [event["index"] for event in found if event["type"] == "content_block_stop"] == [0, 1, 2, 3]
    assert [event["delta"]["type"] for event in found if event.get("index") == 0 and "delta" in event][
        -1
    ] == "signature_delta"
    assert json.loads(grown) == {"path": "ä.py", "lines": [1, 2]}
    assert found[-2]["delta"]["stop_reason"] == "tool_use"
    assert found[-2]["usage"] == {
        "input_tokens": 50,  # without what the cache gave and took
        "cache_creation_input_tokens": 10,
        "cache_read_input_tokens": 30,
        "output_tokens": 40,
        "output_tokens_details": {"thinking_tokens": 8},
    }


async def test_gemini_sends_whole_calls_signs_the_first_and_says_stop() -> None:
    found = await stream_of(CALLS, "gemini")
    parts = [part for event in found for part in event["candidates"][0]["content"]["parts"]]
    calls = [part for part in parts if "functionCall" in part]

    assert "".join(part["text"] for part in parts if part.get("thought")) == "I need it."
    assert [part["functionCall"]["args"] for part in calls] == [{"path": "ä.py", "lines": [1, 2]}, {}]
    assert ["thoughtSignature" in part for part in calls] == [True, False]
    assert [event["candidates"][0].get("finishReason") for event in found[-2:]] == [None, "STOP"]
    assert found[-1]["usageMetadata"] == {
        "promptTokenCount": 90,
        "candidatesTokenCount": 32,
        "totalTokenCount": 130,
        "thoughtsTokenCount": 8,
        "cachedContentTokenCount": 30,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 90}],
    }


async def test_ollama_sends_a_line_a_piece_and_counts_in_the_last() -> None:
    *lines, last = await stream_of(CALLS, "ollama")
    calls = [call["function"] for line in lines for call in line["message"].get("tool_calls", ())]
    assert [line["done"] for line in lines] == [False] * len(lines)
    assert "".join(line["message"]["content"] for line in lines) == "Reading two files."
    assert calls == [
        {"index": 0, "name": "read_file", "arguments": {"path": "ä.py", "lines": [1, 2]}},
        {"index": 1, "name": "list_files", "arguments": {}},
    ]
    assert (last["done"], last["done_reason"], last["prompt_eval_count"], last["eval_count"]) == (True, "stop", 90, 40)


def words_of(wire: str, document: Any) -> str:
    """Return the text in a whole answer."""
    match wire:
        case "openai-chat" | "openrouter":
            return str(document["choices"][0]["message"]["content"])
        case "openai-responses":
            return str(document["output"][1]["content"][0]["text"])
        case "anthropic":
            return str(document["content"][1]["text"])
        case "gemini":
            return str(document["candidates"][0]["content"]["parts"][1]["text"])
        case _:
            return str(document["message"]["content"])


@pytest.mark.parametrize("wire", WIRES)
async def test_without_a_stream_the_answer_is_one_document(wire: str) -> None:
    got = await ask(CALLS, wire, stream=False)
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    assert words_of(wire, got.json()) == "Reading two files."


async def test_gemini_streams_an_array_to_clients_that_ask_for_no_events() -> None:
    path, body = prompt("gemini")
    async with FakeLlm() as server, connected(server) as client:
        got = await client.post(path.removesuffix("?alt=sse"), body)
    [document] = got.json()
    assert document["candidates"][0]["finishReason"] == "STOP"


@pytest.mark.parametrize(
    ("wire", "status", "hint"),
    [
        ("openai-chat", 429, {"retry-after": "2", "retry-after-ms": "1500"}),
        ("openai-responses", 429, {"retry-after": "2", "retry-after-ms": "1500"}),
        ("anthropic", 429, {"retry-after": "2"}),
        ("gemini", 429, {}),
        ("ollama", 429, {"retry-after": "2"}),
        ("openrouter", 429, {"retry-after": "2"}),
    ],
)
async def test_a_refusal_says_when_to_come_again_in_the_wires_own_way(
    wire: str, status: int, hint: dict[str, str]
) -> None:
    got = await ask(Answer(steps=(Step(error=Failure(kind="rate_limit", retry_after_s=1.5)),)), wire)
    assert got.status == status
    assert {name: value for name, value in got.headers.items() if name.startswith("retry-after")} == hint
    assert ("retryDelay" in got.body.decode()) == (wire == "gemini")


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("kind", get_args(FailureKind))
async def test_every_kind_of_error_has_a_status_and_words_on_every_wire(wire: str, kind: Any) -> None:
    got = await ask(Answer(steps=(Step(error=Failure(kind=kind)),)), wire)
    assert 400 <= got.status < 600
    assert got.json()["error"]


@pytest.mark.parametrize(
    ("wire", "last"),
    [
        (
            "openai-chat",
            {
                "error": {
                    "message": "m",
                    "type": "service_unavailable_error",
                    "param": None,
                    "code": "server_is_overloaded",
                }
            },
        ),
        ("gemini", {"error": {"code": 503, "message": "m", "status": "UNAVAILABLE"}}),
        ("ollama", {"error": "m"}),
    ],
)
async def test_an_error_after_words_comes_within_the_stream(wire: str, last: dict[str, object]) -> None:
    found = await stream_of(
        Answer(steps=(Step(text="Half"), Step(error=Failure(kind="overloaded", message="m")))), wire
    )
    assert found[-1] == last


async def test_responses_fail_by_an_event_or_as_a_response() -> None:
    for kind, ending in (("overloaded", "error"), ("rate_limit", "response.failed")):
        failure = Failure(kind=kind, retry_after_s=1.14)  # type: ignore[arg-type]  # both are kinds
        found = await stream_of(Answer(steps=(Step(text="Half"), Step(error=failure))), "openai-responses")
        assert found[-1]["type"] == ending
        assert "Please try again in 1.14s." in json.dumps(found[-1])


async def test_an_error_can_come_within_a_stream_that_has_not_said_anything() -> None:
    answer = Answer(steps=(Step(error=Failure(kind="overloaded", in_stream=True)),))
    found = await stream_of(answer, "anthropic")
    assert [event["type"] for event in found] == ["message_start", "ping", "error"]


async def test_arguments_that_are_no_json_arrive_as_they_are() -> None:
    answer = Answer(steps=(Step(tool_call=ToolCall(name="t", raw_arguments='{"path": "a')),))
    found = await stream_of(answer, "anthropic")
    assert "".join(event.get("delta", {}).get("partial_json", "") for event in found) == '{"path": "a'


@pytest.mark.parametrize(("finish", "native"), [("length", "incomplete"), ("stop", "completed")])
async def test_an_answer_that_was_cut_short_says_so(finish: Any, native: str) -> None:
    found = await stream_of(Answer(steps=(Step(text="cut"),), finish=finish), "openai-responses")
    assert found[-1]["type"] == f"response.{native}"


def paths(value: Any, at: str = "") -> set[str]:
    """Return where something stands in a document, without what it is."""
    if isinstance(value, dict):
        return {at} | {path for key, below in value.items() for path in paths(below, f"{at}.{key}")}
    if isinstance(value, list):
        return {at} | {path for below in value for path in paths(below, f"{at}[]")}
    return {at}


def kind_of(event: Any) -> str:
    return str(event.get("type", "")) if isinstance(event, dict) else str(event)


OURS = {
    "openai-chat": {".choices[].delta.reasoning_content", ".usage.prompt_tokens_details.cache_write_tokens"},
    "openrouter": {
        ".usage.prompt_tokens_details.cache_write_tokens",
        ".usage.completion_tokens_details.accepted_prediction_tokens",
        ".usage.completion_tokens_details.rejected_prediction_tokens",
    },
}
"""What stands in our streams and in no recorded one, though documented or spoken by servers of the same wire."""

ARGUMENTS = (".args.", ".arguments.")


@pytest.mark.parametrize("wire", [wire for wire in WIRES if (RECORDED / wire).is_dir()])
async def test_nothing_stands_in_a_stream_where_recorded_streams_have_nothing(wire: str) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for file in (RECORDED / wire).glob("*.*s*"):
        for line in file.read_bytes().splitlines():
            text = line.removeprefix(b"data:").strip()
            if file.suffix in {".sse", ".ndjson"} and text.startswith(b"{") and text.endswith(b"}"):
                try:
                    event = json.loads(text)
                except ValueError:
                    continue  # some are recorded broken
                known[kind_of(event)] |= paths(event)
    failing = Answer(steps=(Step(text="Half"), Step(error=Failure())))
    for answer in (CALLS, failing):
        for event in await stream_of(answer, wire):
            if isinstance(event, dict):
                new = paths(event) - known[kind_of(event)] - OURS.get(wire, set())
                assert {path for path in new if not any(inside in path for inside in ARGUMENTS)} == set(), event
