"""What the tests of blocks draw with: a clock that is turned by hand, looks, and calls of tools."""

from collections.abc import Sequence

from aircher.domain.display import DisplayBlock
from aircher.domain.events import CallStatus, ToolFinished, ToolRequested
from aircher.domain.ids import CallId
from aircher.domain.messages import JsonObject
from aircher.tui.blocks.tool import ToolBlock
from aircher.tui.look import ASCII, Look
from aircher.tui.parts import Block
from aircher.tui.terminal.rows import Row
from aircher.tui.theme import load_theme

THEME = load_theme("dark")
LOOK = Look(theme=THEME)
PLAIN_LOOK = Look(theme=THEME, glyphs=ASCII)
FULL = Look(theme=THEME, is_full=True)
SIDE_BY_SIDE = Look(theme=THEME, is_side_by_side=True)
STILL = Look(theme=THEME, is_animated=False)


class Scene:
    """A clock, and how often something said that it changed."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.changes = 0

    def clock(self) -> float:
        return self.now_s

    def changed(self) -> None:
        self.changes += 1

    def call(self, name: str, arguments: JsonObject, call_id: str = "c1") -> ToolBlock:
        requested = ToolRequested(call_id=CallId(call_id), name=name, arguments=arguments)
        return ToolBlock(requested, self.clock, self.changed)

    def done(self, name: str, arguments: JsonObject, event: ToolFinished, call_id: str = "c1") -> ToolBlock:
        block = self.call(name, arguments, call_id)
        block.started()
        block.finished(event)
        return block


def ended(
    status: CallStatus = CallStatus.OK,
    *,
    content: str = "",
    summary: str = "",
    duration_ms: int = 200,
    display: tuple[DisplayBlock, ...] = (),
    exit_status: int | None = None,
) -> ToolFinished:
    return ToolFinished(
        call_id=CallId("c1"),
        name="any",
        status=status,
        content=content,
        summary=summary,
        duration_ms=duration_ms,
        display=display,
        exit_status=exit_status,
    )


def texts(rows: Sequence[Row]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def drawn(block: Block, width: int = 80, look: Look = LOOK) -> list[str]:
    rows = block.rows(width, look)
    assert block.rows(width, look) is rows
    return texts(rows)
