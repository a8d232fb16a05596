"""Prompts that wait beside the conversation: to steer the running turn, or to become turns of their own.

Invariant: a prompt leaves its lane with the event that puts it into the conversation, and is not in both after a
crash: what the record already has is taken off the lanes when they are loaded. After a turn that was cut off or failed
nothing is sent by itself until somebody says go on. Not its job: running turns (`aircher.engine.turns`).
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from aircher.domain.errors import StorageError, UsageError
from aircher.domain.events import Event, LanesChanged, PromptSteered, Published, TurnFinished, TurnStarted
from aircher.domain.ids import PromptId
from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import PromptPart
from aircher.domain.transcript import CUT_OFF
from aircher.engine.ports import WaitingPrompts
from aircher.support.ids import new_id

MOST_WAITING = 32  # more prompts than a person types ahead; a program that exceeds it has lost control

Prompt = tuple[PromptPart, ...]


def checked(prompt: Prompt) -> Prompt:
    """Return the prompt.

    Raises:
        UsageError: It is empty.
    """
    if not prompt:
        raise UsageError("the prompt is empty", hint='aircher -p "your question"')
    return prompt


class Lanes:
    """The lanes of one session. Every change is kept on disk and told to all who watch before it returns.

    Attributes:
        is_paused: Whether nothing of them is sent by itself; see `go_on`.
        is_unsettled: Whether the conversation took something that disk and watchers do not know of; see `settle`.
    """

    def __init__(
        self,
        publish: Callable[[Event], Awaitable[None]],
        *,
        wake: Callable[[], None],
        kept: WaitingPrompts | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.is_paused = False
        self.is_unsettled = False
        self._publish = publish
        self._wake = wake
        self._kept = kept
        self._tell = tell
        self._items: list[WaitingPrompt] = []
        self._on_the_way: set[PromptId] = set()

    @property
    def waiting(self) -> tuple[WaitingPrompt, ...]:
        """What waits, in its order, both lanes mixed; what is just being taken is not among it."""
        return tuple(item for item in self._items if item.id not in self._on_the_way)

    async def add(self, lane: Lane, prompt: Prompt) -> PromptId:
        """Put a prompt at the end of a lane and return its id.

        Raises:
            UsageError: The prompt is empty, or 32 are waiting already.
        """
        if len(self._items) >= MOST_WAITING:
            raise UsageError(f"{MOST_WAITING} prompts are waiting already", hint="drop one, or wait for an answer")
        item = WaitingPrompt(id=PromptId(new_id()), lane=lane, prompt=checked(prompt))
        self._items.append(item)
        await self.settle()
        return item.id

    async def edit(self, prompt_id: PromptId, prompt: Prompt) -> bool:
        """Put other words in place of what waits; ``False`` = it waits no more.

        Raises:
            UsageError: The prompt is empty.
        """
        item = self._find(prompt_id)
        if item is None:
            return False
        self._items[self._items.index(item)] = replace(item, prompt=checked(prompt))
        await self.settle()
        return True

    async def move(self, prompt_id: PromptId, *, lane: Lane | None = None, before: PromptId | None = None) -> bool:
        """Put what waits into another lane or order; ``False`` = it waits no more.

        Args:
            prompt_id: What is moved.
            lane: Where to; ``None`` = it stays in its lane.
            before: What it is put in front of; ``None`` = it goes to the end, also if that waits no more.
        """
        item = self._find(prompt_id)
        if item is None or before == prompt_id:
            return item is not None
        self._items.remove(item)
        at = next((at for at, other in enumerate(self._items) if other.id == before), len(self._items))
        self._items.insert(at, item if lane is None else replace(item, lane=lane))
        await self.settle()
        return True

    async def drop(self, prompt_id: PromptId) -> WaitingPrompt | None:
        """Take a prompt off its lane and return it; ``None`` = it waits no more."""
        item = self._find(prompt_id)
        if item is not None:
            self._items.remove(item)
            await self.settle()
        return item

    async def go_on(self) -> None:
        """Send what waits, from now on: the first of it at once if no turn runs."""
        self.is_paused = False
        await self.settle()

    async def load(self, history: Sequence[Published]) -> None:
        """Take over what an earlier run left waiting; it stays until somebody says go on."""
        if self._kept is None:
            return
        try:
            items = await self._kept.load()
        except StorageError as exc:
            self._tell(f"prompts that waited cannot be read: {exc.message}")
            return
        ids = {item.id for item in items}
        for published in history if ids else ():
            ids.difference_update(_taken_by(published))
        self._items = [item for item in items if item.id in ids]
        self.is_paused = bool(self._items)
        if items:
            await self.settle()

    def apply(self, published: Published) -> None:
        """Take an event of the session into account: what it puts into the conversation waits no more."""
        if not self._items:
            return
        taken = _taken_by(published)
        kept = [item for item in self._items if item.id not in taken]
        if len(kept) < len(self._items):
            self._items, self.is_unsettled = kept, True
        event = published.event
        if isinstance(event, TurnFinished) and event.stop_reason in CUT_OFF and kept and not self.is_paused:
            self.is_paused = self.is_unsettled = True

    def first(self, *lanes: Lane) -> WaitingPrompt | None:
        """Return the first prompt in these lanes, the lanes in this order; ``None`` = there is none."""
        return next((item for lane in lanes for item in self.waiting if item.lane is lane), None)

    @contextmanager
    def taking(self, item: WaitingPrompt | None) -> Iterator[None]:
        """Keep a prompt from being changed while it is on its way; it waits again if it did not arrive."""
        if item is None:
            yield
            return
        self._on_the_way.add(item.id)
        try:
            yield
        finally:
            self._on_the_way.discard(item.id)

    async def settle(self) -> None:
        """Write down what waits, and tell it; trouble with the disk is told and stops nothing."""
        self.is_unsettled = False
        self.is_paused = self.is_paused and bool(self._items)
        self._wake()
        if self._kept is not None:
            try:
                await self._kept.save(self._items)
            except StorageError as exc:
                self._tell(f"prompts that wait may not outlive this run: {exc.message}")
        await self._publish(LanesChanged(waiting=self.waiting, is_paused=self.is_paused))

    def _find(self, prompt_id: PromptId) -> WaitingPrompt | None:
        return next((item for item in self.waiting if item.id == prompt_id), None)


class Steering:
    """The steering lane, as one turn sees it."""

    def __init__(self, lanes: Lanes, publish: Callable[[Event], Awaitable[None]]) -> None:
        self._lanes = lanes
        self._publish = publish

    @property
    def is_waiting(self) -> bool:
        """Whether somebody wants to say something to the running turn."""
        return self._lanes.first(Lane.STEER) is not None

    async def deliver(self) -> None:
        """Put everything in the lane into the conversation."""
        while (item := self._lanes.first(Lane.STEER)) is not None:
            with self._lanes.taking(item):
                await self._publish(PromptSteered(item_id=item.id, prompt=item.prompt))


def _taken_by(published: Published) -> frozenset[str]:
    """Return the ids of the prompts that this event puts into the conversation."""
    match published.event:
        case PromptSteered(item_id=item_id):
            return frozenset({item_id})
        case TurnStarted() | TurnFinished() if published.turn_id is not None:
            return frozenset({published.turn_id})
        case _:
            return frozenset()
