"""Opens sessions for the interface: the engine is loaded with the first one, while its first frame is on the screen."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import field, replace
from importlib import import_module
from typing import TYPE_CHECKING

from aircher.app.interface.choices import commands
from aircher.config import Config
from aircher.domain.errors import AircherError
from aircher.domain.ids import ProjectId
from aircher.domain.records import dataclass
from aircher.support.paths import project_id
from aircher.tui.quantities import cost_words

if TYPE_CHECKING:
    from aircher.app.interface.open_session import EngineSession
    from aircher.app.options import SessionOptions
    from aircher.tui.ports import OpenSession

ENGINE = (
    "aircher.app.compose",
    "aircher.app.interface.open_session",
    "aircher.app.outside",
    "aircher.tui.markdown.streamed",
    "aircher.tui.terminal.wrapping",
    "pyromark",
    "aircher.tui.picking",
    "difflib",
)
"""What the first turn needs, then the first answer, the first list to choose from and the first diff."""


@dataclass(slots=True, kw_only=True)
class Opening:
    """How sessions of this program are opened.

    Attributes:
        subcommand_text: Returns what ``aircher ARGUMENTS`` prints.
        tell: Told what a person should know.
        sessions: Those that are open, by id.
    """

    config: Config
    options: "SessionOptions"
    environ: Mapping[str, str]
    subcommand_text: Callable[[Sequence[str]], str]
    tell: Callable[[str], None]
    sessions: "dict[str, EngineSession]" = field(default_factory=dict)

    @property
    def project_id(self) -> ProjectId:
        """The project that is worked in."""
        return ProjectId(project_id(self.config.root))

    @asynccontextmanager
    async def open(self, session_id: str, *, is_last: bool = False) -> "AsyncIterator[OpenSession]":
        """Open a session; leaving interrupts, records and closes it.

        Raises:
            AircherError: It cannot be had.
        """
        await asyncio.to_thread(_load_engine)
        from aircher.app.compose import opened
        from aircher.app.interface.open_session import FIRST_TURNS, EngineSession
        from aircher.app.outside import ProgramOutside

        options = replace(self.options, resume=session_id or None, continue_last=is_last and not session_id)
        self.options = replace(self.options, fork=False)  # what was asked for once is not done to every session
        sandbox = asyncio.create_task(asyncio.to_thread(self._sandbox))
        remarks: list[str] = []
        tell = remarks.append  # they belong to the conversation that is not on the screen yet

        def note(text: str) -> None:
            tell(text)

        async with opened(self.config, options, environ=self.environ, note=note) as it:
            outside = ProgramOutside(
                config=self.config,
                options=options,
                environ=self.environ,
                subcommand_text=self.subcommand_text,
                specs=lambda: it.session.turns.tools,
                session_facts=lambda: _facts(session),
                job_control=it.jobs,
            )
            session = EngineSession(
                it,
                history=[] if it.history is None else await it.history.last(FIRST_TURNS),
                outside=outside,
                config=self.config,
                environ=self.environ,
                sandbox=await sandbox,
                remarks=remarks,
            )
            if not self.sessions:
                gc.freeze()  # what is loaded stays: no collection is to go over it while an answer streams
            async with it.session:
                self.sessions[session.session_id] = session
                tell = self.tell
                try:
                    yield session
                finally:
                    del self.sessions[session.session_id]

    def _sandbox(self) -> str:
        """Return the level that holds commands, in a word or two."""
        from aircher.workspace.sandbox import find_sandbox

        try:
            sandbox = find_sandbox(self.config.security.sandbox_mode)
        except AircherError:
            return "no sandbox"
        return str(sandbox.level) if sandbox.is_contained else "no sandbox"


def _load_engine() -> None:
    for module in ENGINE:
        import_module(module)
    commands()  # some thirty modules: the empty conversation names some, and no frame should wait for them


def _facts(session: "EngineSession") -> list[tuple[str, str]]:
    status = session.status()
    cost = "unknown" if status.session_usd is None else cost_words(status.session_usd)
    known = [
        ("session", session.session_id),
        ("provider", status.provider),
        ("model", status.model),
        ("mode", status.mode),
        ("context", f"{status.context_tokens:,} tokens" if status.context_tokens is not None else "unknown"),
        ("cost of the session", cost),
    ]
    return [*known, ("thinking", status.thinking)] if status.thinking else known
