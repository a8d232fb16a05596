"""A tool call as the screen knows it: what was asked, how far it is, what it printed so far, how it ended."""

from dataclasses import field
from enum import StrEnum

from aircher.domain.display import CallsBlock, DelegatedCall, DiffBlock, DisplayBlock, ShellBlock, TextBlock
from aircher.domain.events import CallStatus, ToolFinished, ToolRequested
from aircher.domain.records import dataclass
from aircher.tui.blocks.output import LiveTail
from aircher.tui.blocks.tool_words import subject, told


class Phase(StrEnum):
    """How far a call is."""

    REQUESTED = "requested"
    ASKED = "asked"
    """It waits for a person's permission."""
    QUESTIONED = "questioned"
    """It waits for a person's words."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


_ENDED = {
    CallStatus.OK: Phase.DONE,
    CallStatus.FAILED: Phase.FAILED,
    CallStatus.REFUSED: Phase.REFUSED,
    CallStatus.INTERRUPTED: Phase.INTERRUPTED,
}
"""Read only."""


@dataclass(slots=True, kw_only=True)
class ShownCall:
    """What is known of a call.

    Attributes:
        started_s: When it began to run, by the clock of the screen.
        rule: What decided whether it may run.
        tail: What it printed so far; ``None`` = nothing, or its result holds it.
        delegated: What its subagent did so far, by number; none = the result holds it.
        ended: Its result.
        told: The arguments that tell what it does.
        subject: The same in one line.
    """

    requested: ToolRequested
    phase: Phase = Phase.REQUESTED
    started_s: float = 0.0
    rule: str = ""
    tail: LiveTail | None = None
    delegated: dict[int, DelegatedCall] = field(default_factory=dict)
    ended: ToolFinished | None = None
    told: tuple[str, ...] = field(init=False)
    subject: str = field(init=False)

    def __post_init__(self) -> None:
        self.told = told(self.requested)
        self.subject = subject(self.requested, self.told)

    @property
    def depth(self) -> int:
        """Return how many calls it is made for: those of a subagent stand below the call that it works for."""
        return self.requested.call_id.count("/")

    def end(self, event: ToolFinished) -> None:
        """Take the result; it holds what was printed, unless the call was stopped before it could say so."""
        self.ended = event
        self.phase = _ENDED[event.status]
        if event.display or event.status is not CallStatus.INTERRUPTED:
            self.tail = None
            self.delegated.clear()

    def running_s(self, now_s: float) -> int:
        """Return for how long it has been running, in whole seconds; 0 = it is not."""
        return max(0, int(now_s - self.started_s)) if self.phase is Phase.RUNNING else 0

    @property
    def diffs(self) -> list[DiffBlock]:
        """Return the diffs of its result."""
        return [block for block in self.display if isinstance(block, DiffBlock)]

    @property
    def display(self) -> tuple[DisplayBlock, ...]:
        """Return what people see of its result; of a text that was cut for the screen all that the model read."""
        if self.ended is None:
            return ()
        content = self.ended.content
        return tuple(_whole(block, content) if isinstance(block, TextBlock) else block for block in self.ended.display)

    @property
    def source(self) -> str:
        """Return the call and what came of it, as it is copied and searched."""
        from aircher.tui.blocks.display import display_source

        lines = [f"{self.requested.name} {self.subject}".rstrip()]
        if self.tail is not None:
            lines.extend(self.tail.lines()[1])
        if self.delegated:
            lines.append(display_source(CallsBlock(calls=tuple(self.delegated.values()))))
        if self.ended is not None:
            display = self.display
            lines.extend(display_source(block) for block in display if not isinstance(block, ShellBlock))
            if not display or any(isinstance(block, ShellBlock | CallsBlock) for block in display):
                lines.append(self.ended.content)
        return "\n".join(line for line in lines if line)


def _whole(block: TextBlock, content: str) -> TextBlock:
    shown = block.text.removesuffix("\n…")
    return (
        block
        if shown == block.text or not content.startswith(shown)
        else TextBlock(text=content, language=block.language)
    )
