"""Pictures that tools answer with, on every wire: after the results, in the way its rules allow."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from tests.contracts.test_requests import BODIES, ollama

from aircher.domain.ids import CallId
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
from aircher.domain.pictures import without_tool_pictures
from aircher.domain.provider import ModelRequest
from aircher.engine.token_counter import TokenCounter
from aircher.providers._alternation import FROM_TOOLS
from aircher.providers._chat_request import COMPATIBLE, chat_body
from aircher.providers._ollama_request import without_old_pictures
from aircher.testing.fake_llm.asks import Ask
from aircher.testing.fake_llm.wires.anthropic import Anthropic
from aircher.testing.fake_llm.wires.gemini import Gemini
from aircher.testing.fake_llm.wires.ollama import Ollama
from aircher.testing.fake_llm.wires.openai_chat import OpenAiChat
from aircher.testing.fake_llm.wires.openai_responses import OpenAiResponses

PICTURE = ImagePart(media_type="image/png", data_base64="AA==")
URL = "data:image/png;base64,AA=="
LEFT_OUT = "[picture left out: m takes none]"


def call(call_id: str) -> ToolCallPart:
    return ToolCallPart(call_id=CallId(call_id), name="read_file", arguments={})


def result(call_id: str, content: str) -> ToolResultPart:
    return ToolResultPart(call_id=CallId(call_id), name="read_file", content=content)


PROMPT = Message(role=Role.USER, parts=(TextPart(text="look at both"),))
CALLS = Message(role=Role.ASSISTANT, parts=(call("c1"), call("c2")))
RESULTS = Message(role=Role.TOOL, parts=(result("c1", "one"), result("c2", "two"), PICTURE, PICTURE))
TALK = (PROMPT, CALLS, RESULTS)


def request(*messages: Message) -> ModelRequest:
    return ModelRequest(model="m", system="", messages=messages)


def tail(name: str, *, after: int) -> list[JsonValue]:
    body = BODIES[name](request(*TALK))
    listed = body.get("messages") or body.get("contents") or body.get("input")
    assert isinstance(listed, list)
    return listed[after:]


SHOWN: JsonValue = {"type": "image_url", "image_url": {"url": URL}}
INPUT: JsonValue = {"type": "input_image", "image_url": URL, "detail": "auto"}
BLOCK: dict[str, JsonValue] = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "AA=="},
}
INLINE: JsonValue = {"inlineData": {"mimeType": "image/png", "data": "AA=="}}


@pytest.mark.parametrize("name", ["openai-chat", "compatible"])
def test_chat_shows_them_in_words_of_the_user_after_all_results(name: str) -> None:
    assert tail(name, after=2) == [
        {"role": "tool", "tool_call_id": "c1", "content": "one"},
        {"role": "tool", "tool_call_id": "c2", "content": "two"},
        {"role": "user", "content": [{"type": "text", "text": FROM_TOOLS.text}, SHOWN, SHOWN]},
    ]


def test_responses_shows_them_in_a_message_after_all_outputs() -> None:
    assert tail("responses", after=3) == [
        {"type": "function_call_output", "call_id": "c1", "output": "one"},
        {"type": "function_call_output", "call_id": "c2", "output": "two"},
        {"role": "user", "content": [{"type": "input_text", "text": FROM_TOOLS.text}, INPUT, INPUT]},
    ]


def test_messages_shows_them_in_the_turn_of_the_results_behind_them() -> None:
    assert tail("messages", after=2) == [
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "one"},
                {"type": "tool_result", "tool_use_id": "c2", "content": "two"},
                BLOCK,
                {**BLOCK, "cache_control": {"type": "ephemeral"}},
            ],
        }
    ]


def test_gemini_shows_them_in_the_content_of_the_responses_behind_them() -> None:
    responses: list[JsonValue] = [
        {"functionResponse": {"id": f"c{number}", "name": "read_file", "response": {"output": text}}}
        for number, text in ((1, "one"), (2, "two"))
    ]
    assert tail("gemini", after=2) == [{"role": "user", "parts": [*responses, INLINE, INLINE]}]


def test_ollama_shows_them_in_words_of_the_user_after_all_results() -> None:
    assert tail("ollama", after=2) == [
        {"role": "tool", "content": "one", "tool_name": "read_file", "tool_call_id": "c1"},
        {"role": "tool", "content": "two", "tool_name": "read_file", "tool_call_id": "c2"},
        {"role": "user", "content": FROM_TOOLS.text, "images": ["AA==", "AA=="]},
    ]


@pytest.mark.parametrize("name", ["compatible", "ollama"])
def test_a_prompt_right_behind_them_is_one_with_them(name: str) -> None:
    body = BODIES[name](request(*TALK, Message(role=Role.USER, parts=(TextPart(text="and now?"),))))
    messages = body["messages"]
    assert isinstance(messages, list)
    assert [message["role"] for message in messages if isinstance(message, dict)] == [
        *("user", "assistant", "tool", "tool", "user"),
    ]
    assert "and now?" in str(messages[-1])


def test_reasoning_around_tool_calls_goes_back_although_pictures_stand_between() -> None:
    thought = ThinkingPart(text="hm", state={"field": "reasoning_content"})
    answer = Message(role=Role.ASSISTANT, parts=(thought, TextPart(text="a turtle")))
    messages = chat_body(request(*TALK, answer), COMPATIBLE)["messages"]
    assert isinstance(messages, list)
    assert messages[-1] == {"role": "assistant", "content": "a turtle", "reasoning_content": "hm"}


def test_a_model_that_takes_none_is_told_so_in_the_result() -> None:
    told = replace(RESULTS, parts=(result("c1", "one"), result("c2", f"two\n{LEFT_OUT}\n{LEFT_OUT}")))
    assert without_tool_pictures(TALK, "m") == [PROMPT, CALLS, told]
    only = Message(role=Role.TOOL, parts=(PICTURE, result("c1", ""), PICTURE))
    assert without_tool_pictures([only], "m") == [Message(role=Role.TOOL, parts=(result("c1", LEFT_OUT),))]
    shown = replace(PROMPT, parts=(PICTURE,))
    assert without_tool_pictures([shown], "m") == [shown]


def test_ollama_never_refuses_a_model_for_the_picture_of_a_tool() -> None:
    kept = without_old_pictures(TALK, "m")
    assert ollama(request(*kept))["messages"] == [
        {"role": "user", "content": "look at both"},
        *tail("ollama", after=1)[:2],
        {
            "role": "tool",
            "content": f"two\n{LEFT_OUT}\n{LEFT_OUT}",
            "tool_name": "read_file",
            "tool_call_id": "c2",
        },
    ]


def test_they_are_counted_like_pictures_of_a_prompt() -> None:
    with_pictures, without = (
        TokenCounter("claude").count_request(request(*TALK[:2], message)) for message in (RESULTS, bare())
    )
    of_prompt, of_none = (
        TokenCounter("claude").count_request(request(replace(PROMPT, parts=(*PROMPT.parts, *pictures))))
        for pictures in ((PICTURE, PICTURE), ())
    )
    assert with_pictures - without == of_prompt - of_none > 0


def bare() -> Message:
    return replace(RESULTS, parts=RESULTS.parts[:2])


READERS: dict[str, Callable[[bytes, str], Ask]] = {
    "openai-chat": OpenAiChat().read,
    "responses": OpenAiResponses().read,
    "messages": Anthropic().read,
    "gemini": Gemini().read,
    "ollama": Ollama().read,
}


@pytest.mark.parametrize("name", READERS)
def test_the_fake_server_takes_them_for_part_of_the_result(name: str) -> None:
    body = msgspec.json.encode(BODIES[name](request(*TALK)))
    ask = READERS[name](body, "/v1beta/models/m:streamGenerateContent?alt=sse")
    assert ask.tool_result is not None
    assert "two" in ask.tool_result
    assert ask.text == "look at both"
