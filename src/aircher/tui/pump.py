"""Turns what the engine publishes into blocks of the view.

Invariant: the same conversation gives the same blocks, whether its text came in pieces, merged by a slow inbox, or
merged on disk. Nothing an event says makes it fail: an unknown call is passed over. Not its job: what blocks look like.
"""

from collections.abc import Callable
from typing import Literal, Protocol, assert_never

from aircher.domain.display import DelegatedCall
from aircher.domain.events import (
    ErrorRaised,
    Event,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    PromptSteered,
    Published,
    QuestionAsked,
    RetryScheduled,
    SessionStarted,
    StopReason,
    SubagentCalled,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolOutput,
    ToolRequested,
    ToolStarted,
    TurnFinished,
    TurnsRewound,
    TurnStarted,
    UsageUpdated,
)
from aircher.domain.ids import CallId
from aircher.domain.messages import PromptPart
from aircher.domain.usage import Usage
from aircher.tui.parts import Block

SAID_NOTHING = "the model said nothing"


class TextTaking(Block, Protocol):
    """A block that text streams into."""

    def append(self, text: str) -> None:
        """Add a piece."""
        ...

    def finish(self) -> None:
        """Take note that nothing more comes."""
        ...


class CallShowing(Block, Protocol):
    """A block of a tool's call."""

    def asked(self, event: PermissionAsked) -> None:
        """Show that it waits for a person."""
        ...

    def decided(self, event: PermissionDecided) -> None:
        """Show what was decided."""
        ...

    def questioned(self, event: QuestionAsked) -> None:
        """Take that it waits for a person's words."""
        ...

    def started(self) -> None:
        """Show that it runs."""
        ...

    def output(self, text: str) -> None:
        """Show a piece of what it prints."""
        ...

    def delegated(self, call: DelegatedCall) -> None:
        """Show how a call of its subagent stands."""
        ...

    def finished(self, event: ToolFinished) -> None:
        """Show how it ended."""
        ...


class WaitShowing(Block, Protocol):
    """A block that counts down to the next attempt, and to those that follow it."""

    def again(self, event: RetryScheduled) -> None:
        """Take that the call failed once more, and waits anew."""
        ...

    def finish(self, *, is_turn_over: bool) -> None:
        """Take that no wait follows: something else does, or nothing as the turn is over."""
        ...


class BlockFactory(Protocol):
    """Makes blocks. ``now_s`` tells them the time: of history, when it happened."""

    def user(self, prompt: tuple[PromptPart, ...]) -> Block:
        """Make the block of what the user wrote."""
        ...

    def answer(self) -> TextTaking:
        """Make the block of an answer, empty."""
        ...

    def thinking(self, now_s: Callable[[], float]) -> TextTaking:
        """Make the block of reasoning, empty."""
        ...

    def tool(self, requested: ToolRequested, now_s: Callable[[], float]) -> CallShowing:
        """Make the block of a tool's call."""
        ...

    def retry(self, event: RetryScheduled, now_s: Callable[[], float]) -> WaitShowing:
        """Make the block of a call that waits to be sent again."""
        ...

    def error(self, event: ErrorRaised) -> Block:
        """Make the block of a failure."""
        ...

    def turn_end(self, event: TurnFinished, usage: Usage, cost_usd: float | None) -> Block:
        """Make the block that ends a turn, with what it took."""
        ...

    def notice(self, text: str, level: Literal["info", "warning", "error"]) -> Block:
        """Make the block of something a person should know."""
        ...


class Sink(Protocol):
    """Where the blocks go: the viewport, or a list."""

    def append(self, block: Block, *, seq: int, starts_turn: bool) -> None:
        """Put a block at the end; ``seq`` is that of the event its turn began with."""
        ...

    def touched(self, block: Block) -> None:
        """Take note that a block is not what it was."""
        ...

    def drop_since(self, seq: int) -> None:
        """Let go of the turns that began with this event or later."""
        ...


class _Speech:
    """What the model says, piece by piece: the answer or the reasoning that is open."""

    def __init__(self, sink: Sink, blocks: BlockFactory, show: Callable[[Block], None]) -> None:
        self._sink = sink
        self._blocks = blocks
        self._show = show
        self._answer: TextTaking | None = None
        self._thinking: tuple[TextTaking, str, str] | None = None

    def answer(self, text: str) -> None:
        """Show a piece of the answer."""
        if not text:
            return
        if self._answer is None:
            self.close()
            self._answer = self._blocks.answer()
            self._show(self._answer)
        self._answer.append(text)
        self._sink.touched(self._answer)

    def think(self, event: ThinkingDelta, now_s: Callable[[], float]) -> None:
        """Show reasoning; a state, another model and everything else that is shown ends its block."""
        thinking = self._thinking
        if thinking is not None and thinking[1:] != (event.provider, event.model):
            self._close_thinking()
            thinking = None
        if event.text:
            if thinking is None:
                self.close()
                block = self._blocks.thinking(now_s)
                thinking = self._thinking = (block, event.provider, event.model)
                self._show(block)
            thinking[0].append(event.text)
            self._sink.touched(thinking[0])
        if event.state is not None:
            self._close_thinking()

    def close(self) -> None:
        """Take that something else follows."""
        if self._answer is not None:
            self._answer.finish()
            self._sink.touched(self._answer)
            self._answer = None
        self._close_thinking()

    def _close_thinking(self) -> None:
        if self._thinking is not None:
            block = self._thinking[0]
            block.finish()
            self._sink.touched(block)
            self._thinking = None


class Pump:
    """Takes events in their order."""

    def __init__(self, sink: Sink, blocks: BlockFactory, *, now_s: Callable[[], float] | None = None) -> None:
        """Show nothing yet; without ``now_s`` the time is that of the events: they are history."""
        self._sink = sink
        self._blocks = blocks
        self._at_s = 0.0
        self._now_s = now_s or (lambda: self._at_s)
        self._turn_seq = 0
        self._speech = _Speech(sink, blocks, self._show)
        self._calls: dict[CallId, CallShowing] = {}
        self._wait: WaitShowing | None = None
        self._usage = Usage()
        self._cost_usd: float | None = 0.0
        self._is_silent = False

    def apply(self, published: Published) -> None:
        """Show one event."""
        event = published.event
        if isinstance(event, LanesChanged):  # what waits stands elsewhere, and is no part of the conversation
            return
        if self._wait is not None and _ends_wait(event):
            if not isinstance(event, SessionStarted):  # a wait that a dead program left ended unseen
                self._at_s = published.at.timestamp()
            self._end_wait(is_turn_over=isinstance(event, ErrorRaised | TurnFinished | SessionStarted))
        if isinstance(event, ToolRequested) or (isinstance(event, TextDelta) and event.text.strip()):
            self._is_silent = False
        match event:
            case TextDelta(text=text):
                self._speech.answer(text)
            case ThinkingDelta():
                self._speech.think(event, self._now_s)
            case _:
                self._other(event, published)
        self._at_s = published.at.timestamp()

    def begin(self, now_s: Callable[[], float]) -> None:
        """Take note that what comes from now on happens now; what was under way is over, but for calls still to end."""
        self._end_wait(is_turn_over=True)
        self._speech.close()
        self._now_s = now_s

    def steered(self, prompt: tuple[PromptPart, ...]) -> None:
        """Show what the user said in the middle of a turn."""
        self._speech.close()
        self._show(self._blocks.user(prompt))

    def rewound(self, first_seq: int) -> None:
        """Show no longer what began with this event or later."""
        self._speech.close()
        self._calls.clear()
        self._sink.drop_since(first_seq)
        self._turn_seq = min(self._turn_seq, first_seq - 1)

    def _other(self, event: Event, published: Published) -> None:
        if isinstance(event, UsageUpdated):
            self._count(event)
            return
        if isinstance(
            event, ToolOutput | SubagentCalled
        ):  # not recorded: text around it is one piece on disk, and so it is here
            self._call(event)
            return
        self._speech.close()
        self._at_s = published.at.timestamp()
        match event:
            case TextDelta() | ThinkingDelta() | LanesChanged():
                return
            case TurnStarted():
                self._begin_turn(event, published.seq)
            case SessionStarted():
                self._begin_session(event, published.seq)
            case (
                ToolRequested()
                | ToolStarted()
                | ToolFinished()
                | PermissionAsked()
                | PermissionDecided()
                | QuestionAsked()
            ):
                self._call(event)
            case RetryScheduled() if self._wait is not None:
                self._wait.again(event)
                self._sink.touched(self._wait)
            case RetryScheduled():
                self._wait = self._blocks.retry(event, self._now_s)
                self._show(self._wait)
            case ErrorRaised():
                self._show(self._blocks.error(event))
            case TurnFinished():
                if self._is_silent and event.rounds and event.stop_reason is StopReason.DONE:
                    self._show(self._blocks.notice(SAID_NOTHING, "info"))
                self._show(self._blocks.turn_end(event, self._usage, self._cost_usd))
            case PromptSteered(prompt=prompt):
                self.steered(prompt)
            case TurnsRewound(first_seq=first_seq):
                self.rewound(first_seq)
            case _:
                assert_never(event)

    def _begin_session(self, event: SessionStarted, seq: int) -> None:
        """Tell what was mended; what comes before the first turn belongs to it."""
        self._turn_seq = self._turn_seq or seq
        if event.repaired_calls:
            plural = "s were" if event.repaired_calls != 1 else " was"
            text = f"{event.repaired_calls} tool call{plural} cut off when this session last ended: look what they did"
            self._show(self._blocks.notice(text, "warning"))

    def _begin_turn(self, event: TurnStarted, seq: int) -> None:
        self._turn_seq = seq
        self._usage, self._cost_usd = Usage(), 0.0
        self._is_silent = True
        self._sink.append(self._blocks.user(event.prompt), seq=seq, starts_turn=True)
        if event.reason:
            self._show(self._blocks.notice(event.reason, "info"))

    def _call(
        self,
        event: ToolRequested
        | ToolStarted
        | ToolOutput
        | SubagentCalled
        | ToolFinished
        | PermissionAsked
        | PermissionDecided
        | QuestionAsked,
    ) -> None:
        """Show what becomes of a tool's call."""
        if isinstance(event, ToolRequested):
            made = self._calls[event.call_id] = self._blocks.tool(event, self._now_s)
            self._show(made)
            return
        block = self._calls.get(event.call_id)
        if block is None:
            self._of_nobody(event)
            return
        match event:
            case PermissionAsked():
                block.asked(event)
            case PermissionDecided():
                block.decided(event)
            case ToolStarted():
                block.started()
            case ToolOutput(text=text):
                block.output(text)
            case SubagentCalled(call=call):
                block.delegated(call)
            case ToolFinished():
                block.finished(event)
                del self._calls[event.call_id]
            case QuestionAsked():
                block.questioned(event)
            case _:
                assert_never(event)
        self._sink.touched(block)

    def _of_nobody(self, event: Event) -> None:
        """Tell that a subagent's call was refused: its calls are not shown, but a refusal explains what it did."""
        if isinstance(event, PermissionDecided) and not event.allowed:
            self._show(self._blocks.notice(f"a subagent was refused: {event.rule}", "warning"))

    def _count(self, event: UsageUpdated) -> None:
        self._usage += event.usage
        is_known = self._cost_usd is not None and event.cost_usd is not None
        self._cost_usd = (self._cost_usd or 0.0) + (event.cost_usd or 0.0) if is_known else None

    def _show(self, block: Block) -> None:
        self._sink.append(block, seq=self._turn_seq, starts_turn=False)

    def _end_wait(self, *, is_turn_over: bool) -> None:
        if self._wait is not None:
            wait, self._wait = self._wait, None
            wait.finish(is_turn_over=is_turn_over)
            self._sink.touched(wait)


def _ends_wait(event: Event) -> bool:
    """Return whether the event shows something below a wait, so that another wait will be another block."""
    if isinstance(event, TextDelta | ThinkingDelta):
        return bool(event.text)
    return not isinstance(event, RetryScheduled | UsageUpdated | ToolOutput | SubagentCalled)
