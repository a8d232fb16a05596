"""A session of the engine as the interface sees it. Satisfies `aircher.tui.ports.OpenSession`."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from aircher.app.compose import Opened
from aircher.app.interface.lanes import SessionLanes
from aircher.app.interface.panel import PanelLedger
from aircher.app.undo import undo_turns
from aircher.commands.command import Outside
from aircher.commands.outcome import Choice
from aircher.config import Config
from aircher.domain.errors import UsageError
from aircher.domain.events import Published, ToolFinished, ToolRequested, TurnsRewound, TurnStarted
from aircher.domain.ids import CallId, TurnId
from aircher.domain.lanes import Lane
from aircher.domain.levels import BY_ITSELF, MODES, THINKING
from aircher.domain.messages import PromptPart, TextPart
from aircher.domain.operations import Answer
from aircher.engine.bus import Delivery
from aircher.engine.session import Session
from aircher.support.ids import new_id
from aircher.tui.context_panel import PanelFacts
from aircher.tui.dialogs.ports import Rewind, TurnFacts
from aircher.tui.status_bar import Status
from aircher.tui.viewport.ports import Earlier

FIRST_TURNS = 12
"""Turns that are shown when a conversation is gone on with: more than a screen, and quick to read."""
MOST_TURNS = 200
"""That one can go back to: nobody looks for an older one in a list."""
ValueT = TypeVar("ValueT", bound=str)


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
        remarks: Sequence[str],
    ) -> None:
        self.session_id: str = opened.session.session_id
        self.history = history
        self.remarks = remarks
        self.earlier: Earlier | None = opened.history
        self.lanes = SessionLanes(opened.session.lanes)
        self.outside = outside
        self._opened = opened
        self._session: Session = opened.session
        self._config = config
        self._environ = environ
        self._sandbox = sandbox
        self._inbox = opened.session.subscribe(Delivery.COALESCED)
        turns = sum(isinstance(published.event, TurnStarted) for published in history)
        self._panel = PanelLedger(is_whole=turns < FIRST_TURNS)
        for published in history:
            self._panel.take(published)
        self._unrecorded: deque[Published] = deque(maxlen=MOST_TURNS)

    async def events(self) -> AsyncIterator[Published]:
        """Yield what happens from now on."""
        async for published in self._inbox:
            self._panel.take(published)
            if self.earlier is None:
                _keep(published, self._unrecorded)
            yield published
        trouble = self._session.failure or self._session.defect
        if trouble is not None:
            raise trouble

    @property
    def is_at_rest(self) -> bool:
        """Return whether closing it loses nothing: it is on disk, nothing runs in it, and nothing is wrong with it."""
        session = self._session
        is_well = session.failure is None and session.defect is None
        is_recorded = self._opened.history is not None
        return is_recorded and is_well and not session.turns.is_busy and not self._opened.jobs.listed()

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
                mode = await session.set_mode(_one_of(value, MODES, "permission mode"))
                return f"Permission mode: {mode}."
            case Choice.THINKING:
                level = None if value == BY_ITSELF else _one_of(value, THINKING, "thinking level")
                session.use(replace(session.turns.voice, thinking=level))
                return f"Thinking: {level or 'as the model does by itself'}."
            case Choice.PROVIDER:
                return await self._use(value, None)
            case _:
                provider, slash, model = value.partition("/")
                if slash and provider in self._config.providers.named:
                    return await self._use(provider, model)
                return await self._use(session.facts.status().provider, value)

    async def turns(self) -> Sequence[TurnFacts]:
        """Return the last turns that one can go back to before, the oldest first."""
        pages = self._opened.history
        events = self._unrecorded if pages is None else await pages.last(MOST_TURNS)
        turns: list[TurnFacts] = []
        changed: set[str] = set()
        for published in reversed(events):
            match published.event:
                case ToolFinished(changes=changes):
                    changed.update(change.path for change in changes)
                case TurnStarted(prompt=prompt) if published.turn_id is not None:
                    count = None if pages is None else len(changed)
                    turns.append(
                        TurnFacts(turn_id=published.turn_id, prompt=prompt, at=published.at, changed_files=count)
                    )
                case _:
                    pass
        return turns[::-1]

    async def rewind(self, to: Rewind) -> str:
        """Go back to before a turn, with the project's files if wanted.

        Raises:
            AircherError: A turn runs, or the disk refuses.
        """
        dropped = await self._session.rewind(to.turn_id)
        told = f"Went back by {len(dropped)} turn{'' if len(dropped) == 1 else 's'}."
        if not to.restores_files:
            return f"{told} Files are as they were."
        outcome = await asyncio.to_thread(
            undo_turns, self._config, self._environ, session_id=self.session_id, turn_ids=dropped
        )
        if outcome is None:
            return f"{told} No file had changed."
        if outcome.conflicts:
            names = ", ".join(conflict.path for conflict in outcome.conflicts)
            return f"{told} Files are as they were: others changed {names} since. /undo --force puts them back."
        return f"{told} {len(outcome.changes)} file{' is' if len(outcome.changes) == 1 else 's are'} as before."

    async def run(self, command: str) -> None:
        """Run a command line of the user's own.

        Raises:
            UsageError: There is no shell in this session, or nothing to run.
        """
        session = self._session
        if not command.strip() or all(spec.name != "shell" for spec in session.turns.tools):
            raise UsageError("there is nothing to run here", hint="!ls, with another mode than plan")
        call = ToolRequested(call_id=CallId(new_id()), name="shell", arguments={"command": command})
        session.turns.ask(TurnId(new_id()), (TextPart(text=f"!{command}"),), call)

    def status(self) -> Status:
        """Return what holds at this moment."""
        facts, voice = self._session.facts.status(), self._session.turns.voice
        has_price = not facts.session_spent.unpriced_calls
        return Status(
            provider=facts.provider,
            model=facts.model,
            mode=facts.mode,
            thinking=voice.thinking or "",
            sandbox=self._sandbox,
            context_tokens=facts.context_tokens,
            window_tokens=facts.window_tokens,
            tokens_per_s=facts.tokens_per_s or None,
            turn_usd=facts.turn_spent.cost_usd if has_price and facts.is_running else None,
            session_usd=facts.session_spent.cost_usd if has_price else None,
            budget_left_usd=facts.budget_left_usd,
        )

    def panel(self) -> PanelFacts:
        """Return what the context panel tells."""
        return self._panel.facts(self.status(), self._opened.jobs.listed())

    def watch(self, changed: Callable[[], None]) -> None:
        """Call this whenever a command in the background begins or ends."""
        self._opened.jobs.changed = changed

    def files(self) -> Sequence[str]:
        """Return the files that the conversation touched, the last one first."""
        return self._panel.files()

    async def _use(self, provider: str, model: str | None) -> str:
        self._session.use(await self._opened.voice_for(provider, model))
        now = self._session.facts.status()
        return f"From the next prompt on, {now.provider}/{now.model} answers."


def _keep(published: Published, unrecorded: deque[Published]) -> None:
    """Keep which turns can be gone back to, in a session that records nothing."""
    match published.event:
        case TurnStarted():
            unrecorded.append(published)
        case TurnsRewound(first_seq=first_seq):
            while unrecorded and unrecorded[-1].seq >= first_seq:
                unrecorded.pop()
        case _:
            pass


def _one_of(value: str, values: tuple[ValueT, ...], what: str) -> ValueT:
    found = next((each for each in values if each == value), None)
    if found is None:
        raise UsageError(f"{value!r} is no {what}", hint=f"one of: {', '.join(values)}")
    return found
