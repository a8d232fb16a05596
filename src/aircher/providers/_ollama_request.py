"""Requests of Ollama's own chat wire: a `ModelRequest` in, the body to send out. Pure.

Invariant: the server never cuts a prompt on its own; an id that was made up here is never sent.
Source: https://docs.ollama.com/api/chat
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
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
from aircher.domain.pictures import without_tool_pictures
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.providers._alternation import alternating
from aircher.providers._tool_names import accepted_name
from aircher.providers.ollama_chat import LOCAL_ID


def ollama_body(
    request: ModelRequest,
    *,
    window_tokens: int,
    answer_tokens: int | None,
    keep_alive_s: float | None,
    think: bool | str | None,
) -> dict[str, JsonValue]:
    """Return the body that asks for a streamed answer.

    Args:
        request: What to ask; the wire has no way to force a tool, so ``tool_choice`` has no effect.
        window_tokens: Context window to load the model with.
        answer_tokens: Longest answer; ``None`` = the server's default.
        keep_alive_s: How long the model stays loaded afterwards; ``None`` = as the server likes.
        think: From `think_value`.
    """
    options: dict[str, JsonValue] = {"num_ctx": window_tokens}
    if answer_tokens is not None:
        options["num_predict"] = answer_tokens
    if request.temperature is not None:
        options["temperature"] = request.temperature
    messages: list[JsonValue] = [{"role": "system", "content": request.system}] if request.system else []
    for message in alternating(request.messages):
        messages += _messages(message)
    body: dict[str, JsonValue] = {
        "model": request.model,
        "messages": messages,
        "stream": True,
        "truncate": False,  # a prompt that does not fit is refused instead of robbed of its oldest messages
        "shift": False,  # an answer that fills the window ends there instead of pushing the prompt out
        "options": options,
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    # held to a form from its first token on, a model could call no tool
    if request.output_schema is not None and not request.tools:
        body["format"] = dict(request.output_schema)
    if think is not None:
        body["think"] = think
    if keep_alive_s is not None:
        body["keep_alive"] = duration(keep_alive_s)
    return body


def has_pictures(messages: Sequence[Message]) -> bool:
    """Say whether any message holds a picture."""
    return any(isinstance(part, ImagePart) for message in messages for part in message.parts)


def without_old_pictures(messages: Sequence[Message], model: str) -> list[Message]:
    """Return the conversation with words for every picture but those of the newest prompt.

    A model that sees none can go on with a conversation that began with one that does.
    """
    told = TextPart(text=f"\n[picture left out: {model} takes none]\n")
    kept = alternating(without_tool_pictures(messages, model))
    newest = max((at for at, message in enumerate(kept) if message.role is Role.USER), default=0)
    for at, message in enumerate(kept[:newest]):
        if has_pictures((message,)):
            parts = tuple(told if isinstance(part, ImagePart) else part for part in message.parts)
            kept[at] = replace(message, parts=parts)
    return kept


def think_value(request: ModelRequest, capabilities: Collection[str], *, has_levels: bool) -> bool | str | None:
    """Return what ``think`` has to be; ``None`` = leave it out, because a model that cannot think refuses it.

    Models with levels (gpt-oss) cannot be kept from thinking: the least is their ``off``.
    """
    if request.thinking is None or "thinking" not in capabilities:
        return None
    if has_levels:
        return "low" if request.thinking == "off" else request.thinking
    return request.thinking != "off"


def duration(seconds: float) -> str:
    """Return a length of time as the server reads it, such as ``300s``; ``0s`` unloads a model at once."""
    return f"{int(seconds)}s" if seconds == int(seconds) else f"{seconds:.3f}s"


def _tool(tool: ToolSpec) -> JsonValue:
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
    }


def _messages(message: Message) -> list[JsonValue]:
    match message.role:
        case Role.USER:
            return [_user(message)]
        case Role.ASSISTANT:
            return _assistant(message)
        case Role.TOOL:
            return [_result(part) for part in message.parts if isinstance(part, ToolResultPart)]
        case _:
            assert_never(message.role)


def _user(message: Message) -> JsonValue:
    images: list[JsonValue] = [part.data_base64 for part in message.parts if isinstance(part, ImagePart)]
    user: dict[str, JsonValue] = {"role": "user", "content": message.text}
    return {**user, "images": images} if images else user


def _assistant(message: Message) -> list[JsonValue]:
    """Return the message with its reasoning, which the templates of models that want it back pick out themselves."""
    sent: dict[str, JsonValue] = {"role": "assistant", "content": message.text}
    thinking = "".join(part.text for part in message.parts if isinstance(part, ThinkingPart))
    calls: list[JsonValue] = [_call(part) for part in message.tool_calls]
    if thinking:
        sent["thinking"] = thinking
    if calls:
        sent["tool_calls"] = calls
    return [sent]


def _call(call: ToolCallPart) -> JsonValue:
    function: JsonValue = {"name": accepted_name(call.name), "arguments": dict(call.arguments)}
    return {"function": function} if call.call_id.startswith(LOCAL_ID) else {"id": call.call_id, "function": function}


def _result(result: ToolResultPart) -> JsonValue:
    sent: dict[str, JsonValue] = {"role": "tool", "content": result.content}
    sent["tool_name"] = accepted_name(result.name)
    return sent if result.call_id.startswith(LOCAL_ID) else {**sent, "tool_call_id": result.call_id}
