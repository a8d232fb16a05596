"""Requests of the Chat Completions wire: a `ModelRequest` in, the body to send out. Pure.

Invariant: another vendor's reasoning is never sent; every tool call and result keeps its id and order.
Source: https://platform.openai.com/docs/api-reference/chat/create
"""

import re
from dataclasses import dataclass
from typing import assert_never

from aircher.domain.messages import (
    ImagePart,
    JsonValue,
    Message,
    Role,
    TextPart,
    ToolResultPart,
)
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.providers._json import encode

_REASONING_MODEL = r"(?:o\d|gpt-(?:[5-9]|\d\d))"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDialect:
    """In what the servers of this wire differ.

    Attributes:
        max_tokens_key: Name of the answer's upper bound.
        knows_openai_models: Whether a model's name tells what OpenAI's rules for it are.
        has_think_tags: Whether reasoning may be left inside the answer, in tags.
        needs_key: Whether a call without a key cannot work.
    """

    max_tokens_key: str
    knows_openai_models: bool
    has_think_tags: bool
    needs_key: bool


OPENAI = ChatDialect(
    max_tokens_key="max_completion_tokens", knows_openai_models=True, has_think_tags=False, needs_key=True
)
COMPATIBLE = ChatDialect(max_tokens_key="max_tokens", knows_openai_models=False, has_think_tags=True, needs_key=False)


def chat_body(request: ModelRequest, dialect: ChatDialect) -> dict[str, JsonValue]:
    """Return the body that asks for a streamed answer with usage."""
    reasons = dialect.knows_openai_models and re.match(_REASONING_MODEL, request.model) is not None
    messages: list[JsonValue] = []
    if request.system:
        messages.append({"role": "developer" if reasons else "system", "content": request.system})
    for message in request.messages:
        messages += _messages(message)
    body: dict[str, JsonValue] = {
        "model": request.model,
        "messages": messages,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.max_output_tokens is not None:
        body[dialect.max_tokens_key] = request.max_output_tokens
    effort = _openai_effort(request) if reasons else _plain_effort(request)
    if effort is not None and (reasons or not dialect.knows_openai_models):
        body["reasoning_effort"] = effort
    if request.temperature is not None and (not reasons or effort == "none"):
        body["temperature"] = request.temperature
    return body


def _plain_effort(request: ModelRequest) -> str | None:
    """Servers that know no effort ignore the field; there is no word for "off" that all of them accept."""
    return None if request.thinking in {None, "off"} else request.thinking


def _openai_effort(request: ModelRequest) -> str | None:
    """Return the effort a reasoning model is asked for; ``None`` = its own default.

    Source: the GPT-6 family takes function tools on this wire only with effort ``none``; o-models know no such
    effort, the first GPT-5 models call it ``minimal``.
    """
    if request.model.startswith("gpt-6") and request.tools:
        return "none"
    if request.thinking != "off":
        return request.thinking
    if request.model.startswith("o"):
        return "low"
    is_first_gpt_5 = request.model.startswith("gpt-5") and not request.model.startswith("gpt-5.")
    return "minimal" if is_first_gpt_5 else "none"


def _tool(tool: ToolSpec) -> JsonValue:
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
    }


def _messages(message: Message) -> list[JsonValue]:
    match message.role:
        case Role.USER:
            return [{"role": "user", "content": _user_content(message)}]
        case Role.ASSISTANT:
            return _assistant(message)
        case Role.TOOL:
            return [
                {"role": "tool", "tool_call_id": part.call_id, "content": part.content}
                for part in message.parts
                if isinstance(part, ToolResultPart)
            ]
        case _:
            assert_never(message.role)


def _user_content(message: Message) -> JsonValue:
    if not any(isinstance(part, ImagePart) for part in message.parts):
        return message.text
    content: list[JsonValue] = []
    for part in message.parts:
        if isinstance(part, TextPart):
            content.append({"type": "text", "text": part.text})
        elif isinstance(part, ImagePart):
            url = f"data:{part.media_type};base64,{part.data_base64}"
            content.append({"type": "image_url", "image_url": {"url": url}})
    return content


def _assistant(message: Message) -> list[JsonValue]:
    calls: list[JsonValue] = [
        {
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": encode(dict(call.arguments)).decode()},
        }
        for call in message.tool_calls
    ]
    if not calls:
        return [{"role": "assistant", "content": message.text}] if message.text else []
    return [{"role": "assistant", "content": message.text or None, "tool_calls": calls}]
