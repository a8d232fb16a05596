import json
import re
from typing import TypeAlias

import pytest

from aircher.domain.ids import CallId
from aircher.domain.levels import Thinking
from aircher.domain.messages import (
    ImagePart,
    JsonObject,
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
from aircher.providers._json import encode
from aircher.providers._messages_request import count_body, messages_body

MARK: JsonValue = {"type": "ephemeral"}
SHOWN: JsonValue = {"type": "adaptive", "display": "summarized"}
SOURCE: JsonValue = {"type": "base64", "media_type": "image/png", "data": "AA=="}
PATHS: tuple[JsonValue, JsonValue] = ({"path": "ä"}, {"path": "b"})
CLOSED: JsonObject = {
    "type": "object",
    "properties": {"path": {"type": "string"}},
    "required": ["path"],
    "additionalProperties": False,
}
READ = ToolSpec(name="read", description="reads", parameters=CLOSED)
LOOSE = ToolSpec(name="loose", description="", parameters={"properties": {"x": {}}, "anyOf": []})


def user(*parts: Part) -> Message:
    return Message(role=Role.USER, parts=parts)


def assistant(*parts: Part) -> Message:
    return Message(role=Role.ASSISTANT, parts=parts)


def results(*parts: Part) -> Message:
    return Message(role=Role.TOOL, parts=parts)


def text(words: str) -> TextPart:
    return TextPart(text=words)


def call(call_id: str, **arguments: JsonValue) -> ToolCallPart:
    return ToolCallPart(call_id=CallId(call_id), name="read", arguments=arguments)


def result(call_id: str, content: str, *, is_error: bool = False) -> ToolResultPart:
    return ToolResultPart(call_id=CallId(call_id), name="read", content=content, is_error=is_error)


def block(words: str, **more: JsonValue) -> JsonValue:
    return {"type": "text", "text": words, **more}


def asking(*messages: Message, model: str = "claude-opus-5-5", **more: object) -> ModelRequest:
    return ModelRequest(model=model, system="", messages=messages, **more)  # type: ignore[arg-type] # spread


def sent(*messages: Message) -> JsonValue:
    return messages_body(asking(*messages))["messages"]


CONVERSATION = (
    user(text("look"), ImagePart(media_type="image/png", data_base64="AA==")),
    assistant(
        ThinkingPart(text="hm", state={"signature": "sig+/=="}),
        ThinkingPart(text="", state={"signature": "hidden=="}),
        ThinkingPart(text="", state={"data": "redacted=="}),
        text("I look."),
        call("a", path="ä"),
        call("b", path="b"),
    ),
    results(result("a", "one"), result("b", "two", is_error=True)),
    assistant(ThinkingPart(text="cut off"), text("done")),
    user(text("thanks")),
)


def test_a_whole_conversation_is_sent_with_its_thinking_unchanged() -> None:
    request = ModelRequest(
        model="claude-opus-5-5",
        system="be brief",
        messages=CONVERSATION,
        tools=(READ, LOOSE),
        max_output_tokens=9,
        temperature=0.5,
        thinking="high",
        output_schema=CLOSED,
        cache_key="conversation",
    )

    assert messages_body(request) == {
        "model": "claude-opus-5-5",
        "max_tokens": 9,
        "stream": True,
        "tools": [
            {"name": "read", "description": "reads", "input_schema": CLOSED, "strict": True},
            {"name": "loose", "input_schema": {"properties": {"x": {}}, "type": "object"}, "cache_control": MARK},
        ],
        "system": [block("be brief", cache_control=MARK)],
        "messages": [
            {
                "role": "user",
                "content": [
                    block("look"),
                    {"type": "image", "source": SOURCE},
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "hm", "signature": "sig+/=="},
                    {"type": "thinking", "thinking": "", "signature": "hidden=="},
                    {"type": "redacted_thinking", "data": "redacted=="},
                    block("I look."),
                    {"type": "tool_use", "id": "a", "name": "read", "input": PATHS[0]},
                    {"type": "tool_use", "id": "b", "name": "read", "input": PATHS[1]},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": "one"},
                    {
                        "type": "tool_result",
                        "tool_use_id": "b",
                        "content": "two",
                        "is_error": True,
                        "cache_control": MARK,
                    },
                ],
            },
            {"role": "assistant", "content": [block("done")]},
            {"role": "user", "content": [block("thanks", cache_control=MARK)]},
        ],
        "thinking": SHOWN,
        "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": CLOSED}},
    }


def test_counting_asks_with_the_same_prompt_and_nothing_of_the_answer() -> None:
    request = ModelRequest(model="claude-opus-5-5", system="s", messages=CONVERSATION, tools=(READ,), temperature=1.0)
    body = messages_body(request)

    assert count_body(request) == {name: body[name] for name in body if name not in {"max_tokens", "stream"}}


Levels: TypeAlias = list[tuple[Thinking | None, JsonObject]]
ADAPTIVE: Levels = [
    (None, {}),
    ("off", {}),
    ("low", {"thinking": SHOWN, "output_config": {"effort": "low"}}),
    ("medium", {"thinking": SHOWN, "output_config": {"effort": "medium"}}),
    ("high", {"thinking": SHOWN, "output_config": {"effort": "high"}}),
]
ALWAYS: Levels = [
    (None, {"thinking": SHOWN}),
    ("off", {"thinking": SHOWN, "output_config": {"effort": "low"}}),
    *ADAPTIVE[2:],
]
BY_BUDGET: Levels = [
    (None, {}),
    ("off", {}),
    ("low", {"thinking": {"type": "enabled", "budget_tokens": 4_000}}),
    ("medium", {"thinking": {"type": "enabled", "budget_tokens": 8_000}}),
    ("high", {"thinking": {"type": "enabled", "budget_tokens": 16_000}}),
]


def off_by(kind: str, levels: Levels) -> Levels:
    return [(level, {"thinking": {"type": kind}} if level == "off" else sent) for level, sent in levels]


@pytest.mark.parametrize(
    ("models", "levels"),
    [
        (["claude-opus-5-5", "claude-fable-5-1", "claude-mythos-preview", "claude-opus-5.5", "claude-zen-7"], ALWAYS),
        (["anthropic/claude-opus-5.5", "claude-opus-6", "claude-sonnet-5-7", "claude-opus-5-5-20261001"], ALWAYS),
        (["claude-sonnet-5-5", "anthropic/claude-sonnet-5.5", "CLAUDE-SONNET-5-5"], off_by("between_tools", ALWAYS)),
        (["claude-opus-5", "claude-sonnet-5-20260601", "claude-haiku-5-5"], off_by("disabled", ALWAYS)),
        (["claude-opus-4-8", "claude-opus-4-7-20260401", "us.anthropic.claude-opus-4-7-v1:0"], ADAPTIVE),
        (["claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-haiku-4.5", "claude-opus-4-1-20250805"], BY_BUDGET),
        (["claude-sonnet-4-20250514", "claude-3-7-sonnet-20250219"], BY_BUDGET),
        (["claude-3-5-haiku-20241022", "claude-3-opus-latest", "claude-2.1"], [(level, {}) for level, _ in ALWAYS]),
        (["deepseek-chat", "qwen3:8b"], off_by("disabled", BY_BUDGET)),
    ],
)
def test_thinking_is_asked_for_as_the_generation_takes_it(models: list[str], levels: Levels) -> None:
    for model in models:
        for level, expected in levels:
            body = messages_body(asking(user(text("hi")), model=model, thinking=level))
            always = {"model", "max_tokens", "stream", "messages"}
            assert {name: body[name] for name in body if name not in always} == expected, (model, level)


@pytest.mark.parametrize(("max_tokens", "budget"), [(1_024, None), (1_025, 1_024), (3_000, 1_500), (64_000, 16_000)])
def test_a_budget_stays_between_the_lowest_allowed_and_the_answers_bound(max_tokens: int, budget: int | None) -> None:
    body = messages_body(
        asking(user(text("hi")), model="claude-haiku-4-5", thinking="high", max_output_tokens=max_tokens)
    )
    assert body.get("thinking") == (None if budget is None else {"type": "enabled", "budget_tokens": budget})


@pytest.mark.parametrize(
    ("first", "thinks"),
    [
        ([ThinkingPart(text="hm", state={"signature": "s"})], True),
        ([ThinkingPart(text="", state={"data": "d"})], True),
        ([ThinkingPart(text="hm")], False),
        ([], False),
    ],
)
def test_a_call_made_without_thinking_is_answered_without_a_budget(first: list[Part], thinks: bool) -> None:
    loop = [user(text("hi")), assistant(*first, call("a")), results(result("a", "one"))]
    body = messages_body(asking(*loop, model="claude-sonnet-4-5", thinking="low"))
    assert ("thinking" in body) is thinks


def test_switching_thinking_off_is_said_in_the_middle_of_calls_as_well() -> None:
    loop = [user(text("hi")), assistant(call("a")), results(result("a", "one"))]
    assert messages_body(asking(*loop, model="qwen3:8b", thinking="off"))["thinking"] == {"type": "disabled"}


@pytest.mark.parametrize(
    ("model", "level", "is_forced", "thinking"),
    [
        ("claude-opus-5-5", None, False, SHOWN),
        ("claude-sonnet-5-5", "off", False, {"type": "between_tools"}),
        ("claude-haiku-5-5", None, True, {"type": "disabled"}),
        ("claude-haiku-5-5", "low", False, SHOWN),
        ("claude-opus-4-8", None, True, None),
        ("claude-opus-4-8", "low", False, SHOWN),
        ("claude-haiku-4-5", None, True, None),
    ],
)
def test_a_tool_is_forced_only_while_the_model_does_not_think(
    model: str, level: Thinking | None, is_forced: bool, thinking: JsonValue
) -> None:
    body = messages_body(asking(user(text("hi")), model=model, tools=(READ,), tool_choice="read", thinking=level))
    assert body.get("tool_choice") == ({"type": "tool", "name": "read"} if is_forced else None)
    assert body.get("thinking") == thinking


@pytest.mark.parametrize(
    ("model", "asked", "known", "expected"),
    [
        ("claude-opus-5-5", None, None, 32_000),
        ("claude-opus-5-5", None, 128_000, 32_000),
        ("qwen3:8b", None, 4_000, 4_000),
        ("claude-3-haiku-20240307", None, None, 4_096),
        ("claude-opus-5-5", 100_000, 4_000, 100_000),
    ],
)
def test_an_answer_always_has_a_bound(model: str, asked: int | None, known: int | None, expected: int) -> None:
    request = asking(user(text("hi")), model=model, max_output_tokens=asked)
    assert messages_body(request, known_output_tokens=known)["max_tokens"] == expected


def test_blank_text_is_left_out_and_an_empty_result_says_so() -> None:
    messages = [
        user(text(" \n"), text("hi")),
        assistant(text(""), call("a")),
        results(result("a", " ", is_error=True)),
    ]
    assert sent(*messages) == [
        {"role": "user", "content": [block("hi", cache_control=MARK)]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "read", "input": {}}]},
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "a",
                    "content": "(no output)",
                    "is_error": True,
                    "cache_control": MARK,
                }
            ],
        },
    ]


def test_what_the_user_says_in_a_row_is_one_message_with_results_first() -> None:
    messages = [
        user(text("one")),
        assistant(ThinkingPart(text="cut off")),
        user(text("two")),
        assistant(call("a"), call("b")),
        results(result("a", "A")),
        results(result("b", "B")),
        user(text("three")),
    ]
    assert sent(*messages) == [
        {"role": "user", "content": [block("one"), block("two", cache_control=MARK)]},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "a", "name": "read", "input": {}},
                {"type": "tool_use", "id": "b", "name": "read", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": "A"},
                {"type": "tool_result", "tool_use_id": "b", "content": "B"},
                block("three", cache_control=MARK),
            ],
        },
    ]


def test_thinking_that_nothing_followed_is_left_out_and_so_is_an_answer_of_nothing_else() -> None:
    thought, hidden = ThinkingPart(text="hm", state={"signature": "s"}), ThinkingPart(text="", state={"data": "d"})
    unanswered = user(text("one")), assistant(thought, hidden), user(text("two"))

    assert sent(*unanswered, assistant(thought, text("so"), hidden, thought), user(text("on"))) == [
        {"role": "user", "content": [block("one"), block("two", cache_control=MARK)]},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, block("so")]},
        {"role": "user", "content": [block("on", cache_control=MARK)]},
    ]


def test_the_user_asks_to_go_on_wherever_the_model_would_continue_its_own_text() -> None:
    go_on: JsonValue = {"role": "user", "content": [block("Go on.")]}

    assert sent() == [go_on]
    assert sent(user(text("hi")), assistant(text("Searching…"))) == [
        {"role": "user", "content": [block("hi", cache_control=MARK)]},
        {"role": "assistant", "content": [block("Searching…")]},
        go_on,
    ]
    assert sent(assistant(text("a")), assistant(text("b")), user(text("c"))) == [
        go_on,
        {"role": "assistant", "content": [block("a")]},
        {"role": "user", "content": [block("Go on.", cache_control=MARK)]},
        {"role": "assistant", "content": [block("b")]},
        {"role": "user", "content": [block("c", cache_control=MARK)]},
    ]


def ids(*messages: Message) -> list[str]:
    return re.findall(r'"(?:id|tool_use_id)":"([^"]*)"', encode(sent(*messages)).decode())


def test_foreign_ids_become_allowed_ones_that_still_differ_and_still_match() -> None:
    foreign = ["functions.read:0", "functions/read:0", "ok_-1", "", "ł\ud83d"]
    used = ids(
        user(text("hi")), assistant(*(call(one) for one in foreign)), results(*(result(one, "x") for one in foreign))
    )

    assert used[:5] == used[5:]
    assert len(set(used)) == 5
    assert used[2] == "ok_-1"
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", one) for one in used)


def test_an_id_that_a_server_uses_again_is_told_apart() -> None:
    rounds = [assistant(call("call_0")), results(result("call_0", "x"))]
    assert ids(user(text("hi")), *rounds, *rounds, *rounds) == [
        *("call_0", "call_0"),
        *("call_0_2", "call_0_2"),
        *("call_0_3", "call_0_3"),
    ]


def unmarked(value: JsonValue) -> JsonValue:
    match value:
        case dict():
            return {key: unmarked(inner) for key, inner in value.items() if key != "cache_control"}
        case list():
            return [unmarked(inner) for inner in value]
        case _:
            return value


def rounds(count: int) -> list[Message]:
    messages = [user(text("Please fix it."))]
    for number in range(count):
        state: JsonObject = {"signature": f"s{number}"}
        thinking = ThinkingPart(text=f"t{number}", state=state)
        calls = [call(f"c.{number}:{n}", n=n) for n in range(12)]
        messages += [assistant(thinking, *calls), results(*(result(f"c.{number}:{n}", f"r{n}") for n in range(12)))]
    return messages


def test_a_longer_conversation_begins_with_the_bytes_of_the_shorter_one() -> None:
    for count in range(5):
        shorter, longer = (
            messages_body(ModelRequest(model="claude-opus-5-5", system="s", messages=rounds(n), tools=(READ, LOOSE)))
            for n in (count, count + 1)
        )
        for name in ("tools", "system"):
            assert encode(longer[name]) == encode(shorter[name])
        start = encode(unmarked(shorter["messages"])).removesuffix(b"]")
        assert encode(unmarked(longer["messages"])).startswith(start + b",")


def marked(value: JsonValue, path: str = "") -> list[str]:
    match value:
        case dict():
            here = [path] if "cache_control" in value else []
            return here + [found for key, inner in value.items() for found in marked(inner, f"{path}/{key}")]
        case list():
            return [found for number, inner in enumerate(value) for found in marked(inner, f"{path}/{number}")]
        case _:
            return []


def test_four_marks_end_tools_system_and_the_last_two_requests() -> None:
    body = messages_body(ModelRequest(model="m", system="s", messages=rounds(3), tools=(READ, LOOSE)))
    assert marked({name: body[name] for name in body}) == [
        "/tools/1",
        "/system/0",
        "/messages/4/content/11",
        "/messages/6/content/11",
    ]


def test_no_more_than_twenty_tools_are_strict_and_old_models_have_none() -> None:
    tools = tuple(ToolSpec(name=f"t{n}", description="d", parameters=CLOSED) for n in range(22))
    for model, expected in (("claude-opus-5-5", 20), ("claude-sonnet-4-20250514", 0), ("qwen3:8b", 0)):
        listed = json.dumps(messages_body(asking(user(text("hi")), model=model, tools=tools))["tools"])
        assert listed.count('"strict": true') == expected
