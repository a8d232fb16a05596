"""What the composer needs of the rest of the world; `aircher.app` hands it over.

Invariant of every port: it raises nothing but `AircherError`, which is shown, and it may take as long as it wants:
nothing that is typed waits for it longer than a moment.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from aircher.domain.errors import AircherError
from aircher.domain.records import dataclass


class FileChoice(NamedTuple):
    """A file that may be meant: its path from the project's root, and why it comes to mind."""

    path: str
    reason: str = ""


class Files(Protocol):
    """The project's files."""

    async def relevant(self, limit: int) -> Sequence[FileChoice]:
        """Return the files that the work is about at the moment, most relevant first."""
        ...

    async def paths(self) -> Sequence[str]:
        """Return all files, as paths from the root with ``/`` between names; folders among them end in it."""
        ...


class CommandEntry(NamedTuple):
    """A slash command.

    Attributes:
        name: Without the slash.
        summary: What it does, in a few words.
        arguments: Its arguments as help writes them; empty = it takes none.
    """

    name: str
    summary: str = ""
    arguments: str = ""


class ArgumentChoice(NamedTuple):
    """A word that may stand as an argument."""

    word: str
    summary: str = ""


class Commands(Protocol):
    """The slash commands."""

    def entries(self) -> Sequence[CommandEntry]:
        """Return all of them in the order in which they are offered; the same object as long as nothing changed."""
        ...

    async def arguments(self, name: str, words: tuple[str, ...]) -> Sequence[ArgumentChoice]:
        """Return what may come next in ``/name words…``; empty = anything."""
        ...


class History(Protocol):
    """What was sent before in this project."""

    async def recent(self, limit: int) -> Sequence[str]:
        """Return the last ones, newest first."""
        ...

    async def search(self, words: str, limit: int) -> Sequence[str]:
        """Return those of all times in which the words stand, newest first."""
        ...

    async def add(self, text: str) -> None:
        """Remember this one."""
        ...


class Drafts(Protocol):
    """What was typed and not yet sent, kept for the case that Aircher does not live to see it sent."""

    async def load(self) -> str:
        """Return the last one; empty = there is none."""
        ...

    async def save(self, text: str) -> None:
        """Keep this instead of the last one; empty = none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposerPorts:
    """All ports of the composer.

    Attributes:
        clipboard_image: Returns the picture in the clipboard as a file's bytes; ``None`` = there is none.
        edit_externally: Gives the terminal to the user's editor, and returns what was written there.
        tell: Shows what went wrong.
        folder: Where relative paths of pasted pictures begin.
    """

    files: Files
    commands: Commands
    history: History
    drafts: Drafts
    clipboard_image: Callable[[], Awaitable[bytes | None]]
    edit_externally: Callable[[str], Awaitable[str]]
    tell: Callable[[AircherError], None]
    folder: str
