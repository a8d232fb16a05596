"""Requests of the Messages wire: a `ModelRequest` in, the body to send out. Pure.

Invariant: a conversation that only grows gives a body that only grows, marks for the cache aside: the server reads
its cache by prefix, and refuses thinking whose prefix has changed. Sampling parameters are never sent.
Source: https://platform.claude.com/docs/en/api/messages/create, API version 2026-10-21
"""

import re
from collections.abc import Sequence
from dataclasses import field
from zlib import crc32

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
from aircher.domain.records import dataclass
from aircher.providers._messages_models import Generation, generation_of
from aircher.providers._messages_schema import answer_schema, is_strict, tool_schema
from aircher.providers._tool_names import accepted_name

GO_ON = "Go on."
"""What the user says where a model would have to continue its own text, which models since 4.6 refuse."""
_NO_OUTPUT = "(no output)"  # the wire refuses blank text, and a failure without text
_FEWEST_BUDGET_TOKENS = 1_024  # the wire's own bound
_MOST_STRICT_TOOLS = 20  # the wire's own bound for one request
_BUDGET_TOKENS: tuple[tuple[Thinking, int], ...] = (("low", 4_000), ("medium", 8_000), ("high", 16_000))
"""Chosen so that each level is twice the one before and the highest leaves half of the usual bound to the answer."""
_NOT_IN_IDS = r"[^a-zA-Z0-9_-]"
_THOUGHTS = ("thinking", "redacted_thinking")

Block = dict[str, JsonValue]


def messages_body(request: ModelRequest, *, known_output_tokens: int | None = None) -> Block:
    """Return the body that asks for a streamed answer.

    Args:
        request: What to ask.
        known_output_tokens: Most tokens that the model can answer; ``None`` = unknown.
    """
    usual = generation_of(request.model).output_tokens
    max_tokens = request.max_output_tokens or min(usual, known_output_tokens or usual)
    return {"model": request.model, "max_tokens": max_tokens, "stream": True, **_prompt(request, max_tokens)}


def count_body(request: ModelRequest) -> Block:
    """Return the body that asks how many tokens the prompt has."""
    usual = generation_of(request.model).output_tokens
    return {"model": request.model, **_prompt(request, request.max_output_tokens or usual)}


def _prompt(request: ModelRequest, max_tokens: int) -> Block:
    """Return what stands before the answer, in the order in which the server's cache reads it."""
    rules = generation_of(request.model)
    turns = _turns(request.messages)
    thinking, effort = _thinking(request, rules, max_tokens)
    if thinking is not None and thinking["type"] == "enabled" and not _may_think(turns):
        thinking = None
    prompt: Block = {}
    if request.tools:
        prompt["tools"] = _tools(request.tools, is_structured=rules.is_structured)
    if request.system.strip():
        prompt["system"] = [{"type": "text", "text": request.system, "cache_control": _cached()}]
    prompt["messages"] = _marked(turns)
    if thinking is not None:
        prompt["thinking"] = thinking
    output: Block = {} if effort is None else {"effort": effort}
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": answer_schema(request.output_schema)}
    if output:
        prompt["output_config"] = output
    if request.tool_choice is not None and (thinking is None or thinking["type"] == "disabled"):
        prompt["tool_choice"] = {"type": "tool", "name": request.tool_choice}
    return prompt


def _cached() -> JsonValue:
    return {"type": "ephemeral"}


def _thinking(request: ModelRequest, rules: Generation, max_tokens: int) -> tuple[Block | None, str | None]:
    """Return how to think and with what effort; ``None`` = leave it to the model.

    A summary is always asked for where the server would otherwise hide all thinking. A tool can be forced only while
    the model does not think, so forcing one counts as a wish for that.
    """
    level = request.thinking
    if level is None and request.tool_choice is not None and rules.off == "disabled":
        level = "off"
    if rules.control == "nothing":
        return None, None
    shown: Block = {"type": "adaptive", "display": "summarized"}
    if level == "off":
        if rules.off == "lowest":
            return shown, "low"
        return None if rules.off == "unsaid" else {"type": rules.off}, None
    if level is None:
        return shown if rules.thinks_unasked else None, None
    if rules.control == "adaptive":
        return shown, level
    budget = max(_FEWEST_BUDGET_TOKENS, min(dict(_BUDGET_TOKENS)[level], max_tokens // 2))
    return {"type": "enabled", "budget_tokens": budget} if budget < max_tokens else None, None


def _tools(tools: Sequence[ToolSpec], *, is_structured: bool) -> list[JsonValue]:
    listed: list[Block] = []
    strict = 0
    for tool in tools:
        block: Block = {"name": tool.name, "input_schema": tool_schema(tool.parameters)}
        if tool.description:
            block["description"] = tool.description
        if is_structured and strict < _MOST_STRICT_TOOLS and is_strict(tool.parameters):
            strict += 1
            block["strict"] = True
        listed.append(block)
    listed[-1]["cache_control"] = _cached()
    return [*listed]


@dataclass(slots=True)
class _Turn:
    role: str
    blocks: list[Block]


@dataclass(slots=True)
class _CallIds:
    """Ids as the wire takes them: other vendors' ids hold other characters, and some servers use one twice."""

    _uses: dict[str, int] = field(default_factory=dict)

    def of_call(self, call_id: str) -> str:
        self._uses[call_id] = self._uses.get(call_id, 0) + 1
        return self.of_result(call_id)

    def of_result(self, call_id: str) -> str:
        clean = re.sub(_NOT_IN_IDS, "_", call_id)
        if clean != call_id or not clean:  # two ids that differ stay two
            clean = f"{clean}_{crc32(call_id.encode('utf-8', 'surrogatepass')):08x}"
        uses = self._uses.get(call_id, 1)
        return clean if uses == 1 else f"{clean}_{uses}"


def _turns(messages: Sequence[Message]) -> list[_Turn]:
    """Return the conversation with alternating roles, the user first; it may end with the assistant.

    Thinking that nothing followed is left out: the wire refuses an answer that ends with it.
    """
    turns: list[_Turn] = []
    ids = _CallIds()
    for message in messages:
        blocks = [block for part in message.parts if (block := _block(part, ids)) is not None]
        role = "assistant" if message.role is Role.ASSISTANT else "user"
        while role == "assistant" and blocks and blocks[-1]["type"] in _THOUGHTS:
            blocks.pop()
        if not blocks:
            continue
        before = turns[-1].role if turns else "assistant"
        if role == "user" == before:
            turns[-1].blocks += blocks
            continue
        if role == "assistant" == before:
            turns.append(_go_on())
        turns.append(_Turn(role, blocks))
    return turns


def _go_on() -> _Turn:
    return _Turn("user", [{"type": "text", "text": GO_ON}])


def _block(part: Part, ids: _CallIds) -> Block | None:
    """Return the part as a block; ``None`` for what the wire refuses: blank text, thinking that was cut off."""
    match part:
        case TextPart(text=text):
            return {"type": "text", "text": text} if text.strip() else None
        case ThinkingPart(text=text, state=state):
            if state and "data" in state:
                return {"type": "redacted_thinking", "data": state["data"]}
            if state and "signature" in state:
                return {"type": "thinking", "thinking": text, "signature": state["signature"]}
            return None
        case ImagePart(media_type=media_type, data_base64=data):
            return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}
        case ToolCallPart(call_id=call_id, name=name, arguments=arguments):
            known = accepted_name(name)
            return {"type": "tool_use", "id": ids.of_call(call_id), "name": known, "input": dict(arguments)}
        case ToolResultPart(call_id=call_id, content=content, is_error=is_error):
            text = content if content.strip() else _NO_OUTPUT
            result: Block = {"type": "tool_result", "tool_use_id": ids.of_result(call_id), "content": text}
            return {**result, "is_error": True} if is_error else result


def _may_think(turns: Sequence[_Turn]) -> bool:
    """Say whether models that think by budget would take the request with thinking.

    Source: while a tool's result is being answered, the assistant's turn before it has to begin with thinking, which
    one from another model, or from before thinking was switched on, does not.
    """
    if len(turns) < 2 or turns[-1].blocks[0]["type"] != "tool_result":
        return True
    return turns[-2].blocks[0]["type"] in _THOUGHTS


def _marked(turns: Sequence[_Turn]) -> list[JsonValue]:
    """Return the turns for the body, marked where the cache is to be read and written.

    The end of the user's last turn is written now and read next time; the end of the one before was the last of the
    previous request, and is marked again because the server looks back only 20 blocks. Such an end is never thinking,
    which cannot carry a mark. With tools and system prompt that makes four, the wire's own bound.
    """
    for turn in [turn for turn in turns if turn.role == "user"][-2:]:
        turn.blocks[-1]["cache_control"] = _cached()
    is_whole = bool(turns) and turns[-1].role == "user"
    return [{"role": turn.role, "content": [*turn.blocks]} for turn in (*turns, *([] if is_whole else [_go_on()]))]
