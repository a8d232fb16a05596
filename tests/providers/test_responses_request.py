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
from aircher.providers._responses_request import prompt_body, responses_body

STRICT: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"x": {"type": "string"}},
    "required": ["x"],
    "additionalProperties": False,
}
REASONING: dict[str, JsonValue] = {"id": "rs", "summary": [], "encrypted_content": "E"}
CONVERSATION = (
    Message(role=Role.USER, parts=(TextPart(text="look"), ImagePart(media_type="image/png", data_base64="AA=="))),
    Message(
        role=Role.ASSISTANT,
        parts=(
            ThinkingPart(text="hm", state=REASONING),
            ThinkingPart(text="", state={"phase": "commentary"}),
            TextPart(text="Looking"),
            ThinkingPart(text="cut off"),
            ThinkingPart(text="closed", state={}),
            ToolCallPart(call_id=CallId("a"), name="f", arguments={"x": "ä\ud83d"}),
            ThinkingPart(text="led to nothing", state=REASONING),
        ),
    ),
    Message(role=Role.TOOL, parts=(ToolResultPart(call_id=CallId("a"), name="f", content="one", is_error=True),)),
    Message(
        role=Role.ASSISTANT,
        parts=(
            ThinkingPart(text="", state={"phase": "commentary"}),
            TextPart(text="a"),
            ThinkingPart(text="", state={"phase": None}),
            TextPart(text="b"),
        ),
    ),
    Message(role=Role.USER, parts=(TextPart(text="thanks"),)),
)


def test_a_whole_conversation_goes_back_in_its_order_and_nothing_is_kept() -> None:
    request = ModelRequest(
        model="gpt-6.2-sol",
        system="be brief",
        messages=CONVERSATION,
        tools=(ToolSpec(name="f", description="does f", parameters=STRICT),),
        max_output_tokens=9,
        temperature=0.5,
        thinking="high",
        output_schema={"type": "object"},
        tool_choice="f",
        cache_key="s1",
    )

    body = responses_body(request)

    sent: dict[str, JsonValue] = {
        "model": "gpt-6.2-sol",
        "instructions": "be brief",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "look"},
                    {"type": "input_image", "image_url": "data:image/png;base64,AA==", "detail": "auto"},
                ],
            },
            {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "E"},
            {
                "role": "assistant",
                "phase": "commentary",
                "content": [{"type": "output_text", "text": "Looking"}],
            },
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": '{"x":"\\u00e4\\ud83d"}'},
            {"type": "function_call_output", "call_id": "a", "output": "one"},
            {"role": "assistant", "phase": "commentary", "content": [{"type": "output_text", "text": "a"}]},
            {"role": "assistant", "content": [{"type": "output_text", "text": "b"}]},
            {"role": "user", "content": [{"type": "input_text", "text": "thanks"}]},
        ],
        "tools": [
            {"type": "function", "name": "f", "description": "does f", "parameters": STRICT, "strict": True},
        ],
        "tool_choice": {"type": "function", "name": "f"},
        "reasoning": {"effort": "high", "summary": "auto"},
        "text": {
            "format": {"type": "json_schema", "name": "answer", "schema": {"type": "object"}, "strict": False},
        },
    }
    assert prompt_body(request) == sent
    assert body == {
        **sent,
        "stream": True,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        "max_output_tokens": 9,
        "prompt_cache_key": "s1",
    }


@pytest.mark.parametrize(
    ("model", "thinking", "expected"),
    [
        ("gpt-6.2-sol", None, {"reasoning": {"summary": "auto"}}),
        ("gpt-6.2-sol", "off", {"reasoning": {"effort": "low", "summary": "auto"}}),
        ("gpt-6.1-sol", "off", {"reasoning": {"effort": "low", "summary": "auto"}}),
        ("gpt-6-astra", "off", {"reasoning": {"effort": "low", "summary": "auto"}}),
        ("gpt-6-sol", "off", {"reasoning": {"effort": "none"}, "temperature": 0.5}),
        ("openai/gpt-6.1-terra", "off", {"reasoning": {"effort": "none"}, "temperature": 0.5}),
        ("gpt-5.6-terra", "off", {"reasoning": {"effort": "none"}, "temperature": 0.5}),
        ("gpt-5.1-codex", "off", {"reasoning": {"effort": "low", "summary": "auto"}}),
        ("gpt-5-mini", "off", {"reasoning": {"effort": "minimal", "summary": "auto"}}),
        ("gpt-5-codex", "off", {"reasoning": {"effort": "low", "summary": "auto"}}),
        ("gpt-5-pro", "off", {"reasoning": {"summary": "auto"}}),
        ("gpt-5-pro", "high", {"reasoning": {"effort": "high", "summary": "auto"}}),
        ("o3", "off", {"reasoning": {"effort": "low", "summary": "auto"}}),
        ("o3", "medium", {"reasoning": {"effort": "medium", "summary": "auto"}}),
        ("gpt-5-chat-latest", None, {"temperature": 0.5}),
        ("gpt-4.1", "off", {"temperature": 0.5}),
        ("qwen3", "high", {"reasoning": {"effort": "high"}, "temperature": 0.5}),
    ],
)
def test_effort_is_told_in_a_word_that_the_model_knows(
    model: str, thinking: Thinking | None, expected: dict[str, JsonValue]
) -> None:
    request = ModelRequest(model=model, system="", messages=(), temperature=0.5, thinking=thinking)

    body = responses_body(request)

    assert {name: body[name] for name in ("reasoning", "temperature") if name in body} == expected
    is_asked = body.get("include") == ["reasoning.encrypted_content"]
    assert is_asked is (not model.startswith(("gpt-4", "qwen", "gpt-5-chat")))
