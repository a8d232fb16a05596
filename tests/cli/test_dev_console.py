"""``aircher dev console`` follows what sessions log."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import Aircher

from aircher.cli.dev_console import shown


def test_it_prints_what_another_process_does_and_no_text_of_it(aircher: Aircher, home: Path) -> None:
    console = subprocess.Popen(
        [sys.executable, "-m", "aircher", "dev", "console", "--events", "1"],
        cwd=aircher.cwd,
        env=aircher.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert console.stderr is not None
    assert "following" in console.stderr.readline()
    deadline_s = time.monotonic() + 30
    while console.poll() is None and time.monotonic() < deadline_s:
        assert aircher("-p", "where is feed_animal defined?", "--provider", "offline").code == 0
    output, _ = console.communicate(timeout=30)
    assert "feed_animal" not in output
    assert output.strip()


def test_a_line_of_the_log_is_shown_with_time_session_event_and_figures() -> None:
    told = {"at": "2026-11-28T03:21:15.123Z", "event": "turn.finished", "session_id": "01ABCDEFGH", "rounds": 2}
    line = json.dumps(told)
    assert shown(line) == "03:21:15.123 01ABCDEF turn.finished          rounds=2"
    assert shown("no json") == "no json"
