"""A tool call, from the model's wish to a result: parse, effects, policy, run.

Invariant: the intent (`ToolRequested`) was on disk before this starts, and exactly one `ToolFinished` follows,
also when the run is cancelled (the turn sees to that). Tools never judge themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aircher.domain.events import CallStatus, PermissionDecided, ToolFinished, ToolRequested, ToolStarted
from aircher.domain.ports import Clock
from aircher.domain.tools import RunningCall, Tool, ToolFailure, ToolOutcome
from aircher.engine.step import UNREADABLE, Publish
from aircher.permissions.decision import Verdict
from aircher.permissions.policy import Policy
from aircher.support.suggest import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRunner:
    """Runs calls for one session. ``tools`` maps names to tools; their argument types stay their own."""

    tools: Mapping[str, Tool[Any]]  # each tool parses and receives its own argument type
    policy: Policy
    clock: Clock

    async def run(self, call: ToolRequested, publish: Publish) -> None:
        """Publish what becomes of the call, ending in `ToolFinished`. Cancellation is the caller's to close."""
        started_s = self.clock.monotonic_s()
        status, content, summary = await self._result(call, publish)
        await publish(
            ToolFinished(
                call_id=call.call_id,
                name=call.name,
                status=status,
                content=content,
                summary=summary,
                duration_ms=round((self.clock.monotonic_s() - started_s) * 1000),
            )
        )

    async def _result(self, call: ToolRequested, publish: Publish) -> tuple[CallStatus, str, str]:
        tool = self.tools.get(call.name)
        if tool is None:
            return _failed(self._unknown(call.name))
        if UNREADABLE in call.arguments:
            return _failed("The arguments were not a JSON object. Send the call again with valid JSON.")
        args = tool.parse(call.arguments)
        if isinstance(args, ToolFailure):
            return _failed(args.message)
        decision = self.policy.decide(tool.actions(args))
        is_allowed = decision.verdict is Verdict.ALLOW
        await publish(PermissionDecided(call_id=call.call_id, allowed=is_allowed, rule=decision.rule))
        if not is_allowed:
            return CallStatus.REFUSED, f"Not permitted: {decision.rule}.", f"refused: {decision.rule}"
        await publish(ToolStarted(call_id=call.call_id, name=call.name))
        outcome = await tool.run(args, RunningCall(call_id=call.call_id, show=_unseen))
        if isinstance(outcome, ToolOutcome):
            return CallStatus.OK, outcome.content, outcome.summary
        return _failed(outcome.message)

    def _unknown(self, name: str) -> str:
        guess = nearest(name, self.tools)
        meant = f" Did you mean {guess}?" if guess else ""
        return f"There is no tool named {name!r}.{meant} Available: {', '.join(sorted(self.tools))}."


def _failed(message: str) -> tuple[CallStatus, str, str]:
    return CallStatus.FAILED, message, message.partition("\n")[0]


async def _unseen(text: str) -> None:
    """Show nothing: nobody watches."""
