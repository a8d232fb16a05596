"""Ports of the prompt whose rooms are loaded when they are first asked: databases, git, the commands."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.app.interface.opening import Opening
from aircher.domain.errors import AircherError
from aircher.tui.composer.ports import ArgumentChoice, CommandEntry, FileChoice
from aircher.tui.dialogs.ports import CommandFacts

if TYPE_CHECKING:
    from aircher.app.interface.files import ProjectFiles
    from aircher.app.interface.typed import Drafts, History, Shelved

MOST_SENT = 200
"""Prompts that a run holds itself: what is looked up if the disk keeps none."""


class LateFiles:
    """The project's files; see `aircher.app.interface.files`."""

    def __init__(self, root: Path, touched: Callable[[], Sequence[str]]) -> None:
        self._root = root
        self._touched = touched
        self._files: ProjectFiles | None = None

    async def relevant(self, limit: int) -> Sequence[FileChoice]:
        """Return the files that the work is about."""
        return await self._made().relevant(limit)

    async def paths(self) -> Sequence[str]:
        """Return all files."""
        return await self._made().paths()

    def _made(self) -> "ProjectFiles":
        if self._files is None:
            from aircher.app.interface.files import ProjectFiles

            self._files = ProjectFiles(self._root, self._touched)
        return self._files


class LateHistory:
    """What was typed before in this project; see `aircher.app.interface.typed`. An ephemeral run keeps nothing."""

    def __init__(self, opening: Opening, tell: Callable[[AircherError], None]) -> None:
        self._opening = opening
        self._tell = tell
        self._shelved: Shelved | None = None
        self._sent: deque[str] = deque(maxlen=MOST_SENT)

    async def recent(self, limit: int) -> Sequence[str]:
        """Return the last ones, newest first."""
        kept = await (await self._kept()).recent(limit)
        return kept or list(self._sent)[::-1][:limit]

    async def search(self, words: str, limit: int) -> Sequence[str]:
        """Return those that hold the words, newest first."""
        kept = await (await self._kept()).search(words, limit)
        return kept or [text for text in reversed(self._sent) if _holds(text, words)][:limit]

    async def add(self, text: str) -> None:
        """Remember one."""
        kept = await self._kept()
        from aircher.storage.composer import MOST_CHARS

        if len(text) <= MOST_CHARS:  # what is longer is kept on no disk either
            self._sent.append(text)
        await kept.add(text)

    async def shelved(self) -> "Shelved":
        """Return the file behind it; what reads it is loaded off the loop."""
        if self._shelved is None:
            await asyncio.to_thread(import_module, "aircher.app.interface.typed")
        return self._made()

    async def aclose(self) -> None:
        """Close the file, if it was opened."""
        if self._shelved is not None:
            await self._shelved.aclose(self._opening.project_id)

    @property
    def opening(self) -> Opening:
        """Whose history it is."""
        return self._opening

    def _made(self) -> "Shelved":
        if self._shelved is not None:  # two may have asked at once
            return self._shelved
        from aircher.app.interface.typed import Shelved
        from aircher.config.databases import database_paths

        opening = self._opening
        paths = database_paths(opening.config, opening.environ)
        self._shelved = Shelved(None if opening.options.ephemeral else paths.sessions, self._tell)
        return self._shelved

    async def _kept(self) -> "History":
        shelved = await self.shelved()
        from aircher.app.interface.typed import History

        return History(shelved, self._opening.project_id)


def _holds(text: str, words: str) -> bool:
    """Say whether all words are in a text, as the file is searched."""
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())


class LateDrafts:
    """What was typed and not sent, in the same file as the history."""

    def __init__(self, history: LateHistory) -> None:
        self._history = history

    async def load(self) -> str:
        """Return the last one."""
        return await (await self._kept()).load()

    async def save(self, text: str) -> None:
        """Keep this instead."""
        await (await self._kept()).save(text)

    async def _kept(self) -> "Drafts":
        shelved = await self._history.shelved()
        from aircher.app.interface.typed import Drafts

        return Drafts(shelved, self._history.opening.project_id)


class SlashCommands:
    """The commands as the prompt completes them."""

    def __init__(self, facts: Callable[[], Sequence[CommandFacts]]) -> None:
        self._facts = facts
        self._entries: Sequence[CommandEntry] = ()

    def entries(self) -> Sequence[CommandEntry]:
        """Return all of them."""
        if not self._entries:
            self._entries = [CommandEntry(each.name, each.summary, each.arguments) for each in self._facts()]
        return self._entries

    async def arguments(self, name: str, words: tuple[str, ...]) -> Sequence[ArgumentChoice]:
        """Return what is usual after a command's name."""
        from aircher.commands.registry import built_in_commands

        command = None if words else built_in_commands().get(name)
        return [] if command is None else [ArgumentChoice(value) for value in command.values]
