"""Puts the parts together: the only file that names every room.

The type checker proves here that the rim has what the engine and each other's ports ask for.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aircher.app.hands import Hands
from aircher.app.options import SessionOptions
from aircher.app.recording import Recording, open_recording, unrecorded
from aircher.app.spending import SessionLedger, spending_limits
from aircher.app.typed import Typed
from aircher.app.voices import Voices
from aircher.config import Config
from aircher.config.databases import DatabasePaths, database_paths
from aircher.config.secret_variables import secret_values
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.models import ModelInfo
from aircher.domain.records import dataclass
from aircher.engine.retry import RetryPolicy
from aircher.engine.session import Session, SessionParts
from aircher.engine.turn import Voice
from aircher.logs.events import EventLog
from aircher.logs.jsonl import open_log
from aircher.storage.history import SqliteHistory
from aircher.support.clock import SystemClock
from aircher.support.paths import project_id, user_paths
from aircher.support.redaction import Redactor
from aircher.support.secret import Secret
from aircher.workspace.jobs import Jobs

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session with what an interface needs besides to change it while it is open.

    Attributes:
        session: The session; it is not entered.
        voices: Makes the voices.
        redactor: Knows the secrets that tools' results must not show.
        typed: What the user typed and what of it waits; ``None`` = nobody types, or nothing is recorded.
        history: The conversation, a page at a time; ``None`` = it is not recorded.
        jobs: The commands that run in the background.
    """

    session: Session
    voices: Voices
    redactor: Redactor
    typed: Typed | None
    history: SqliteHistory | None
    jobs: Jobs

    async def voice_for(self, provider: str, model: str | None) -> Voice:
        """Return the voice for another provider or model, thinking as the session does now; see `Session.use`.

        Raises:
            AircherError: There is no such provider or model, or its key is missing.
        """
        chosen = await self.voices.choose(provider, model)
        if chosen.key is not None:
            self.redactor.learn(chosen.key.reveal())
        voice = self.voices.voice(chosen, cache_key=self.session.session_id)
        return replace(voice, thinking=self.session.turns.voice.thinking)


@asynccontextmanager
async def open_session(
    config: Config, options: SessionOptions, *, environ: Mapping[str, str], note: Note
) -> AsyncIterator[Session]:
    """Build a session; on leaving, everything that was opened for it is closed. The session itself is not entered.

    Raises:
        AircherError: Something it needs cannot be had.
    """
    async with opened(config, options, environ=environ, note=note) as it:
        yield it.session


@asynccontextmanager
async def opened(
    config: Config, options: SessionOptions, *, environ: Mapping[str, str], note: Note
) -> AsyncIterator[Opened]:
    """Do as `open_session`, and give what an interface needs besides.

    Raises:
        AircherError: Something it needs cannot be had.
    """
    async with AsyncExitStack() as stack:
        yield await _Composition(
            config=config,
            options=options,
            environ=environ,
            note=note,
            paths=database_paths(config, environ),
            stack=stack,
        ).opened()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composition:
    """What every part is made from; each method makes one part and leaves its closing with ``stack``."""

    config: Config
    options: SessionOptions
    environ: Mapping[str, str]
    note: Note
    paths: DatabasePaths
    stack: AsyncExitStack

    async def opened(self) -> Opened:
        voices = Voices(
            config=self.config,
            options=self.options,
            environ=self.environ,
            paths=self.paths,
            note=self.note,
            stack=self.stack,
        )
        chosen = voices.chosen()
        log = self._log(chosen.key)
        recording = await self._recording(chosen.router.primary.model)
        hands = Hands(
            config=self.config,
            options=self.options,
            environ=self.environ,
            paths=self.paths,
            session_id=recording.session_id,
            secrets=self._secrets(chosen.key),
            note=self.note,
            stack=self.stack,
            log=log,
        )
        acts = not chosen.is_offline or self.options.is_attended  # a person may choose a model later
        typed = self._typed(recording.session_id)
        ledger = await self._ledger(recording.session_id) if acts else None
        session = Session(
            SessionParts(
                session_id=recording.session_id,
                cwd=str(self.config.root),
                voice=voices.voice(chosen, cache_key=recording.session_id),
                tool_runner=await hands.tool_runner(has_tools=acts),
                recorder=recording.recorder,
                clock=SystemClock(),
                limits=self.options.limits,
                retry=RetryPolicy(attempts=1 + self.config.providers.max_retries),
                spending=spending_limits(self.config, max_cost_usd=self.options.max_cost_usd),
                ledger=ledger,
                project_id=self._project_id,
                history=recording.history,
                listeners=() if log is None else (EventLog(log),),
                waiting_prompts=typed,
                tell=self.note,
            )
        )
        if ledger is not None and self.options.is_attended:
            session.facts.look_around(await ledger.elsewhere())  # somebody sees what is left before anything is asked
        return Opened(
            session=session,
            voices=voices,
            redactor=hands.redactor,
            typed=typed,
            history=recording.pages,
            jobs=hands.jobs,
        )

    @property
    def _project_id(self) -> ProjectId:
        return ProjectId(project_id(self.config.root))

    def _typed(self, session_id: SessionId) -> Typed | None:
        if self.options.ephemeral or not self.options.is_attended:
            return None
        typed = Typed(self.paths.sessions, session_id=session_id, project_id=self._project_id, note=self.note)
        self.stack.push_async_callback(typed.aclose)
        return typed

    async def _ledger(self, session_id: SessionId) -> SessionLedger:
        ledger = await asyncio.to_thread(SessionLedger, self.paths.sessions, session_id=session_id, note=self.note)
        self.stack.callback(ledger.close)
        return ledger

    def _secrets(self, key: Secret | None) -> tuple[str, ...]:
        return (*secret_values(self.config, self.environ), *(() if key is None else (key.reveal(),)))

    async def _recording(self, model: ModelInfo) -> Recording:
        options = self.options
        if options.ephemeral:
            return unrecorded()
        recording = await asyncio.to_thread(
            open_recording,
            self.paths,
            root=self.config.root,
            model=model,
            resume=options.resume,
            continue_last=options.continue_last,
            fork=options.fork,
            note=self.note,
        )
        self.stack.callback(recording.close)
        return recording

    def _log(self, key: Secret | None) -> logging.Logger | None:
        path = log_path(self.environ)
        try:
            return open_log(
                path,
                level=self.config.logging.level,
                max_bytes=self.config.logging.max_size,
                keep=self.config.logging.keep_files,
                secrets=self._secrets(key),
            )
        except OSError as exc:
            self.note(f"no log is written: {path}: {exc.strerror}")
            return None


def log_path(environ: Mapping[str, str]) -> Path:
    """Return the log file's place."""
    return user_paths(environ).state / "logs" / "aircher.jsonl"
