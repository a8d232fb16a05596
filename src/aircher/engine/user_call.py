"""A turn without a model: a tool's call that the user wrote. The model gets to know it with the next prompt.

Invariant: it ends in `TurnFinished`, and goes through policy, checkpoint, sandbox and audit like any other call; only a
question is answered already, because whoever would be asked has asked for it.
"""

import asyncio

from aircher.domain.errors import AircherError, StorageError
from aircher.domain.events import ErrorRaised, StopReason, ToolRequested, TurnFinished, TurnStarted
from aircher.domain.messages import PromptPart
from aircher.domain.ports import Clock
from aircher.domain.records import dataclass
from aircher.engine.approvals import Publish
from aircher.engine.tool_runner import TurnTools
from aircher.engine.turn import END_DEADLINE_S, Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCall:
    """The turn of one call."""

    voice: Voice
    tools: TurnTools
    clock: Clock
    publish: Publish

    async def run(self, prompt: tuple[PromptPart, ...], call: ToolRequested) -> None:
        """Run the call. Failures and interruption are published, not raised.

        Raises:
            StorageError: It could not be recorded.
        """
        started_s = self.clock.monotonic_s()
        primary = self.voice.router.primary
        await self.publish(TurnStarted(prompt=prompt, provider=primary.provider.name, model=primary.model.name))
        await self.publish(call)
        try:
            await self.tools.run([call])
        except StorageError:
            raise
        except AircherError as exc:
            await self.publish(ErrorRaised(code=exc.code, message=exc.message, hint=exc.hint))
            await self._end(StopReason.ERROR, started_s)
        except asyncio.CancelledError:
            ending = asyncio.create_task(self._end(StopReason.INTERRUPTED, started_s))
            await asyncio.wait([ending], timeout=END_DEADLINE_S)
            raise
        else:
            await self._end(StopReason.DONE, started_s)

    async def _end(self, stop: StopReason, started_s: float) -> None:
        duration_ms = round((self.clock.monotonic_s() - started_s) * 1000)
        await self.publish(TurnFinished(stop_reason=stop, rounds=0, duration_ms=duration_ms))
