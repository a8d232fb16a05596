"""What a slash command is, and what it may ask the outside for."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, Protocol, TypeAlias

from aircher.commands.outcome import Outcome, Shown
from aircher.domain.display import DisplayBlock, TextBlock, TodoItem
from aircher.domain.records import dataclass

JobAction: TypeAlias = Literal["list", "read", "stop"]


class Outside(Protocol):
    """What commands need of the program around them; `aircher.app` provides it."""

    async def subcommand(self, *arguments: str) -> str:
        """Return what ``aircher ARGUMENTS`` prints.

        Raises:
            AircherError: As that command would.
        """
        ...

    async def facts(self) -> Sequence[tuple[str, str]]:
        """Return what is in force: provider, model, mode, sandbox, window, cost, each by its name."""
        ...

    async def tools(self) -> Sequence[tuple[str, str]]:
        """Return the tools that the model has, each with its description."""
        ...

    async def changes(self) -> Sequence[DisplayBlock]:
        """Return how the project's files differ from what was committed."""
        ...

    async def memory(self) -> Sequence[DisplayBlock]:
        """Return what is kept in the project's AGENTS.md."""
        ...

    async def jobs(self, action: JobAction, job_id: str) -> Sequence[DisplayBlock]:
        """Return how commands in the background stand, what one printed, or how the one that was stopped ended.

        Raises:
            UsageError: No conversation is open, or it has no such job.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Where a command is given.

    Attributes:
        session_id: The open conversation; empty = none is.
        last_answer: What the model said last; empty = nothing.
        todo: The model's list of what is to be done.
    """

    outside: Outside
    session_id: str = ""
    last_answer: str = ""
    todo: tuple[TodoItem, ...] = ()


Run: TypeAlias = Callable[[CommandContext, str], Awaitable[Outcome]]
"""Does it; the text is what was written after the command's name, without spaces around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command.

    Attributes:
        name: Without the slash.
        summary: One line for lists.
        arguments: What may follow the name, as help writes it; empty = nothing.
        values: What is usual there, for completion.
        aliases: Further names.
    """

    name: str
    summary: str
    run: Run
    arguments: str = ""
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def said(text: str) -> Shown:
    """Return plain text as an outcome."""
    return Shown(blocks=(TextBlock(text=text.rstrip("\n")),))
