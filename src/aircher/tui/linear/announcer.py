"""Says what happens in a session, line by line. Text that streams is said in whole lines or sentences."""

from collections.abc import Callable
from typing import assert_never

from aircher.domain.events import (
    ErrorRaised,
    LanesChanged,
    PermissionAsked,
    PermissionDecided,
    PromptSteered,
    Published,
    QuestionAsked,
    RetryScheduled,
    SessionStarted,
    StopReason,
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
from aircher.tui.linear import words

LONG_CHARS = 200
"""So much of a paragraph is not held back: at the end of a sentence it is said."""


class Announcer:
    """Says events; ``say`` gets one text at a time, without its last newline."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._text = ""
        self._is_thinking = False

    def apply(self, published: Published) -> None:
        """Say an event, if there is something to say."""
        event = published.event
        if isinstance(event, TextDelta):
            self._hear(event.text)
            return
        if isinstance(event, ThinkingDelta):
            if not self._is_thinking and event.text:
                self._is_thinking = True
                self._say("Thinking.")
            return
        if isinstance(event, ToolOutput | UsageUpdated | ToolStarted | PermissionDecided | SessionStarted):
            return
        self._finish_text()
        match event:
            case TurnStarted(prompt=prompt):
                self._say(f"You: {words.prompt_words(prompt)}")
                self._is_thinking = False
            case PromptSteered(prompt=prompt):
                self._say(f"You, in between: {words.prompt_words(prompt)}")
            case LanesChanged(waiting=waiting, is_paused=is_paused):
                paused = " They wait until an empty line says go on." if is_paused and waiting else ""
                self._say(f"Messages that wait: {len(waiting)}.{paused}")
            case TurnsRewound(turns=turns):
                self._say(f"The last {turns} turns are taken back.")
            case ToolRequested(name=name):
                self._say(f"Tool {name} is asked for.")
            case PermissionAsked():
                self._say("\n".join(words.permission_words(event)))
            case QuestionAsked():
                self._say("\n".join(words.question_words(event)))
            case ToolFinished():
                self._say(words.ended_words(event))
            case RetryScheduled():
                self._say(words.retry_words(event))
            case ErrorRaised(message=message, hint=hint):
                self._say(f"Error: {message}." + (f" Remedy: {hint}." if hint else ""))
            case TurnFinished(stop_reason=reason):
                self._say("Ready." if reason is StopReason.DONE else f"Ready. The turn ended early: {reason.value}.")
            case _:
                assert_never(event)

    def begin(self) -> None:
        """Say that all of that was before."""
        self._finish_text()

    def _hear(self, text: str) -> None:
        self._text += text
        end = self._text.rfind("\n") + 1
        if not end and len(self._text) > LONG_CHARS:
            end = max(self._text.rfind(sign) for sign in (". ", "? ", "! ")) + 1
        if end > 0:
            self._say(self._text[:end].rstrip("\n"))
            self._text = self._text[end:].lstrip(" ")

    def _finish_text(self) -> None:
        if self._text.strip():
            self._say(self._text)
        self._text = ""
