"""The messages that wait, above the prompt: one lane that steers the running turn, one for the turns after it."""

from collections.abc import Sequence
from typing import Literal

from aircher.domain.records import dataclass
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row

MOST_SHOWN = 4
"""More would push the conversation off a small screen; the dialog shows all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingItem:
    """A message that was written and not yet sent."""

    lane: Literal["steer", "queue"]
    text: str


def waiting_rows(items: Sequence[WaitingItem], width: int, look: Look, *, is_paused: bool, key: str) -> list[Row]:
    """Return one row for each message, in the order in which they will be sent."""
    rows = []
    for item in items[:MOST_SHOWN]:
        name, role = ("steer", Role.ACCENT) if item.lane == "steer" else ("queue", Role.SECONDARY)
        first, _, more = item.text.strip().partition("\n")
        tail = f" {look.glyphs.ellipsis}" if more else ""
        row = Row.of((f" {name} ", look.style(role)), (f"{look.glyphs.vertical} ", look.style(Role.BORDER)))
        rows.append(row.beside(Row.of((first + tail, look.style(Role.MUTED)))).cut(0, width))
    hidden = len(items) - MOST_SHOWN
    told = [f"{hidden} more"] if hidden > 0 else []
    if is_paused:
        told.append("paused: an empty Enter goes on")
    if told and items:
        rows.append(Row.of((f" {'; '.join(told)} ({key} edits)", look.style(Role.WARNING))).cut(0, width))
    return rows
