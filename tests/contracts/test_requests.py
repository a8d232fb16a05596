"""What every wire makes of a conversation that no vendor would take as it is. A new wire joins by a row in BODIES."""

import re
from collections.abc import Callable, Iterator

import pytest

from aircher.domain.ids import CallId
from aircher.domain.messages import JsonValue, Message, Role, TextPart, ToolCallPart, ToolResultPart
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
