"""Puts the parts together: the only file that names every room.

The type checker proves here that the rim has what the engine and each other's ports ask for.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aircher.app.choice import choose_provider, custom_models, model_info
from aircher.app.keys import find_key
from aircher.app.project_search import IndexSearch
from aircher.app.recording import Recording, open_recording, unrecorded
from aircher.config import Config
from aircher.config.databases import DatabasePaths, database_paths
from aircher.config.providers import OFFLINE
from aircher.config.secret_variables import secret_values
from aircher.config.sections_providers import ProviderSettings as Section
from aircher.domain.models import ModelInfo
from aircher.domain.provider import Provider, Thinking
from aircher.domain.tools import Tool
from aircher.engine.budgets import Limits
from aircher.engine.retry import RetryPolicy
from aircher.engine.session import Session, SessionParts
from aircher.engine.system_prompt import system_prompt
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.turn import Voice
from aircher.logs.events import EventLog
from aircher.logs.jsonl import open_log
from aircher.permissions.policy import Policy
from aircher.providers import registry
from aircher.providers.spec import ProviderSettings
from aircher.support.clock import SystemClock
from aircher.support.paths import user_paths
from aircher.support.secret import Secret
from aircher.tools.read_file import ReadFile
from aircher.tools.search import Search
from aircher.workspace.local import LocalWorkspace

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """What the user wants of a session; ``None`` = as configured."""

    cwd: Path
    provider: str | None = None
    model: str | None = None
    thinking: Thinking | None = None
    add_dirs: Sequence[Path] = ()
    ephemeral: bool = False
    resume: str | None = None
    continue_last: bool = False
    fork: bool = False
    limits: Limits = field(default_factory=Limits)


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


def build_provider(name: str, section: Section, *, key: Secret | None, environ: Mapping[str, str]) -> Provider:
    """Return the provider of a section; nothing is opened yet. The offline one gets no project to answer from."""
    if section.kind == OFFLINE:
        from aircher.providers.offline import OfflineProvider

        return OfflineProvider(None)
    return registry.build(
        ProviderSettings(
            name=name,
            kind=section.kind,
            base_url=section.base_url or None,
            api_key=key,
            key_variable=section.api_key_env or None,
            organization=section.org_id or None,
            project=section.project or None,
            wire=section.wire,
            routing=section.routing.wishes(),
            idle_timeout_s=float(section.timeout),
            custom_models=custom_models(name, section),
            environ=environ,
        )
    )


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
        model = model_info(name, section, requested=self.options.model)
        key = None if section.kind == OFFLINE else find_key(name, section, self.environ)
        log = self._log(key)
        provider, tools = self._provider_and_tools(name, section, key=key)
        self.stack.push_async_callback(provider.aclose)
        recording = await self._recording(model)
        return Session(
            SessionParts(
                session_id=recording.session_id,
                cwd=str(self.config.root),
                voice=Voice(
                    provider=provider,
                    model=model,
                    system=system_prompt(cwd=str(self.config.root), tools=[tool.spec for tool in tools]),
                    max_output_tokens=section.max_tokens or None,
                    temperature=section.temperature,
                    thinking=self.options.thinking,
                ),
                tool_runner=ToolRunner(
                    tools={tool.spec.name: tool for tool in tools},
                    policy=self._policy(),
                    clock=SystemClock(),
                ),
                recorder=recording.recorder,
                clock=SystemClock(),
                limits=self.options.limits,
                retry=RetryPolicy(attempts=1 + self.config.providers.max_retries),
                history=recording.history,
                listeners=() if log is None else (EventLog(log),),
            )
        )

    def _provider_and_tools(
        self, name: str, section: Section, *, key: Secret | None
    ) -> tuple[Provider, Sequence[Tool[Any]]]:
        """Return both: the offline provider is the index itself and needs no tools; a model gets it as a tool."""
        root, database = self.config.root, self.paths.file_index
        if section.kind == OFFLINE:
            from aircher.app.index import OpenIndex
            from aircher.providers.offline import OfflineProvider

            if root == root.parent:
                self.note(f"{root} is the whole disk, not a project: nothing of it is read")
                return OfflineProvider(None), ()
            index = OpenIndex(root, database, note=self.note)
            self.stack.callback(index.close)
            return OfflineProvider(index.answers), ()
        search = IndexSearch(root, database, policy=self._policy(), note=self.note)
        self.stack.callback(search.close)
        tools = (ReadFile(LocalWorkspace(root)), Search(search, root))
        return build_provider(name, section, key=key, environ=self.environ), tools

    def _policy(self) -> Policy:
        roots = (self.config.root, *(folder.resolve() for folder in self.options.add_dirs))
        return Policy(roots=roots, deny=self.config.security.deny)

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
                secrets=(*secret_values(self.config, self.environ), *(() if key is None else (key.reveal(),))),
            )
        except OSError as exc:
            self.note(f"no log is written: {path}: {exc.strerror}")
            return None


def log_path(environ: Mapping[str, str]) -> Path:
    """Return the log file's place."""
    return user_paths(environ).state / "logs" / "aircher.jsonl"
