"""What the engine publishes: the same shape for screens, for disk and for ``stream-json``.

A conversation *is* its events: `aircher.domain.transcript.fold` turns them back into messages. Each event type has
a stable dotted name; `Published` puts it into its place in the conversation.
"""

from dataclasses import field, fields
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias, get_args

from aircher.domain.changes import FileChange
from aircher.domain.display import DelegatedCall, DisplayBlock
from aircher.domain.ids import CallId, PromptId, SessionId, TurnId
from aircher.domain.lanes import WaitingPrompt
from aircher.domain.messages import ImagePart, JsonObject, PromptPart
from aircher.domain.records import dataclass
from aircher.domain.usage import Usage


class StopReason(StrEnum):
    """Why a turn ended."""

    DONE = "done"
    LENGTH = "length"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    INTERRUPTED = "interrupted"
    BUDGET = "budget"
    DEADLINE = "deadline"
    ERROR = "error"


class CallStatus(StrEnum):
    """How a tool call ended."""

    OK = "ok"
    FAILED = "failed"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted:
    """A session is open. ``repaired_calls`` tool calls without a result were closed while loading."""

    type: ClassVar[str] = "session.started"
    provider: str
    model: str
    cwd: str
    resumed: bool = False
    repaired_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStarted:
    """A prompt was accepted. ``reason`` says why this model answers if it was not simply asked for."""

    type: ClassVar[str] = "turn.started"
    prompt: tuple[PromptPart, ...]
    provider: str
    model: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSteered:
    """The user's words reached the model in the middle of a turn; ``item_id`` names what waited until then."""

    type: ClassVar[str] = "prompt.steered"
    item_id: PromptId
    prompt: tuple[PromptPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanesChanged:
    """Prompts wait, or wait no more: all of them, in their order; it is not recorded, they are kept elsewhere.

    Attributes:
        is_paused: Whether they stay until the user says go on, because the last turn was cut off or failed.
    """

    type: ClassVar[str] = "lanes.changed"
    waiting: tuple[WaitingPrompt, ...]
    is_paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnsRewound:
    """The conversation goes on from before a turn: the model forgets it and what followed, the record keeps both.

    Attributes:
        first_turn_id: The first turn that is dropped; it began with event ``first_seq``.
        turns: How many are dropped, counted from the end of what was left.
    """

    type: ClassVar[str] = "turns.rewound"
    first_turn_id: TurnId
    first_seq: int
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """A piece of the visible answer."""

    type: ClassVar[str] = "text.delta"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingDelta:
    """A piece of reasoning; a ``state`` closes it and goes back to the same ``model`` of the same ``provider``."""

    type: ClassVar[str] = "thinking.delta"
    text: str
    state: JsonObject | None = None
    provider: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequested:
    """The model asked for a tool: the intent, on disk before anything happens."""

    type: ClassVar[str] = "tool.requested"
    call_id: CallId
    name: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionAsked:
    """A call waits for a person to say yes or no; `PermissionDecided` follows.

    Attributes:
        effects: What it would touch that does not pass by itself, in words.
        rule: Why it is asked.
        suggestion: The rule that the answer "always" writes; empty = such an answer is not to be had.
        display: What would happen, to be looked at: a diff, the whole command.
    """

    type: ClassVar[str] = "permission.asked"
    call_id: CallId
    name: str
    effects: tuple[str, ...]
    rule: str
    suggestion: str = ""
    display: tuple[DisplayBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionDecided:
    """A call was judged. ``rule`` names what decided: a rule, a mode, or a person's answer."""

    type: ClassVar[str] = "permission.decided"
    call_id: CallId
    allowed: bool
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStarted:
    """The tool runs."""

    type: ClassVar[str] = "tool.started"
    call_id: CallId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked:
    """A tool waits for a person's words; empty ``choices`` = any. The call's result tells what was answered."""

    type: ClassVar[str] = "question.asked"
    call_id: CallId
    question: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutput:
    """A piece of what a running tool prints, for people who watch; it is not recorded, the result holds the rest."""

    type: ClassVar[str] = "tool.output"
    call_id: CallId
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubagentCalled:
    """A subagent that works for the call has made one, or it stands differently; not recorded, the result lists all."""

    type: ClassVar[str] = "subagent.called"
    call_id: CallId
    call: DelegatedCall


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinished:
    """The tool is done.

    Attributes:
        content: What the model reads, and ``images`` what it looks at.
        summary: What people read, and ``display`` what they may look at below.
        duration_ms: How long it ran, without the time that a person took to allow it or to answer it.
        changes: Files that are not what they were before the call.
        exit_status: Of the program that ran; ``None`` = none did, or it did not end by itself.
    """

    type: ClassVar[str] = "tool.finished"
    call_id: CallId
    name: str
    status: CallStatus
    content: str
    summary: str
    duration_ms: int
    display: tuple[DisplayBlock, ...] = ()
    images: tuple[ImagePart, ...] = ()
    changes: tuple[FileChange, ...] = ()
    exit_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageUpdated:
    """One model call was counted.

    Attributes:
        usage: That call's.
        cost_usd: Its price; ``None`` = unknown.
        provider: Who was asked, and ``model``.
        is_estimated: The server did not count all of it, or the call was cut off: our own count fills the gap.
    """

    type: ClassVar[str] = "usage.updated"
    usage: Usage
    cost_usd: float | None
    provider: str = ""
    model: str = ""
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled:
    """A call has to wait ``delay_s`` seconds: it failed and is sent again, or its allowance is used up for now.

    Attributes:
        attempt: The attempt that failed, from 1; 0 = none did.
        code: Why: the error's code.
        message: Why, in words.
        provider: Who will be asked, and ``model``: another one than before if the user allowed to fall back.
    """

    type: ClassVar[str] = "retry.scheduled"
    attempt: int
    delay_s: float
    code: str
    message: str
    provider: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFinished:
    """The turn is over and the transcript is valid again. ``rounds`` counts model calls."""

    type: ClassVar[str] = "turn.finished"
    stop_reason: StopReason
    rounds: int
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRaised:
    """The turn failed; `TurnFinished` follows."""

    type: ClassVar[str] = "error"
    code: str
    message: str
    hint: str | None = None
    retry_after_s: float | None = None


Event: TypeAlias = (
    SessionStarted
    | TurnStarted
    | PromptSteered
    | LanesChanged
    | TurnsRewound
    | TextDelta
    | ThinkingDelta
    | ToolRequested
    | PermissionAsked
    | PermissionDecided
    | QuestionAsked
    | ToolOutput
    | SubagentCalled
    | ToolStarted
    | ToolFinished
    | UsageUpdated
    | RetryScheduled
    | TurnFinished
    | ErrorRaised
)

EVENT_TYPES: dict[str, type[Event]] = {kind.type: kind for kind in get_args(Event)}
"""Every event class by its stable name; read-only by convention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """An event in its place.

    Attributes:
        seq: Position in the conversation, from 1, without gaps as published (storage may merge adjacent text).
        at: When it was published, aware, UTC.
        turn_id: The turn it belongs to; ``None`` outside of turns.
    """

    seq: int
    at: datetime
    session_id: SessionId
    turn_id: TurnId | None
    event: Event = field(repr=True)


def is_recorded(event: Event) -> bool:
    """Tell whether the event is part of the conversation: what is only for those who watch is not."""
    return not isinstance(event, ToolOutput | SubagentCalled | LanesChanged)


def payload(event: Event) -> dict[str, object]:
    """Return the event's own fields by name, without its type."""
    return {item.name: getattr(event, item.name) for item in fields(event)}
