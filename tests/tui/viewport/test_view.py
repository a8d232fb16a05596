"""Whatever happens, in whatever order, the view is what a fresh one of the same session shows at the same place."""

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.tui.viewport.simple_blocks import LOOK, RecordedTurns, SimpleBlocks, prompt, publish, texts, turns

from aircher.domain.events import CallStatus, Event, Published, TextDelta, ToolFinished, ToolRequested
from aircher.domain.ids import CallId
from aircher.tui.past import past
from aircher.tui.pump import Pump
from aircher.tui.viewport.gaps import gap_of
from aircher.tui.viewport.paging import Pager, numbered
from aircher.tui.viewport.view import Viewport
from aircher.tui.viewport.walking import Spot

CALL = CallId("c")
MOST_READS = 200
"""Until all that is wanted is there: the whole session has some dozens of pages."""
LETTERS = st.sampled_from(["word ", "a\n", "longer-words-here " * 4, "日本語の文字 ", "x" * 50])


class Session(RuleBasedStateMachine):
    """A session that is streamed, scrolled, resized, folded, searched and paged."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = SimpleBlocks()
        self.history = RecordedTurns(publish(turns(90, words=6)))
        self.last_seq = len(self.history.events)
        self.viewport = Viewport(lambda: None, has_bar=False)
        self.pump = Pump(self.viewport, self.blocks)
        self.pager = Pager(self.viewport, self.history, lambda events: past(events, self.blocks))
        for published in self.history.events[-10:]:
            self.pump.apply(published)
        self.pager.begin()
        self.folded: set[tuple[int, int]] = set()
        self.width, self.height = 40, 10
        self.settle()

    def frame(self) -> list[str]:
        return texts(self.viewport.rows(self.width, self.height, LOOK))

    def settle(self) -> None:
        async def read() -> None:
            reads = 0
            while await self.pager.step() or self.viewport.finder.step():
                self.frame()
                reads += 1
                assert reads < MOST_READS, "it never has enough"

        self.frame()
        asyncio.run(read())

    def publish(self, *events: Event) -> None:
        was_at_end, before = self.viewport.is_at_end, self.frame()
        for published in publish(events, first_seq=self.last_seq + 1):
            self.last_seq = published.seq
            self.history.events.append(published)
            self.pump.apply(published)
        after = self.frame()
        assert self.viewport.is_at_end or not was_at_end
        assert was_at_end or after == before or not self.viewport.top

    @rule(text=LETTERS, times=st.integers(1, 6))
    def stream(self, text: str, times: int) -> None:
        self.publish(*[TextDelta(text=text)] * times)

    @rule(count=st.integers(1, 30))
    def ask(self, count: int) -> None:
        for _ in range(count):
            self.publish(prompt("next question"), TextDelta(text="short answer"))

    @rule()
    def call(self) -> None:
        finished = ToolFinished(
            call_id=CALL, name="t", status=CallStatus.OK, content="one\ntwo", summary="", duration_ms=1
        )
        self.publish(ToolRequested(call_id=CALL, name="t", arguments={}), finished)

    @rule(rows=st.integers(-40, 40))
    def scroll(self, rows: int) -> None:
        self.viewport.scroll_by(rows)

    @rule(by=st.sampled_from([-1, 1]))
    def jump(self, by: int) -> None:
        self.viewport.to_turn(by)

    @rule(is_up=st.booleans())
    def go_to_an_end(self, *, is_up: bool) -> None:
        if is_up:
            self.pager.to_top()
        else:
            self.viewport.to_bottom()

    @rule(width=st.integers(8, 70), height=st.integers(1, 30))
    def resize(self, width: int, height: int) -> None:
        self.width, self.height = width, height

    @rule(y=st.integers(0, 29))
    def fold(self, y: int) -> None:
        if y < len(self.viewport.shown):
            held = self.viewport.shown[y].held
            if held.index >= 0 and self.viewport.toggle(held):
                key = next(key for key, other in numbered(self.viewport.contents.items) if other is held)
                self.folded ^= {key}

    @rule(turn=st.integers(0, 30))
    def rewind(self, turn: int) -> None:
        starts = [published.seq for published in self.history.events if published.event.type == "turn.started"]
        if turn < len(starts) - 1:
            first_seq = starts[-1 - turn]
            self.history.events = [published for published in self.history.events if published.seq < first_seq]
            self.pump.rewound(first_seq)
            self.folded = {key for key in self.folded if key[0] < first_seq}
            self.publish(prompt("another question"))

    @precondition(lambda self: self.viewport.shown)
    @rule(times=st.integers(1, 5))
    def rest(self, times: int) -> None:
        for _ in range(times):
            self.viewport.idle()

    @invariant()
    def shows_what_a_fresh_view_shows(self) -> None:
        self.settle()
        seen = self.frame()
        fresh = self.fresh()
        top = self.viewport.top
        fresh.rows(self.width, self.height, LOOK)
        if top is not None:
            keys = dict(numbered(fresh.contents.items))
            key = next(key for key, held in numbered(self.viewport.contents.items) if held is top.held)
            fresh.scroll_to(Spot(keys[key], top.row))
        assert gap_of(self.viewport.shown[0].held) is None
        assert seen == texts(fresh.rows(self.width, self.height, LOOK))
        assert fresh.is_at_end == self.viewport.is_at_end

    def fresh(self) -> Viewport:
        viewport = Viewport(lambda: None, has_bar=False)
        for held in past(self.merged(), self.blocks):
            viewport.contents.append(held)
        for key, held in numbered(viewport.contents.items):
            if key in self.folded:
                held.block.toggle()
        return viewport

    def merged(self) -> list[Published]:
        from aircher.storage.event_rows import merge_adjacent

        return merge_adjacent(self.history.events)


TestSession = Session.TestCase
TestSession.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
