"""Blocks that are as simple as blocks can be, a conversation made of them, and a history on a list."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from aircher.domain.display import DelegatedCall
from aircher.domain.events import (
    ErrorRaised,
    Event,
    PermissionAsked,
    PermissionDecided,
    Published,
    QuestionAsked,
    RetryScheduled,
    TextDelta,
    ToolFinished,
    ToolRequested,
    TurnFinished,
    TurnStarted,
)
from aircher.domain.ids import SessionId, TurnId
from aircher.domain.messages import PromptPart, TextPart
from aircher.domain.usage import Usage
from aircher.tui.look import Look, Role, Theme
from aircher.tui.terminal.rows import Row, wrap
from aircher.tui.terminal.styles import PLAIN, Style
from aircher.tui.viewport.contents import Contents
from aircher.tui.viewport.scroller import Scroller

MARKS = {
    Role.SELECTION: Style(reverse=True),
    Role.HIT: Style(underline=True),
    Role.CURRENT_HIT: Style(bold=True),
}
LOOK = Look(theme=Theme(name="marks", is_dark=True, styles=MARKS))
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Paragraphs:
    """Text that is wrapped; it can be folded to its first row.

    Attributes:
        drawn: How often it was laid out.
    """

    def __init__(self, text: str = "", *, kind: str = "text", folds: bool = True) -> None:
        self.kind = kind
        self.drawn = 0
        self.is_live = False
        self._text = text
        self._folds = folds
        self._is_folded = False
        self._cache: tuple[int, Look, list[Row]] | None = None

    def __repr__(self) -> str:
        return f"{self.kind}:{self._text!r}"

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        if self._cache is None or self._cache[:2] != (width, look):
            self.drawn += 1
            rows = wrap([(self._text, PLAIN)], width) if self._text else []
            self._cache = (width, look, rows[:1] if self._is_folded else rows)
        return self._cache[2]

    @property
    def source(self) -> str:
        return self._text

    def toggle(self) -> bool:
        self._is_folded = self._folds and not self._is_folded
        self._cache = None
        return self._folds

    def append(self, text: str) -> None:
        self._text += text
        self._cache = None

    def finish(self, *, is_turn_over: bool = False) -> None:
        self.append("\nin vain" if is_turn_over else "")

    def again(self, event: RetryScheduled) -> None:
        self.append(f"\n{event.message} again")

    def asked(self, event: PermissionAsked) -> None:
        self.append(f"\nasked {event.rule}")

    def decided(self, event: PermissionDecided) -> None:
        self.append(f"\ndecided {event.allowed}")

    def questioned(self, event: QuestionAsked) -> None:
        self.append("\nquestioned")

    def started(self) -> None:
        self.append("\nstarted")

    def output(self, text: str) -> None:
        """Show nothing: it is not recorded."""

    def delegated(self, call: DelegatedCall) -> None:
        self.append(f"\n{call.name} {call.state}")

    def finished(self, event: ToolFinished) -> None:
        self.append(f"\n{event.status} {event.content}")


class SimpleBlocks:
    """Makes them."""

    def user(self, prompt: tuple[PromptPart, ...]) -> Paragraphs:
        return Paragraphs("".join(part.text for part in prompt if isinstance(part, TextPart)), kind="user")

    def answer(self) -> Paragraphs:
        return Paragraphs(kind="answer")

    def thinking(self, now_s: Callable[[], float]) -> Paragraphs:
        return Paragraphs(kind="thinking")

    def tool(self, requested: ToolRequested, now_s: Callable[[], float]) -> Paragraphs:
        return Paragraphs(requested.name, kind="tool")

    def retry(self, event: RetryScheduled, now_s: Callable[[], float]) -> Paragraphs:
        return Paragraphs(event.message, kind="retry")

    def error(self, event: ErrorRaised) -> Paragraphs:
        return Paragraphs(event.message, kind="error")

    def turn_end(self, event: TurnFinished, usage: Usage, cost_usd: float | None) -> Paragraphs:
        return Paragraphs(f"{event.stop_reason} {usage.total_tokens} {cost_usd}", kind="end")

    def notice(self, text: str, level: Literal["info", "warning", "error"]) -> Paragraphs:
        return Paragraphs(text, kind=level)


class RecordedTurns:
    """A history that is on no disk."""

    def __init__(self, events: Iterable[Published]) -> None:
        self.events = list(events)
        self.reads = 0

    async def before(self, seq: int, turns: int) -> Sequence[Published]:
        self.reads += 1
        earlier = [published for published in self.events if published.seq < seq]
        starts = [at for at, published in enumerate(earlier) if isinstance(published.event, TurnStarted)]
        return earlier[starts[-turns] :] if len(starts) > turns else earlier


def publish(events: Iterable[Event], *, first_seq: int = 1) -> list[Published]:
    """Return the events in their places."""
    session, turn = SessionId("s"), TurnId("t")
    return [
        Published(seq=seq, at=AT, session_id=session, turn_id=turn, event=event)
        for seq, event in enumerate(events, start=first_seq)
    ]


def prompt(text: str) -> TurnStarted:
    return TurnStarted(prompt=(TextPart(text=text),), provider="p", model="m")


def turns(count: int, *, words: int = 30) -> list[Event]:
    """Return a conversation of so many turns: a prompt, an answer."""
    events: list[Event] = []
    for number in range(count):
        events.append(prompt(f"question {number}"))
        events.append(TextDelta(text=" ".join(f"w{number}-{word}" for word in range(words))))
    return events


def texts(rows: Iterable[Row]) -> list[str]:
    return [row.text for row in rows]


def place_of(scroller: Scroller, block: Paragraphs) -> int:
    """Return which block of all that are held it is."""
    return held_index(scroller.contents, block)


def held_index(contents: Contents, block: Paragraphs) -> int:
    held = contents.held(block)
    assert held is not None
    return held.index
