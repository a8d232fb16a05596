"""What a provider yields while a model answers: a closed union, the same for every wire format.

Invariant: a stream that ends normally yields exactly one `Finished`, as its last event. A stream that fails
raises a `ProviderError` instead; tool calls that were not whole by then were never yielded.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from aircher.domain.messages import ToolCallPart
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
    """A piece of shown reasoning; ``signature`` comes with its last piece where the vendor signs."""

    text: str
    signature: str | None = None


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
    """The server's count so far; a later one replaces an earlier one."""

    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The answer is whole. ``native_reason`` is the vendor's own word; ``None`` if it never came."""

    reason: FinishReason
    native_reason: str | None = None


StreamEvent: TypeAlias = (
    TextReceived | RefusalReceived | ThinkingReceived | ToolCallReceived | ToolCallUnreadable | UsageReceived | Finished
)
