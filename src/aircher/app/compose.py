"""Puts the parts together: the only file that names every room.

The type checker proves here that the rim has what the engine and each other's ports ask for.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aircher.app import plain_http
from aircher.app.build_provider import build_provider
from aircher.app.choice import choose_provider, model_info
from aircher.app.hands import Hands
from aircher.app.keys import find_key
from aircher.app.lazy_provider import LazyProvider
from aircher.app.models import advice
from aircher.app.options import SessionOptions
from aircher.app.recording import Recording, open_recording, unrecorded
from aircher.app.routing import (
    AUTO_MODEL,
    automatic_routes,
    choose_automatically,
    fallback_sections,
    route_to,
    router_for,
)
from aircher.app.spending import SessionLedger, spending_limits
from aircher.app.structured_output import contract
from aircher.config import Config
from aircher.config.databases import DatabasePaths, database_paths
from aircher.config.providers import OFFLINE
from aircher.config.secret_variables import secret_values
from aircher.config.sections_providers import ProviderSettings as Section
from aircher.domain.ids import ProjectId, SessionId
from aircher.domain.models import ModelInfo
from aircher.domain.provider import Provider
from aircher.domain.records import dataclass
from aircher.engine.retry import RetryPolicy
from aircher.engine.session import Session, SessionParts
from aircher.engine.system_prompt import system_prompt
from aircher.engine.turn import Voice
from aircher.logs.events import EventLog
from aircher.logs.jsonl import open_log
from aircher.providers.router import ProviderRouter
from aircher.support.clock import SystemClock
from aircher.support.paths import project_id, user_paths
from aircher.support.secret import Secret

Note = Callable[[str], None]


@asynccontextmanager
async def open_session(
    config: Config, options: SessionOptions, *, environ: Mapping[str, str], note: Note
) -> AsyncIterator[Session]:
    """Build a session; on leaving, everything that was opened for it is closed. The session itself is not entered.

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
        ).session()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composition:
    """What every part is made from; each method makes one part and leaves its closing with ``stack``."""

    config: Config
    options: SessionOptions
    environ: Mapping[str, str]
    note: Note
    paths: DatabasePaths
    stack: AsyncExitStack

    async def session(self) -> Session:
        name, section = choose_provider(self.config, self.environ, requested=self.options.provider)
        key = None if section.kind == OFFLINE else find_key(name, section, self.environ)
        log = self._log(key)
        provider = self._provider(name, section, key=key)
        self.stack.push_async_callback(provider.aclose)
        router = self._router(name, section, provider)
        recording = await self._recording(router.primary.model)
        hands = Hands(
            config=self.config,
            options=self.options,
            environ=self.environ,
            paths=self.paths,
            session_id=recording.session_id,
            secrets=self._secrets(key),
            note=self.note,
            stack=self.stack,
            log=log,
        )
        tool_runner = await hands.tool_runner(has_tools=section.kind != OFFLINE)
        return Session(
            SessionParts(
                session_id=recording.session_id,
                cwd=str(self.config.root),
                voice=Voice(
                    router=router,
                    system=system_prompt(cwd=str(self.config.root), tools=tool_runner.specs),
                    thinking=self.options.thinking,
                    cache_key=recording.session_id,
                    output=contract(self.options.output_schema),
                ),
                tool_runner=tool_runner,
                recorder=recording.recorder,
                clock=SystemClock(),
                limits=self.options.limits,
                retry=RetryPolicy(attempts=1 + self.config.providers.max_retries),
                spending=spending_limits(self.config, max_cost_usd=self.options.max_cost_usd),
                ledger=None if section.kind == OFFLINE else await self._ledger(recording.session_id),
                project_id=ProjectId(project_id(self.config.root)),
                history=recording.history,
                listeners=() if log is None else (EventLog(log),),
                tell=self.note,
            )
        )

    def _router(self, name: str, section: Section, provider: Provider) -> ProviderRouter:
        """Return the ways to the model that was asked for, or to all of which one is chosen for each prompt."""
        others = fallback_sections(self.config, name, self.environ, note=self.note)
        stand_ins = {other: self._lazily(other, others[other]) for other in others}
        fallbacks = [
            route_to(
                stand_ins[other], others[other], model_info(other, others[other], requested=None, environ=self.environ)
            )
            for other in others
        ]
        if (self.options.model or section.model) == AUTO_MODEL:
            routes = automatic_routes({name: section, **others}, {name: provider, **stand_ins}, self.environ)
            choose = choose_automatically(budget_usd=self.options.max_cost_usd)
            return router_for(self.config, routes, fallbacks, clock=SystemClock(), choose=choose)
        model = model_info(name, section, requested=self.options.model, environ=self.environ)
        if advised := advice(name, section, model.name, self.environ):
            self.note(advised)
        return router_for(self.config, [route_to(provider, section, model)], fallbacks, clock=SystemClock())

    def _lazily(self, name: str, section: Section) -> LazyProvider:
        """Return the provider of a section, of which nothing is looked up or opened before it is asked."""

        def build() -> Provider:
            key = None if section.kind == OFFLINE else find_key(name, section, self.environ)
            return self._provider(name, section, key=key)

        provider = LazyProvider(name, build)
        self.stack.push_async_callback(provider.aclose)
        return provider

    async def _ledger(self, session_id: SessionId) -> SessionLedger:
        ledger = await asyncio.to_thread(SessionLedger, self.paths.sessions, session_id=session_id, note=self.note)
        self.stack.callback(ledger.close)
        return ledger

    def _provider(self, name: str, section: Section, *, key: Secret | None) -> Provider:
        """Return the provider; the offline one is the project's index itself."""
        root = self.config.root
        if section.kind == OFFLINE:
            from aircher.app.index import OpenIndex
            from aircher.providers.offline import OfflineProvider

            if root == root.parent:
                self.note(f"{root} is the whole disk, not a project: nothing of it is read")
                return OfflineProvider(None)
            index = OpenIndex(root, self.paths.file_index, note=self.note)
            self.stack.callback(index.close)
            return OfflineProvider(index.answers)
        if risk := plain_http.warning(name, section, has_key=key is not None):
            self.note(risk)
        return build_provider(name, section, key=key, environ=self.environ)

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
