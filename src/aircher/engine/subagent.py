"""A task handed to a subagent: a turn of its own, with its own context and the parent's budget, policy and tools.

Invariant: nothing of its conversation enters the parent's; what it costs, asks and changes does.
"""

from collections.abc import Sequence
from dataclasses import replace

from aircher.domain.changes import FileChange, combined
from aircher.domain.display import CallState, DelegatedCall
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    PermissionAsked,
    PermissionDecided,
    QuestionAsked,
    StopReason,
    ToolFinished,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    UsageUpdated,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import Role, TextPart
from aircher.domain.records import dataclass
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.domain.transcript import Transcript
from aircher.engine.approvals import CallPlace, Publish
from aircher.engine.system_prompt import SUBAGENT
from aircher.engine.tool_call import about
from aircher.engine.tool_runner import ToolRunner
from aircher.engine.turn import Turn

NOT_PASSED_ON = ("task", "ask_user", "todo")
"""Tools that a subagent does not get: it neither makes subagents nor speaks to the user."""
_MOST_SUMMARY_CHARS = 200
"""Of one of its calls: they are told in a line each."""
_STATES: dict[CallStatus, CallState] = {
    CallStatus.OK: "ok",
    CallStatus.FAILED: "failed",
    CallStatus.REFUSED: "refused",
    CallStatus.INTERRUPTED: "interrupted",
}
"""Read only."""


@dataclass(slots=True)
class Subagents:
    """Does tasks for the calls of one turn.

    Attributes:
        parent: The turn whose calls hand out tasks; its voice, accounts and limits are theirs.
        runner: All tools of the session.
    """

    parent: Turn
    runner: ToolRunner
    place: CallPlace
    publish: Publish

    async def work(self, call: RunningCall, task: str, tools: Sequence[str]) -> ToolOutcome | ToolFailure:
        """Return what the subagent found or did, as it says so itself.

        Args:
            call: Whom it works for.
            task: Everything it gets to know.
            tools: Names of the tools it may use; none = all that are passed on.
        """
        passed_on = [name for name in self.runner.tools if name not in NOT_PASSED_ON]
        if unknown := sorted(set(tools) - set(passed_on)):
            names, there_are = ", ".join(unknown), ", ".join(sorted(passed_on))
            return ToolFailure(message=f"A subagent cannot get these tools: {names}. It can get: {there_are}.")
        left_out = set(self.runner.tools) - set(tools or passed_on)
        place = replace(self.place, within=(*self.place.within, call.call_id))
        watch = _Watch(call, self.publish)
        parent = self.parent
        turn = Turn(
            voice=replace(parent.voice, system=f"{parent.voice.system}\n\n{SUBAGENT}", output=None, cache_key=""),
            transcript=watch.transcript,
            tools=self.runner.without(left_out).for_turn(place, watch.take),
            accounts=parent.accounts,
            retry=parent.retry,
            clock=parent.clock,
            waiting=parent.waiting,
            publish=watch.take,
            rounds=parent.rounds,
        )
        before = parent.rounds
        await turn.run((TextPart(text=task),))
        parent.rounds += turn.rounds - before
        if turn.defect is not None:
            raise turn.defect
        return watch.outcome(rounds=turn.rounds - before)


class _Watch:
    """Takes a subagent's events: its own transcript, and what the parent should know."""

    def __init__(self, call: RunningCall, publish: Publish) -> None:
        self.transcript = Transcript()
        self._call = call
        self._publish = publish
        self._calls: dict[CallId, DelegatedCall] = {}
        self._made = 0
        self._changes: list[FileChange] = []
        self._stop = StopReason.ERROR
        self._error = ""

    async def take(self, event: Event) -> None:
        """Take an event of the subagent's turn."""
        self.transcript.apply(event)
        match event:
            case UsageUpdated() | PermissionAsked() | PermissionDecided() | QuestionAsked():
                await self._publish(event)
            case ToolRequested() | ToolStarted():
                await self._tell(event)
            case ToolFinished():
                self._changes.extend(event.changes)
                self._call.changed(event.changes)
                await self._tell(event)
            case ErrorRaised(message=message):
                self._error = message
            case TurnFinished(stop_reason=stop):
                self._stop = stop
            case _:
                return

    async def _tell(self, event: ToolRequested | ToolStarted | ToolFinished) -> None:
        """Tell how a call stands; they are numbered, as some models use the same id twice."""
        if isinstance(event, ToolRequested):
            self._made += 1
            call = DelegatedCall(number=self._made, name=event.name, subject=about(event), state="requested")
        else:
            call = self._calls[event.call_id]
            if isinstance(event, ToolStarted):
                call = replace(call, state="running")
            else:
                summary = event.summary[:_MOST_SUMMARY_CHARS]
                call = replace(call, state=_STATES[event.status], summary=summary, duration_ms=event.duration_ms)
        self._calls[event.call_id] = call
        await self._call.told(call)

    def outcome(self, *, rounds: int) -> ToolOutcome | ToolFailure:
        """Return the last words of the subagent and what it changed."""
        answers = [message.text for message in self.transcript.messages if message.role is Role.ASSISTANT]
        text = answers[-1].strip() if answers else ""
        changed = ", ".join(f"{change.change} {change.path}" for change in combined(self._changes))
        told = f"{text}\n[files: {changed}]" if changed else text
        if self._error or not text:
            reason = self._error or f"it ended without a word ({self._stop.value})"
            return ToolFailure(message=f"The subagent did not finish: {reason}\n{told}".rstrip())
        plural = "s" * (rounds != 1)
        return ToolOutcome(content=told, summary=f"subagent answered after {rounds} model call{plural}")
