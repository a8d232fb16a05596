"""What dialogs are given: facts to list, and the roles of those who know more or do what was decided.

Invariant: nothing here is of storage, engine or configuration; whoever wires the program satisfies these roles.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypeAlias

from aircher.domain.ids import SessionId, TurnId
from aircher.domain.messages import PromptPart
from aircher.domain.records import dataclass
from aircher.tui.dialogs.preview import Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """A session as it is listed; ``cost_usd`` ``None`` = unknown."""

    session_id: SessionId
    title: str
    used_at: datetime
    turns: int
    cost_usd: float | None = None
    folder: str = ""
    is_current: bool = False


class SessionHit(NamedTuple):
    """A session in whose conversation a text was found, and the words around, each with whether it was looked for."""

    session: SessionFacts
    pieces: tuple[tuple[str, bool], ...]


class SessionShelf(Protocol):
    """Knows all sessions."""

    async def sessions(self) -> Sequence[SessionFacts]:
        """Return all, the one used last first."""
        ...

    async def search(self, text: str) -> Sequence[SessionHit]:
        """Return those whose messages hold the text, best first; only as many as a person looks at."""
        ...

    async def preview(self, session_id: SessionId) -> Sequence[Passage]:
        """Return the last messages, oldest first; the headline of each says who speaks."""
        ...

    async def find(self, beginning: str) -> SessionId:
        """Return the id that begins like this.

        Raises:
            UsageError: None does, or several do.
        """
        ...

    async def rename(self, session_id: SessionId, title: str) -> None:
        """Give it another title."""
        ...

    async def delete(self, session_id: SessionId) -> None:
        """Delete it with all that belongs to it.

        Raises:
            UsageError: It is open, or was deleted already.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """A provider of the configuration.

    Attributes:
        name: Its section.
        kind: What it speaks, such as ``anthropic``.
        key: State of its key, such as "from ANTHROPIC_API_KEY" or "missing".
        is_current: Whether it is in use.
    """

    name: str
    kind: str
    key: str
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFacts:
    """A turn that can be gone back to: what the person wrote, and how many files it changed.

    ``changed_files`` counts this turn and all later ones; ``None`` = it is not known, so files cannot go back.
    """

    turn_id: TurnId
    prompt: tuple[PromptPart, ...]
    at: datetime
    changed_files: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewind:
    """Where to go back to: before this turn's prompt, and whether the files go back, too."""

    turn_id: TurnId
    restores_files: bool


Lane: TypeAlias = Literal["steer", "queue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFacts:
    """A message that waits: to steer the running turn, or for after it."""

    item_id: str
    lane: Lane
    prompt: tuple[PromptPart, ...]


class WaitingRoom(Protocol):
    """Keeps the messages that wait, in their order."""

    async def items(self) -> Sequence[WaitingFacts]:
        """Return all, those that steer first, each lane in its order."""
        ...

    async def edit(self, item_id: str, prompt: tuple[PromptPart, ...]) -> bool:
        """Let it say this; ``False`` = it waits no more, and nothing was done."""
        ...

    async def move(self, item_id: str, by: int) -> None:
        """Move it within its lane; negative = it comes earlier."""
        ...

    async def to_lane(self, item_id: str, lane: Lane) -> None:
        """Put it at the end of the other lane."""
        ...

    async def drop(self, item_id: str) -> None:
        """Forget it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFacts:
    """A slash command: ``name`` without the slash, its arguments as help writes them, one line about it."""

    name: str
    summary: str
    arguments: str = ""
    aliases: tuple[str, ...] = ()


SettingKind: TypeAlias = Literal["bool", "choice", "number", "text", "color"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingFacts:
    """A key of the configuration.

    Attributes:
        name: Dotted, such as ``interface.vim_mode``; what stands before the last dot is its section.
        doc: One sentence.
        kind: What its value is.
        value: As it is written in the configuration; a bool is ``true`` or ``false``.
        origin: Where the value comes from, in words, such as "default" or the path of a file.
        choices: Of a choice.
        unit: Of a number, such as ``columns``.
        fixed: Why it cannot be changed here, for instance because the project's file says otherwise; empty = it can.
    """

    name: str
    doc: str
    kind: SettingKind
    value: str
    origin: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    fixed: str = ""


class SettingsBook(Protocol):
    """Reads and writes the configuration."""

    async def settings(self) -> Sequence[SettingFacts]:
        """Return what can be set, section by section."""
        ...

    async def save(self, name: str, value: str) -> str | None:
        """Write a value; return in a sentence why it cannot be.

        ``None`` = it is written, and holds as `aircher.tui.settings.holds_from` says.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeFacts:
    """A permission mode or a thinking level: its name, one line about it, why it cannot be had (empty = it can)."""

    name: str
    summary: str
    unavailable: str = ""


Topics: TypeAlias = Mapping[str, Sequence[tuple[str, str]]]
"""Further sections of the help: headline, then pairs of what is typed and what it does."""
