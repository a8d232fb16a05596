"""Requests of the Responses wire: a `ModelRequest` in, the body to send out. Pure.

Invariant: nothing is kept by the server; every item of the conversation goes back in its order, the encrypted
reasoning included, so that the model thinks on where it stopped.
Source: https://platform.openai.com/docs/api-reference/responses/create
"""

from itertools import chain
from typing import assert_never

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
from aircher.providers._alternation import pictures_apart
from aircher.providers._json import encode
from aircher.providers._openai_models import effort, reasons
from aircher.providers._strict_schema import is_strict
from aircher.providers._tool_names import accepted_name

ENCRYPTED_REASONING = "reasoning.encrypted_content"
SCHEMA_NAME = "answer"


def responses_body(request: ModelRequest) -> dict[str, JsonValue]:
    """Return the body that asks for a streamed answer of which the server keeps nothing."""
    body: dict[str, JsonValue] = {**prompt_body(request), "stream": True, "store": False}
    if reasons(request.model):
        body["include"] = [ENCRYPTED_REASONING]
    if request.max_output_tokens is not None:
        body["max_output_tokens"] = request.max_output_tokens
    if request.temperature is not None and _may_sample(request):
        body["temperature"] = request.temperature
    if request.cache_key:
        body["prompt_cache_key"] = request.cache_key
    return body


def prompt_body(request: ModelRequest) -> dict[str, JsonValue]:
    """Return the part of the body that makes up the prompt: what is counted."""
    items: list[JsonValue] = []
    for message in chain.from_iterable(map(pictures_apart, request.messages)):
        items += _items(message)
    body: dict[str, JsonValue] = {"model": request.model, "input": items}
    if request.system:
        body["instructions"] = request.system
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.tool_choice is not None:
        body["tool_choice"] = {"type": "function", "name": request.tool_choice}
    if reasoning := _reasoning(request):
        body["reasoning"] = reasoning
    if request.output_schema is not None:
        schema = dict(request.output_schema)
        body["text"] = {
            "format": {"type": "json_schema", "name": SCHEMA_NAME, "schema": schema, "strict": is_strict(schema)}
        }
    return body


def _reasoning(request: ModelRequest) -> dict[str, JsonValue]:
    """Return how much to think, and that what is thought be told; empty = the model does not think or its own way."""
    if not reasons(request.model):
        return {} if request.thinking in {None, "off"} else {"effort": request.thinking}
    wanted = effort(request.model, request.thinking)
    if wanted == "none":
        return {"effort": wanted}
    return {"summary": "auto"} if wanted is None else {"effort": wanted, "summary": "auto"}


def _may_sample(request: ModelRequest) -> bool:
    """Say whether a temperature is taken. Source: 400 ``unsupported_value`` of every model that is reasoning."""
    return not reasons(request.model) or effort(request.model, request.thinking) == "none"


def _tool(tool: ToolSpec) -> JsonValue:
    # told in any case: here, unlike in Chat, "strict" is what a server assumes
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
        "strict": is_strict(tool.parameters),
    }


def _items(message: Message) -> list[JsonValue]:
    match message.role:
        case Role.USER:
            return [{"role": "user", "content": _user_content(message)}]
        case Role.ASSISTANT:
            return _answer(message)
        case Role.TOOL:
            return [
                {"type": "function_call_output", "call_id": part.call_id, "output": part.content}
                for part in message.parts
                if isinstance(part, ToolResultPart)
            ]
        case _:
            assert_never(message.role)


def _user_content(message: Message) -> list[JsonValue]:
    content: list[JsonValue] = []
    for part in message.parts:
        if isinstance(part, TextPart):
            content.append({"type": "input_text", "text": part.text})
        elif isinstance(part, ImagePart):
            url = f"data:{part.media_type};base64,{part.data_base64}"
            content.append({"type": "input_image", "image_url": url, "detail": "auto"})
    return content


def _answer(message: Message) -> list[JsonValue]:
    """Return an answer's items. Reasoning that nothing followed is left out: the server would miss what it led to."""
    items: list[JsonValue] = []
    phase: JsonValue = None
    kept = 0
    for part in message.parts:
        match part:
            case ThinkingPart(state=state) if state is not None and "phase" in state:
                phase = state["phase"]
            case ThinkingPart(state=state) if state:
                items.append({"type": "reasoning", **state})
            case TextPart(text=text) if text:
                items.append(_spoken(text, phase))
                phase = None
                kept = len(items)
            case ToolCallPart():
                items.append(_call(part))
                kept = len(items)
    return items[:kept]


def _spoken(text: str, phase: JsonValue) -> JsonValue:
    item: dict[str, JsonValue] = {"role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {**item, "phase": phase} if phase else item


def _call(call: ToolCallPart) -> JsonValue:
    arguments = encode(dict(call.arguments)).decode()
    name = accepted_name(call.name)
    return {"type": "function_call", "call_id": call.call_id, "name": name, "arguments": arguments}
