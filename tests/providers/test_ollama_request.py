from dataclasses import replace

import pytest

from aircher.domain.ids import CallId
from aircher.domain.levels import Thinking
from aircher.domain.messages import (
    ImagePart,
    JsonValue,
    Message,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.providers._ollama_request import duration, ollama_body, think_value

TOOL = ToolSpec(name="f", description="does f", parameters={"type": "object"})
CONVERSATION = (
    Message(role=Role.USER, parts=(TextPart(text="look"), ImagePart(media_type="image/png", data_base64="AA=="))),
    Message(
        role=Role.ASSISTANT,
        parts=(
            ThinkingPart(text="hm"),
            TextPart(text="I look."),
            ToolCallPart(call_id=CallId("call_a"), name="f", arguments={"x": "ä"}),
            ToolCallPart(call_id=CallId("local_b"), name="g", arguments={}),
        ),
    ),
    Message(
        role=Role.TOOL,
        parts=(
            ToolResultPart(call_id=CallId("call_a"), name="f", content="one"),
            ToolResultPart(call_id=CallId("local_b"), name="g", content="two", is_error=True),
        ),
    ),
    Message(role=Role.ASSISTANT, parts=(ThinkingPart(text="only thought"),)),
    Message(role=Role.ASSISTANT, parts=(TextPart(text="done"),)),
    Message(role=Role.USER, parts=(TextPart(text="thanks"),)),
)


def body(request: ModelRequest, **more: JsonValue) -> dict[str, JsonValue]:
    arguments = {"window_tokens": 8192, "answer_tokens": None, "keep_alive_s": None, "think": None, **more}
    return ollama_body(request, **arguments)  # type: ignore[arg-type]  # named by the tests


def test_a_whole_conversation_is_sent_with_its_own_ids_only() -> None:
    request = ModelRequest(
        model="qwen3:8b",
        system="be brief",
        messages=CONVERSATION,
        tools=(TOOL,),
        temperature=0.5,
        output_schema={"type": "object"},
        tool_choice="f",
        cache_key="c",
    )

    assert body(request, answer_tokens=9, keep_alive_s=300.0, think=True) == {
        "model": "qwen3:8b",
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "look", "images": ["AA=="]},
            {
                "role": "assistant",
                "content": "I look.",
                "thinking": "hm",
                "tool_calls": [
                    {"id": "call_a", "function": {"name": "f", "arguments": {"x": "ä"}}},
                    {"function": {"name": "g", "arguments": {}}},
                ],
            },
            {"role": "tool", "content": "one", "tool_name": "f", "tool_call_id": "call_a"},
            {"role": "tool", "content": "two", "tool_name": "g"},
            {"role": "assistant", "content": "done"},
            {"role": "user", "content": "thanks"},
        ],
        "stream": True,
        "truncate": False,
        "shift": False,
        "options": {"num_ctx": 8192, "num_predict": 9, "temperature": 0.5},
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "does f", "parameters": {"type": "object"}}}
        ],
        "think": True,
        "keep_alive": "300s",
    }


def test_a_form_is_asked_for_only_where_the_model_could_not_want_to_call_a_tool_instead() -> None:
    request = ModelRequest(model="m", system="", messages=(), output_schema={"type": "object"})

    assert body(request)["format"] == {"type": "object"}
    assert "format" not in body(replace(request, tools=(TOOL,)))


def test_what_is_not_wanted_is_left_to_the_server() -> None:
    request = ModelRequest(model="m", system="", messages=())

    assert body(request) == {
        "model": "m",
        "messages": [],
        "stream": True,
        "truncate": False,
        "shift": False,
        "options": {"num_ctx": 8192},
    }


@pytest.mark.parametrize(
    ("thinking", "capabilities", "has_levels", "expected"),
    [
        (None, ("thinking",), False, None),
        ("high", ("completion", "tools"), False, None),
        ("off", (), False, None),
        ("off", ("thinking",), False, False),
        ("low", ("thinking",), False, True),
        ("high", ("thinking",), True, "high"),
        ("off", ("thinking",), True, "low"),
        ("high", (), True, None),
    ],
)
def test_thinking_is_asked_for_as_the_model_takes_it(
    thinking: Thinking | None, capabilities: tuple[str, ...], has_levels: bool, expected: bool | str | None
) -> None:
    request = ModelRequest(model="m", system="", messages=(), thinking=thinking)

    assert think_value(request, capabilities, has_levels=has_levels) == expected


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0s"), (300.0, "300s"), (0.25, "0.250s"), (3_162_240_000.0, "3162240000s")]
)
def test_lengths_of_time_are_written_without_an_exponent(seconds: float, text: str) -> None:
    assert duration(seconds) == text
