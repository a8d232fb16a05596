"""One tool call that may run: checkpoint, run, what changed, what the model gets to read.

Invariant: `ToolFinished` is published exactly once, also when the call is cancelled; what it changed is known then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import field, replace
from functools import partial
from typing import Any, TypeAlias

from aircher.domain.audit import AuditKind
from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange, change_records, combined
from aircher.domain.display import CallsBlock, DelegatedCall, DisplayBlock
from aircher.domain.errors import StorageError
from aircher.domain.events import (
    CallStatus,
    QuestionAsked,
    SubagentCalled,
    ToolFinished,
    ToolOutput,
    ToolRequested,
    ToolStarted,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject, JsonValue
from aircher.domain.operations import AnswerQuestion
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.domain.tools import RunningCall, Tool, ToolFailure, ToolOutcome
from aircher.engine.approvals import CallPlace, Publish
from aircher.engine.desk import Desk
from aircher.engine.footprint import Footprint
from aircher.engine.masking import Mask, masked_block, masked_call, text_chars, unmasked
from aircher.engine.ports import Checkpoints, SavedOutputs
from aircher.engine.previews import previewed
from aircher.engine.tool_output import fitted
from aircher.engine.trail import Trail
from aircher.permissions.decision import Decision, Verdict
from aircher.support.aio import finished

LARGE_CHARS = 10_000  # more of them take longer than a millisecond to search for secrets
_LABEL_CHARS = 120
_MOST_ABOUT_CHARS = 1_000  # more than is told, so that a secret is found before it is cut
CLEAN_UP_S = 5.0  # the longest an interrupt waits for a checkpoint to be closed

Delegate: TypeAlias = Callable[[RunningCall, str, Sequence[str]], Awaitable[ToolOutcome | ToolFailure]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Safeguards:
    """What surrounds every call; ``None`` = the session does without.

    Attributes:
        mask: Takes secrets out of what the model gets to read.
        desk: Where a tool's questions to a person wait.
    """

    checkpoints: Checkpoints | None = None
    outputs: SavedOutputs | None = None
    mask: Mask = unmasked
    desk: Desk = field(default_factory=partial(Desk, is_attended=False))


@dataclass(slots=True, kw_only=True)
class CallRun:
    """A call on its way.

    Attributes:
        most_chars: Bounds what the model reads of the result.
        is_by_user: Whether a person typed the call.
        name: The call's id among all of the turn.
        began_s: When it began to run; ``None`` = it did not. ``waited_s`` is how long it waited for a person since.
    """

    call: ToolRequested
    place: CallPlace
    clock: Clock
    safeguards: Safeguards
    trail: Trail
    publish: Publish
    most_chars: int
    is_by_user: bool = False
    name: CallId = field(init=False)
    began_s: float | None = field(init=False, default=None)
    waited_s: float = field(init=False, default=0.0)
    _delegated: list[FileChange] = field(init=False, default_factory=list)
    _subagent_calls: dict[int, DelegatedCall] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.place.name(self.call.call_id)

    def refused(self, decision: Decision) -> str:
        """Return what the model is told of a refusal; empty = there is none."""
        return "" if decision.verdict is Verdict.ALLOW else f"Not permitted: {decision.rule}."

    async def preview(self, tool: Tool[Any], args: object) -> tuple[DisplayBlock, ...]:
        """Return what a person may look at who is asked about the call, without secrets; nothing if it fails."""
        blocks = await previewed(tool, args)
        return (await self._masked("", blocks))[1] if blocks else ()

    async def run(self, tool: Tool[Any], args: object, footprint: Footprint, *, delegate: Delegate) -> ToolFinished:
        """Run the tool and publish its end; a cancelled one is published as interrupted before that is raised."""
        pending = await self._before(footprint)
        try:
            self.began_s = self.clock.monotonic_s()
            await self.publish(ToolStarted(call_id=self.call.call_id, name=self.call.name))
            outcome = await tool.run(args, self._handle(delegate))
        except asyncio.CancelledError:
            await finished(self._interrupted(pending), within_s=CLEAN_UP_S)
            raise
        except BaseException:
            with suppress(StorageError):  # of two failures the first is told
                await finished(self._after(pending), within_s=CLEAN_UP_S)
            raise
        changes = await self._after(pending)
        if isinstance(outcome, ToolFailure):
            return await self.end(CallStatus.FAILED, outcome.message, outcome=outcome, changes=changes)
        return await self.end(CallStatus.OK, outcome.content, summary=outcome.summary, outcome=outcome, changes=changes)

    async def end(
        self,
        status: CallStatus,
        content: str,
        *,
        summary: str = "",
        outcome: ToolOutcome | ToolFailure | None = None,
        changes: tuple[FileChange, ...] = (),
    ) -> ToolFinished:
        """Write down how the call ended, and publish it."""
        shown = () if outcome is None else outcome.display
        if self._subagent_calls:
            shown = (*shown, CallsBlock(calls=tuple(self._subagent_calls.values())))
        masked, display, hidden = await self._masked(content, shown)
        outputs = self.safeguards.outputs
        exit_status = None if outcome is None else outcome.exit_status
        event = ToolFinished(
            call_id=self.call.call_id,
            name=self.call.name,
            status=status,
            content=await fitted(masked, self.most_chars, call_id=self.name, outputs=outputs),
            summary=self.safeguards.mask(summary or content.partition("\n")[0])[0],
            duration_ms=self._took_ms(),
            display=display,
            images=outcome.images if isinstance(outcome, ToolOutcome) else (),
            changes=changes,
            exit_status=exit_status,
        )
        kind = AuditKind.INTERRUPTED if status is CallStatus.INTERRUPTED else AuditKind.FINISHED
        await self._note(
            kind,
            {
                "status": status.value,
                "summary": event.summary,
                "duration_ms": event.duration_ms,
                "exit_status": exit_status,
                "hidden": hidden,
                "changes": change_records(changes),
            },
        )
        await self.publish(event)
        return event

    def _took_ms(self) -> int:
        """Return how long it ran; a person's time to decide and to answer is none of it."""
        if self.began_s is None:
            return 0
        return max(0, round((self.clock.monotonic_s() - self.began_s - self.waited_s) * 1000))

    async def _masked(
        self, content: str, display: tuple[DisplayBlock, ...]
    ) -> tuple[str, tuple[DisplayBlock, ...], int]:
        """Return what the model reads and what people see, both without secrets, and how many the former had."""
        mask = self.safeguards.mask

        def work() -> tuple[str, tuple[DisplayBlock, ...], int]:
            text, hidden = mask(content)
            if hidden:
                text += f"\n[{hidden} secret{'s' * (hidden > 1)} hidden: security.mask_secrets]"
            return text, tuple(masked_block(block, mask) for block in display), hidden

        is_large = len(content) + sum(map(text_chars, display)) > LARGE_CHARS
        return await asyncio.to_thread(work) if is_large else work()

    async def _interrupted(self, pending: Checkpoint | None) -> None:
        changes = await self._after(pending)
        changed = ", ".join(f"{change.change} {change.path}" for change in changes[:20])
        content = f"This call was interrupted. {f'Until then it {changed}.' if changed else 'It changed no file.'}"
        await self.end(CallStatus.INTERRUPTED, content, summary="interrupted", changes=changes)

    async def _before(self, footprint: Footprint) -> Checkpoint | None:
        checkpoints = self.safeguards.checkpoints
        if checkpoints is None or not footprint.may_write:
            return None
        call = CheckpointCall(
            session_id=self.place.session_id,
            turn_id=self.place.turn_id,
            call_id=self.name,
            label=_label(self.call),
        )
        if footprint.is_exact and not footprint.is_opaque:
            return await checkpoints.before(call, paths=footprint.writes)
        return await checkpoints.before(call, paths=None, also=footprint.writes)

    async def _after(self, pending: Checkpoint | None) -> tuple[FileChange, ...]:
        checkpoints = self.safeguards.checkpoints
        own = () if checkpoints is None or pending is None else await checkpoints.after(pending)
        return combined((*self._delegated, *own))

    async def _note(self, kind: AuditKind, data: JsonObject) -> None:
        await self.trail.note(
            kind,
            data,
            session_id=self.place.session_id,
            turn_id=self.place.turn_id,
            call_id=self.name,
            tool=self.call.name,
        )

    def _handle(self, delegate: Delegate) -> RunningCall:
        """Return what the tool gets of the engine."""
        plain = RunningCall(
            call_id=self.call.call_id,
            show=self._show,
            is_by_user=self.is_by_user,
            ask=self._ask,
            changed=self._delegated.extend,
            told=self._told,
        )

        async def delegated(task: str, tools: Sequence[str]) -> ToolOutcome | ToolFailure:
            return await delegate(plain, task, tools)

        return replace(plain, delegate=delegated)

    async def _show(self, text: str) -> None:
        mask = self.safeguards.mask
        masked, _ = await asyncio.to_thread(mask, text) if len(text) > LARGE_CHARS else mask(text)
        await self.publish(ToolOutput(call_id=self.call.call_id, text=masked))

    async def _told(self, call: DelegatedCall) -> None:
        masked = masked_call(call, self.safeguards.mask)
        told = replace(masked, subject=masked.subject[:_LABEL_CHARS].rstrip())
        self._subagent_calls[call.number] = told
        await self.publish(SubagentCalled(call_id=self.call.call_id, call=told))

    async def _ask(self, question: str, choices: Sequence[str]) -> str | None:
        desk = self.safeguards.desk
        if not desk.is_attended:
            return None
        waiting = desk.open(self.name)
        asked_s = self.clock.monotonic_s()
        try:
            await self.publish(QuestionAsked(call_id=self.name, question=question, choices=tuple(choices)))
            answer = await waiting
        finally:
            self.waited_s += self.clock.monotonic_s() - asked_s
        return answer.text if isinstance(answer, AnswerQuestion) else None


def _label(call: ToolRequested) -> str:
    """Return the call in a line for people."""
    return f"{call.name} {about(call)}"[:_LABEL_CHARS].rstrip()


def about(call: ToolRequested) -> str:
    """Return what the call is about, in a line that may have to be cut: the first text among its arguments."""
    return " ".join(_first_words(dict(call.arguments))[:_MOST_ABOUT_CHARS].split())


def _first_words(value: JsonValue) -> str:
    """Return the first text in a JSON value that is no name of a field; empty if it holds none."""
    match value:
        case str():
            return value
        case dict():
            return next(filter(None, map(_first_words, value.values())), "")
        case list():
            return next(filter(None, map(_first_words, value)), "")
        case _:
            return ""
