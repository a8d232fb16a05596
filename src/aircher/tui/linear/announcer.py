"""Says what happens in a session, line by line. Text that streams is said in whole lines or sentences."""

from collections.abc import Callable
from typing import assert_never

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
from aircher.tui.linear import words
from aircher.tui.linear.voice import error_words

LONG_CHARS = 200
"""So much of a paragraph is not held back: at the end of a sentence it is said."""
LONGEST_CHARS = 2_000
"""So much is not held back whatever it is."""
_NOW_ONLY = PermissionAsked | PermissionDecided | QuestionAsked | RetryScheduled
"""What is over when it is history."""
_SILENT = ToolOutput | SubagentCalled | UsageUpdated | ToolStarted


class Announcer:
    """Says events; ``say`` gets one text at a time, without its last newline."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._text = ""
        self._is_past = True
        self._is_thinking = False
        self._asked: set[CallId] = set()
        self._waiting = 0
        self._is_silent = False

    def begin(self) -> None:
        """Say from now on what happens now."""
        self._finish_text()
        self._is_past = False

    def apply(self, published: Published) -> None:
        """Say an event, if there is something to say."""
        event = published.event
        if isinstance(event, TurnStarted):
            self._is_silent = True
        elif isinstance(event, ToolRequested) or (isinstance(event, TextDelta) and event.text.strip()):
            self._is_silent = False
        if isinstance(event, TextDelta):
            self._hear(event.text)
        elif isinstance(event, ThinkingDelta):
            self._think(event)
        elif isinstance(event, LanesChanged):
            self._lanes(event)
        elif not isinstance(event, _SILENT) and not (self._is_past and isinstance(event, _NOW_ONLY)):
            self._finish_text()
            self._is_thinking = False
            if told := self._told(event):
                self._say(told)

    def _told(self, event: Event) -> str:
        """Return what is said of an event; empty = nothing."""
        match event:
            case TurnStarted(prompt=prompt):
                return f"You: {words.prompt_words(prompt)}"
            case PromptSteered(prompt=prompt):
                return f"You, in between: {words.prompt_words(prompt)}"
            case TurnsRewound(turns=turns):
                return f"{words.count(turns, 'turn')} taken back."
            case ToolRequested():
                return words.requested_words(event)
            case PermissionAsked(call_id=call_id):
                self._asked.add(call_id)
                return "\n".join(words.asked_words(event))
            case QuestionAsked():
                return "\n".join(words.asked_words(event))
            case PermissionDecided(call_id=call_id, allowed=allowed) if call_id in self._asked:
                self._asked.discard(call_id)
                return "Allowed." if allowed else "Not allowed."
            case ToolFinished():
                return words.ended_words(event, is_whole=not self._is_past)
            case RetryScheduled():
                return words.retry_words(event)
            case ErrorRaised(message=message, hint=hint):
                return error_words(message, hint)
            case TurnFinished():
                self._asked.clear()
                return self._ended(event)
            case SessionStarted(repaired_calls=calls):
                return f"{words.count(calls, 'tool call')} cut off when this session last ended." if calls else ""
            case PermissionDecided() | TextDelta() | ThinkingDelta() | LanesChanged():
                return ""
            case ToolOutput() | SubagentCalled() | UsageUpdated() | ToolStarted():
                return ""
        assert_never(event)

    def _ended(self, event: TurnFinished) -> str:
        if event.stop_reason is not StopReason.DONE:
            return f"Ready. The turn ended early: {event.stop_reason.value}."
        return "The model said nothing. Ready." if self._is_silent and event.rounds else "Ready."

    def _lanes(self, event: LanesChanged) -> None:
        """Say what waits, unless nothing does and nothing did; a line of the answer that has not ended is not cut."""
        if self._is_past:
            return
        before, self._waiting = self._waiting, len(event.waiting)
        if before or event.waiting:
            paused = " An empty line sends them." if event.is_paused and event.waiting else ""
            self._say(f"{words.count(len(event.waiting), 'message')} waiting.{paused}")

    def _think(self, event: ThinkingDelta) -> None:
        if not self._is_thinking and not self._is_past and event.text:
            self._is_thinking = True
            self._say("Thinking.")

    def _hear(self, text: str) -> None:
        self._text += text
        end = self._text.rfind("\n") + 1
        if not end and len(self._text) > LONG_CHARS:
            end = max(self._text.rfind(sign) for sign in (". ", "? ", "! ")) + 1
        if not end and len(self._text) > LONGEST_CHARS:
            end = self._text.rfind(" ") + 1 or len(self._text)
        if end > 0:
            self._say(self._text[:end].rstrip("\n"))
            self._text = self._text[end:].lstrip(" ") if self._text[end - 1] != "\n" else self._text[end:]

    def _finish_text(self) -> None:
        if self._text.strip():
            self._say(self._text)
        self._text = ""
