"""What a subagent did, a row a call: the tool, what it is about, and how it stands.

Not its job: what its tools showed; nothing but these lines is told of its work.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import assert_never

from aircher.domain.display import DelegatedCall
from aircher.tui.blocks.layout import cut_line, more_row
from aircher.tui.blocks.tool_header import WORTH_TELLING_S, call_row, words_row
from aircher.tui.blocks.tool_words import result
from aircher.tui.look import Look, Role
from aircher.tui.quantities import duration_words, plural
from aircher.tui.terminal.rows import Row, clean


def calls_rows(calls: Sequence[DelegatedCall], width: int, look: Look, *, most_rows: int | None) -> list[Row]:
    """Return a row for each call: for all of them, or for the last ones below the count of those before."""
    before = 0 if most_rows is None else max(0, len(calls) - most_rows)
    rows = [_row(call, width, look) for call in calls[before:]]
    return [more_row(before, width, look, noun="call", is_above=True), *rows] if before else rows


def count_row(calls: Sequence[DelegatedCall], width: int, look: Look) -> Row:
    """Return how many calls there were, and how many of them came to nothing."""
    bad = sum(call.state != "ok" for call in calls)
    words = f"{plural(len(calls), 'call')}{f', {bad} of them not done' if bad else ''}"
    return cut_line(f"{look.glyphs.ellipsis} {words}", width, look.style(Role.MUTED), look.glyphs)


@lru_cache(maxsize=512)
def _row(call: DelegatedCall, width: int, look: Look) -> Row:
    name = Row.of((clean(call.name), look.style(Role.TEXT)))
    left = _sign(call, look).beside(name)
    return call_row(left, call.subject, _state(call, look), width, look, has_half=True)


def _sign(call: DelegatedCall, look: Look) -> Row:
    """Return the call's sign; it stands still, as the one of the call above moves."""
    glyphs = look.glyphs
    sign, role = {
        "requested": (glyphs.dot, Role.MUTED),
        "running": (glyphs.dot, Role.PRIMARY),
        "ok": (glyphs.done, Role.SUCCESS),
        "failed": (glyphs.failed, Role.ERROR),
        "refused": (glyphs.failed, Role.WARNING),
        "interrupted": (glyphs.failed, Role.WARNING),
    }[call.state]
    return Row(((f"{sign} ", look.style(role)),), 2)


def _state(call: DelegatedCall, look: Look) -> list[Row]:
    """Return how the call stands, the most telling first."""
    summary = clean(result(call.summary, (call.subject,)))
    match call.state:
        case "requested":
            return []
        case "running":
            return [words_row("running", Role.MUTED, look)]
        case "ok":
            words = [] if call.name == "shell" else [words_row(summary, Role.MUTED, look)]  # which tells the duration
        case "failed":
            words = [words_row("failed", Role.ERROR, look), words_row(summary, Role.MUTED, look)]
        case "refused":
            words = [words_row(summary, Role.WARNING, look)]
        case "interrupted":
            words = [words_row("interrupted", Role.WARNING, look)]
        case _:
            assert_never(call.state)
    duration_s = call.duration_ms / 1000
    took = [words_row(duration_words(duration_s), Role.MUTED, look)] if duration_s >= WORTH_TELLING_S else []
    return [row for row in (*words, *took) if row.width]
