"""A session of the engine as the interface sees it. Satisfies `aircher.tui.ports.OpenSession`."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

from aircher.app.compose import Opened
from aircher.app.interface.lanes import SessionLanes
from aircher.app.interface.panel import PanelLedger
from aircher.app.undo import undo_turns
from aircher.commands.command import Outside
from aircher.commands.outcome import Choice
from aircher.config import Config
from aircher.domain.errors import UsageError
from aircher.domain.events import Event, Published, ToolFinished, ToolRequested, TurnStarted
from aircher.domain.ids import CallId, TurnId
from aircher.domain.lanes import Lane
from aircher.domain.messages import PromptPart, TextPart
from aircher.domain.operations import Answer
from aircher.engine.bus import Delivery
from aircher.engine.session import Session
from aircher.support.ids import new_id
from aircher.tui.context_panel import PanelFacts
from aircher.tui.dialogs.ports import Rewind, TurnFacts
from aircher.tui.status_bar import Status
from aircher.tui.viewport.ports import Earlier
from aircher.tui.waiting import prompt_text

FIRST_TURNS = 12
"""Turns that are shown when a conversation is gone on with: more than a screen, and quick to read."""
MOST_TURNS = 200
"""That one can go back to: nobody looks for an older one in a list."""
MODES = ("plan", "ask", "edit", "auto")
THINKING = ("off", "low", "medium", "high")


class EngineSession:
    """One session, from when it is entered to when it is left."""

    def __init__(
        self,
        opened: Opened,
        *,
        history: Sequence[Published],
        outside: Outside,
        config: Config,
        environ: Mapping[str, str],
        sandbox: str,
    ) -> None:
        self.session_id: str = opened.session.session_id
        self.history = history
        self.earlier: Earlier | None = opened.history
        self.lanes = SessionLanes(opened.session.lanes)
        self.outside = outside
        self._opened = opened
        self._config = config
        self._environ = environ
        self._sandbox = sandbox
        self._inbox = opened.session.subscribe(Delivery.COALESCED)
        self._panel = PanelLedger()
        for published in history:
            self._panel.take(published.event)
        self._unrecorded: list[Published] = []

    @property
    def _session(self) -> Session:
        return self._opened.session

    async def events(self) -> AsyncIterator[Published]:
        """Yield what happens from now on."""
        async for published in self._inbox:
            self._panel.take(published.event)
            if self.earlier is None and isinstance(published.event, TurnStarted | ToolFinished):
                self._unrecorded.append(published)
            yield published

    async def send(self, parts: Sequence[PromptPart], *, lane: Lane) -> None:
        """Begin a turn, or let it wait in the lane while one runs."""
        session = self._session
        if lane is Lane.QUEUE and session.turns.is_busy:
            await session.lanes.add(Lane.QUEUE, tuple(parts))
        else:
            await session.steer(tuple(parts))

    async def interrupt(self) -> None:
        """End the running turn."""
        await self._session.interrupt()

    def answer(self, answer: Answer) -> bool:
        """Answer what was asked."""
        return self._session.desk.answer(answer)

    async def choose(self, choice: Choice, value: str) -> str:
        """Let a model, a provider, a mode or a thinking level hold from the next call of a model on.

        Raises:
            AircherError: It cannot be had.
        """
        session = self._session
        match choice:
            case Choice.MODE:
                mode = next((mode for mode in MODES if mode == value), None)
                if mode is None:
                    raise UsageError(f"{value!r} is no permission mode", hint=f"one of: {', '.join(MODES)}")
                await session.set_mode(mode)  # type: ignore[arg-type]  # one of the literals
                return f"Permission mode: {value}."
            case Choice.THINKING:
                level = next((level for level in THINKING if level == value), None)
                if level is None:
                    raise UsageError(f"{value!r} is no thinking level", hint=f"one of: {', '.join(THINKING)}")
                session.use(replace(session.turns.voice, thinking=level))  # type: ignore[arg-type]  # as above
                return f"Thinking: {value}."
            case Choice.PROVIDER:
                return await self._use(value, None)
            case _:
                provider, _, model = value.rpartition("/") if self._names_provider(value) else ("", "", value)
                return await self._use(provider or session.facts.status().provider, model)
