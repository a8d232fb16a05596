import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests.tui.viewport.simple_blocks import LOOK, Paragraphs, RecordedTurns, SimpleBlocks, publish, texts, turns

from aircher.domain.errors import AircherError, StorageError
from aircher.domain.events import ErrorRaised, Published
from aircher.tui.past import past
from aircher.tui.pump import Pump
from aircher.tui.viewport.finder import Beyond
from aircher.tui.viewport.gaps import MAX_TURNS, gap_of
from aircher.tui.viewport.paging import Pager
from aircher.tui.viewport.view import Viewport


class Desk:
    """A viewport that pages, over a conversation of which the last part is loaded."""

    def __init__(self, count: int, *, loaded: int = 8, words: int = 30) -> None:
        self.blocks = SimpleBlocks()
        self.history = RecordedTurns(publish(turns(count, words=words)))
        self.viewport = Viewport(lambda: None, has_bar=False)
        self.pump = Pump(self.viewport, self.blocks)
        self.pager = Pager(self.viewport, self.history, lambda events: past(events, self.blocks))
        for published in self.history.events[-2 * loaded :]:
            self.pump.apply(published)
        self.pager.begin()

    def publish(self, published: Published) -> None:
        self.history.events.append(published)
        self.pump.apply(published)

    def frame(self, width: int = 60, height: int = 12) -> list[str]:
        return texts(self.viewport.rows(width, height, LOOK))

    async def settle(self) -> list[str]:
        """Return the frame once nothing more is wanted."""
        self.frame()
        while await self.pager.step() or self.viewport.finder.step():
            self.frame()
        return self.frame()

    @property
    def held(self) -> list[int]:
        return [item.seq // 2 for item in self.viewport.contents.items if item.starts_turn]

    @property
    def gaps(self) -> list[int]:
        items = self.viewport.contents.items
        return [item.index for item in items if gap_of(item) is not None]


async def test_scrolling_up_shows_the_whole_conversation_without_a_jump_and_holds_a_bounded_part() -> None:
    desk, whole = Desk(200), Desk(200, loaded=200)
    whole.viewport.drawn = None  # it pages nothing
    whole.frame()
    everything: list[str] = []
    whole.viewport.to_top()
    while not whole.viewport.is_at_end or not everything:
        everything.append(whole.frame()[0])
        whole.viewport.scroll_by(1)
    everything.extend(whole.frame())
    seen = list(reversed(await desk.settle()))
    most = 0
    for _ in range(2000):
        before = desk.frame()
        desk.viewport.scroll_by(-1)
        after = await desk.settle()
        assert after[1:] == before[:-1] or after == before
        if after == before:
            break
        seen.append(after[0])
        most = max(most, len(desk.held))
    assert seen == list(reversed(everything))
    assert most <= MAX_TURNS + 12
    assert len(desk.gaps) == 1  # between the beginning and the end


async def test_what_was_let_go_below_comes_back_when_scrolling_down() -> None:
    desk = Desk(200)
    await desk.settle()
    while 0 not in desk.held:
        desk.viewport.page(-1)
        await desk.settle()
    assert desk.held[:3] == [0, 1, 2]
    assert desk.held[-1] == 199
    desk.viewport.to_top()
    seen = await desk.settle()
    while not desk.viewport.is_at_end:
        before = desk.frame()
        desk.viewport.scroll_by(1)
        after = await desk.settle()
        assert after[:-1] == before[1:] or desk.viewport.is_at_end
        seen.append(after[-1])
    questions = [row for row in seen if row.startswith("question")]
    assert questions == [f"question {number}" for number in range(200)]


async def test_a_long_session_at_its_end_lets_go_of_its_beginning() -> None:
    desk = Desk(1, loaded=1)
    for published in publish(turns(300), first_seq=3):
        desk.publish(published)
        desk.frame()
        assert len(desk.held) <= MAX_TURNS + 1
    assert desk.viewport.is_at_end
    assert desk.gaps == [0]
    assert desk.frame()[-1].endswith("w199-29") or desk.frame()[-1].endswith("w299-29")


async def test_going_to_the_end_from_far_up_needs_no_reading() -> None:
    desk = Desk(200)
    end = await desk.settle()
    desk.pager.to_top()
    assert (await desk.settle())[0] == "question 0"
    assert len(desk.gaps) == 1
    reads = desk.history.reads
    desk.viewport.to_bottom()
    assert desk.frame() == end
    assert desk.history.reads == reads


async def test_turns_that_arrive_while_somebody_reads_far_up_are_let_go_and_counted() -> None:
    desk = Desk(100)
    await desk.settle()
    desk.pager.to_top()
    before = await desk.settle()
    for published in publish(turns(200), first_seq=201):
        desk.publish(published)
        assert desk.frame() == before
    assert len(desk.held) <= MAX_TURNS + 1
    while not desk.viewport.is_at_end:
        desk.viewport.page(1)
        await desk.settle()
    assert desk.held[-1] == 299


async def test_what_was_folded_stays_folded_when_it_comes_back() -> None:
    desk = Desk(100, words=80)
    await desk.settle()
    desk.pager.to_top()
    await desk.settle()
    desk.viewport.toggle(desk.viewport.contents.items[1])
    folded = await desk.settle()
    desk.viewport.to_bottom()
    await desk.settle()
    assert 0 not in desk.held
    desk.pager.to_top()
    assert await desk.settle() == folded


async def test_a_search_finds_what_is_not_held_and_goes_there() -> None:
    desk = Desk(150)
    await desk.settle()
    desk.viewport.find("w7-3")
    frame = await desk.settle()
    assert any("w7-3" in row for row in frame)
    assert desk.viewport.finder.tally.total + desk.viewport.finder.count_beyond().hits == 1
    assert desk.held[-1] == 149


async def test_a_command_that_told_something_at_the_end_hides_no_turn_from_the_search_or_from_going_to_the_top() -> (
    None
):
    desk = Desk(150)
    desk.viewport.append(Paragraphs("told by a command"))
    await desk.settle()
    desk.viewport.find("w7-3")
    assert any("w7-3" in row for row in await desk.settle())
    desk.pager.to_top()
    assert (await desk.settle())[0] == "question 0"
    desk.viewport.to_bottom()
    assert (await desk.settle())[-1] == "told by a command"


async def test_what_was_folded_behind_what_a_command_told_is_what_comes_back_folded() -> None:
    desk = Desk(0)
    asked, said, more = publish([*turns(1, words=80), ErrorRaised(code="c", message="m " * 80, hint="")])
    desk.publish(asked)
    desk.viewport.append(Paragraphs("told by a command"))
    desk.publish(said)
    desk.publish(more)
    desk.viewport.toggle(desk.viewport.contents.items[2])
    for published in publish(turns(MAX_TURNS * 2), first_seq=4):
        desk.publish(published)
        desk.frame()
    assert 1 not in [item.seq for item in desk.viewport.contents.items]
    desk.pager.to_top()
    await desk.settle()
    assert [item.is_toggled for item in desk.viewport.contents.items[:3]] == [False, True, False]


async def test_hits_above_and_below_a_gap_are_gone_through_in_their_order() -> None:
    desk = Desk(150)
    await desk.settle()
    desk.viewport.find("question")
    seen = []
    for _ in range(151):
        frame = await desk.settle()
        hit = desk.viewport.finder.current
        assert hit is not None
        assert hit.held.block.source in frame
        seen.append(hit.held.block.source)
        desk.viewport.find_previous()
    assert seen == [*(f"question {number}" for number in range(149, -1, -1)), "question 149"]


async def test_a_search_for_what_is_nowhere_ends() -> None:
    desk = Desk(100)
    await desk.settle()
    desk.viewport.find("nowhere")
    await desk.settle()
    assert desk.viewport.finder.current is None
    assert not desk.viewport.find_next()
    assert not desk.pager.elsewhere.is_wanted


async def test_nothing_is_read_while_nothing_is_missing() -> None:
    desk = Desk(20, loaded=8)
    await desk.settle()
    reads = desk.history.reads
    for _ in range(5):
        await desk.settle()
    assert desk.history.reads == reads


async def test_a_conversation_that_was_cleared_while_it_was_read_stays_empty() -> None:
    desk = Desk(100)
    desk.frame(height=60)
    reading = asyncio.create_task(desk.pager.step())
    await asyncio.sleep(0)
    desk.viewport.clear()
    await reading
    assert desk.viewport.blocks == []


async def test_the_pager_reads_by_itself_once_something_is_wanted() -> None:
    desk = Desk(100)
    has_changed = asyncio.Event()
    desk.viewport = Viewport(has_changed.set, has_bar=False)
    desk.pump = Pump(desk.viewport, desk.blocks)
    desk.pager = Pager(desk.viewport, desk.history, lambda events: past(events, desk.blocks))
    for published in desk.history.events[-20:]:
        desk.pump.apply(published)
    desk.pager.begin()
    running = asyncio.create_task(desk.pager.run(print))
    desk.frame()
    desk.pager.to_top()
    while 0 not in desk.held:
        await has_changed.wait()
        has_changed.clear()
        desk.frame()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert desk.frame()[0] == "question 0"


class LockedTurns(RecordedTurns):
    """A history that cannot be read while it is locked."""

    is_locked = True

    async def before(self, seq: int, turns: int) -> Sequence[Published]:
        if self.is_locked:
            self.reads += 1
            raise StorageError("database is locked")
        return await super().before(seq, turns)


async def test_a_history_that_cannot_be_read_is_told_once_and_read_again_when_somebody_scrolls_on() -> None:
    desk, told = Desk(100), asyncio.Queue[AircherError]()
    history = LockedTurns(desk.history.events)
    desk.pager = Pager(desk.viewport, history, lambda events: past(events, desk.blocks))
    running = asyncio.create_task(desk.pager.run(told.put_nowait))
    desk.frame()
    desk.viewport.to_top()
    desk.frame()
    assert (await told.get()).message == "database is locked"
    for _ in range(10):
        desk.frame()
        await asyncio.sleep(0)
    assert (history.reads, told.empty()) == (1, True)
    desk.viewport.scroll_by(1)
    while history.reads == 1:
        desk.frame()
        await asyncio.sleep(0)
    assert told.empty()
    history.is_locked = False
    desk.viewport.scroll_by(1)
    while len(desk.held) == 8:
        desk.frame()
        await asyncio.sleep(0)
    assert not running.done()
    history.is_locked = True
    desk.pager.to_top()
    assert (await told.get()).message == "database is locked"
    assert desk.pager.elsewhere.wish is None
    running.cancel()


async def test_hits_in_turns_that_are_not_held_are_counted_while_they_are_read_and_while_they_come_and_go() -> None:
    desk = Desk(150)
    await desk.settle()
    finder = desk.viewport.finder
    desk.viewport.find("question 1")
    assert finder.count_beyond() == Beyond(0, is_complete=False)
    await desk.pager.step()
    assert not finder.count_beyond().is_complete
    await desk.settle()
    assert finder.tally.total + finder.count_beyond().hits == 61
    ways: list[Callable[[], None]] = [desk.pager.to_top, desk.viewport.to_bottom, lambda: desk.viewport.page(-6)]
    for go in ways:
        go()
        await desk.settle()
        assert finder.count_beyond().is_complete
        assert finder.count_beyond().hits > 0
        assert finder.tally.total + finder.count_beyond().hits == 61
    desk.pump.rewound(201)
    await desk.settle()
    assert finder.tally.total + finder.count_beyond().hits == 11
