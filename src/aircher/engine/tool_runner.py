"""Tool calls, from the model's wish to a result: parse, actions, policy, checkpoint, run, record.

Invariant: the intent (`ToolRequested`) was on disk before this starts, and exactly one `ToolFinished` follows each
call, also when it is cancelled. Tools never judge themselves, and calls whose order could matter keep it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any, TypeAlias

from aircher.domain.effects import Action
from aircher.domain.events import CallStatus, ToolFinished, ToolRequested
from aircher.domain.ids import CallId, SessionId
from aircher.domain.levels import Mode
from aircher.domain.ports import Clock
from aircher.domain.provider import ToolSpec
from aircher.domain.records import dataclass
from aircher.domain.tools import RunningCall, Tool, ToolFailure, ToolOutcome, nobody_helps
from aircher.domain.transcript import Transcript
from aircher.engine.approvals import Approvals, CallPlace, Publish
from aircher.engine.footprint import Footprint, footprint
from aircher.engine.loop_guard import LoopGuard
from aircher.engine.repairs import closed_calls
from aircher.engine.step import UNREADABLE
from aircher.engine.tool_call import CallRun, Safeguards
from aircher.engine.tool_output import allowance
from aircher.support.aio import together
from aircher.support.suggest import nearest

Helper: TypeAlias = Callable[[RunningCall, str, Sequence[str]], Awaitable[ToolOutcome | ToolFailure]]
"""Does a task for a running call; see `aircher.domain.tools.Delegate`."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that is understood, or why it is not: then ``tool`` is ``None``."""

    call: ToolRequested
    tool: Tool[Any] | None
    args: Any  # what the tool's own `parse` returned
    actions: tuple[Action, ...] = ()
    problem: str = ""
    footprint: Footprint = field(default_factory=Footprint)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRunner:
    """Runs calls for one session. ``tools`` maps names to tools; their argument types stay their own.

    Attributes:
        one_writer: Held by every call that may change something, so that a checkpoint holds what one call did.
    """

    tools: Mapping[str, Tool[Any]]  # each tool parses and receives its own argument type
    approvals: Approvals
    clock: Clock
    safeguards: Safeguards = field(default_factory=Safeguards)
    one_writer: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def mode(self) -> Mode:
        """The permission mode in force."""
        return self.approvals.policy.mode

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told of the tools: in plan mode nothing of those that only change things."""
        is_plan = self.mode == "plan"
        return tuple(tool.spec for tool in self.tools.values() if not (is_plan and tool.is_writer))

    def without(self, names: Collection[str]) -> "ToolRunner":
        """Return the runner with fewer tools."""
        return replace(self, tools={name: tool for name, tool in self.tools.items() if name not in names})

    def for_user(self) -> "ToolRunner":
        """Return the runner of calls that the user wrote."""
        return replace(self, approvals=replace(self.approvals, is_by_user=True))

    def for_turn(self, place: CallPlace, publish: Publish) -> "TurnTools":
        """Return what runs the calls of one turn."""
        return TurnTools(self, place, publish)

    async def repairs(self, session_id: SessionId, transcript: Transcript) -> tuple[ToolFinished, ...]:
        """Return the ends of calls that an earlier run left without one; none of them is run again.

        What a checkpoint can tell of them is said, and written into the audit trail.

        Raises:
            StorageError: The trail cannot be written.
        """
        return await closed_calls(
            transcript, session_id=session_id, checkpoints=self.safeguards.checkpoints, trail=self.approvals.trail
        )

    def prepare(self, call: ToolRequested) -> Prepared:
        """Return the call with everything it would touch."""
        tool = self.tools.get(call.name)
        if tool is None:
            return Prepared(call, None, None, problem=self._unknown(call.name))
        if UNREADABLE in call.arguments:
            problem = "The arguments were not a JSON object. Send the call again with valid JSON."
            return Prepared(call, None, None, problem=problem)
        args = tool.parse(call.arguments)
        if isinstance(args, ToolFailure):
            return Prepared(call, None, None, problem=args.message)
        actions = tool.actions(args)
        return Prepared(call, tool, args, actions, footprint=footprint(actions))

    def _unknown(self, name: str) -> str:
        guess = nearest(name, self.tools)
        meant = f" Did you mean {guess}?" if guess else ""
        return f"There is no tool named {name!r}.{meant} Available: {', '.join(sorted(self.tools))}."


class TurnTools:
    """Runs the calls of one turn and notices when they go round in a circle.

    Attributes:
        helper: Does the tasks that are handed to subagents.
    """

    def __init__(self, runner: ToolRunner, place: CallPlace, publish: Publish) -> None:
        self.runner = runner
        self.place = place
        self.helper: Helper | None = None
        self._publish = publish
        self._guard = LoopGuard()

    async def run(self, calls: Sequence[ToolRequested]) -> None:
        """Publish what becomes of the calls, each ending in `ToolFinished`.

        Raises:
            BudgetError: The model goes round in a circle.
            StorageError: What happened cannot be recorded.
        """
        limit = allowance(len(calls))
        left = list(calls)
        self._guard.next_answer()
        while left:
            wave = await asyncio.to_thread(self._next_wave, left)
            finished: dict[CallId, ToolFinished] = {}

            async def one(item: Prepared, ends: dict[CallId, ToolFinished] = finished) -> None:
                ends[item.call.call_id] = await self._finish(item, limit)

            await together([one(item) for item in wave])
            for item in wave:
                self._guard.note(item.call, finished[item.call.call_id])
            del left[: len(wave)]

    def _next_wave(self, calls: Sequence[ToolRequested]) -> list[Prepared]:
        """Return those of the first calls that may run side by side, understood as things are when they begin."""
        wave: list[Prepared] = []
        for call in calls:
            item = self.runner.prepare(call)
            if any(item.footprint.collides(other.footprint) for other in wave):
                break
            wave.append(item)
        return wave

    async def _finish(self, item: Prepared, limit: int) -> ToolFinished:
        run = CallRun(
            call=item.call,
            place=self.place,
            clock=self.runner.clock,
            safeguards=self.runner.safeguards,
            trail=self.runner.approvals.trail,
            publish=self._publish,
            most_chars=limit,
            is_by_user=self.runner.approvals.is_by_user,
        )
        if item.tool is None:
            return await run.end(CallStatus.FAILED, item.problem)
        decision = await self.runner.approvals.judge(
            item.call,
            item.actions,
            place=self.place,
            publish=self._publish,
            preview=partial(run.preview, item.tool, item.args),
        )
        if refusal := run.refused(decision):
            return await run.end(CallStatus.REFUSED, refusal, summary=f"refused: {decision.rule}")
        if not item.footprint.may_write:
            return await run.run(item.tool, item.args, item.footprint, delegate=self.helper or _alone)
        async with self.runner.one_writer:  # which a subagent's calls take, too: who holds it must not wait for them
            return await run.run(item.tool, item.args, item.footprint, delegate=_alone)


async def _alone(call: RunningCall, task: str, tools: Sequence[str]) -> ToolOutcome | ToolFailure:  # noqa: ARG001 - a `Helper`
    """Refuse a task where nobody can do it."""
    return await nobody_helps(task, tools)
