"""How far the download of a model has come: one line that is repainted on a terminal, a line a change elsewhere.

Invariant: after `PullDisplay.close` the cursor stands at the start of a line of its own.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, TextIO

from aircher.domain.records import dataclass
from aircher.support.text import display_width, without_controls

if TYPE_CHECKING:
    from aircher.providers._ollama_pull import PullProgress

CLEAR_LINE = "\r\x1b[2K"
REPAINT_S = 0.1  # often enough to look alive
SPEED_WINDOW_S = 5.0  # what happened before says little about how fast it is now
_BAR_CELLS = 24


def amount(count_bytes: float) -> str:
    """Return a number of bytes for people, in the decimal units of disks and networks."""
    for unit in ("B", "kB", "MB", "GB"):
        if count_bytes < 999.5:
            return f"{count_bytes:.0f} {unit}" if unit in {"B", "kB"} else f"{count_bytes:.1f} {unit}"
        count_bytes /= 1000
    return f"{count_bytes:.1f} TB"


@dataclass(slots=True)
class PullMeter:
    """Adds up the files of a model. A model's total grows while the server comes to know of more of them."""

    _files: dict[str, tuple[int, int]] = field(default_factory=dict)
    _received: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def done_bytes(self) -> int:
        """What is there."""
        return sum(done for done, _ in self._files.values())

    @property
    def total_bytes(self) -> int:
        """What is known to be needed."""
        return sum(total for _, total in self._files.values())

    def add(self, progress: "PullProgress", *, now_s: float) -> None:
        """Take note of a report."""
        if not progress.digest or progress.total_bytes is None:
            return
        # what an earlier pull left is there at the first report, and was not fetched now
        before, _ = self._files.get(progress.digest, (progress.completed_bytes, 0))
        self._files[progress.digest] = (progress.completed_bytes, progress.total_bytes)
        self._received.append((now_s, max(0, progress.completed_bytes - before)))
        while self._received[0][0] < now_s - SPEED_WINDOW_S:
            self._received.popleft()

    def speed(self) -> float | None:
        """Return bytes per second of late; ``None`` = too early to tell."""
        if not self._received:
            return None
        took_s = self._received[-1][0] - self._received[0][0]
        return sum(count for _, count in list(self._received)[1:]) / took_s if took_s > 0 else None


@dataclass(slots=True)
class PullDisplay:
    """Tells a person about a pull, on stderr."""

    stderr: TextIO
    now_s: Callable[[], float]
    columns: Callable[[], int]
    _meter: PullMeter = field(default_factory=PullMeter)
    _status: str = ""
    _painted_at_s: float | None = None

    def show(self, progress: "PullProgress") -> None:
        """Tell how far it is."""
        now_s = self.now_s()
        self._meter.add(progress, now_s=now_s)
        is_news = progress.status != self._status
        self._status = progress.status
        if not self.stderr.isatty():
            if is_news:
                size = f" ({amount(progress.total_bytes)})" if progress.total_bytes else ""
                print(without_controls(f"{progress.status}{size}"), file=self.stderr, flush=True)
        elif is_news or self._painted_at_s is None or now_s - self._painted_at_s >= REPAINT_S:
            self._paint(progress, now_s)

    def close(self) -> None:
        """Leave the line as it is and go to the next one."""
        if self._painted_at_s is not None:
            print(file=self.stderr, flush=True)
            self._painted_at_s = None

    def _paint(self, progress: "PullProgress", now_s: float) -> None:
        line = self._bytes_line() if progress.digest and self._meter.total_bytes else progress.status
        line = without_controls(line).replace("\n", " ").expandtabs(1)
        while display_width(line) >= self.columns():
            line = line[:-1]
        print(CLEAR_LINE + line, end="", file=self.stderr, flush=True)
        self._painted_at_s = now_s

    def _bytes_line(self) -> str:
        done, total, speed = self._meter.done_bytes, self._meter.total_bytes, self._meter.speed()
        ratio = min(1.0, done / total)
        bar = "#" * int(ratio * _BAR_CELLS)
        words = [f"{ratio:4.0%}", f"[{bar:.<{_BAR_CELLS}}]", f"{amount(done)} of {amount(total)}"]
        if speed:
            words += [f"{amount(speed)}/s", f"{_duration((total - done) / speed)} left"]
        return " ".join(words)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
