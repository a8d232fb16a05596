"""What every wire makes of a conversation that no vendor would take as it is. A new wire joins by a row in BODIES."""

import re
from collections.abc import Callable, Iterator

import pytest

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
from aircher.domain.provider import ModelRequest
from aircher.providers._chat_request import COMPATIBLE, OPENAI, chat_body
from aircher.providers._gemini_request import content_body
from aircher.providers._messages_request import messages_body
from aircher.providers._ollama_request import ollama_body
from aircher.providers._responses_request import responses_body

Body = Callable[[ModelRequest], dict[str, JsonValue]]


def ollama(request: ModelRequest) -> dict[str, JsonValue]:
    return ollama_body(request, window_tokens=4096, answer_tokens=None, keep_alive_s=None, think=None)


BODIES: dict[str, Body] = {
    "openai-chat": lambda request: chat_body(request, OPENAI),
    "compatible": lambda request: chat_body(request, COMPATIBLE),
    "responses": responses_body,
    "messages": messages_body,
    "gemini": content_body,
    "ollama": ollama,
}
TALKS = [pytest.param(body, id=name) for name, body in BODIES.items()]
NAMES = {
    "": "unnamed",
    "read_file<|channel|>commentary": "read_file_channel_commentary",
    "<|>": "unnamed",
    "lire le\ud83d fichier": "lire_le_fichier",
    "n" * 65: "n" * 64,
    "_read-File2": "_read-File2",
}


def said(role: Role, *texts: str) -> Message:
    return Message(role=role, parts=tuple(TextPart(text=text) for text in texts))


def called(name: str) -> tuple[Message, ...]:
    call_id = CallId("c1")
    return (
        said(Role.USER, "go"),
        Message(role=Role.ASSISTANT, parts=(ToolCallPart(call_id=call_id, name=name, arguments={}),)),
        Message(role=Role.TOOL, parts=(ToolResultPart(call_id=call_id, name=name, content="no such tool"),)),
    )


def names_in(value: JsonValue) -> Iterator[str]:
    if isinstance(value, list):
        for below in value:
            yield from names_in(below)
    elif isinstance(value, dict):
        for key, below in value.items():
            if key in {"name", "tool_name"} and isinstance(below, str):
                yield below
            else:
                yield from names_in(below)


@pytest.mark.parametrize("body_of", TALKS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_vendor_takes_is_sent_back_as_one_that_all_take(body_of: Body, name: str) -> None:
    found = set(names_in([*body_of(ModelRequest(model="m", system="", messages=called(name))).values()]))
    assert found == {NAMES[name]}
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", NAMES[name])


def roles_in(body: dict[str, JsonValue]) -> list[str]:
    listed = body.get("messages") or body.get("contents") or body.get("input")
    assert isinstance(listed, list)
    return [str(entry["role"]) for entry in listed if isinstance(entry, dict)]


@pytest.mark.parametrize("name", [name for name in BODIES if name != "responses"])  # its items need no order
def test_prompts_in_a_row_are_one_as_strict_templates_want_it(name: str) -> None:
    unanswered = Message(role=Role.ASSISTANT, parts=(ThinkingPart(text="cut off"),))
    messages = (
        said(Role.USER, "one"),
        unanswered,
        said(Role.USER, "two"),
        said(Role.ASSISTANT, "yes"),
        said(Role.USER, "three"),
        said(Role.USER, "four"),
    )
    body = BODIES[name](ModelRequest(model="m", system="", messages=messages))

    assert roles_in(body) == ["user", "model" if name == "gemini" else "assistant", "user"]
    assert all(word in str(body) for word in ("one", "two", "three", "four"))


def test_prompts_that_become_one_are_set_apart_and_keep_their_pictures() -> None:
    picture = ImagePart(media_type="image/png", data_base64="AA==")
    messages = (
        Message(role=Role.USER, parts=(TextPart(text="one"), picture)),
        Message(role=Role.USER, parts=(picture, TextPart(text="two"), TextPart(text="!"))),
    )
    request = ModelRequest(model="m", system="", messages=messages)
    shown: JsonValue = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}

    assert ollama(request)["messages"] == [{"role": "user", "content": "one\n\ntwo!", "images": ["AA==", "AA=="]}]
    assert chat_body(request, COMPATIBLE)["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "one"},
                shown,
                shown,
                {"type": "text", "text": "\n\ntwo"},
                {"type": "text", "text": "!"},
            ],
        }
    ]
