"""Streams rendered Markdown to a terminal, without an alternate screen.

Invariant: a line that is finished is written once and never touched again; only the last, unfinished line is repainted
in place. So the scrollback stays whole, whatever the height of the window.
"""

import re
import shutil
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TextIO

from aircher.domain.events import PromptSteered, Published, TextDelta, ToolFinished
from aircher.domain.records import dataclass
from aircher.oneshot.markdown import Renderer
from aircher.oneshot.result import RunResult
from aircher.support.markdown_parser import ranged_events
from aircher.support.text import display_width

MAX_COLUMNS = 100  # longer lines of prose are hard to read
CLEAR_LINE = "\r\x1b[2K"
_AFTER_BLANK_LINE = re.compile(r"\n[ \t]*\n[ \t]*\Z")
_FENCE = re.compile(r"^[ ]*(?:```|~~~)", re.MULTILINE)
_BACKTICKS = re.compile(r"`+")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_BARE_MARKER = re.compile(r"[ \t]*(?:\d{1,9}[.)]?|[-*+_=#>`~]*)[ \t]*\Z")


def terminal_columns() -> int:
    """Return the width to lay text out for: the window's, one column short so that no line wraps by itself."""
    return min(MAX_COLUMNS, shutil.get_terminal_size().columns - 1)


@dataclass(slots=True)
class LiveMarkdown:
    """A sink for a terminal; see `aircher.oneshot.sinks.Sink`."""

    stdout: TextIO
    columns: Callable[[], int] = terminal_columns
    _source: str = ""
    _written: int = 0
    _last: str = ""
    _has_output: bool = False

    def on_event(self, published: Published) -> None:
        """Show pieces of the answer at once."""
        match published.event:
            case TextDelta(text=text):
                self._source += text
                self._advance()
            case ToolFinished() | PromptSteered():
                self._close()

    def finish(self, result: RunResult) -> None:  # noqa: ARG002 - the role passes it
        """Write what is still open."""
        self._close()

    def _advance(self) -> None:
        """Write finished blocks for good, then the open one as far as it cannot change."""
        end = _frozen_until(self._source)
        if end:
            self._write_block(self._source[:end], is_open=False)
            self._source = self._source[end:]
        self._write_block(self._source, is_open=True)
        self.stdout.flush()

    def _close(self) -> None:
        if self._source.strip():
            self._write_block(self._source, is_open=False)
            self.stdout.flush()
        self._source = ""

    def _write_block(self, source: str, *, is_open: bool) -> None:
        lines = Renderer(self.columns()).render(_completed(source) if is_open else source)
        if is_open and _is_table(source):
            return
        settled = self._settled(source, lines) if is_open else len(lines)
        last = lines[-1] if is_open and lines and settled == len(lines) - 1 else self._last
        for line in lines[self._written : settled]:
            self._begin_line()
            self.stdout.write(line + "\n")
            self._written += 1
        if is_open and last != self._last and display_width(last) <= self.columns():
            if self._last and last.startswith(self._last):
                self.stdout.write(last[len(self._last) :])
            else:
                self._begin_line()
                self.stdout.write(last)
            self._last = last
        if not is_open:
            if self._written > len(lines):  # the empty line before the next block is there already
                self._has_output = False
            self._written = 0
            if self._last:  # what was painted turned out to be markup, such as half of a closing fence
                self.stdout.write(CLEAR_LINE)
                self._last = ""

    def _settled(self, source: str, lines: Sequence[str]) -> int:
        """Return how many finished lines look the same whether or not an open ``_`` or ``*`` will find its end."""
        finished = lines[:-1]
        marker = _open_emphasis(source) if len(finished) > self._written else ""
        if not marker:
            return len(finished)
        other = Renderer(self.columns()).render(_completed(source).rstrip() + marker)
        same = (at for at, (one, two) in enumerate(zip_longest(finished, other[: len(finished)])) if one != two)
        return max(self._written, next(same, len(finished)))

    def _begin_line(self) -> None:
        if self._last:
            self.stdout.write(CLEAR_LINE)
            self._last = ""
        elif self._written == 0 and self._has_output:
            self.stdout.write("\n")
        self._has_output = True


def _frozen_until(source: str) -> int:
    """Return the offset up to which no further text can change the blocks: the last start after a blank line.

    A start whose line is still a bare marker is undecided: ``1`` may become the next item of the list before it.
    """
    return max((start for start in _block_starts(source) if start and _is_decided(source, start)), default=0)


def _is_decided(source: str, start: int) -> bool:
    return bool(_AFTER_BLANK_LINE.search(source[:start])) and not _BARE_MARKER.match(source, start)


def _block_starts(source: str) -> list[int]:
    """Return where the top-level blocks of this source begin, as character offsets."""
    starts, depth = [], 0
    encoded = source.encode("utf-8", "replace")
    for event, span in ranged_events(source):
        if depth == 0:
            starts.append(len(encoded[: span["start"]].decode("utf-8", "replace")))
        if isinstance(event, dict):
            depth += ("Start" in event) - ("End" in event)
    return starts


def _completed(source: str) -> str:
    """Return the open block with its open code span or bold closed, so that its finished lines look as they will.

    A marker at the very end says nothing yet and is left out.
    """
    if len(_FENCE.findall(source)) % 2:
        return source
    opener = _open_code_span(source)
    if opener is not None:
        at, marker = opener
        return source[:at] if at + len(marker) == len(source) else source + marker
    if source.count("**") % 2:
        return source.removesuffix("**") if source.endswith("**") else source.rstrip() + "**"
    return source


def _open_code_span(source: str) -> tuple[int, str] | None:
    """Return where the last code span opens and with which run of backticks, or ``None`` if all are closed."""
    at = 0
    while run := _BACKTICKS.search(source, at):
        closing = re.compile(rf"(?<!`){run[0]}(?!`)").search(source, run.end())
        if closing is None:
            return run.start(), run[0]
        at = closing.end()
    return None


def _open_emphasis(source: str) -> str:
    """Return the marker that would end an emphasis which may be open: a word that starts with ``_`` or ``*``."""
    text = _CODE_SPAN.sub("x", source)
    for marker in ("_", "*"):
        openers = re.findall(rf"(?<![\w{marker}\\])[{marker}](?=[^\s{marker}])", text)
        closers = re.findall(rf"(?<=[^\s{marker}])[{marker}](?![\w{marker}])", text)
        if len(openers) > len(closers):
            return marker
    return ""


def _is_table(source: str) -> bool:
    """Whether the open block may still become a table: its columns are known only at its end."""
    return source.lstrip().startswith("|")
