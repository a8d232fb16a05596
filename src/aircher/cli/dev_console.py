"""``aircher dev console``: what happens in the program's sessions, line by line, while it happens elsewhere.

It follows the log, which every session writes: event names with their figures, never the text of tokens, never keys.
"""

import argparse
import json
import time
from pathlib import Path

from aircher.cli import exit_codes
from aircher.cli.context import CliContext
from aircher.cli.options import Actions

ACTION = "console"
PAUSE_S = 0.1
"""Between two looks at the file: nobody reads faster."""
_QUIET = ("at", "level", "event", "session_id", "turn_id", "call_id")


def register(actions: Actions) -> None:
    """Add the action."""
    console = actions.add(ACTION, "follow what the sessions of this machine do, in a second terminal")
    console.add_argument("--events", type=int, metavar="N", help="stop after this many events")


def run(args: argparse.Namespace, context: CliContext) -> int:
    """Print events as they are logged, until Ctrl+C."""
    from aircher.app.compose import log_path

    path = log_path(context.environ)
    context.note(f"following {path}; --log-level debug in the other terminal tells more")
    left = args.events
    at = path.stat().st_size if path.exists() else 0
    while left is None or left > 0:
        at, lines = _news(path, at)
        for line in lines[: left if left is not None else len(lines)]:
            context.print(line)
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
    return start + end, [shown(line) for line in data[:end].decode("utf-8", "replace").splitlines()]


def shown(line: str) -> str:
    """Return a line of the log as a person reads it: time, session, event, figures."""
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict):
        return line
    figures = " ".join(f"{name}={value}" for name, value in record.items() if name not in _QUIET)
    session = str(record.get("session_id", ""))[:8]
    return f"{str(record.get('at', ''))[11:23]} {session:<8} {record.get('event', ''):<22} {figures}".rstrip()
