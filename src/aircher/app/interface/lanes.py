"""The engine's lanes as the interface edits them. Satisfies `aircher.tui.ports.Lanes`."""

from collections.abc import Sequence

from aircher.domain.ids import PromptId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import PromptPart
from aircher.engine.lanes import Lanes
from aircher.tui.dialogs.ports import WaitingFacts


class SessionLanes:
    """What waits in one session; a message that was sent meanwhile is left alone."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def items(self) -> Sequence[WaitingFacts]:
        """Return all, those that steer first."""
        return [
            WaitingFacts(item_id=item.id, lane="steer" if lane is Lane.STEER else "queue", prompt=item.prompt)
            for lane in (Lane.STEER, Lane.QUEUE)
            for item in self._in(lane)
        ]

    async def edit(self, item_id: str, prompt: tuple[PromptPart, ...]) -> bool:
        """Let it say this; ``False`` = it waits no more."""
        return await self._lanes.edit(PromptId(item_id), prompt)

    async def move(self, item_id: str, by: int) -> None:
        """Move it within its lane; negative = it comes earlier."""
        item = next((item for item in self._lanes.waiting if item.id == item_id), None)
        if item is None:
            return
        lane = self._in(item.lane)
        others = [other for other in lane if other.id != item_id]
        place = max(0, min(lane.index(item) + by, len(others)))
        await self._lanes.move(item.id, before=others[place].id if place < len(others) else None, lane=item.lane)

    async def to_lane(self, item_id: str, lane: str) -> None:
        """Put it at the end of the other lane."""
        await self._lanes.move(PromptId(item_id), lane=Lane(lane))

    async def drop(self, item_id: str) -> None:
        """Forget it."""
        await self._lanes.drop(PromptId(item_id))

    async def go_on(self) -> None:
        """Send what an interrupted turn left waiting."""
        await self._lanes.go_on()

    def _in(self, lane: Lane) -> list[WaitingPrompt]:
        return [item for item in self._lanes.waiting if item.lane is lane]
