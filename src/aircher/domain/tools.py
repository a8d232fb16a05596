"""The role every tool plays: say what it would touch, then do it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from aircher.domain.messages import JsonObject
from aircher.domain.provider import ToolSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Reads a file, or everything below a folder. ``path`` is absolute and resolved (no links left)."""

    path: Path


Effect: TypeAlias = Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What a tool achieved.

    Attributes:
        content: For the model.
        summary: One line for people, such as ``read 120 lines of src/app.py``.
    """

    content: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFailure:
    """A tool could not do what was asked; the model reads it and may try something else.

    Attributes:
        message: What happened, to which object, and what to try instead; shown to the model.
    """

    message: str


ArgsT = TypeVar("ArgsT")


class Tool(Protocol[ArgsT]):
    """One tool. `parse` is pure; `effects` and `run` see only what `parse` accepted."""

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        ...

    def parse(self, arguments: JsonObject) -> ArgsT | ToolFailure:
        """Return the typed arguments, or what is wrong with them in words the model can act on."""
        ...

    def effects(self, args: ArgsT) -> tuple[Effect, ...]:
        """Return everything a run with these arguments would touch."""
        ...

    async def run(self, args: ArgsT) -> ToolOutcome | ToolFailure:
        """Do it. Permission was given before; cancellation must leave nothing half done."""
        ...
