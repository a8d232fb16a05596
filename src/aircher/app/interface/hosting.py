"""The program around the interface. Satisfies `aircher.tui.ports.Host`.

Invariant: making one imports and opens nothing heavy: it exists before the engine is loaded, while somebody types.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from aircher.app.interface import choices
from aircher.app.interface.late import LateDrafts, LateFiles, LateHistory, SlashCommands
from aircher.app.interface.opening import Opening
from aircher.domain.errors import AircherError
from aircher.support.paths import user_paths
from aircher.tui.composer.ports import ComposerPorts
from aircher.tui.dialogs.ports import CommandFacts, ModeFacts, ProviderFacts, SessionShelf, SettingsBook
from aircher.tui.look import Theme
from aircher.tui.settings import NEXT_START_SECTIONS

if TYPE_CHECKING:
    from aircher.app.interface.open_session import EngineSession
    from aircher.config import Config
    from aircher.domain.models import ModelInfo
    from aircher.tui.ports import OpenSession

Suspended = Callable[[], AbstractContextManager[None]]
_MODE = "security.mode"
_PROVIDER = "providers.default"


class ProgramHost:
    """Everything that the interface asks for, of one project.

    Attributes:
        place: The project's name.
        composer: What the prompt needs.
        looked_at: The id of the open conversation that is looked at; empty = none is.
    """

    def __init__(
        self,
        opening: Opening,
        *,
        flags: Sequence[str],
        tell: Callable[[AircherError], None],
        suspended: Suspended = nullcontext,
        applied: Callable[[str, object], None] = lambda _name, _value: None,
    ) -> None:
        """Be ready.

        Args:
            opening: Opens sessions.
            flags: What the command line sets of the configuration.
            tell: Shows what went wrong.
            suspended: Gives the terminal away for a while.
            applied: Gets each setting that was saved.
        """
        self._opening = opening
        self._environ = opening.environ
        self._flags = flags
        self._applied = applied
        self._remembering = asyncio.Lock()
        self._book: SettingsBook | None = None
        self._commands: Sequence[CommandFacts] | None = None
        root = opening.config.root
        self.place = root.name or str(root)
        self.looked_at = ""
        self._history = history = LateHistory(opening, tell)
        self.composer = ComposerPorts(
            files=LateFiles(root, lambda: _files(opening.sessions.get(self.looked_at))),
            commands=SlashCommands(self.commands),
            history=history,
            drafts=LateDrafts(history),
            clipboard_image=partial(_picture, opening.environ),
            edit_externally=partial(_edit, opening.environ, suspended),
            tell=tell,
            folder=str(root),
        )

    @property
    def shelf(self) -> SessionShelf:
        """The recorded conversations."""
        from aircher.app.interface.shelf import Shelf
        from aircher.config.databases import database_paths

        opened = self._opening
        return Shelf(
            database_paths(self._opening.config, self._environ),
            opened.project_id,
            lambda: self.looked_at,
            lambda session_id: session_id in opened.sessions,
        )

    @property
    def book(self) -> SettingsBook:
        """The configuration; one book, so that none of two values saved at once is lost."""
        if self._book is not None:
            return self._book
        from aircher.app.interface.book import Book

        options = self._opening.options
        said = {_MODE: options.mode, _PROVIDER: options.provider}
        said = {key: value for key, value in said.items() if value is not None}
        self._book = Book(options.cwd, self._environ, self._flags, self._saved, options=said)
        return self._book

    def open(self, session_id: str, *, is_last: bool = False) -> "AbstractAsyncContextManager[OpenSession]":
        """Open a conversation; see `Opening.open`."""
        return self._opening.open(session_id, is_last=is_last)

    async def aclose(self) -> None:
        """Close what it opened; call it once nothing asks for anything any more."""
        await self._history.aclose()

    async def models(self) -> "Sequence[ModelInfo]":
        """Return the models that can be chosen."""
        opened = self._opening.sessions.get(self.looked_at)
        status = None if opened is None else opened.status()
        current = ("", "") if status is None else (status.provider, status.model)
        return await choices.models(self._opening.config, self._environ, current=current)

    async def providers(self) -> Sequence[ProviderFacts]:
        """Return the providers that can be chosen."""
        opened = self._opening.sessions.get(self.looked_at)
        current = "" if opened is None else opened.status().provider
        return await choices.providers(self._opening.config, self._environ, current=current)

    async def modes(self) -> Sequence[ModeFacts]:
        """Return the permission modes."""
        return await choices.modes(self._opening.config)

    def commands(self) -> Sequence[CommandFacts]:
        """Return all slash commands."""
        if self._commands is None:
            self._commands = choices.commands()
        return self._commands

    def themes(self) -> Sequence[str]:
        """Return the names of all themes."""
        from aircher.tui.theme import theme_names

        return ("auto", *theme_names(folder=user_paths(self._environ).config / "themes"))

    def theme(self, name: str) -> Theme:
        """Return a theme, with the colours of the configuration.

        Raises:
            ConfigError: There is none of this name, or it is wrong.
        """
        from aircher.tui.theme import load_theme

        folder = user_paths(self._environ).config / "themes"
        return load_theme("dark" if name == "auto" else name, self._opening.config.interface.theme, folder=folder)

    def wrong_rule(self, rule: str) -> str | None:
        """Return in a sentence what is wrong with a permission rule."""
        return choices.wrong_rule(rule)

    async def remember(self, text: str) -> str:
        """Add a line to the project's memory."""
        from aircher.app.interface.memory import remember

        file = self._opening.config.memory.project_file
        async with self._remembering:  # each reads the file and writes it anew
            return await asyncio.to_thread(remember, self._opening.config.root, text, file=file)

    def _saved(self, name: str, config: "Config") -> None:
        """Open conversations as configured now; folders and files that are in use stay until the next start."""
        from msgspec.structs import replace

        now = self._opening.config
        kept = {section: getattr(now, section) for section in NEXT_START_SECTIONS}
        self._opening.config = replace(config, root=now.root, **kept)
        self._applied(name, config.get(name))


def _files(session: "EngineSession | None") -> Sequence[str]:
    return () if session is None else session.files()


async def _picture(environ: Mapping[str, str]) -> bytes | None:
    from aircher.workspace.clipboard import DesktopClipboard

    return await DesktopClipboard(environ).picture()


async def _edit(environ: Mapping[str, str], suspended: Suspended, text: str) -> str:
    from aircher.app.interface.editing import edit_externally

    return await edit_externally(text, environ=environ, suspended=suspended)
