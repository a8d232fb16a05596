"""A conversation as the models see it: messages made of parts.

Invariant of a valid transcript: every `ToolCallPart` is followed, in the next message, by exactly one
`ToolResultPart` with the same ``call_id``. Behind the last of them that message may hold an `ImagePart` for each
picture that the tools answered with; every wire shows them to the model where its rules allow.
`aircher.domain.transcript` builds and repairs it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from aircher.domain.ids import CallId
from aircher.domain.records import dataclass

JsonValue: TypeAlias = "None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]"
JsonObject: TypeAlias = Mapping[str, JsonValue]


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Visible text, Markdown by convention."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingPart:
    """A model's reasoning, and whatever else of an answer only its own model understands.

    Attributes:
        text: What may be shown; empty where the vendor hides it.
        state: What goes back to the same model unchanged and in its place: signatures, encrypted reasoning. Its
            shape is the wire's own business; ``None`` = the vendor gave nothing to send back.
        provider: Section of the provider that thought it.
        model: Its model; neither text nor state is ever sent to another one.
    """

    text: str
    state: JsonObject | None = None
    provider: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCallPart:
    """The model wants a tool run. ``arguments`` is the parsed JSON object."""

    call_id: CallId
    name: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResultPart:
    """What a tool answered; ``is_error`` marks a failure that the model should read."""

    call_id: CallId
    name: str
    content: str
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePart:
    """A picture: ``media_type`` such as ``image/png``, ``data_base64`` its bytes.

    It stands in the user's prompt, or in a message of results behind all of them: what a tool shows the model.
    """

    media_type: str
    data_base64: str


Part: TypeAlias = TextPart | ThinkingPart | ToolCallPart | ToolResultPart | ImagePart
PromptPart: TypeAlias = TextPart | ImagePart


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One contribution to the conversation."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The visible text of all parts, in order."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def tool_calls(self) -> tuple[ToolCallPart, ...]:
        """The tool calls, in the order of their appearance."""
        return tuple(part for part in self.parts if isinstance(part, ToolCallPart))
