"""Where a one-shot run's events become bytes: one sink an output format.

Invariant: stdout gets the answer and nothing else; what people want to know besides goes to stderr.
"""

from datetime import datetime
from typing import Protocol, TextIO

import msgspec

from aircher.domain.events import (
    PromptSteered,
    Published,
    RetryScheduled,
    SessionStarted,
    StopReason,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    TurnStarted,
    payload,
)
from aircher.domain.records import dataclass
from aircher.oneshot.result import RunResult
from aircher.support.text import without_controls


class Sink(Protocol):
    """Takes events as they come, and the result at the end."""

    def on_event(self, published: Published) -> None:
        """Show the event, if this format shows it."""
        ...

    def finish(self, result: RunResult) -> None:
        """End the output."""
        ...


@dataclass(slots=True)
class PlainText:
    """The answer's text as the model wrote it: for pipes, and for ``--output-format markdown``.

    A terminal gets it without control characters: it would obey them.
    """

    stdout: TextIO
    _last: str = "\n"

    def on_event(self, published: Published) -> None:
        """Write pieces of the answer at once."""
        match published.event:
            case TextDelta(text=text):
                self._write(text)
            case ToolFinished() | PromptSteered() if self._last != "\n":
                self._write("\n\n")

    def finish(self, result: RunResult) -> None:  # noqa: ARG002 - the role passes it
        """End the last line."""
        if self._last != "\n":
            self._write("\n")

    def _write(self, text: str) -> None:
        self.stdout.write(without_controls(text) if self.stdout.isatty() else text)
        self.stdout.flush()
        self._last = text[-1:] or self._last


@dataclass(slots=True)
class WholeText:
    """The answer once it is whole: for one that has to satisfy a schema and may have to be asked for again."""

    stdout: TextIO

    def on_event(self, published: Published) -> None:
        """Wait for the result."""

    def finish(self, result: RunResult) -> None:
        """Write the text, unless it does not count."""
        if result.stop_reason is StopReason.DONE and result.text:
            self.stdout.write(without_controls(result.text) if self.stdout.isatty() else result.text)
            self.stdout.write("\n")
            self.stdout.flush()


@dataclass(slots=True)
class Json:
    """One object at the end."""

    stdout: TextIO

    def on_event(self, published: Published) -> None:
        """Wait for the result."""

    def finish(self, result: RunResult) -> None:
        """Write the result."""
        write_line(self.stdout, result.to_json())


@dataclass(slots=True)
class StreamJson:
    """One object a line: every event, then the result."""

    stdout: TextIO

    def on_event(self, published: Published) -> None:
        """Write the event."""
        write_line(self.stdout, event_line(published))

    def finish(self, result: RunResult) -> None:
        """Write the result."""
        write_line(self.stdout, result.to_json())


@dataclass(slots=True)
class Progress:
    """What happens besides the answer, for a person who watches stderr."""

    stderr: TextIO
    is_verbose: bool
    _asked: tuple[str, str] = ("", "")
    _is_mid_line: bool = False

    def on_event(self, published: Published) -> None:
        """Say repairs, waits and changes of the model always, tool calls only to a terminal."""
        if isinstance(published.event, TextDelta):
            self._is_mid_line = self.is_verbose and not published.event.text.endswith("\n")
        match published.event:
            case TurnStarted(provider=provider, model=model, reason=reason):
                self._asked = (provider, model)
                if reason:
                    self._say(f"note: {model} of {provider} answers: {reason}")
            case SessionStarted(repaired_calls=count) if count:
                plural = "call" if count == 1 else "calls"
                self._say(f"note: {count} tool {plural} had no result when the last run ended; marked as interrupted")
            case RetryScheduled() as event:
                self._say(f"{event.message}; {self._next_step(event)}")
            case ToolFinished() if self.is_verbose:
                self._say(f"· {published.event.name}: {published.event.summary}")

    def finish(self, result: RunResult) -> None:
        """Say nothing: how the run ended is the command line's to tell."""

    def _next_step(self, event: RetryScheduled) -> str:
        if event.provider and self._asked != (event.provider, event.model):
            self._asked = (event.provider, event.model)
            return f"asking {event.model} of {event.provider} instead"
        if event.attempt == 0:
            return f"waiting {event.delay_s:.1f} s"
        if event.delay_s == 0:
            return f"asking again (attempt {event.attempt + 1})"
        return f"trying again in {event.delay_s:.1f} s (attempt {event.attempt + 1})"

    def _say(self, text: str) -> None:
        if self._is_mid_line:  # the terminal's cursor stands behind half an answer
            print(file=self.stderr)
            self._is_mid_line = False
        print(without_controls(text), file=self.stderr, flush=True)


@dataclass(slots=True)
class FoldedThoughts:
    """One line in place of the thoughts, for a terminal; it comes before the sink of the answer that follows them."""

    stderr: TextIO
    _since: datetime | None = None

    def on_event(self, published: Published) -> None:
        """Say, once they are over, that there were thoughts and how long they took."""
        if isinstance(published.event, ThinkingDelta):
            if published.event.text:
                self._since = self._since or published.at
        elif self._since is not None:
            print(f"· thought for {(published.at - self._since).total_seconds():.1f} s", file=self.stderr, flush=True)
            self._since = None

    def finish(self, result: RunResult) -> None:
        """Say nothing more."""


def event_line(published: Published) -> dict[str, object]:
    """Return the event as an object of ``stream-json``: its place, its type, its own fields."""
    event = published.event
    return {
        "type": event.type,
        "seq": published.seq,
        "at": published.at,
        "session_id": published.session_id,
        "turn_id": published.turn_id,
        **payload(event),
    }


def write_line(stream: TextIO, value: dict[str, object]) -> None:
    """Write the value as one line of JSON, at once. Halves of surrogate pairs become U+FFFD."""
    try:
        line = msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        line = msgspec.json.encode(_encodable(value)).decode()
    stream.write(line + "\n")
    stream.flush()


def _encodable(value: object) -> object:
    match msgspec.to_builtins(value) if not isinstance(value, dict | list | tuple | str) else value:
        case str() as text:
            return text.encode("utf-8", "replace").decode()
        case dict() as mapping:
            return {_encodable(key): _encodable(item) for key, item in mapping.items()}
        case list() | tuple() as items:
            return [_encodable(item) for item in items]
        case other:
            return other
