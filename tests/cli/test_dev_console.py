"""``aircher dev console`` follows what sessions log."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.chat_server import KEY, delta, finish, options, serving, stream
from tests.conftest import Aircher
from tests.pty.screens import interface

from aircher.cli.dev_console import Wanted, shown


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


def test_with_debug_the_interface_notes_inputs_and_frames_and_nothing_that_was_typed(
    aircher: Aircher, home: Path
) -> None:
    with (
        serving(stream(delta(content="ok then"), finish())) as server,
        interface(
            *options(server), "--log-level", "debug", cwd=aircher.cwd, environ={**aircher.environ, **KEY}
        ) as screen,
    ):
        screen.until("Aircher ")  # the session is open, and with it the log
        screen.type("hidden words\r")
        screen.until("ok then")
        screen.type("\x14\x04")
        assert screen.window.wait() == 0
    lines = (home / ".local/state/aircher/logs/aircher.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert {"send", "toggle_context", "quit"} <= {each.get("input") for each in records}
    frames = [each for each in records if each["event"] == "ui.frame"]
    assert all(each["ms"] >= each["laid_ms"] >= 0 for each in frames)
    assert sum(each["bytes"] for each in frames) > 0
    assert "hidden" not in "".join(lines)


def test_without_debug_it_notes_none_of_it(aircher: Aircher, home: Path) -> None:
    with (
        serving(stream(delta(content="ok then"), finish())) as server,
        interface(*options(server), cwd=aircher.cwd, environ={**aircher.environ, **KEY}) as screen,
    ):
        screen.until("Ask, or type /")
        screen.type("say it\r")
        screen.until("ok then")
        screen.type("\x04")
        assert screen.window.wait() == 0
    assert "ui." not in (home / ".local/state/aircher/logs/aircher.jsonl").read_text()


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (Wanted(frozenset(), 0.0), ["turn", "key", "frame", "slow", "text"]),
        (Wanted(frozenset({"ui.input"}), 0.0), ["key"]),
        (Wanted(frozenset({"ui.input", "ui.frame"}), 8.0), ["slow"]),
    ],
)
def test_what_is_shown_can_be_chosen(wanted: Wanted, seen: list[str]) -> None:
    lines = {
        "turn": json.dumps({"event": "turn.finished"}),
        "key": json.dumps({"event": "ui.input", "input": "send", "ms": 0.3}),
        "frame": json.dumps({"event": "ui.frame", "ms": 1.2}),
        "slow": json.dumps({"event": "ui.frame", "ms": 9}),
        "text": "no json",
    }
    assert [name for name, line in lines.items() if wanted.has(line)] == seen
