"""What the context panel tells of a session, gathered from its events as they pass.

Invariant: bounded, and cheap for each event; sizes are estimates in tokens.
"""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from aircher.domain.commands import JobFacts
from aircher.domain.events import (
    CallStatus,
    PromptSteered,
    Published,
    TextDelta,
    ThinkingDelta,
    ToolFinished,
    ToolRequested,
    TurnsRewound,
    TurnStarted,
)
from aircher.domain.ids import CallId
from aircher.tui.context_panel import PanelFacts, Share
from aircher.tui.status_bar import Status
from aircher.tui.waiting import prompt_text

CHARS_PER_TOKEN = 4.0
"""Of prose and code in English; the sum is brought to what the server counted, so only the proportions rest on it."""
MOST_FILES = 12
"""More do not fit beside a conversation."""
MOST_ENDED_JOBS = 3
_PATH_ARGUMENTS = ("path", "file", "file_path")

MOST_TURNS = 200
"""That are counted each for itself; who goes further back has an estimate that begins anew."""
_NAMES = ("you", "answers", "tools")


class _TurnChars(NamedTuple):
    """What a turn put into the window: characters by who wrote them; ``first_seq`` is the event it began with."""

    first_seq: int
    chars: Counter[str]


class PanelLedger:
    """Counts what fills the window, turn by turn, and remembers the files that were touched.

    Args:
        is_whole: Whether every turn will be taken into account, not only the last ones.
    """

    def __init__(self, *, is_whole: bool) -> None:
        self._is_whole = is_whole
        self._chars: Counter[str] = Counter()
        self._turns: list[_TurnChars] = []
        self._older = _TurnChars(0, Counter())
        self._files: dict[str, str] = {}
        self._asked: dict[CallId, list[tuple[str, str]]] = {}

    def take(self, published: Published) -> None:
        """Take an event into account."""
        match published.event:
            case TurnStarted(prompt=prompt):
                self._begin(published.seq)
                self._count("you", len(prompt_text(prompt)))
            case PromptSteered(prompt=prompt):
                self._count("you", len(prompt_text(prompt)))
            case TextDelta(text=text) | ThinkingDelta(text=text):
                self._count("answers", len(text))
            case ToolRequested():
                self._ask(published.event)
            case ToolFinished():
                self._end(published.event)
            case TurnsRewound(first_seq=first_seq):
                self._rewind(first_seq)
            case _:
                pass

    def files(self) -> list[str]:
        """Return the files that were touched, the last one first."""
        return list(reversed(self._files))

    def facts(self, status: Status, jobs: Sequence[JobFacts]) -> PanelFacts:
        """Return what the panel tells at this moment."""
        known = status.context_tokens
        estimated = {name: self._chars[name] / CHARS_PER_TOKEN for name in _NAMES if self._chars[name]}
        total = sum(estimated.values())
        shares: list[Share] = []
        if known:
            scale = min(1.0, known / total) if total else 0.0
            shares = [Share(name=name, tokens=round(tokens * scale)) for name, tokens in estimated.items()]
            rest = known - sum(share.tokens for share in shares)
            name = "instructions" if self._is_whole else "earlier and instructions"
            shares.append(Share(name=name, tokens=max(0, rest)))
        return PanelFacts(
            context_tokens=known,
            window_tokens=status.window_tokens,
            shares=shares,
            files=[(path, self._files[path]) for path in self.files()[:MOST_FILES]],
            jobs=_told(jobs),
            memory_bytes=memory_bytes(),
        )

    def _ask(self, event: ToolRequested) -> None:
        """Remember which files the call is about: it touches them if it comes to anything."""
        what = "read" if event.name == "read_file" else event.name.replace("_", " ")
        paths = [path for key in _PATH_ARGUMENTS if isinstance(path := event.arguments.get(key), str)]
        self._asked[event.call_id] = [(path, what) for path in paths]

    def _end(self, event: ToolFinished) -> None:
        self._count("tools", len(event.content))
        asked = self._asked.pop(event.call_id, [])
        changed = [(change.path, change.change) for change in event.changes]
        for path, what in (*(asked if event.status is CallStatus.OK else ()), *changed):
            self._touch(path, what)

    def _begin(self, seq: int) -> None:
        self._asked.clear()
        self._turns.append(_TurnChars(seq, Counter()))
        if len(self._turns) > MOST_TURNS:
            oldest = self._turns.pop(0)
            self._older = _TurnChars(oldest.first_seq, self._older.chars + oldest.chars)

    def _count(self, name: str, chars: int) -> None:
        if self._turns:
            self._turns[-1].chars[name] += chars
            self._chars[name] += chars

    def _rewind(self, first_seq: int) -> None:
        """Forget the turns from this one on."""
        while self._turns and self._turns[-1].first_seq >= first_seq:
            self._chars -= self._turns.pop().chars
        if self._older.first_seq >= first_seq:  # how much of it is left is not known any more
            self._chars -= self._older.chars
            self._older = _TurnChars(0, Counter())
            self._is_whole = False

    def _touch(self, path: str, what: str) -> None:
        self._files.pop(path, None)
        self._files[path] = what
        while len(self._files) > 10 * MOST_FILES:
            del self._files[next(iter(self._files))]


def _told(jobs: Sequence[JobFacts]) -> list[tuple[str, str]]:
    """Return those that run, and the last ones that ended: since when, or how. No figure of it moves by itself."""
    ended = [facts.job_id for facts in jobs if facts.state != "running"][-MOST_ENDED_JOBS:]
    shown = [facts for facts in jobs if facts.state == "running" or facts.job_id in ended]
    return [(f"{facts.job_id} {facts.command}", _state(facts)) for facts in shown]


def _state(facts: JobFacts) -> str:
    if facts.state == "running":
        return f"since {datetime.now().astimezone() - timedelta(seconds=facts.duration_s):%H:%M}"
    return "stopped" if facts.state == "stopped" else f"exit {facts.exit_status}"


def memory_bytes() -> int | None:
    """Return what this process holds in memory now; ``None`` = the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
