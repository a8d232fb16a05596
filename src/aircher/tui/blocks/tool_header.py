"""The first row of a tool call: a sign, the tool, the argument that matters, and how it stands."""

from typing import assert_never

from aircher.domain.events import ToolFinished
from aircher.domain.transcript import NEVER_RAN, UNFINISHED
from aircher.tui.blocks.diff import counts_row
from aircher.tui.blocks.layout import shortened
from aircher.tui.blocks.tool_call import Phase, ShownCall
from aircher.tui.blocks.tool_words import result
from aircher.tui.look import Look, Role
from aircher.tui.quantities import duration_words, whole_seconds
from aircher.tui.terminal.rows import EMPTY, Row, clean
from aircher.tui.terminal.widths import cells

_LEAST_SUBJECT = 8
"""Cells of the argument that matters; what came of the call is left out rather."""
_NARROWEST_SUBJECT = 4
WORTH_TELLING_S = 1.0


def header_row(call: ShownCall, running_s: int, width: int, look: Look) -> Row:
    """Return the row; ``running_s`` says for how long the call has been running."""
    name = Row.of((call.requested.name, look.style(Role.TEXT)._replace(bold=True)))
    left = _sign(call.phase, running_s, look).beside(name)
    return call_row(left, call.subject, _state(call, running_s, look), width, look, has_half=call.phase is Phase.DONE)


def call_row(left: Row, subject: str, state: list[Row], width: int, look: Look, *, has_half: bool) -> Row:
    """Return ``left``, the argument that matters and how the call stands, as far as there is room.

    Of ``state`` what is last is left out first; with ``has_half`` the argument keeps half of the room before it is cut.
    """
    room = max(0, width - left.width - 2)
    first_line, _, more = subject.strip("\n").partition("\n")
    text = clean(first_line) + (f" {look.glyphs.ellipsis}" if more.strip() else "")
    kept = min(cells(text), room // 2) if has_half else 0
    while len(state) > 1 and _joined(state, look).width > room - max(kept, min(cells(text), _LEAST_SUBJECT)):
        state.pop()
    tail = _cut(_joined(state, look), room - kept if kept else room + 2, look)
    left_cells = room - tail.width
    if text and (left_cells >= _NARROWEST_SUBJECT or cells(text) <= left_cells):
        text = shortened(text, left_cells, look.glyphs)
        left = left.beside(Row((("  ", look.style(Role.TEXT)), (text, look.style(Role.TEXT))), cells(text) + 2))
    return left.beside(tail).cut(0, width)


def _sign(phase: Phase, running_s: int, look: Look) -> Row:
    glyphs = look.glyphs
    sign, role = {
        Phase.REQUESTED: (glyphs.dot, Role.MUTED),
        Phase.ASKED: ("?", Role.WARNING),
        Phase.QUESTIONED: ("?", Role.WARNING),
        Phase.RUNNING: (glyphs.running[running_s % len(glyphs.running)], Role.PRIMARY),
        Phase.DONE: (glyphs.done, Role.SUCCESS),
        Phase.FAILED: (glyphs.failed, Role.ERROR),
        Phase.REFUSED: (glyphs.failed, Role.WARNING),
        Phase.INTERRUPTED: (glyphs.failed, Role.WARNING),
    }[phase]
    if phase is Phase.RUNNING and not look.is_animated:
        sign = glyphs.dot
    return Row(((f"{sign} ", look.style(role)),), 2)


def _state(call: ShownCall, running_s: int, look: Look) -> list[Row]:
    """Return how the call stands, in words, the most telling first."""
    match call.phase:
        case Phase.REQUESTED:
            return []
        case Phase.ASKED:
            return [words_row("waits for permission", Role.WARNING, look)]
        case Phase.QUESTIONED:
            return [words_row("waits for an answer", Role.WARNING, look)]
        case Phase.RUNNING:
            if not look.is_animated:
                return [words_row("running", Role.MUTED, look)]
            return [words_row(whole_seconds(running_s), Role.MUTED, look)] if running_s else []
        case Phase.REFUSED:
            return [words_row("refused", Role.WARNING, look)]
        case Phase.INTERRUPTED:
            return [words_row(_stopped(call.ended), Role.WARNING, look), *_took(call.ended, look)]
        case Phase.FAILED:
            status = call.ended.exit_status if call.ended is not None else None
            return [words_row(f"exit {status}" if status else "failed", Role.ERROR, look), *_took(call.ended, look)]
        case Phase.DONE:
            return [*_came_of(call, look), *_took(call.ended, look)]
        case _:
            assert_never(call.phase)


def _came_of(call: ShownCall, look: Look) -> list[Row]:
    ended = call.ended
    if ended is None:
        return []
    if diffs := call.diffs:
        return [counts_row(sum(diff.added for diff in diffs), sum(diff.removed for diff in diffs), look)]
    if call.requested.name == "shell" and ended.exit_status is not None:
        return []
    words = result(ended.summary, call.told)
    return [words_row(words, Role.MUTED, look)] if words else []


def _stopped(ended: ToolFinished | None) -> str:
    """Return how a call ended that did not end by itself: by the user, or with the program that ran it."""
    content = "" if ended is None else ended.content
    if content == NEVER_RAN:
        return "never ran"
    return "cut off" if content.startswith(UNFINISHED) else "interrupted"


def _took(ended: ToolFinished | None, look: Look) -> list[Row]:
    duration_s = ended.duration_ms / 1000 if ended is not None else 0
    return [words_row(duration_words(duration_s), Role.MUTED, look)] if duration_s >= WORTH_TELLING_S else []


def words_row(text: str, role: Role, look: Look) -> Row:
    """Return words of one colour."""
    return Row.of((text, look.style(role)))


def _cut(row: Row, width: int, look: Look) -> Row:
    if row.width <= width:
        return row
    style = look.style(Role.MUTED)
    return row.cut(0, width - 1).beside(Row(((look.glyphs.ellipsis, style),), 1)) if width > _LEAST_SUBJECT else EMPTY


def _joined(state: list[Row], look: Look) -> Row:
    """Return the words with a dot before each."""
    dot = Row(((f" {look.glyphs.dot} ", look.style(Role.MUTED)),), 3)
    joined = EMPTY
    for words in state:
        joined = joined.beside(dot).beside(words)
    return joined
