"""A session with a scripted model, a real database and a clock turned by hand."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from aircher.domain.events import Event, Published, TurnFinished
from aircher.domain.ids import CallId, ProjectId, SessionId
from aircher.domain.levels import Thinking
from aircher.domain.messages import JsonObject, TextPart, ToolCallPart
from aircher.domain.models import ModelInfo, Prices
from aircher.domain.operations import SendPrompt
from aircher.domain.stream import Finished, FinishReason, StreamEvent, TextReceived, ToolCallReceived
from aircher.domain.tools import Tool
from aircher.engine.approvals import Approvals
from aircher.engine.budgets import Limits
from aircher.engine.bus import Delivery, Inbox
from aircher.engine.desk import Desk
from aircher.engine.output import OutputContract
from aircher.engine.ports import Audit, Ledger, WaitingPrompts
from aircher.engine.routing import OneRoute, Route, Router
from aircher.engine.session import Session, SessionParts
from aircher.engine.spending import SpendingLimits
from aircher.engine.tool_call import Safeguards
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.trail import Trail
from aircher.engine.turn import Voice
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.providers.scripted import Line, ScriptedProvider
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS
from aircher.storage.recorder import SqliteRecorder
from aircher.testing.manual_clock import ManualClock
from aircher.tools.read_file import ReadFile
from aircher.tools.workbench import Workbench
from aircher.workspace.local import LocalWorkspace

PRICES = Prices(input_usd=1.0, output_usd=10.0)
STOP = Finished(reason=FinishReason.STOP, native_reason="stop")
WANTS_TOOLS = Finished(reason=FinishReason.TOOL_CALLS, native_reason="tool_calls")


def text(words: str) -> StreamEvent:
    return TextReceived(text=words)


def call(call_id: str, name: str, arguments: JsonObject) -> StreamEvent:
    return ToolCallReceived(call=ToolCallPart(call_id=CallId(call_id), name=name, arguments=arguments))


@dataclass
class World:
    """Everything a flow may look at."""

    root: Path
    database: Database
    clock: ManualClock = field(default_factory=ManualClock)

    @asynccontextmanager
    async def session(
        self,
        scripts: Sequence[Sequence[Line]],
        *,
        session_id: SessionId | None = None,
        limits: Limits | None = None,
        prices: Prices | None = PRICES,
        provider: ScriptedProvider | None = None,
        router: Router | None = None,
        thinking: Thinking | None = None,
        output: OutputContract | None = None,
        spending: SpendingLimits | None = None,
        told: list[str] | None = None,
        ledger: Ledger | None = None,
        tool_runner: ToolRunner | None = None,
        waiting_prompts: WaitingPrompts | None = None,
    ) -> AsyncIterator["Conversation"]:
        conversations = SqliteConversations(self.database)
        history: tuple[Published, ...] = ()
        if session_id is None:
            session_id = conversations.create(
                project_id=ProjectId("p"), project_path=str(self.root), provider="scripted", model="m"
            )
        else:
            history = conversations.load(session_id).events
        provider = provider or ScriptedProvider(scripts, clock=self.clock)
        session = Session(
            SessionParts(
                session_id=session_id,
                cwd=str(self.root),
                voice=Voice(
                    router=router
                    or OneRoute(
                        Route(provider=provider, model=ModelInfo(provider="scripted", name="m", prices=prices))
                    ),
                    system="be brief",
                    thinking=thinking,
                    output=output,
                ),
                tool_runner=tool_runner
                or self.tool_runner([ReadFile(Workbench(root=self.root, files=LocalWorkspace(self.root)))]),
                recorder=SqliteRecorder(self.database, session_id, flush_after_s=0.01),
                clock=self.clock,
                limits=limits or Limits(),
                spending=spending or SpendingLimits(),
                tell=(lambda _: None) if told is None else told.append,
                ledger=ledger,
                history=history,
                waiting_prompts=waiting_prompts,
            )
        )
        inbox = session.subscribe(Delivery.EVERY)
        async with session:
            yield Conversation(session, provider, inbox)

    def tool_runner(
        self,
        tools: Sequence[Tool[Any]],
        *,
        safeguards: Safeguards | None = None,
        audit: Audit | None = None,
        is_attended: bool = False,
    ) -> ToolRunner:
        """Return what runs these tools by the default policy."""
        desk = Desk(is_attended=is_attended)
        policy = Policy(places=Places(roots=(self.root,), home=Path("/nowhere")))
        return ToolRunner(
            tools={tool.spec.name: tool for tool in tools},
            approvals=Approvals(policy=policy, desk=desk, trail=Trail(clock=self.clock, audit=audit)),
            clock=self.clock,
            safeguards=replace(safeguards or Safeguards(), desk=desk),
        )

    def cut_after(self, session_id: SessionId, count: int) -> None:
        """Leave only the first events of a conversation: what a crash at that row leaves behind."""
        seq = SqliteConversations(self.database).load(session_id).events[count - 1].seq
        self.database.write_blocking(
            lambda db: db.execute("DELETE FROM events WHERE session_id = ? AND seq > ?", (session_id, seq)).close()
        )

    def events(self, session_id: SessionId) -> tuple[Published, ...]:
        return SqliteConversations(self.database).load(session_id).events

    def recorded(self, session_id: SessionId) -> list[Event]:
        return [published.event for published in self.events(session_id)]


@dataclass
class Conversation:
    """An open session and what was seen of it."""

    session: Session
    provider: ScriptedProvider
    inbox: Inbox
    seen: list[Event] = field(default_factory=list)

    async def ask(self, words: str) -> list[Event]:
        """Send a prompt and return the turn's events."""
        await self.session.submit(SendPrompt(parts=(TextPart(text=words),)))
        return await self.until(lambda event: isinstance(event, TurnFinished))

    async def until(self, is_last: Callable[[Event], bool]) -> list[Event]:
        """Return the events up to the first for which ``is_last``."""
        events: list[Event] = []
        async for published in self.inbox:
            events.append(published.event)
            self.seen.append(published.event)
            if is_last(published.event):
                return events
        return events


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.txt").write_text("alpha\n")
    (root / ".env").write_text("KEY=1\n")
    with Database(tmp_path / "conversations.db", CONVERSATIONS) as database:
        yield World(root.resolve(), database)
