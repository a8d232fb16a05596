"""What a client saw of one answer, in the words of the recorded cases."""

from dataclasses import dataclass, field

from aircher.domain.errors import ProviderError
from aircher.domain.events import CallStatus, TextDelta, ThinkingDelta, ToolFinished, ToolRequested
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonValue, Message, Part, TextPart, ThinkingPart, ToolCallPart
from aircher.domain.provider import ModelRequest, Provider
from aircher.domain.stream import (
    Finished,
    LimitsReceived,
    RefusalReceived,
    StreamEvent,
    TextReceived,
    ThinkingReceived,
    ToolCallReceived,
    ToolCallUnreadable,
    UsageReceived,
)
from aircher.domain.transcript import Transcript


@dataclass(slots=True)
class Outcome:
    """Everything that came of one call."""

    provider: str
    model: str
    text: str = ""
    thinking: str = ""
    refusal: str = ""
    tool_calls: list[JsonValue] = field(default_factory=list)
    finish_reason: str | None = None
    native_finish_reason: str | None = None
    refusal_category: str | None = None
    usage: JsonValue = None
    cost: float | None = None
    error: ProviderError | None = None
    value: JsonValue = None
    transcript: Transcript = field(default_factory=Transcript)

    async def follow(self, provider: Provider, request: ModelRequest) -> None:
        """Make the call and take every event."""
        async with provider.stream(request) as events:
            async for event in events:
                self.take(event)

    def take(self, event: StreamEvent) -> None:
        match event:
            case TextReceived(text=text):
                self.text += text
                self.transcript.apply(TextDelta(text=text))
            case ThinkingReceived(text=text, state=state):
                self.thinking += text
                delta = ThinkingDelta(text=text, state=state, provider=self.provider, model=self.model)
                self.transcript.apply(delta)
            case RefusalReceived(text=text):
                self.refusal += text
            case ToolCallReceived(call=call):
                self.tool_calls.append({"id": call.call_id, "name": call.name, "arguments": dict(call.arguments)})
                self.transcript.apply(ToolRequested(call_id=call.call_id, name=call.name, arguments=call.arguments))
            case ToolCallUnreadable(call_id=call_id, name=name, raw_arguments=raw):
                self.tool_calls.append({"id": call_id, "name": name, "arguments": None, "arguments_raw": raw})
                self.transcript.apply(ToolRequested(call_id=CallId(call_id), name=name, arguments={}))
            case UsageReceived(usage=usage, cost_usd=cost_usd, has_input=has_input):
                self.cost = cost_usd
                self.usage = {
                    "input": usage.input_tokens if has_input else None,
                    "output": usage.output_tokens,
                    "cached": usage.cached_tokens,
                    "cache_write": usage.cache_write_tokens,
                    "reasoning": usage.reasoning_tokens,
                }
            case LimitsReceived():
                return
            case Finished(reason=reason, native_reason=native, detail=detail):
                self.finish_reason = reason.value
                self.native_finish_reason = native
                self.refusal_category = detail

    def conversation(self) -> tuple[Message, ...]:
        """Return the answer, with a result for every call, as the next request would send it."""
        for call in self.transcript.unfinished_calls:
            self.transcript.apply(
                ToolFinished(
                    call_id=call.call_id,
                    name=call.name,
                    status=CallStatus.OK,
                    content="done",
                    summary="",
                    duration_ms=0,
                )
            )
        return self.transcript.messages

    def blocks(self) -> list[JsonValue]:
        """Return the answer's parts in their order."""
        found: list[JsonValue] = []
        phase: JsonValue = None
        for part in self.transcript.messages[0].parts if self.transcript.messages else ():
            if isinstance(part, ThinkingPart) and part.state is not None and "phase" in part.state:
                phase = part.state["phase"]
            else:
                found.append(_block(part, phase))
                phase = None
        return found


def _block(part: Part, phase: JsonValue) -> JsonValue:
    match part:
        case ThinkingPart(state=state) if state is not None and "data" in state:
            return {"type": "redacted_thinking"}
        case ThinkingPart(text=text):
            return {"type": "thinking", "text": text}
        case TextPart(text=text):
            block: dict[str, JsonValue] = {"type": "text", "text": text}
            return {**block, "phase": phase} if phase else block
        case ToolCallPart(call_id=call_id):
            return {"type": "tool", "id": call_id}
        case _:
            return {"type": "other"}
