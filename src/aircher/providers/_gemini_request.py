"""Requests of the generateContent wire: a `ModelRequest` in, the body to send out. Pure.

Invariant: a signature goes back with the part it came with and with no other; ids that we made up are never sent;
results stand in the order of their calls, one for each.
Source: https://ai.google.dev/api/generate-content
"""

import re
from collections.abc import Mapping, Sequence
from typing import assert_never

from aircher.domain.ids import CallId
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
from aircher.providers._gemini_parts import MADE_UP, SIGNATURE
from aircher.providers._gemini_schema import openapi_schema, self_contained
from aircher.providers._tool_names import accepted_name

TRANSFERRED = "skip_thought_signature_validator"
"""Stands for the signature of a call that another model made. Gemini 3 and later refuse a step of the current turn
whose first call has none. Source: https://ai.google.dev/gemini-api/docs/thought-signatures#faqs"""
_NEWEST = (99, 0)
_BUDGETS: Mapping[str, int] = {"low": 1024, "medium": 8192, "high": 24576}
"""Thinking tokens. Source: the efforts of https://ai.google.dev/gemini-api/docs/openai#thinking"""
_LEAST_OF_PRO = 128  # Gemini 2.5 Pro cannot be kept from thinking
_NOT_THINKING = ("image", "tts", "audio", "live", "embedding")


def content_body(request: ModelRequest) -> dict[str, JsonValue]:
    """Return the body that asks for an answer."""
    body = prompt_body(request)
    if request.tool_choice is not None and request.tools:
        choice: JsonValue = {"mode": "ANY", "allowedFunctionNames": [request.tool_choice]}
        body["toolConfig"] = {"functionCallingConfig": choice}
    if config := _generation_config(request):
        body["generationConfig"] = config
    return body


def prompt_body(request: ModelRequest) -> dict[str, JsonValue]:
    """Return the part of the body that is read: conversation, system prompt, tools."""
    version = _version(request.model)
    body: dict[str, JsonValue] = {"contents": _contents(request.messages, is_strict=version >= (3, 0))}
    if request.system:
        body["systemInstruction"] = {"parts": [{"text": request.system}]}
    if request.tools:
        body["tools"] = [{"functionDeclarations": [_declaration(tool, version) for tool in request.tools]}]
    return body


def _version(model: str) -> tuple[int, int]:
    """Return the version in a model's name; (0, 0) for a model that is no Gemini."""
    name = model.rpartition("/")[2]
    found = re.match(r"gemini-(\d+)(?:\.(\d+))?(?:-|$)", name)
    if found:
        return int(found[1]), int(found[2] or 0)
    return _NEWEST if re.fullmatch(r"gemini-[a-z-]+-latest", name) else (0, 0)


def _reads_json_schema(version: tuple[int, int]) -> bool:
    """Say whether a model takes JSON Schema as it is; others (Gemma, tuned models) get the OpenAPI subset.

    Source: https://ai.google.dev/gemini-api/docs/structured-output#model-support
    """
    return version >= (2, 5)


def _generation_config(request: ModelRequest) -> dict[str, JsonValue]:
    version = _version(request.model)
    config: dict[str, JsonValue] = {}
    if request.max_output_tokens is not None:
        config["maxOutputTokens"] = request.max_output_tokens
    if request.temperature is not None:
        config["temperature"] = request.temperature
    # before Gemini 3 a request with both functions and a type of answer is refused; the functions matter more
    if request.output_schema is not None and (version >= (3, 0) or not request.tools):
        config["responseMimeType"] = "application/json"
        if _reads_json_schema(version):
            config["responseJsonSchema"] = self_contained(request.output_schema)
        else:
            config["responseSchema"] = openapi_schema(request.output_schema)
    if version >= (2, 5) and not any(word in request.model for word in _NOT_THINKING):
        config["thinkingConfig"] = _thinking(request, version)
    return config


def _thinking(request: ModelRequest, version: tuple[int, int]) -> dict[str, JsonValue]:
    """Return how much the model shall think; what it thinks is shown unless it shall not.

    Source: https://ai.google.dev/gemini-api/docs/thinking: no level turns Gemini 3 and later off, only Flash-Lite
    knows ``MINIMAL`` in all versions, ``LOW`` is known to all models; Gemini 2.5 counts tokens instead.
    """
    if request.thinking is None:
        return {"includeThoughts": True}
    is_off = request.thinking == "off"
    if version >= (3, 0):
        least = "MINIMAL" if "flash-lite" in request.model else "LOW"
        level: dict[str, JsonValue] = {"thinkingLevel": least if is_off else request.thinking.upper()}
        return level if is_off else {"includeThoughts": True, **level}
    if is_off:
        return {"thinkingBudget": _LEAST_OF_PRO if "pro" in request.model else 0}
    return {"includeThoughts": True, "thinkingBudget": _BUDGETS[request.thinking]}


def _declaration(tool: ToolSpec, version: tuple[int, int]) -> JsonValue:
    declaration: dict[str, JsonValue] = {"name": tool.name, "description": tool.description}
    if _reads_json_schema(version):
        declaration["parametersJsonSchema"] = {"type": "object", **self_contained(tool.parameters)}
    elif (parameters := openapi_schema(tool.parameters)).get("properties"):  # an object of nothing is refused
        declaration["parameters"] = parameters
    return declaration


def _contents(messages: Sequence[Message], *, is_strict: bool) -> list[JsonValue]:
    """Return the conversation.

    Args:
        messages: Oldest first.
        is_strict: Whether the model refuses unsigned calls in the current turn, the one after the last prompt.
    """
    turn_begins = max((at for at, message in enumerate(messages) if message.role is Role.USER), default=-1)
    contents: list[JsonValue] = []
    before: Role | None = None
    prompt: list[JsonValue] = []
    order: dict[CallId, int] = {}
    for at, message in enumerate(messages):
        match message.role:
            case Role.USER:
                role, parts = "user", _user_parts(message)
            case Role.ASSISTANT:
                role, parts = "model", _model_parts(message, is_strict=is_strict and at > turn_begins)
                order |= {call.call_id: len(order) + nth for nth, call in enumerate(message.tool_calls)}
            case Role.TOOL:
                role, parts = "user", [*_results(message, order), *_user_parts(message)]
            case _:
                assert_never(message.role)
        if parts and message.role is Role.USER is before:
            prompt += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
            before, prompt = message.role, parts
    return contents


def _user_parts(message: Message) -> list[JsonValue]:
    parts: list[JsonValue] = []
    for part in message.parts:
        if isinstance(part, ImagePart):
            parts.append({"inlineData": {"mimeType": part.media_type, "data": part.data_base64}})
        elif isinstance(part, TextPart) and part.text:
            parts.append({"text": part.text})
    return parts


def _results(message: Message, order: Mapping[CallId, int]) -> list[JsonValue]:
    results = [part for part in message.parts if isinstance(part, ToolResultPart)]
    results.sort(key=lambda result: order.get(result.call_id, len(order)))
    return [
        {
            "functionResponse": {
                **_id(result.call_id),
                "name": accepted_name(result.name),
                "response": {"error" if result.is_error else "output": result.content},
            }
        }
        for result in results
    ]


def _id(call_id: CallId) -> dict[str, JsonValue]:
    return {} if call_id.startswith(MADE_UP) else {"id": call_id}


def _model_parts(message: Message, *, is_strict: bool) -> list[JsonValue]:
    """Return what the model said, its signatures in their places; reasoning that has none is left out."""
    signatures = _call_signatures(message.parts)
    calls = message.tool_calls
    if is_strict and calls:
        signatures.setdefault(calls[0].call_id, TRANSFERRED)
    parts: list[JsonValue] = []
    signed: ThinkingPart | None = None
    for part in message.parts:
        if isinstance(part, ThinkingPart) and part.state is not None:
            text_chars = _chars(part)
            if part.state.get("of") == "thought":
                text = part.text[max(0, len(part.text) - text_chars) :]
                parts.append({"text": text, "thought": True, SIGNATURE: part.state.get(SIGNATURE)})
            elif part.state.get("of") == "text" and not text_chars:
                parts.append({"text": "", SIGNATURE: part.state.get(SIGNATURE)})
            elif part.state.get("of") == "text":
                signed = part
        elif isinstance(part, TextPart):
            parts += _texts(part.text, signed)
            signed = None
        elif isinstance(part, ToolCallPart):
            parts.append(_call(part, signatures.get(part.call_id)))
    return parts


def _call_signatures(parts: Sequence[Part]) -> dict[CallId, JsonValue]:
    """Return the signatures of calls, which may stand anywhere in the answer."""
    states = [part.state for part in parts if isinstance(part, ThinkingPart) and part.state is not None]
    return {CallId(str(state.get("call_id"))): state.get(SIGNATURE) for state in states if state.get("of") == "call"}


def _chars(part: ThinkingPart) -> int:
    chars = part.state.get("chars") if part.state is not None else None
    return chars if isinstance(chars, int) else 0


def _texts(text: str, signed: ThinkingPart | None) -> list[JsonValue]:
    """Return the text in parts as they came: a signed part is never merged with what follows it."""
    texts: list[JsonValue] = []
    if signed is not None and signed.state is not None:
        texts.append({"text": text[: _chars(signed)], SIGNATURE: signed.state.get(SIGNATURE)})
        text = text[_chars(signed) :]
    if text:
        texts.append({"text": text})
    return texts


def _call(call: ToolCallPart, signature: JsonValue) -> JsonValue:
    part: dict[str, JsonValue] = {
        "functionCall": {**_id(call.call_id), "name": accepted_name(call.name), "args": dict(call.arguments)}
    }
    if signature is not None:
        part[SIGNATURE] = signature
    return part
