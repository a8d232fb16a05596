"""A screen without a terminal: what a dialog needs, keys to press, and what a person would read."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from aircher.support.text import without_controls
from aircher.testing.manual_clock import ManualClock
from aircher.tui.dialogs.asking import Host
from aircher.tui.dialogs.box import Framed, boxed
from aircher.tui.look import ASCII, UNICODE, Look, Theme
from aircher.tui.terminal.events import InputEvent, KeyPressed, MouseKind, MouseUsed
from aircher.tui.terminal.widths import cells

SIZES = ((40, 12), (80, 24), (120, 40))
THEME = Theme(name="plain", is_dark=True, styles={})
LOOK = Look(theme=THEME, glyphs=UNICODE)
ASCII_LOOK = Look(theme=THEME, glyphs=ASCII)
SNAPSHOTS = Path(__file__).parent / "snapshots"
HOSTILE = "a\nb\x1b[2J\x1b]0;title\x07\r\x9b1m\u202egnp.exe\t日本" + "x" * 400


class Stage:
    """A host whose clock is turned by hand, and what was asked of it."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.clock = ManualClock()
        self.changes = 0
        self.tasks: list[asyncio.Task[None]] = []
        self._group = group
        self.host = Host(changed=self._changed, spawn=self._spawn, clock=self.clock)

    def _changed(self) -> None:
        self.changes += 1

    def _spawn(self, coming: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._group.create_task(coming)
        self.tasks.append(task)
        return task


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Have a stage; what still runs at the end is stopped."""
    async with asyncio.TaskGroup() as group:
        stage = Stage(group)
        try:
            yield stage
        finally:
            for task in stage.tasks:
                task.cancel()


async def until(condition: Callable[[], bool]) -> None:
    """Return once it is so; the test's own deadline says how long that may take."""
    while not condition():  # noqa: ASYNC110 - what changes is in a thread or behind several turns of the loop
        await asyncio.sleep(0)


async def settled() -> None:
    """Return after everything that only needs the loop has run."""
    for _ in range(10):
        await asyncio.sleep(0)


def key(name: str) -> KeyPressed:
    return KeyPressed(key=name, text=name if len(name) == 1 else "")


def press(taker: "Taker", *names: str) -> list[bool]:
    """Press keys and return for each whether it was taken."""
    return [taker.handle(key(name)) for name in names]


def mouse(kind: MouseKind, x: int, y: int) -> MouseUsed:
    return MouseUsed(kind=kind, x=x, y=y, button="left" if kind == "press" else "none")


class Taker(Framed, Protocol):
    """What takes events."""

    def handle(self, event: InputEvent) -> bool: ...


def screen(dialog: Framed, width: int = 80, height: int = 24, look: Look = LOOK) -> list[str]:
    """Return the rows of the box, having checked that they are clean, as wide as they say, and within the screen."""
    box = boxed(dialog, width, height, look)
    assert box.x >= 0
    assert box.y >= 0
    assert len(box.rows) + box.y <= height
    assert {row.width for row in box.rows} == {box.rows[0].width}
    assert box.x + box.rows[0].width <= width
    for row in box.rows:
        assert without_controls(row.text) == row.text
        assert not {"\n", "\t"} & set(row.text)
        assert cells(row.text) == row.width
    return [row.text for row in box.rows]


def text_of(dialog: Framed, width: int = 80, height: int = 24, look: Look = LOOK) -> str:
    return "\n".join(screen(dialog, width, height, look))


def matches_snapshot(name: str, dialog: Framed, look: Look = LOOK) -> None:
    """Compare the box at all three sizes with what is kept; ``RENEW_SNAPSHOTS=1`` keeps what is there now."""
    boxes = [f"{width}x{height}\n{text_of(dialog, width, height, look)}\n" for width, height in SIZES]
    kept = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("RENEW_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        kept.write_text("".join(boxes), encoding="utf-8")
    assert "".join(boxes) == kept.read_text(encoding="utf-8")
