"""The JSON of those events that msgspec cannot decode by itself: unions of plain dataclasses, JSON of any shape."""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from aircher.domain.changes import FileChange
from aircher.domain.display import (
    CallsBlock,
    DiffBlock,
    DisplayBlock,
    NoticeBlock,
    ShellBlock,
    TableBlock,
    TextBlock,
    TodoBlock,
)
from aircher.domain.events import (
    CallStatus,
    Event,
    LanesChanged,
    PermissionAsked,
    PromptSteered,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    TurnStarted,
)
from aircher.domain.ids import CallId, PromptId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import ImagePart, PromptPart, TextPart


class StoredPart(msgspec.Struct, frozen=True):
    """A part of a prompt: a text, or a picture."""

    text: str | None = None
    media_type: str = ""
    data_base64: str = ""

    def part(self) -> PromptPart:
        """Return the part."""
        if self.text is not None:
            return TextPart(text=self.text)
        return ImagePart(media_type=self.media_type, data_base64=self.data_base64)


def parts_of(stored: Iterable[StoredPart]) -> tuple[PromptPart, ...]:
    """Return the parts of a prompt."""
    return tuple(part.part() for part in stored)


class _TurnStarted(msgspec.Struct, frozen=True):
    """`TurnStarted`: its prompt is a union of plain dataclasses, which msgspec does not decode by itself."""

    prompt: tuple[StoredPart, ...]
    provider: str
    model: str
    reason: str = ""

    def event(self) -> Event:
        prompt = parts_of(self.prompt)
        return TurnStarted(prompt=prompt, provider=self.provider, model=self.model, reason=self.reason)


class _PromptSteered(msgspec.Struct, frozen=True):
    """`PromptSteered`: as `_TurnStarted`."""

    item_id: str
    prompt: tuple[StoredPart, ...]

    def event(self) -> Event:
        return PromptSteered(item_id=PromptId(self.item_id), prompt=parts_of(self.prompt))


class _Waiting(msgspec.Struct, frozen=True):
    id: str
    lane: Lane
    prompt: tuple[StoredPart, ...]


class _LanesChanged(msgspec.Struct, frozen=True):
    """`LanesChanged`, which comes from ``stream-json`` if from anywhere: it is not recorded."""

    waiting: tuple[_Waiting, ...]
    is_paused: bool = False

    def event(self) -> Event:
        waiting = tuple(
            WaitingPrompt(id=PromptId(item.id), lane=item.lane, prompt=parts_of(item.prompt)) for item in self.waiting
        )
        return LanesChanged(waiting=waiting, is_paused=self.is_paused)


class _ToolRequested(msgspec.Struct, frozen=True):
    """`ToolRequested`: the arguments are JSON of any shape, a type that refers to itself."""

    call_id: str
    name: str
    arguments: dict[str, Any]  # JSON, as the model wrote it

    def event(self) -> Event:
        return ToolRequested(call_id=CallId(self.call_id), name=self.name, arguments=self.arguments)


class _ThinkingDelta(msgspec.Struct, frozen=True):
    """`ThinkingDelta`: its state is JSON of any shape."""

    text: str
    state: dict[str, Any] | None = None  # JSON, as the vendor wrote it
    provider: str = ""
    model: str = ""

    def event(self) -> Event:
        return ThinkingDelta(text=self.text, state=self.state, provider=self.provider, model=self.model)


_BLOCKS: dict[str, type[DisplayBlock]] = {
    "text": TextBlock,
    "diff": DiffBlock,
    "shell": ShellBlock,
    "table": TableBlock,
    "todo": TodoBlock,
    "notice": NoticeBlock,
    "calls": CallsBlock,
}


def _blocks(items: Iterable[dict[str, Any]]) -> tuple[DisplayBlock, ...]:
    """Return the blocks of this JSON; one of a kind that a newer program knows is left out."""
    return tuple(msgspec.convert(item, _BLOCKS[item["kind"]]) for item in items if item.get("kind") in _BLOCKS)


class _PermissionAsked(msgspec.Struct, frozen=True):
    """`PermissionAsked`: as `_ToolFinished`."""

    call_id: str
    name: str
    effects: tuple[str, ...]
    rule: str
    suggestion: str = ""
    display: tuple[dict[str, Any], ...] = ()  # JSON of blocks

    def event(self) -> Event:
        return PermissionAsked(
            call_id=CallId(self.call_id),
            name=self.name,
            effects=self.effects,
            rule=self.rule,
            suggestion=self.suggestion,
            display=_blocks(self.display),
        )


class _ToolFinished(msgspec.Struct, frozen=True):
    """`ToolFinished`: what it displays is a union of plain dataclasses."""

    call_id: str
    name: str
    status: CallStatus
    content: str
    summary: str
    duration_ms: int
    display: tuple[dict[str, Any], ...] = ()  # JSON of blocks
    images: tuple[ImagePart, ...] = ()
    changes: tuple[FileChange, ...] = ()
    exit_status: int | None = None

    def event(self) -> Event:
        return ToolFinished(
            call_id=CallId(self.call_id),
            name=self.name,
            status=self.status,
            content=self.content,
            summary=self.summary,
            duration_ms=self.duration_ms,
            display=_blocks(self.display),
            images=self.images,
            changes=self.changes,
            exit_status=self.exit_status,
        )


class Shape(Protocol):
    """JSON of one type of event, as msgspec reads it."""

    def event(self) -> Event:
        """Return the event."""
        ...


OWN_SHAPES: dict[str, type[Shape]] = {
    TurnStarted.type: _TurnStarted,
    PromptSteered.type: _PromptSteered,
    LanesChanged.type: _LanesChanged,
    PermissionAsked.type: _PermissionAsked,
    ToolRequested.type: _ToolRequested,
    ThinkingDelta.type: _ThinkingDelta,
    ToolFinished.type: _ToolFinished,
}
"""Types that msgspec does not decode by itself."""
