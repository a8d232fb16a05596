"""The object that a one-shot run amounts to: ``--output-format json``, and the last line of ``stream-json``."""

from dataclasses import field

from aircher.domain.changes import FileChange, combined
from aircher.domain.errors import BEGUN_ANEW, SchemaError
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    PermissionDecided,
    PromptSteered,
    RetryScheduled,
    StopReason,
    TextDelta,
    ToolFinished,
    ToolRequested,
    TurnFinished,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import SessionId
from aircher.domain.messages import JsonObject
from aircher.domain.records import dataclass
from aircher.domain.usage import Usage


@dataclass(slots=True, kw_only=True)
class Call:
    """A tool call and how it ended; ``status`` is ``None`` while it runs."""

    name: str
    arguments: JsonObject
    status: CallStatus | None = None
    summary: str = ""
    duration_ms: int = 0


@dataclass(slots=True, kw_only=True)
class RunResult:
    """What happened, gathered from the session's events.

    Attributes:
        provider: Who answered last, and ``model``.
        text: The last answer's visible text: what was said after the last tool call, and after what the user said last.
        cost_usd: ``None`` when a call's price is unknown.
    """

    session_id: SessionId
    provider: str = ""
    model: str = ""
    text: str = ""
    stop_reason: StopReason | None = None
    usage: Usage = field(default_factory=Usage)
    cost_usd: float | None = 0.0
    duration_ms: int = 0
    turns: int = 0
    calls: dict[str, Call] = field(default_factory=dict)
    denied: list[dict[str, str]] = field(default_factory=list)
    changes: tuple[FileChange, ...] = ()
    error: ErrorRaised | None = None

    def apply(self, event: Event) -> None:
        """Take one event into account."""
        match event:
            case TurnStarted():
                self.provider, self.model = event.provider, event.model
            case TextDelta():
                self.text += event.text
            case RetryScheduled():
                self.provider, self.model = event.provider or self.provider, event.model or self.model
                if event.code in {SchemaError.default_code, BEGUN_ANEW}:
                    self.text = ""
            case PromptSteered():
                self.text = ""
            case ToolRequested():
                self.text = ""
                self.calls[event.call_id] = Call(name=event.name, arguments=event.arguments)
            case PermissionDecided(allowed=False):
                asker = self.calls.get(event.call_id)  # none: a call of a subagent
                self.denied.append({"tool": "task" if asker is None else asker.name, "rule": event.rule})
            case ToolFinished() if event.call_id in self.calls:  # else the repair of a call of an earlier run
                call = self.calls[event.call_id]
                call.status, call.summary, call.duration_ms = event.status, event.summary, event.duration_ms
                self.changes += event.changes
            case UsageUpdated():
                self.usage += event.usage
                unknown = self.cost_usd is None or event.cost_usd is None
                self.cost_usd = None if unknown else (self.cost_usd or 0.0) + (event.cost_usd or 0.0)
            case ErrorRaised():
                self.error = event
            case TurnFinished():
                self.stop_reason, self.duration_ms, self.turns = event.stop_reason, event.duration_ms, event.rounds
            case _:
                return

    def to_json(self) -> dict[str, object]:
        """Return the object of the contract (``aircher.oneshot`` ships its JSON Schema)."""
        error: dict[str, object] = {}
        if self.error is not None:
            error = {"code": self.error.code, "message": self.error.message, "hint": self.error.hint}
            if self.error.retry_after_s is not None:
                error["retry_after_s"] = self.error.retry_after_s
        return {
            "type": "result",
            "session_id": self.session_id,
            "text": self.text,
            "stop_reason": self.stop_reason,
            "provider": self.provider,
            "model": self.model,
            "usage": {
                "input_tokens": self.usage.input_tokens,
                "output_tokens": self.usage.output_tokens,
                "cached_tokens": self.usage.cached_tokens,
                "reasoning_tokens": self.usage.reasoning_tokens,
            },
            "cost_usd": self.cost_usd,
            "duration_ms": self.duration_ms,
            "turns": self.turns,
            "tool_calls": [
                {
                    "id": call_id,
                    "name": call.name,
                    "arguments": call.arguments,
                    "status": call.status,
                    "summary": call.summary,
                    "duration_ms": call.duration_ms,
                }
                for call_id, call in self.calls.items()
            ],
            "denied": self.denied,
            "files_changed": [
                {"path": item.path, "change": item.change, "added": item.added, "removed": item.removed}
                for item in combined(self.changes)
            ],
            **({"error": error} if error else {}),
        }
