"""The line at the bottom that always tells the truth: who answers, what passes unasked, what is left.

Invariant: what is unknown is not shown as a number, and what does not fit is left out whole, the least important first.
"""

from collections.abc import Iterator

from aircher.domain.records import dataclass
from aircher.tui.dialogs.box import shortened
from aircher.tui.look import Look, Role
from aircher.tui.quantities import cost_words, token_words
from aircher.tui.terminal.rows import Row, Span, clean
from aircher.tui.terminal.widths import cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the bar tells; ``None`` = unknown, or there is nothing to tell.

    Attributes:
        thinking: How much the model reasons; empty = as it does by itself.
        state: What happens now, in a word or two; empty = nothing.
        sandbox: Level that holds commands; empty = not looked for yet.
        context_tokens: Size of the last request; ``window_tokens`` is the most that the model takes.
        budget_left_usd: The least that any limit leaves.
        waiting: Messages that wait to be sent.
        elsewhere: Other conversations of this program that run a turn.
        asking_elsewhere: Those that wait for an answer.
        interrupts: The key that ends the running turn; empty = none runs.
    """

    provider: str
    model: str
    mode: str
    thinking: str = ""
    state: str = ""
    sandbox: str = ""
    context_tokens: int | None = None
    window_tokens: int | None = None
    tokens_per_s: float | None = None
    turn_usd: float | None = None
    session_usd: float | None = None
    budget_left_usd: float | None = None
    waiting: int = 0
    elsewhere: int = 0
    asking_elsewhere: int = 0
    interrupts: str = ""


_MODES = {"plan": Role.SECONDARY, "ask": Role.PRIMARY, "edit": Role.WARNING, "auto": Role.ERROR}
_STATE = 1
_FULL_RATIO = 0.8
"""Share of the window from which on its use is a warning: vendors' own clients begin to shorten about there."""


def status_row(status: Status, width: int, look: Look) -> Row:
    """Return the bar, exactly ``width`` cells."""
    ground = look.style(Role.STATUS)
    items = sorted(enumerate(_items(status, look)), key=lambda item: item[1][0])
    gap = f" {look.glyphs.dot} "
    chosen: list[tuple[int, Span]] = []
    used = 1
    for at, (importance, text, role) in items:
        between = cells(gap) if chosen else 0
        # what just happened is told in part rather than not at all
        told = shortened(text, width - used - between, look.glyphs.ellipsis) if importance == _STATE else text
        size = cells(told) + between
        if used + size <= width:
            chosen.append((at, (told, look.style(role))))
            used += size
    spans: list[Span] = [(" ", ground)]
    for place, (_, span) in enumerate(sorted(chosen, key=lambda item: item[0])):
        if place:
            spans.append((gap, look.style(Role.MUTED)))
        spans.append(span)
    return Row.of(*spans).fit(width).on(ground).fit(width, ground)


def _items(status: Status, look: Look) -> Iterator[tuple[int, str, Role]]:
    """Yield what there is to tell from left to right: importance (0 = most), text, role."""
    if status.state:
        yield _STATE, clean(status.state), Role.ACCENT
    if not status.mode:
        return
    yield 0, status.mode, _MODES.get(status.mode, Role.PRIMARY)
    yield 3, clean(f"{status.provider}/{status.model}"), Role.TEXT
    if status.waiting:
        yield 2, f"{status.waiting} waiting", Role.WARNING
    if status.asking_elsewhere:
        yield 2, f"{status.asking_elsewhere} elsewhere asks you", Role.WARNING
    if status.context_tokens is not None:
        yield 4, *_context(status.context_tokens, status.window_tokens)
    if status.tokens_per_s is not None:
        yield 6, f"{status.tokens_per_s:.0f} tok/s", Role.SUCCESS
    if status.session_usd is not None:
        turn = "" if not status.turn_usd else f"{cost_words(status.turn_usd)} of "
        yield 7, f"{turn}{cost_words(status.session_usd)}", Role.TEXT
    if status.budget_left_usd is not None:
        yield 8, f"{cost_words(status.budget_left_usd)} left", Role.MUTED
    if status.sandbox:
        is_none = status.sandbox == "no sandbox"
        yield 2 if is_none else 5, clean(status.sandbox), Role.WARNING if is_none else Role.MUTED
    if status.interrupts:
        yield 6, f"{status.interrupts} interrupts", Role.MUTED
    if status.elsewhere:
        yield 6, f"{status.elsewhere} elsewhere {look.glyphs.running[0]}", Role.ACCENT


def _context(used: int, window: int | None) -> tuple[str, Role]:
    if not window:
        return f"{token_words(used)} tokens", Role.TEXT
    ratio = used / window
    text = f"{token_words(used)}/{token_words(window)} {ratio:.0%}"
    return text, Role.WARNING if ratio >= _FULL_RATIO else Role.TEXT
