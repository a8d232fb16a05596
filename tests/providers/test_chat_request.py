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
from aircher.providers._chat_request import COMPATIBLE, OPENAI, ChatDialect, chat_body

TOOL = ToolSpec(name="f", description="does f", parameters={"type": "object"})
CONVERSATION = (
    Message(role=Role.USER, parts=(TextPart(text="look"), ImagePart(media_type="image/png", data_base64="AA=="))),
    Message(
        role=Role.ASSISTANT,
        parts=(
            ThinkingPart(text="hm", state={"s": 1}, provider="claude"),
            ToolCallPart(call_id=CallId("a"), name="f", arguments={"x": "ä\ud83d"}),
            ToolCallPart(call_id=CallId("b"), name="f", arguments={}),
        ),
    ),
    Message(
        role=Role.TOOL,
        parts=(
            ToolResultPart(call_id=CallId("a"), name="f", content="one"),
            ToolResultPart(call_id=CallId("b"), name="f", content="two", is_error=True),
        ),
    ),
    Message(role=Role.ASSISTANT, parts=(ThinkingPart(text="only thought"),)),
    Message(role=Role.ASSISTANT, parts=(TextPart(text="done"),)),
    Message(role=Role.USER, parts=(TextPart(text="thanks"),)),
)


def test_a_whole_conversation_is_sent_without_foreign_thoughts() -> None:
    request = ModelRequest(
        model="qwen", system="be brief", messages=CONVERSATION, tools=(TOOL,), max_output_tokens=9, temperature=0.5
    )

    body = chat_body(request, COMPATIBLE)

    assert body == {
        "model": "qwen",
        "messages": [
            {"role": "system", "content": "be brief"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "look"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                ],
            },
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x":"\\u00e4\\ud83d"}'}},
                    {"id": "b", "type": "function", "function": {"name": "f", "arguments": "{}"}},
                ],
            },
            {"role": "tool", "tool_call_id": "a", "content": "one"},
            {"role": "tool", "tool_call_id": "b", "content": "two"},
            {"role": "assistant", "content": "done"},
            {"role": "user", "content": "thanks"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "does f", "parameters": {"type": "object"}}}
        ],
        "max_tokens": 9,
        "temperature": 0.5,
    }


@pytest.mark.parametrize(
    ("dialect", "model", "thinking", "with_tools", "expected"),
    [
        (OPENAI, "gpt-4.1", "high", False, {"max_completion_tokens": 9, "temperature": 0.5, "role": "system"}),
        (OPENAI, "o3", "off", False, {"max_completion_tokens": 9, "reasoning_effort": "low", "role": "developer"}),
        (
            OPENAI,
            "gpt-5-mini",
            "off",
            False,
            {"max_completion_tokens": 9, "reasoning_effort": "minimal", "role": "developer"},
        ),
        (
            OPENAI,
            "gpt-5.1",
            "off",
            False,
            {"max_completion_tokens": 9, "reasoning_effort": "none", "temperature": 0.5, "role": "developer"},
        ),
        (
            OPENAI,
            "gpt-6-luna",
            "high",
            False,
            {"max_completion_tokens": 9, "reasoning_effort": "high", "role": "developer"},
        ),
        (
            OPENAI,
            "gpt-6-luna",
            "high",
            True,
            {"max_completion_tokens": 9, "reasoning_effort": "none", "temperature": 0.5, "role": "developer"},
        ),
        (OPENAI, "gpt-6-luna", None, False, {"max_completion_tokens": 9, "role": "developer"}),
        (
            COMPATIBLE,
            "gpt-oss",
            "low",
            True,
            {"max_tokens": 9, "reasoning_effort": "low", "temperature": 0.5, "role": "system"},
        ),
        (COMPATIBLE, "gpt-oss", "off", False, {"max_tokens": 9, "temperature": 0.5, "role": "system"}),
    ],
)
def test_limits_and_effort_are_named_as_the_server_and_model_want(
    dialect: ChatDialect, model: str, thinking: Thinking | None, with_tools: bool, expected: dict[str, JsonValue]
) -> None:
    request = ModelRequest(
        model=model,
        system="s",
        messages=(),
        tools=(TOOL,) if with_tools else (),
        max_output_tokens=9,
        temperature=0.5,
        thinking=thinking,
    )

    body = chat_body(request, dialect)

    assert body["messages"] == [{"role": expected.pop("role"), "content": "s"}]
    always = {"model", "messages", "stream", "stream_options", "tools"}
    assert {name: value for name, value in body.items() if name not in always} == expected


STRICT: dict[str, JsonValue] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


@pytest.mark.parametrize(
    ("dialect", "strict", "more"),
    [
        (OPENAI, {"strict": True}, {"prompt_cache_key": "s1"}),
        (COMPATIBLE, {}, {}),
    ],
)
def test_a_bound_answer_is_strict_only_where_the_server_knows_the_word(
    dialect: ChatDialect, strict: dict[str, JsonValue], more: dict[str, JsonValue]
) -> None:
    request = ModelRequest(
        model="m",
        system="",
        messages=(),
        tools=(TOOL, ToolSpec(name="g", description="", parameters=STRICT)),
        tool_choice="g",
        output_schema=STRICT,
        cache_key="s1",
    )

    expected: dict[str, JsonValue] = {
        "model": "m",
        "messages": [],
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [
            {"type": "function", "function": {"name": "f", "description": "does f", "parameters": {"type": "object"}}},
            {"type": "function", "function": {"name": "g", "description": "", "parameters": STRICT, **strict}},
        ],
        "tool_choice": {"type": "function", "function": {"name": "g"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": STRICT, **strict}},
    }
    assert chat_body(request, dialect) == expected | more


@pytest.mark.parametrize("model", ["gpt-6-astra", "gpt-6.1-sol", "gpt-6.2-sol"])
def test_a_model_that_always_reasons_is_not_told_to_stop_for_tools(model: str) -> None:
    body = chat_body(ModelRequest(model=model, system="", messages=(), tools=(TOOL,), thinking="high"), OPENAI)

    assert "reasoning_effort" not in body


def named(text: str, field: str = "reasoning_content") -> ThinkingPart:
    return ThinkingPart(text=text, state={"field": field})


def test_reasoning_around_calls_goes_back_under_its_name_and_other_reasoning_does_not() -> None:
    call = ToolCallPart(call_id=CallId("a"), name="f", arguments={})
    messages = (
        Message(role=Role.USER, parts=(TextPart(text="go"),)),
        Message(role=Role.ASSISTANT, parts=(named("first, "), TextPart(text="I look."), named("then"), call)),
        Message(role=Role.TOOL, parts=(ToolResultPart(call_id=CallId("a"), name="f", content="one"),)),
        Message(role=Role.ASSISTANT, parts=(named("so", "reasoning"), ThinkingPart(text="cut"), TextPart(text="done"))),
        Message(role=Role.USER, parts=(TextPart(text="thanks"),)),
        Message(role=Role.ASSISTANT, parts=(named("polite"), TextPart(text="welcome"))),
    )
    body = chat_body(ModelRequest(model="m", system="", messages=messages), COMPATIBLE)

    assert body["messages"] == [
        {"role": "user", "content": "go"},
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
            "reasoning_content": "first, then",
        },
        {"role": "tool", "tool_call_id": "a", "content": "one"},
        {"role": "assistant", "content": "done", "reasoning": "so"},
        {"role": "user", "content": "thanks"},
        {"role": "assistant", "content": "welcome"},
    ]
