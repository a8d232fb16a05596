"""Requests of the Chat Completions wire: a `ModelRequest` in, the body to send out. Pure.

Invariant: another vendor's reasoning is never sent; every tool call and result keeps its id and order.
Source: https://platform.openai.com/docs/api-reference/chat/create
"""

from typing import assert_never

from aircher.domain.messages import (
    ImagePart,
    JsonValue,
    Message,
    Role,
    TextPart,
    ThinkingPart,
    ToolResultPart,
)
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.domain.records import dataclass
from aircher.providers._alternation import alternating, answers_calls
from aircher.providers._json import encode
from aircher.providers._openai_models import chat_effort, reasons
from aircher.providers._strict_schema import is_strict
from aircher.providers._tool_names import accepted_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDialect:
    """In what the servers of this wire differ.

    Attributes:
        max_tokens_key: Name of the answer's upper bound.
        knows_openai_models: Whether a model's name tells what OpenAI's rules for it are.
        has_think_tags: Whether reasoning may be left inside the answer, in tags.
        needs_key: Whether a call without a key cannot work.
        returns_reasoning: Whether a server may want reasoning back in the field that it sent it in.
        is_openrouter: Whether it is OpenRouter: effort in ``reasoning``, usage unasked, reasoning details sent back.
    """

    max_tokens_key: str
    knows_openai_models: bool
    has_think_tags: bool
    needs_key: bool
    returns_reasoning: bool = False
    is_openrouter: bool = False


OPENAI = ChatDialect(
    max_tokens_key="max_completion_tokens", knows_openai_models=True, has_think_tags=False, needs_key=True
)
COMPATIBLE = ChatDialect(
    max_tokens_key="max_tokens",
    knows_openai_models=False,
    has_think_tags=True,
    needs_key=False,
    returns_reasoning=True,
)
_REASONING_FIELDS = frozenset({"reasoning", "reasoning_content"})
SCHEMA_NAME = "answer"
"""What the wire wants a schema to be called."""


def chat_body(request: ModelRequest, dialect: ChatDialect) -> dict[str, JsonValue]:
    """Return the body that asks for a streamed answer with usage."""
    can_reason = dialect.knows_openai_models and reasons(request.model)
    messages: list[JsonValue] = []
    if request.system:
        messages.append({"role": "developer" if can_reason else "system", "content": request.system})
    is_after_result = False
    for message in alternating(request.messages):
        messages += _messages(message, is_after_result=is_after_result)
        is_after_result = answers_calls(message)
    body: dict[str, JsonValue] = {"model": request.model, "messages": messages, "stream": True}
    if not dialect.is_openrouter:
        body["stream_options"] = {"include_usage": True}
    body |= _constraints(request, dialect)
    if request.max_output_tokens is not None:
        body[dialect.max_tokens_key] = request.max_output_tokens
    effort = _openai_effort(request) if can_reason else _plain_effort(request, dialect)
    if effort is not None and dialect.is_openrouter:
        body["reasoning"] = {"effort": effort}
    elif effort is not None:
        body["reasoning_effort"] = effort
    if request.temperature is not None and (not can_reason or effort == "none"):
        body["temperature"] = request.temperature
    if request.cache_key and dialect.knows_openai_models:
        body["prompt_cache_key"] = request.cache_key
    return body


def _constraints(request: ModelRequest, dialect: ChatDialect) -> dict[str, JsonValue]:
    """Return what the answer is bound to: tools, the one to call, the form of its text."""
    body: dict[str, JsonValue] = {}
    if request.tools:
        body["tools"] = [_tool(tool, dialect) for tool in request.tools]
    if request.tool_choice is not None:
        body["tool_choice"] = {"type": "function", "function": {"name": request.tool_choice}}
    if request.output_schema is not None:
        form: dict[str, JsonValue] = {"name": SCHEMA_NAME, "schema": dict(request.output_schema)}
        if dialect.knows_openai_models and is_strict(request.output_schema):
            form["strict"] = True
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    return body


def _plain_effort(request: ModelRequest, dialect: ChatDialect) -> str | None:
    """Return the effort where names tell nothing: most servers ignore it and share no word for "off"."""
    if dialect.knows_openai_models:
        return None  # an OpenAI model that does not reason refuses the field
    if request.thinking == "off":
        return "none" if dialect.is_openrouter else None
    return request.thinking


def _openai_effort(request: ModelRequest) -> str | None:
    return chat_effort(request.model, request.thinking, has_tools=bool(request.tools))


def _tool(tool: ToolSpec, dialect: ChatDialect) -> JsonValue:
    function: dict[str, JsonValue] = {
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
    }
    if dialect.knows_openai_models and is_strict(tool.parameters):
        function["strict"] = True
    return {"type": "function", "function": function}


def _messages(message: Message, *, is_after_result: bool) -> list[JsonValue]:
    match message.role:
        case Role.USER:
            return [{"role": "user", "content": _user_content(message)}]
        case Role.ASSISTANT:
            return [_assistant(message, is_in_tool_round=is_after_result or bool(message.tool_calls))]
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


def _assistant(message: Message, *, is_in_tool_round: bool) -> JsonValue:
    calls: list[JsonValue] = [
        {
            "id": call.call_id,
            "type": "function",
            "function": {"name": accepted_name(call.name), "arguments": encode(dict(call.arguments)).decode()},
        }
        for call in message.tool_calls
    ]
    answer: dict[str, JsonValue] = {"role": "assistant", "content": message.text or None}
    if calls:
        answer["tool_calls"] = calls
    if details := _reasoning_details(message):
        answer["reasoning_details"] = details
    return answer | _named_reasoning(message) if is_in_tool_round else answer


def _named_reasoning(message: Message) -> dict[str, JsonValue]:
    """Return reasoning under the field that the server sent it in; only compatible servers' reasoning has one.

    Source: https://api-docs.deepseek.com/guides/thinking_mode#tool-calls: what was thought around tool calls goes back
    in all later requests, or they are refused; of other answers it is ignored, so there it is left out.
    """
    fields: dict[str, JsonValue] = {}
    for part in message.parts:
        field = part.state.get("field") if isinstance(part, ThinkingPart) and part.state is not None else None
        if isinstance(part, ThinkingPart) and isinstance(field, str) and field in _REASONING_FIELDS:
            fields[field] = f"{fields.get(field, '')}{part.text}"
    return fields


def _reasoning_details(message: Message) -> list[JsonValue]:
    """Return what OpenRouter gave to send back; no other server of this wire gives anything."""
    states = [part.state for part in message.parts if isinstance(part, ThinkingPart) and part.state is not None]
    lists = [state.get("reasoning_details") for state in states]
    return [detail for details in lists if isinstance(details, list) for detail in details]
