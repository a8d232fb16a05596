"""What is said between the parts of a turn: that a call waits, that it failed, and how the turn ended."""

from collections.abc import Callable, Sequence

from aircher.domain.events import ErrorRaised, RetryScheduled, StopReason, TurnFinished
from aircher.domain.usage import Usage
from aircher.tui.blocks.kept import KeptRows, StillBlock
from aircher.tui.blocks.layout import hung, indented
from aircher.tui.look import Look, Role
from aircher.tui.quantities import cost_words, duration_words, token_words, whole_seconds
from aircher.tui.terminal.rows import Row, Span, wrap

_ENDS = {
    StopReason.DONE: "",
    StopReason.LENGTH: "cut off at the longest answer the model may give",
    StopReason.REFUSAL: "the model refused",
    StopReason.CONTENT_FILTER: "stopped by a content filter",
    StopReason.INTERRUPTED: "interrupted",
    StopReason.BUDGET: "budget reached",
    StopReason.DEADLINE: "deadline passed",
    StopReason.ERROR: "failed",
}
"""Read only."""


def unbroken(words: str) -> str:
    """Return the words so that no row ends between them."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


class RetryBlock:
    """The waits before a call is sent again, in one line: the last one counts down by the clock."""

    def __init__(self, event: RetryScheduled, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._is_over = False
        self._is_cut = False
        self._kept = KeptRows()
        self.again(event)

    def again(self, event: RetryScheduled) -> None:
        """Wait anew: the call failed once more."""
        self._event = event
        self._until_s = self._clock() + event.delay_s

    def finish(self, *, is_turn_over: bool) -> None:
        """Nothing is counted any more: the call went on, or the turn ended, perhaps before it was sent again."""
        self._is_cut = is_turn_over and self._left_s() > 0
        self._is_over = True

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return why it waits, and for how long."""
        left_s = self._left_s()
        return self._kept.get(
            (width, look, left_s, self._event, self._is_cut), lambda: self._drawn(left_s, width, look)
        )

    @property
    def source(self) -> str:
        """Return why it waits."""
        return self._event.message

    @property
    def is_live(self) -> bool:
        """Return whether it still waits."""
        return self._left_s() > 0

    @property
    def is_over(self) -> bool:
        """Return whether nothing of it will change any more: no other wait follows."""
        return self._is_over

    def toggle(self) -> bool:
        """Refuse: there is nothing to fold."""
        return False

    def _left_s(self) -> int:
        if self._is_over:
            return 0
        return max(0, -int((self._clock() - self._until_s) // 1))

    def _drawn(self, left_s: int, width: int, look: Look) -> list[Row]:
        warning, muted = look.style(Role.WARNING), look.style(Role.MUTED)
        sign = Row.of(("! ", warning if left_s else muted))
        spans: list[Span] = [
            (self._event.message.strip(), warning if left_s else muted),
            (f" {look.glyphs.dot} {self._progress(left_s)}", muted),
        ]
        return hung(sign, spans, width)

    def _progress(self, left_s: int) -> str:
        """Return how far it is, in words."""
        event = self._event
        place = "/".join(filter(None, (event.provider, event.model)))
        whom = f"{f' {place}' if place else ''}{' again' if event.attempt else ''}"
        if self._is_cut:
            return f"waited to ask{whom} when the turn ended"
        count = f" (attempt {event.attempt + 1})" if event.attempt else ""
        return f"asking{whom} in {unbroken(whole_seconds(left_s))}{count}" if left_s else f"asked{whom}{count}"


class ErrorBlock(StillBlock):
    """A failure: what happened, how it is mended, and its code."""

    def __init__(self, event: ErrorRaised) -> None:
        super().__init__()
        self._event = event

    @property
    def source(self) -> str:
        """Return the error as one reports it."""
        event = self._event
        hint = f"\nhint: {event.hint}" if event.hint else ""
        return f"{event.message}{hint}\n{event.code}"

    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        event = self._event
        error, muted = look.style(Role.ERROR), look.style(Role.MUTED)
        sign = Row.of((f"{look.glyphs.failed} ", error))
        rows = hung(sign, [(event.message.strip(), error)], width)
        if event.hint:
            from aircher.commands.remedies import in_interface  # most sessions begin without an error

            lead = Row.of(("  hint: ", look.style(Role.KEY)))
            rows.extend(hung(lead, [(in_interface(event.hint.strip()), look.style(Role.TEXT))], width))
        facts = [event.code] if "." in event.code else []  # what has but one word says nothing beyond the message
        if event.retry_after_s:
            facts.append(f"try again in {unbroken(whole_seconds(round(event.retry_after_s)))}")
        if facts:
            rows.extend(indented(wrap([(f" {look.glyphs.dot} ".join(facts), muted)], width - 2), 2))
        return rows


class TurnEndBlock(StillBlock):
    """The line below a turn: what it took, and why it ended if it did not simply end.

    Args:
        event: How it ended.
        usage: Its tokens; ``None`` = not counted.
        cost: Its price in US dollars; ``None`` = unknown.
    """

    def __init__(self, event: TurnFinished, usage: Usage | None = None, cost: float | None = None) -> None:
        super().__init__()
        self._event = event
        self._usage = usage
        self._cost_usd = cost

    @property
    def source(self) -> str:
        """Return nothing: it is no part of what was said."""
        return ""

    def _drawn(self, width: int, look: Look) -> Sequence[Row]:
        muted = look.style(Role.MUTED)
        dot = f" {look.glyphs.dot} "
        spans: list[Span] = []
        if end := _ENDS[self._event.stop_reason]:
            spans.append((end, look.style(Role.WARNING)))
        for words in self._figures():
            spans.append(((dot if spans else "") + unbroken(words), muted))
        return wrap(spans, width)

    def _figures(self) -> list[str]:
        """Return what the turn took; nothing of one that a later run closed, as its time and last call are unknown."""
        if not (self._event.rounds or self._event.duration_ms) and self._event.stop_reason is StopReason.INTERRUPTED:
            return []
        figures = [duration_words(self._event.duration_ms / 1000)]
        if self._usage is not None and self._usage.total_tokens:
            figures.append(f"{token_words(self._usage.input_tokens)} in, {token_words(self._usage.output_tokens)} out")
        if self._cost_usd is not None:
            figures.append(cost_words(self._cost_usd))
        return figures
