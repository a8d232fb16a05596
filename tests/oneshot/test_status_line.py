"""The one line that says what the one who answers is busy with, as a terminal shows it."""

import asyncio
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pyte
import pytest

from aircher.domain.events import Event, Published, RetryScheduled, StopReason, TextDelta, ThinkingDelta, TurnFinished
from aircher.domain.ids import SessionId
from aircher.oneshot.result import RunResult
from aircher.oneshot.status_line import StatusLine

DONE = TurnFinished(stop_reason=StopReason.DONE, rounds=1, duration_ms=1)
KEYS = "Enter goes on at once, Ctrl+C gives up"


class Window(io.StringIO):
    """A stream whose lines a terminal emulator shows, and that tells what was shown."""

    def __init__(self, columns: int = 80) -> None:
        super().__init__()
        self.shown: list[str] = []
        self._screen = pyte.Screen(columns, 5)
        self._stream = pyte.Stream(self._screen)
        self._changed = asyncio.Event()

    def write(self, text: str) -> int:
        self._stream.feed(text.replace("\n", "\r\n"))
        if self.line != (self.shown[-1] if self.shown else ""):
            self.shown.append(self.line)
        self._changed.set()
        return len(text)

    @property
    def line(self) -> str:
        """The line in which the cursor stands; the others stay empty."""
        assert self._screen.cursor.y == 0
        return self._screen.display[0].rstrip()

    async def until(self, is_so: Callable[[str], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so(self.line):
                self._changed.clear()
                await self._changed.wait()


def published(event: Event) -> Published:
    return Published(seq=1, at=datetime(2026, 1, 1, tzinfo=UTC), session_id=SessionId("s"), turn_id=None, event=event)


def status(window: Window, *, columns: int = 79, can_skip: bool = False) -> StatusLine:
    return StatusLine(window, columns=lambda: columns, can_skip=can_skip)


def wait(delay_s: float) -> Published:
    return published(RetryScheduled(attempt=1, delay_s=delay_s, code="provider.api", message="busy"))


def thought(text: str) -> Published:
    return published(ThinkingDelta(text=text))


def pending_timers() -> int:
    return sum(not timer.cancelled() for timer in asyncio.get_running_loop()._scheduled)  # type: ignore[attr-defined]  # no public way


async def test_a_wait_counts_down_and_leaves_nothing() -> None:
    window = Window()
    line = status(window, can_skip=True)
    line.on_event(wait(1.9))
    assert window.line == ""  # who writes about the wait comes first
    await window.until(lambda shown: shown == f"waiting 2 s · {KEYS}")
    await window.until(lambda shown: shown == f"waiting 1 s · {KEYS}")
    await window.until(lambda shown: shown == "")
    assert window.shown == [f"waiting 2 s · {KEYS}", f"waiting 1 s · {KEYS}", ""]


async def test_a_key_that_nobody_listens_to_is_not_offered() -> None:
    window = Window()
    line = status(window)
    line.on_event(wait(60))
    await window.until(bool)
    assert window.line == "waiting 60 s · Ctrl+C gives up"
    line.on_event(published(DONE))


async def test_whatever_comes_next_ends_the_countdown() -> None:
    before = pending_timers()
    for event in (published(TextDelta(text="hi")), published(DONE), thought("hm"), wait(0.5)):
        window = Window()
        line = status(window)
        line.on_event(wait(60))
        await window.until(lambda shown: shown.startswith("waiting 60 s"))
        assert pending_timers() == before + 1
        line.on_event(event)
        assert window.line == ("hm" if isinstance(event.event, ThinkingDelta) else "")
        assert pending_timers() == before
        line.finish(RunResult(session_id=SessionId("s")))
        assert window.line == ""


async def test_a_new_wait_replaces_the_one_before() -> None:
    before = pending_timers()
    window = Window()
    line = status(window)
    line.on_event(wait(60))
    await window.until(lambda shown: shown.startswith("waiting 60 s"))
    line.on_event(wait(30))
    await window.until(lambda shown: shown.startswith("waiting 30 s"))
    assert pending_timers() == before + 1
    line.on_event(published(DONE))


async def test_a_wait_of_less_than_a_second_is_not_worth_a_line() -> None:
    window = Window()
    before = pending_timers()
    status(window).on_event(wait(0.99))
    assert (window.shown, pending_timers()) == ([], before)


@pytest.mark.parametrize(
    ("columns", "shown"), [(12 + 3 + len(KEYS), f"waiting 99 s · {KEYS}"), (30, "waiting 99 s"), (12, "waiting 99 s")]
)
async def test_a_narrow_window_keeps_the_seconds(columns: int, shown: str) -> None:
    window = Window()
    line = status(window, columns=columns, can_skip=True)
    line.on_event(wait(99))
    await window.until(bool)
    assert window.line == shown
    line.on_event(published(DONE))


def test_thoughts_show_their_newest_line_as_far_as_it_fits() -> None:
    window = Window()
    line = status(window, columns=10)
    for piece, shown in (
        ("First I", "First I"),
        (" look.\n", "st I look."),
        ("\n", "st I look."),
        ("Then", "Then"),
        (" 乌龟走得慢", "乌龟走得慢"),
        ("!", "龟走得慢!"),
        ("\na\tb", "a b"),
    ):
        line.on_event(thought(piece))
        assert window.line == shown
    line.finish(RunResult(session_id=SessionId("s")))
    assert window.line == ""


def test_the_answer_clears_thoughts_and_later_ones_are_not_shown() -> None:
    window = Window()
    line = status(window)
    line.on_event(thought("hm"))
    line.on_event(published(TextDelta(text="yes")))
    line.on_event(thought("hm again"))
    assert window.shown == ["hm", ""]


def test_new_thoughts_after_something_else_begin_anew() -> None:
    window = Window()
    line = status(window)
    line.on_event(thought("one"))
    line.on_event(published(RetryScheduled(attempt=1, delay_s=0, code="c", message="m")))
    line.on_event(thought("two"))
    assert window.shown == ["one", "", "two"]


def test_thoughts_cannot_command_the_terminal_nor_grow_without_end() -> None:
    window = Window()
    line = status(window)
    line.on_event(thought("\x1b]0;title\x07 \x1b[2J ok"))
    assert window.line == "]0;title [2J ok"
    for _ in range(1_000):
        line.on_event(thought("x" * 100))
    assert window.line == "x" * 79
    assert window.getvalue() == ""


def test_what_was_never_shown_is_never_cleared() -> None:
    window = Window()
    line = status(window)
    line.on_event(published(TextDelta(text="hi")))
    line.on_event(published(DONE))
    line.finish(RunResult(session_id=SessionId("s")))
    assert window.shown == []
