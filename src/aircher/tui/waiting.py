"""The messages that wait, above the prompt: one lane that steers the running turn, one for the turns after it."""

from collections.abc import Sequence

from aircher.domain.lanes import Lane, WaitingPrompt
from aircher.domain.messages import ImagePart, PromptPart
from aircher.tui.look import Look, Role
from aircher.tui.terminal.rows import Row

MOST_SHOWN = 4
"""More would push the conversation off a small screen; the dialog shows all."""


def prompt_text(prompt: Sequence[PromptPart]) -> str:
    """Return what a prompt says; a picture is a word."""
    return " ".join("[picture]" if isinstance(part, ImagePart) else part.text for part in prompt)


def waiting_rows(
    items: Sequence[WaitingPrompt], width: int, look: Look, *, is_paused: bool, key: str, send: str
) -> list[Row]:
    """Return one row for each message, in the order in which they will be sent.

    Args:
        items: The messages.
        width: Cells of a row.
        look: How they look.
        is_paused: Whether they wait until somebody says go on.
        key: Edits them.
        send: Says go on.
    """
    rows = []
    for item in items[:MOST_SHOWN]:
        name, role = ("steer", Role.ACCENT) if item.lane is Lane.STEER else ("queue", Role.SECONDARY)
        first, _, more = prompt_text(item.prompt).strip().partition("\n")
        tail = f" {look.glyphs.ellipsis}" if more else ""
        row = Row.of((f" {name} ", look.style(role)), (f"{look.glyphs.vertical} ", look.style(Role.BORDER)))
        rows.append(row.beside(Row.of((first + tail, look.style(Role.MUTED)))).cut(0, width))
    hidden = len(items) - MOST_SHOWN
    told = [f"{hidden} more"] if hidden > 0 else []
    if is_paused:
        told.append(f"paused: an empty {send} goes on")
    if told and items:
        rows.append(Row.of((f" {'; '.join(told)} ({key} edits)", look.style(Role.WARNING))).cut(0, width))
    return rows
