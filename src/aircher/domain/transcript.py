"""Events in, messages out: the one place that knows how a conversation is rebuilt.

The same fold serves the running engine and a session loaded from disk, so what was shown, what is stored and what
is sent to the model cannot drift apart.
"""

from collections.abc import Iterable
from dataclasses import field, replace
from typing import assert_never

from aircher.domain.errors import BEGUN_ANEW, STATE_REFUSED, SchemaError
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Event,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    PromptSteered,
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
from aircher.domain.messages import (
    Message,
    Part,
    Role,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolResultPart,
)
from aircher.domain.records import dataclass

_BEGIN_AGAIN = frozenset({SchemaError.default_code, BEGUN_ANEW})
CUT_OFF = frozenset({StopReason.INTERRUPTED, StopReason.BUDGET, StopReason.DEADLINE, StopReason.ERROR})
"""How turns end whose answer is not whole."""
UNFINISHED = "This tool call was interrupted, its effect is unknown: look before you do anything of it again."
NEVER_RAN = "This tool call was interrupted before it ran: it has had no effect."


@dataclass(slots=True)
class Transcript:
    """A conversation under construction. Feed it events in order; read `messages` at any time.

    Reasoning of an attempt that broke off is forgotten: its model would not take it back. Its text stays, the next
    attempt goes on from it. An answer that a schema refused is forgotten altogether.

    A call that has no result when the conversation goes on is closed as interrupted: no order of events, not even a
    forged one, makes a transcript that a vendor would refuse.
    """

    _closed: list[Message] = field(default_factory=list)
    _parts: list[Part] = field(default_factory=list)
    _results: list[Part] = field(default_factory=list)
    _open_calls: dict[CallId, ToolCallPart] = field(default_factory=dict)
    _started: set[CallId] = field(default_factory=set)
    _run: list[TextDelta | ThinkingDelta] = field(default_factory=list)
    _turn_starts: list[int] = field(default_factory=list)

    def apply(self, event: Event) -> None:
        """Take one event into account."""
        if isinstance(event, TextDelta | ThinkingDelta) and not self._results:
            if self._run and not _continues(self._run[-1], event):
                self._close_run()
            self._run.append(event)  # thousands of them: joined when somebody looks
            return
        self._close_run()
        match event:
            case TurnStarted():
                self._close_assistant()
                self._turn_starts.append(len(self._closed))
                self._closed.append(Message(role=Role.USER, parts=event.prompt))
            case PromptSteered():
                self._drop_unanswered_reasoning()
                self._close_assistant()
                self._closed.append(Message(role=Role.USER, parts=event.prompt))
            case TurnsRewound(turns=turns):
                self._forget_turns(turns)
            case TextDelta():
                self._open_assistant()
                self._append_text(event.text)
            case ThinkingDelta():
                self._open_assistant()
                self._append_thinking(event)
            case ToolRequested():
                self._open_assistant()
                call = ToolCallPart(call_id=event.call_id, name=event.name, arguments=event.arguments)
                self._parts.append(call)
                self._open_calls[event.call_id] = call
            case ToolStarted(call_id=call_id):
                self._started.add(call_id)
            case ToolFinished():
                self._append_result(event)
            case TurnFinished(stop_reason=stop) if stop in CUT_OFF:
                self._drop_unanswered_reasoning()
            case RetryScheduled(code=code) if code in _BEGIN_AGAIN and not self._results:
                self._parts = [part for part in self._parts if isinstance(part, ToolCallPart)]
            case RetryScheduled(code=code) if code == STATE_REFUSED:
                self._forget_reasoning()
            case RetryScheduled(attempt=attempt) if attempt and not self._results:
                self._parts = [part for part in self._parts if not isinstance(part, ThinkingPart)]
            case (
                SessionStarted()
                | LanesChanged()
                | PermissionAsked()
                | PermissionDecided()
                | QuestionAsked()
                | ToolOutput()
                | SubagentCalled()
                | UsageUpdated()
                | RetryScheduled()
                | TurnFinished()
                | ErrorRaised()
            ):
                return
            case _:
                assert_never(event)

    @property
    def unfinished_calls(self) -> tuple[ToolCallPart, ...]:
        """Calls that have no result yet, in the order of their request."""
        return tuple(self._open_calls.values())

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation so far, oldest first; valid once `unfinished_calls` is empty."""
        self._close_run()
        tail: list[Message] = []
        if self._parts:
            tail.append(Message(role=Role.ASSISTANT, parts=tuple(self._parts)))
        if self._results:
            tail.append(Message(role=Role.TOOL, parts=self._ordered_results()))
        return (*self._closed, *tail)

    def unfinished_results(self) -> tuple[ToolFinished, ...]:
        """Return the events that would close every unfinished call as interrupted."""
        return tuple(
            ToolFinished(
                call_id=call.call_id,
                name=call.name,
                status=CallStatus.INTERRUPTED,
                content=UNFINISHED if call.call_id in self._started else NEVER_RAN,
                summary="interrupted",
                duration_ms=0,
            )
            for call in self.unfinished_calls
        )

    def _forget_reasoning(self) -> None:
        """Drop all reasoning: its model's server would refuse the state that goes with it at every call."""
        kept: list[Message] = []
        starts: list[int] = []
        for at, message in enumerate(self._closed):
            if len(starts) < len(self._turn_starts) and self._turn_starts[len(starts)] == at:
                starts.append(len(kept))
            if parts := tuple(part for part in message.parts if not isinstance(part, ThinkingPart)):
                kept.append(replace(message, parts=parts))
        self._closed, self._turn_starts = kept, starts
        self._parts = [part for part in self._parts if not isinstance(part, ThinkingPart)]

    def _forget_turns(self, turns: int) -> None:
        """Drop the last so many turns, all that belongs to them included."""
        if not 0 < turns <= len(self._turn_starts):
            return
        del self._closed[self._turn_starts[-turns] :]
        del self._turn_starts[-turns:]
        for of_the_last_turn in (self._parts, self._results, self._open_calls, self._started):
            of_the_last_turn.clear()

    def _close_run(self) -> None:
        """Make one part of the deltas that belong together."""
        if not self._run:
            return
        last, text = self._run[-1], "".join(delta.text for delta in self._run)
        self._run.clear()
        if isinstance(last, TextDelta):
            self._append_text(text)
        else:
            self._append_thinking(replace(last, text=text))

    def _drop_unanswered_reasoning(self) -> None:
        """Drop reasoning that led to nothing: no server takes an answer that ends in it."""
        while self._parts and not self._results and isinstance(self._parts[-1], ThinkingPart):
            self._parts.pop()

    def _open_assistant(self) -> None:
        if self._results:
            self._close_assistant()

    def _close_assistant(self) -> None:
        for repair in self.unfinished_results():
            self._append_result(repair)
        self._closed = list(self.messages)
        self._parts = []
        self._results = []

    def _append_text(self, text: str) -> None:
        match self._parts:
            case [*_, TextPart(text=before)]:
                self._parts[-1] = TextPart(text=before + text)
            case _:
                self._parts.append(TextPart(text=text))

    def _append_thinking(self, event: ThinkingDelta) -> None:
        match self._parts:
            case [*_, ThinkingPart(state=None) as last] if (last.provider, last.model) == (event.provider, event.model):
                self._parts[-1] = replace(last, text=last.text + event.text, state=event.state)
            case _:
                part = ThinkingPart(text=event.text, state=event.state, provider=event.provider, model=event.model)
                self._parts.append(part)

    def _ordered_results(self) -> tuple[Part, ...]:
        """Return the results in the order of their calls, however the tools finished, then what they show."""
        place = {part.call_id: at for at, part in enumerate(self._parts) if isinstance(part, ToolCallPart)}
        results = [part for part in self._results if isinstance(part, ToolResultPart)]
        results.sort(key=lambda part: place.get(part.call_id, len(place)))
        return (*results, *(part for part in self._results if not isinstance(part, ToolResultPart)))

    def _append_result(self, event: ToolFinished) -> None:
        self._started.discard(event.call_id)
        if self._open_calls.pop(event.call_id, None) is None:
            return
        self._results.append(
            ToolResultPart(
                call_id=event.call_id,
                name=event.name,
                content=event.content,
                is_error=event.status is not CallStatus.OK,
            )
        )
        self._results.extend(event.images)


def _continues(last: TextDelta | ThinkingDelta, new: TextDelta | ThinkingDelta) -> bool:
    match last, new:
        case TextDelta(), TextDelta():
            return True
        case ThinkingDelta(state=None), ThinkingDelta():
            return (last.provider, last.model) == (new.provider, new.model)
        case _:
            return False


def fold(events: Iterable[Event]) -> Transcript:
    """Return the transcript these events amount to."""
    transcript = Transcript()
    for event in events:
        transcript.apply(event)
    return transcript
