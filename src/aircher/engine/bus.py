"""One publisher, many inboxes: how an event reaches disk and every frontend.

Invariant: an event is with the recorder before any subscriber sees it, so nobody can act on a fact
that a crash would unmake. A slow screen never slows the model: its inbox merges text instead of growing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, auto

from aircher.domain.events import Event, Published, TextDelta, ThinkingDelta, ToolOutput
from aircher.domain.ids import SessionId, TurnId
from aircher.domain.ports import Clock
from aircher.engine.ports import Recorder

INBOX_CAPACITY = 256  # a frame of 33 ms holds about 20 events of a fast model; ten times that is a stall


class Delivery(Enum):
    """What an inbox does when its owner is slow."""

    EVERY = auto()
    """The publisher waits while the inbox is full."""
    COALESCED = auto()
    """Adjacent pieces of text are merged: frames are lost, never letters."""


def _merged(last: Published, new: Published) -> Published | None:
    """Return both as one event, or ``None`` when they are not adjacent pieces of the same text."""
    if last.turn_id != new.turn_id:
        return None
    match last.event, new.event:
        case TextDelta(text=before), TextDelta(text=after):
            return replace(new, event=TextDelta(text=before + after))
        case ToolOutput(text=before, call_id=last_id), ToolOutput(text=after, call_id=new_id) if last_id == new_id:
            return replace(new, event=ToolOutput(call_id=new_id, text=before + after))
        case ThinkingDelta(text=before, state=None) as last_event, ThinkingDelta() as after_event:
            if (last_event.provider, last_event.model) != (after_event.provider, after_event.model):
                return None
            return replace(new, event=replace(after_event, text=before + after_event.text))
        case _:
            return None


class Inbox:
    """A subscriber's bounded queue; iterate over it until the session closes."""

    def __init__(self, delivery: Delivery, *, capacity: int = INBOX_CAPACITY) -> None:
        self._delivery = delivery
        self._capacity = capacity
        self._items: deque[Published] = deque()
        self._filled = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_closed = False

    def put(self, published: Published) -> None:
        """Add an event at once, even beyond the capacity: the publisher then waits in `wait_for_room`."""
        if self._is_closed:
            return
        merged = None
        if self._delivery is Delivery.COALESCED and self._items:
            merged = _merged(self._items[-1], published)
        if merged is not None:
            self._items[-1] = merged
            return
        self._items.append(published)
        self._filled.set()
        if len(self._items) >= self._capacity:
            self._has_room.clear()

    def drain(self) -> list[Published]:
        """Return and remove what is queued, without waiting."""
        items = list(self._items)
        self._items.clear()
        self._has_room.set()
        return items

    async def wait_for_room(self) -> None:
        """Return once the queue is below its capacity, or closed."""
        await self._has_room.wait()

    def close(self) -> None:
        """End the iteration after what is already queued; waiting publishers go on."""
        self._is_closed = True
        self._filled.set()
        self._has_room.set()

    def __aiter__(self) -> "Inbox":
        return self

    async def __anext__(self) -> Published:
        while not self._items:
            if self._is_closed:
                raise StopAsyncIteration
            self._filled.clear()
            await self._filled.wait()
        item = self._items.popleft()
        self._has_room.set()
        return item


class Bus:
    """Numbers events, hands them to the recorder, then to every inbox, in order.

    Listeners are the session's own state and see an event first. Cancelling `publish` never tears an event apart: once
    it has a number, the listeners, the recorder and every inbox get it.
    """

    def __init__(
        self,
        session_id: SessionId,
        *,
        recorder: Recorder,
        clock: Clock,
        listeners: Sequence[Callable[[Published], None]] = (),
        last_seq: int = 0,
    ) -> None:
        self._session_id = session_id
        self._recorder = recorder
        self._clock = clock
        self._listeners = tuple(listeners)
        self._last_seq = last_seq
        self._inboxes: list[Inbox] = []
        self._in_order = asyncio.Lock()

    def subscribe(self, delivery: Delivery) -> Inbox:
        """Return an inbox that receives everything published from now on."""
        inbox = Inbox(delivery)
        self._inboxes.append(inbox)
        return inbox

    def unsubscribe(self, inbox: Inbox) -> None:
        """Close this inbox and forget it."""
        self._inboxes.remove(inbox)
        inbox.close()

    async def publish(self, event: Event, *, turn_id: TurnId | None) -> None:
        """Record the event, deliver it, and wait until every inbox has room again.

        Raises:
            StorageError: It could not be recorded and was not delivered.
        """
        async with self._in_order:
            self._last_seq += 1
            published = Published(
                seq=self._last_seq,
                at=self._clock.now(),
                session_id=self._session_id,
                turn_id=turn_id,
                event=event,
            )
            for listener in self._listeners:
                listener(published)
            try:
                await self._recorder.record(published)
            except asyncio.CancelledError:
                self._deliver(published)
                raise
            self._deliver(published)
            for inbox in tuple(self._inboxes):
                await inbox.wait_for_room()

    def end(self) -> None:
        """End every inbox after what it already holds: nothing more will be published."""
        for inbox in tuple(self._inboxes):
            inbox.close()

    async def aclose(self) -> None:
        """Write what the recorder still holds, then end every inbox.

        Raises:
            StorageError: The rest could not be written; the inboxes are closed all the same.
        """
        try:
            await self._recorder.aclose()
        finally:
            self.end()

    def _deliver(self, published: Published) -> None:
        for inbox in self._inboxes:
            inbox.put(published)
