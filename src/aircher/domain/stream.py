"""What a provider yields while a model answers: a closed union, the same for every wire format.

Invariant: a stream that ends normally yields exactly one `Finished`, as its last event. A stream that fails
raises a `ProviderError` instead; tool calls that were not whole by then were never yielded.
"""

from enum import StrEnum
from typing import TypeAlias

from aircher.domain.messages import JsonObject, ToolCallPart
from aircher.domain.records import dataclass
from aircher.domain.usage import Usage


class FinishReason(StrEnum):
    """Why the model stopped, in words common to all vendors."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"
    REFUSAL = "refusal"
    PAUSE = "pause"
    CONTEXT_LENGTH = "context_length"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """A piece of the visible answer; never empty."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalReceived:
    """A piece of a refusal that the vendor marks as such; shown like text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingReceived:
    """A piece of shown reasoning.

    Attributes:
        text: May be empty when ``state`` is not.
        state: Closes the piece: what the vendor wants back with it, see `aircher.domain.messages.ThinkingPart`.
    """

    text: str
    state: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallReceived:
    """A tool call, whole and parsed."""

    call: ToolCallPart


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallUnreadable:
    """A finished tool call whose arguments are not a JSON object; it must never be executed."""

    call_id: str
    name: str
    raw_arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReceived:
    """The server's count so far; a later one replaces an earlier one.

    Attributes:
        usage: The count.
        cost_usd: What the server says the call costs; ``None`` = it does not say.
        has_input: Whether the input was counted; some servers leave it out when they had it cached.
    """

    usage: Usage
    cost_usd: float | None = None
    has_input: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """One allowance as the server's headers tell it.

    Attributes:
        what: ``requests``, ``tokens``, ``input_tokens`` or ``output_tokens``.
        limit: Size of the allowance; ``None`` = not told.
        remaining: What is left of it.
        reset_s: Seconds until it is whole again; ``None`` = not told.
    """

    what: str
    limit: int | None
    remaining: int
    reset_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsReceived:
    """What the server still allows; comes before the answer, only from servers that tell."""

    limits: tuple[RateLimit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The answer is whole.

    Attributes:
        native_reason: The vendor's own word; ``None`` if it never came.
        detail: What the vendor says besides, such as the category of a refusal; ``None`` = nothing.
    """

    reason: FinishReason
    native_reason: str | None = None
    detail: str | None = None


StreamEvent: TypeAlias = (
    TextReceived
    | RefusalReceived
    | ThinkingReceived
    | ToolCallReceived
    | ToolCallUnreadable
    | UsageReceived
    | LimitsReceived
    | Finished
)
