"""How events reach the disk and the frontends."""

import asyncio
from datetime import UTC, datetime

import pytest

from aircher.domain.errors import StorageError
from aircher.domain.events import Event, Published, StopReason, TextDelta, ThinkingDelta, ToolStarted, TurnFinished
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.engine.bus import Bus, Delivery, Inbox
from aircher.support.clock import SystemClock

END = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=0)


class Memory:
    """A recorder that keeps what it gets, and may be told to fail or to hang."""

    def __init__(self) -> None:
        self.kept: list[Published] = []
        self.error: StorageError | None = None
        self.arrived = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def record(self, published: Published) -> None:
        if self.error is not None:
            raise self.error
        self.kept.append(published)
        self.arrived.set()
        await self.gate.wait()

    async def aclose(self) -> None:
        if self.error is not None:
            raise self.error


def bus_with(memory: Memory, heard: list[Published] | None = None) -> Bus:
    listeners = () if heard is None else (heard.append,)
    return Bus(SessionId("s"), recorder=memory, clock=SystemClock(), listeners=listeners, last_seq=4)


def published(event: Event, *, turn: str = "t") -> Published:
    return Published(
        seq=1, at=datetime(2026, 1, 1, tzinfo=UTC), session_id=SessionId("s"), turn_id=TurnId(turn), event=event
    )


async def test_events_are_numbered_and_reach_recorder_listener_and_inbox() -> None:
    memory = Memory()
    heard: list[Published] = []
    bus = bus_with(memory, heard)
    inbox = bus.subscribe(Delivery.EVERY)
    await bus.publish(TextDelta(text="a"), turn_id=TurnId("t"))
    await bus.publish(END, turn_id=TurnId("t"))
    await bus.aclose()
    received = [item async for item in inbox]
    assert received == memory.kept
    assert [item.seq for item in received] == [5, 6]
    assert [item.event for item in heard] == [TextDelta(text="a"), END]


async def test_nobody_sees_what_could_not_be_recorded() -> None:
    memory = Memory()
    bus = bus_with(memory)
    inbox = bus.subscribe(Delivery.EVERY)
    memory.error = StorageError("disk full")
    with pytest.raises(StorageError, match="disk full"):
        await bus.publish(END, turn_id=None)
    with pytest.raises(StorageError, match="disk full"):
        await bus.aclose()
    assert [item async for item in inbox] == []


async def test_a_cancelled_publish_still_delivers_what_was_recorded() -> None:
    memory = Memory()
    heard: list[Published] = []
    bus = bus_with(memory, heard)
    inbox = bus.subscribe(Delivery.EVERY)
    memory.gate.clear()
    task = asyncio.ensure_future(bus.publish(END, turn_id=None))
    await memory.arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert inbox.drain() == memory.kept
    assert [item.event for item in heard] == [END]


async def test_a_full_inbox_makes_the_publisher_wait_until_somebody_reads() -> None:
    bus = bus_with(Memory())
    inbox = bus.subscribe(Delivery.EVERY)
    last = asyncio.ensure_future(_publish_many(bus, 300))
    for _ in range(2000):
        await asyncio.sleep(0)
    assert not last.done()
    assert len(inbox.drain()) == 256
    await last
    assert len(inbox.drain()) == 44


async def _publish_many(bus: Bus, count: int) -> None:
    for number in range(count):
        await bus.publish(ToolStarted(call_id=CallId(str(number)), name="x"), turn_id=None)


async def test_a_slow_screen_gets_merged_text_and_loses_no_letter() -> None:
    bus = bus_with(Memory())
    inbox = bus.subscribe(Delivery.COALESCED)
    for letter in "hello":
        await bus.publish(TextDelta(text=letter), turn_id=TurnId("t"))
    await bus.publish(END, turn_id=TurnId("t"))
    await bus.publish(TextDelta(text="x"), turn_id=TurnId("u"))
    bus.unsubscribe(inbox)
    assert [item.event async for item in inbox] == [TextDelta(text="hello"), END, TextDelta(text="x")]


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        (TextDelta(text="a"), TextDelta(text="b"), [TextDelta(text="ab")]),
        (
            ThinkingDelta(text="a", provider="p"),
            ThinkingDelta(text="b", provider="p", state={"s": 1}),
            [ThinkingDelta(text="ab", provider="p", state={"s": 1})],
        ),
        (
            ThinkingDelta(text="a", provider="p", state={"s": 1}),
            ThinkingDelta(text="b", provider="p"),
            [ThinkingDelta(text="a", provider="p", state={"s": 1}), ThinkingDelta(text="b", provider="p")],
        ),
        (
            ThinkingDelta(text="a", provider="p"),
            ThinkingDelta(text="b", provider="q"),
            [ThinkingDelta(text="a", provider="p"), ThinkingDelta(text="b", provider="q")],
        ),
        (TextDelta(text="a"), ThinkingDelta(text="b"), [TextDelta(text="a"), ThinkingDelta(text="b")]),
    ],
)
def test_only_pieces_of_the_same_text_are_merged(first: Event, second: Event, merged: list[Event]) -> None:
    inbox = Inbox(Delivery.COALESCED)
    inbox.put(published(first))
    inbox.put(published(second))
    assert [item.event for item in inbox.drain()] == merged


def test_text_of_another_turn_is_not_merged() -> None:
    inbox = Inbox(Delivery.COALESCED)
    inbox.put(published(TextDelta(text="a"), turn="1"))
    inbox.put(published(TextDelta(text="b"), turn="2"))
    assert len(inbox.drain()) == 2


def test_a_closed_inbox_takes_nothing() -> None:
    inbox = Inbox(Delivery.EVERY)
    inbox.close()
    inbox.put(published(END))
    assert inbox.drain() == []
