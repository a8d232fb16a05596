"""``aircher dev console``: what happens in the program's sessions, line by line, while it happens elsewhere.

It follows the log, which every session writes: event names with their figures, never the text of tokens. An interface
that runs with ``--log-level debug`` adds what each input and each frame took: names of actions, never what was typed.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any, NamedTuple

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions

ACTION = "console"
PAUSE_S = 0.1
"""Between two looks at the file: nobody reads faster."""
_INPUT, _FRAME = "ui.input", "ui.frame"
_QUIET = ("at", "level", "event", "session_id", "turn_id", "call_id")


class Wanted(NamedTuple):
    """Which records are shown: those of these names (none = all), and of these the ones that took so long."""

    names: frozenset[str]
    least_ms: float

    def has(self, line: str) -> bool:
        """Return whether a line of the log is one of them."""
        if not self.names:
            return True
        record = _record(line)
        if record is None or record.get("event") not in self.names:
            return False
        took_ms = record.get("ms")
        return isinstance(took_ms, float | int) and took_ms >= self.least_ms


def register(actions: Actions) -> None:
    """Add the action."""
    console = actions.add(ACTION, "follow what the sessions of this machine do, in a second terminal")
    console.add_argument("--events", type=int, metavar="N", help="stop after this many events")
    console.add_argument("--keys", action="store_true", help="only what keys and the mouse asked the interface for")
    console.add_argument("--frames", action="store_true", help="only the frames of the interface")
    console.add_argument("--slow", type=float, metavar="MS", help="only inputs and frames that took as long as this")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print events as they are logged, until Ctrl+C."""
    from aircher.app.compose import log_path

    path = log_path(context.environ)
    context.note(f"following {path}; aircher --log-level debug in the other terminal tells of keys and frames, too")
    names = {name for name, is_asked in ((_INPUT, args.keys), (_FRAME, args.frames)) if is_asked}
    wanted = Wanted(frozenset(names or ({_INPUT, _FRAME} if args.slow is not None else ())), args.slow or 0.0)
    left = args.events
    at = path.stat().st_size if path.exists() else 0
    while left is None or left > 0:
        at, lines = _news(path, at)
        lines = [line for line in lines if wanted.has(line)]
        for line in lines[: left if left is not None else len(lines)]:
            context.print(shown(line))
        context.stdout.flush()
        if left is not None:
            left -= len(lines)
        if not lines:
            time.sleep(PAUSE_S)
    return exit_codes.DONE


def _news(path: Path, at: int) -> tuple[int, list[str]]:
    """Return how far the file was read, and the whole lines that are new; a file that was rotated begins anew."""
    if not path.exists():
        return 0, []
    with path.open("rb") as file:
        file.seek(0 if path.stat().st_size < at else at)
        data = file.read()
        end = data.rfind(b"\n") + 1
        start = file.tell() - len(data)
    return start + end, data[:end].decode("utf-8", "replace").splitlines()


def shown(line: str) -> str:
    """Return a line of the log as a person reads it: time, session, event, figures."""
    record = _record(line)
    if record is None:
        return line
    figures = " ".join(f"{name}={value}" for name, value in record.items() if name not in _QUIET)
    session = str(record.get("session_id", ""))[:8]
    return f"{str(record.get('at', ''))[11:23]} {session:<8} {record.get('event', ''):<22} {figures}".rstrip()


def _record(line: str) -> dict[str, Any] | None:  # Any: JSON of any writer
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
