"""The block of a tool call, from the model's wish to the result."""

from collections.abc import Callable, Sequence

from aircher.domain.display import DelegatedCall
from aircher.domain.events import (
    PermissionAsked,
    PermissionDecided,
    QuestionAsked,
    ToolFinished,
    ToolRequested,
)
from aircher.tui.blocks.diff_colors import DiffColors
from aircher.tui.blocks.kept import KeptRows
from aircher.tui.blocks.laid import LaidOut, is_large
from aircher.tui.blocks.layout import INDENT, indented
from aircher.tui.blocks.output import LiveTail
from aircher.tui.blocks.tool_body import body_rows, can_unfold
from aircher.tui.blocks.tool_call import Phase, ShownCall
from aircher.tui.blocks.tool_header import header_row
from aircher.tui.look import Look
from aircher.tui.parts import Changed
from aircher.tui.terminal.rows import Row


class ToolBlock:
    """A call: one row that tells what it does and how it stands, and below it what it printed or changed.

    Attributes:
        laid: All of it, if that is much; until it is there, its beginning is shown.
    """

    def __init__(self, requested: ToolRequested, clock: Callable[[], float], changed: Changed) -> None:
        self._call = ShownCall(requested=requested)
        self._clock = clock
        self._changed = changed
        self._version = 0
        self._is_toggled = False
        self._header = KeptRows()
        self._body = KeptRows()
        self._whole = KeptRows()
        self._colors = DiffColors(self._redraw)
        self.laid = LaidOut(changed)
        self._is_large = False

    def rows(self, width: int, look: Look) -> Sequence[Row]:
        """Return the header and what stands below it; a timer that ticks draws the header alone."""
        indent = min(self._call.depth * INDENT, width // 4)
        inner = width - indent
        running_s = self._call.running_s(self._clock()) if look.is_animated else 0
        header = self._header.get(
            (width, look, self._call.phase, running_s),
            lambda: indented([header_row(self._call, running_s, inner, look)], indent),
        )

        def drawn(*, is_whole: bool) -> list[Row]:
            rows = body_rows(self._call, inner - INDENT, look, self._colors, is_whole=is_whole)
            return indented(rows, indent + INDENT)

        is_whole = look.is_full != self._is_toggled
        body: Sequence[Row] | None = None
        if is_whole and self._is_large:
            self._colors.ask(self._call.display)
            body = self.laid.get((width, look), self._version, lambda: drawn(is_whole=True))
            is_whole = False
        if body is None:
            body = self._body.get((width, look, self._version, is_whole), lambda: drawn(is_whole=is_whole))
        return self._whole.get((header, body), lambda: [*header, *body])

    @property
    def source(self) -> str:
        """Return the call and what came of it."""
        return self._call.source

    @property
    def is_live(self) -> bool:
        """Return whether it runs."""
        return self._call.phase is Phase.RUNNING

    @property
    def is_over(self) -> bool:
        """Return whether it has ended, one way or another, and the colours of what it changed are there."""
        return self._call.ended is not None and self._colors.has_all(self._call.diffs)

    def toggle(self) -> bool:
        """Show everything, or fold it again."""
        if not can_unfold(self._call):
            return False
        self._is_toggled = not self._is_toggled
        self._changed()
        return True

    def asked(self, event: PermissionAsked) -> None:  # noqa: ARG002 - the dialog shows what is asked
        """A person is asked whether it may run."""
        self._enter(Phase.ASKED)

    def decided(self, event: PermissionDecided) -> None:
        """It may run, or not."""
        self._call.rule = "" if event.allowed else event.rule
        self._enter(Phase.REQUESTED if event.allowed else Phase.REFUSED)

    def questioned(self, event: QuestionAsked) -> None:  # noqa: ARG002 - the dialog shows the question
        """It waits for a person's words."""
        self._enter(Phase.QUESTIONED)

    def started(self) -> None:
        """It runs."""
        self._call.started_s = self._clock()
        self._enter(Phase.RUNNING)

    def output(self, text: str) -> None:
        """It printed something."""
        if self._call.ended is not None:
            return
        if self._call.tail is None:
            self._call.tail = LiveTail()
        if self._call.phase is Phase.QUESTIONED:
            self._call.phase = Phase.RUNNING
        self._call.tail.append(text)
        self._redraw()

    def delegated(self, call: DelegatedCall) -> None:
        """Its subagent made a call, or one of them stands differently."""
        if self._call.ended is None:
            self._call.delegated[call.number] = call
            self._redraw()

    def finished(self, event: ToolFinished) -> None:
        """It is over."""
        self._call.end(event)
        self._is_large = is_large(self._call.display, content=event.content)
        self._enter(self._call.phase)

    def _enter(self, phase: Phase) -> None:
        self._call.phase = phase
        self._redraw()

    def _redraw(self) -> None:
        self._version += 1
        self._changed()
