import pytest

from aircher.domain.ids import CallId
from aircher.domain.levels import Thinking
from aircher.domain.messages import (
    ImagePart,
    JsonValue,
    Message,
    Part,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.providers._gemini_request import TRANSFERRED, content_body, prompt_body

SCHEMA: dict[str, JsonValue] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"path": {"$ref": "#/$defs/Path"}},
    "additionalProperties": False,
    "$defs": {"Path": {"type": ["string", "null"], "format": "path"}},
}
TOOL = ToolSpec(name="f", description="does f", parameters=SCHEMA)
BARE = ToolSpec(name="g", description="does g", parameters={"type": "object", "properties": {}})
JSON_SCHEMA: JsonValue = {
    "type": "object",
    "properties": {"path": {"type": ["string", "null"], "format": "path"}},
    "additionalProperties": False,
}
OPENAPI: JsonValue = {"type": "OBJECT", "properties": {"path": {"type": "STRING", "nullable": True}}}


def user(*parts: Part) -> Message:
    return Message(role=Role.USER, parts=parts)


def model(*parts: Part) -> Message:
    return Message(role=Role.ASSISTANT, parts=parts)


def results(*parts: Part) -> Message:
    return Message(role=Role.TOOL, parts=parts)


def call(call_id: str, **arguments: JsonValue) -> ToolCallPart:
    return ToolCallPart(call_id=CallId(call_id), name="f", arguments=arguments)


def result(call_id: str, content: str, *, is_error: bool = False) -> ToolResultPart:
    return ToolResultPart(call_id=CallId(call_id), name="f", content=content, is_error=is_error)


def state(text: str = "", **fields: JsonValue) -> ThinkingPart:
    return ThinkingPart(text=text, state=fields, provider="gemini", model="m")


def contents(*messages: Message, name: str = "gemini-3.8-flash") -> JsonValue:
    return content_body(ModelRequest(model=name, system="", messages=messages))["contents"]


def test_a_whole_request() -> None:
    request = ModelRequest(
        model="models/gemini-3.8-flash",
        system="be brief",
        messages=(
            user(TextPart(text="look"), ImagePart(media_type="image/png", data_base64="AA==")),
            model(
                TextPart(text="Reading."), state(of="call", call_id="local_1", thoughtSignature="s"), call("local_1")
            ),
            results(result("local_1", "no such file", is_error=True)),
        ),
        tools=(TOOL, BARE),
        max_output_tokens=9,
        temperature=0.5,
        thinking="high",
        output_schema=SCHEMA,
        tool_choice="f",
        cache_key="k",
    )

    assert content_body(request) == {
        "contents": [
            {"role": "user", "parts": [{"text": "look"}, {"inlineData": {"mimeType": "image/png", "data": "AA=="}}]},
            {
                "role": "model",
                "parts": [
                    {"text": "Reading."},
                    {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "s"},
                ],
            },
            {
                "role": "user",
                "parts": [{"functionResponse": {"name": "f", "response": {"error": "no such file"}}}],
            },
        ],
        "systemInstruction": {"parts": [{"text": "be brief"}]},
        "tools": [
            {
                "functionDeclarations": [
                    {"name": "f", "description": "does f", "parametersJsonSchema": JSON_SCHEMA},
                    {
                        "name": "g",
                        "description": "does g",
                        "parametersJsonSchema": {"type": "object", "properties": {}},
                    },
                ]
            }
        ],
        "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
        "generationConfig": {
            "maxOutputTokens": 9,
            "temperature": 0.5,
            "responseMimeType": "application/json",
            "responseJsonSchema": JSON_SCHEMA,
            "thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"},
        },
    }


def test_signatures_go_back_where_they_were() -> None:
    answer = model(
        ThinkingPart(text="cut off"),
        state("thought before, so", of="thought", chars=2, thoughtSignature="s1"),
        TextPart(text="plain "),
        state("hm", of="text", chars=6, thoughtSignature="s2"),
        TextPart(text="signed and plain"),
        state(of="call", call_id="b", thoughtSignature="s4"),
        state(of="call", call_id="a", thoughtSignature="s3"),
        state(of="text", chars=0, thoughtSignature="s5"),
        call("a", x=1),
        call("b"),
    )

    assert contents(answer) == [
        {
            "role": "model",
            "parts": [
                {"text": "so", "thought": True, "thoughtSignature": "s1"},
                {"text": "plain "},
                {"text": "signed", "thoughtSignature": "s2"},
                {"text": " and plain"},
                {"text": "", "thoughtSignature": "s5"},
                {"functionCall": {"id": "a", "name": "f", "args": {"x": 1}}, "thoughtSignature": "s3"},
                {"functionCall": {"id": "b", "name": "f", "args": {}}, "thoughtSignature": "s4"},
            ],
        }
    ]


def test_calls_of_another_model_are_excused_in_the_current_turn_alone() -> None:
    old = model(call("toolu_1"))
    first = model(call("toolu_2"), call("toolu_3"))
    own = model(state(of="call", call_id="c", thoughtSignature="s"), call("c"))
    conversation = (
        user(TextPart(text="one")),
        old,
        results(result("toolu_1", "1")),
        user(TextPart(text="two")),
        first,
        results(result("toolu_2", "2"), result("toolu_3", "3")),
        own,
    )

    def sent(name: str) -> list[JsonValue]:
        found = contents(*conversation, name=name)
        assert isinstance(found, list)
        parts = [part for content in found if isinstance(content, dict) for part in list_of(content["parts"])]
        return [part.get("thoughtSignature") for part in parts if isinstance(part, dict) and "functionCall" in part]

    assert sent("gemini-3.8-flash") == [None, TRANSFERRED, None, "s"]
    assert sent("gemini-flash-latest") == [None, TRANSFERRED, None, "s"]
    assert sent("gemini-2.5-flash") == [None, None, None, "s"]


def list_of(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value


def test_results_stand_in_the_order_of_their_calls_and_echo_ids_that_the_server_gave() -> None:
    sent = contents(
        model(call("local_1"), call("fc-2")), results(result("fc-2", "two"), result("local_1", "one")), name="gemma-4"
    )

    assert sent == [
        {
            "role": "model",
            "parts": [
                {"functionCall": {"name": "f", "args": {}}},
                {"functionCall": {"id": "fc-2", "name": "f", "args": {}}},
            ],
        },
        {
            "role": "user",
            "parts": [
                {"functionResponse": {"name": "f", "response": {"output": "one"}}},
                {"functionResponse": {"id": "fc-2", "name": "f", "response": {"output": "two"}}},
            ],
        },
    ]


def test_what_has_no_content_is_left_out_and_a_nameless_call_gets_a_name() -> None:
    nameless = ToolCallPart(call_id=CallId("a"), name="", arguments={})

    assert contents(user(TextPart(text="")), model(ThinkingPart(text="hm")), model(nameless), name="gemma-4") == [
        {"role": "model", "parts": [{"functionCall": {"id": "a", "name": "unnamed", "args": {}}}]}
    ]


@pytest.mark.parametrize(
    ("name", "thinking", "expected"),
    [
        ("gemini-3.8-flash", None, {"includeThoughts": True}),
        ("gemini-3.8-flash", "off", {"thinkingLevel": "LOW"}),
        ("models/gemini-3.5-flash-lite", "off", {"thinkingLevel": "MINIMAL"}),
        ("gemini-4-argon", "medium", {"includeThoughts": True, "thinkingLevel": "MEDIUM"}),
        ("gemini-pro-latest", "low", {"includeThoughts": True, "thinkingLevel": "LOW"}),
        ("gemini-2.5-flash", None, {"includeThoughts": True}),
        ("gemini-2.5-flash", "off", {"thinkingBudget": 0}),
        ("gemini-2.5-pro", "off", {"thinkingBudget": 128}),
        ("gemini-2.5-pro", "medium", {"includeThoughts": True, "thinkingBudget": 8192}),
        ("gemini-2.0-flash", "high", None),
        ("gemini-2.5-flash-image", "high", None),
        ("gemma-4-27b-it", None, None),
    ],
)
def test_thinking_is_asked_for_as_the_model_knows_it(name: str, thinking: Thinking | None, expected: JsonValue) -> None:
    body = content_body(ModelRequest(model=name, system="", messages=(), thinking=thinking))

    assert body.get("generationConfig") == (None if expected is None else {"thinkingConfig": expected})


def test_models_before_json_schema_get_the_openapi_subset() -> None:
    request = ModelRequest(model="gemini-2.0-flash", system="", messages=(), tools=(TOOL, BARE))

    assert content_body(request)["tools"] == [
        {
            "functionDeclarations": [
                {"name": "f", "description": "does f", "parameters": OPENAPI},
                {"name": "g", "description": "does g"},
            ]
        }
    ]
    formed = ModelRequest(model="gemini-2.0-flash", system="", messages=(), output_schema=SCHEMA)
    assert content_body(formed)["generationConfig"] == {
        "responseMimeType": "application/json",
        "responseSchema": OPENAPI,
    }


def test_functions_come_before_a_form_of_the_answer_where_both_are_refused() -> None:
    request = ModelRequest(model="gemini-2.5-flash", system="", messages=(), tools=(TOOL,), output_schema=SCHEMA)

    assert content_body(request)["generationConfig"] == {"thinkingConfig": {"includeThoughts": True}}


def test_a_prompt_holds_nothing_about_the_answer() -> None:
    request = ModelRequest(
        model="gemini-3.8-flash", system="s", messages=(user(TextPart(text="x")),), max_output_tokens=1, thinking="low"
    )

    assert prompt_body(request) == {
        "contents": [{"role": "user", "parts": [{"text": "x"}]}],
        "systemInstruction": {"parts": [{"text": "s"}]},
    }
