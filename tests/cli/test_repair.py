"""A whole repair by the program itself: read, edit, run the tests, answer; then back; and crashes on the way."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Aircher

from aircher.domain.ids import SessionId
from aircher.domain.messages import JsonValue
from aircher.domain.transcript import fold
from aircher.storage.conversations import SqliteConversations
from aircher.storage.database import Database
from aircher.storage.migrate import CONVERSATIONS
from aircher.testing.fake_llm.hosted import HostedFakeLlm
from aircher.testing.fake_llm.script import Answer, Script, Step, ToolCall
from aircher.testing.fake_llm.script_files import load_script
from aircher.testing.scratch import make_scratch

ALLOWED = ("--mode", "edit", "--allow", "shell(python3 -m unittest*)", "--allow", "shell(tee*)")


@pytest.fixture
def scratch(aircher: Aircher) -> Path:
    folder = aircher.cwd / "scratch"
    make_scratch(folder)
    return folder


def flags(server: HostedFakeLlm) -> list[str]:
    settings = {"kind": "openai-compatible", "base_url": f"{server.url}/v1", "model": "fake-large"}
    return [word for key, value in settings.items() for word in ("--config", f"providers.fake.{key}={value}")]


def tree(folder: Path) -> dict[str, tuple[str, int]]:
    """Return every file below, but git's own, with its hash and mode."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
    kept = (path for path in files if "__pycache__" not in path.parts)
    return {str(p.relative_to(folder)): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mode) for p in kept}


def results(lines: Sequence[str]) -> list[Mapping[str, Any]]:
    return [item for item in map(json.loads, lines) if item["type"] == "tool.finished"]


def test_a_repair_from_beginning_to_end_and_back(aircher: Aircher, scratch: Path) -> None:
    before = tree(scratch)
    with HostedFakeLlm(load_script("repair", folder=scratch), tokens_per_s=1e9) as server:
        done = aircher(
            "--cwd", "scratch", "-p", "mend it", "--provider", "fake", *flags(server), *ALLOWED,
            "--output-format", "stream-json",
        )  # fmt: skip
    assert done.code == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [(item["name"], item["status"]) for item in results(lines)][2:] == [("edit_file", "ok"), ("shell", "ok")]
    tests = results(lines)[3]
    assert "OK" in tests["content"]
    assert tests["exit_status"] == 0
    assert json.loads(lines[-1])["files_changed"] == [
        {"path": "basket.py", "change": "modified", "added": 1, "removed": 1}
    ]
    assert "for item in basket:\n" in (scratch / "basket.py").read_text()
    asked = [len(request.body["messages"]) for request in server.requests]
    assert len(asked) == 4

    undone = aircher("undo", "--cwd", "scratch")
    assert undone.code == 0, undone.stderr
    assert tree(scratch) == before
    redone = aircher("redo", "--cwd", "scratch")
    assert redone.code == 0, redone.stderr
    assert "for item in basket:\n" in (scratch / "basket.py").read_text()
    verified = aircher("audit", "verify", "--cwd", "scratch")
    assert verified.code == 0, verified.stdout + verified.stderr
    assert "10 rows, none changed, compared with 1 noted elsewhere" in verified.stdout
    log = (Path(aircher.environ["HOME"]) / ".local/state/aircher/logs/aircher.jsonl").read_text()
    assert "audit.head" in log
    assert "basket[:-1]" not in log  # words of files stay out of it
    assert "Ran 1 test" not in log


def test_the_prompt_and_the_tools_are_the_same_bytes_in_every_round(aircher: Aircher, scratch: Path) -> None:
    with HostedFakeLlm(load_script("repair", folder=scratch), tokens_per_s=1e9) as server:
        aircher("--cwd", "scratch", "-p", "mend it", "--provider", "fake", *flags(server), *ALLOWED)
        heads = {json.dumps([request.body["messages"][0], request.body["tools"]]) for request in server.requests}
    assert len(heads) == 1


def test_an_ephemeral_run_leaves_nothing_of_itself_on_disk(aircher: Aircher, scratch: Path) -> None:
    command: dict[str, JsonValue] = {"command": "seq 1 30000"}
    look = Answer(steps=(Step(tool_call=ToolCall(name="shell", arguments=command)),))
    with HostedFakeLlm(Script(answers=(look, Answer(steps=(Step(text="Done.\n"),)))), tokens_per_s=1e9) as server:
        done = aircher(
            "--cwd", "scratch", "-p", "count", "--provider", "fake", *flags(server), "--ephemeral",
            "--allow", "shell(seq*)", environ={"TMPDIR": str(scratch)},
        )  # fmt: skip
        answered = str(server.requests[1].body["messages"][-1]["content"])
    assert done.code == 0, done.stderr
    assert "bytes left out; all of it in " in answered
    saved = Path(answered.partition("; all of it in ")[2].partition(" …]")[0])
    assert (saved.suffix, saved.exists()) == (".txt", False)
    home = Path(aircher.environ["HOME"])
    kept = {path.name for path in home.rglob("*") if path.is_file()}
    assert kept <= {"aircher.jsonl", "sessions.db", "sessions.db-wal", "sessions.db-shm"}  # what was spent counts
    assert sorted(path.name for path in scratch.iterdir()) == [
        ".git",
        ".gitignore",
        *sorted(["README.md", "basket.py", "test_basket.py"]),
    ]


def test_without_permission_nothing_is_changed_and_the_model_reads_why(aircher: Aircher, scratch: Path) -> None:
    before = tree(scratch)
    with HostedFakeLlm(load_script("repair", folder=scratch), tokens_per_s=1e9) as server:
        done = aircher(
            "--cwd", "scratch", "-p", "mend it", "--provider", "fake", *flags(server), "--output-format", "json"
        )
        told = [str(request.body["messages"][-1]["content"]) for request in server.requests[2:]]
    assert tree(scratch) == before
    result = json.loads(done.stdout)
    assert [item["tool"] for item in result["denied"]] == ["edit_file", "shell"]
    assert all("Not permitted" in text for text in told)
    assert result["files_changed"] == []


def writing(text: str) -> Answer:
    """Return the wish to append a line to a file by a command: done twice, the file has it twice."""
    command = f"echo {text} | tee -a log.txt"
    return Answer(steps=(Step(text="Next.\n"), Step(tool_call=ToolCall(name="shell", arguments={"command": command}))))


SCRIPT = Script(answers=(writing("one"), writing("two"), writing("three"), Answer(steps=(Step(text="Done.\n"),))))
LOOKS_FIRST = Script(answers=(Answer(steps=(Step(text="I look first.\n"),)),))
MOST_LINES = 40


def killed_after(count: int, command: Sequence[str], environ: Mapping[str, str], folder: Path) -> bool:
    """Kill the program when it has told this many events; ``False`` = it came to its end first."""
    with subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(count):
            if not process.stdout.readline():
                process.communicate(timeout=30)
                return False
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)
        return True


def crash_points() -> Iterator[int]:
    """Return how many events are told before the crash: each row of three rounds of tools."""
    yield from range(2, MOST_LINES, 3)


@pytest.mark.slow
def test_no_side_effect_is_repeated_after_a_crash_at_any_row(aircher: Aircher, scratch: Path) -> None:
    seen_unknown = 0
    for count in crash_points():
        (scratch / "log.txt").unlink(missing_ok=True)
        with HostedFakeLlm(SCRIPT, tokens_per_s=1e9) as server:
            command = [
                *(sys.executable, "-m", "aircher", "-p", "write", "--provider", "fake", *flags(server), *ALLOWED),
                *("--output-format", "stream-json"),
            ]
            was_killed = killed_after(count, command, aircher.environ, scratch)
        written = (scratch / "log.txt").read_text() if (scratch / "log.txt").exists() else ""
        with HostedFakeLlm(LOOKS_FIRST, tokens_per_s=1e9) as server:
            done = aircher("--cwd", "scratch", "-c", "-p", "go on", "--provider", "fake", *flags(server), *ALLOWED)
            assert done.code == 0, done.stderr
            seen_unknown += "its effect is unknown" in json.dumps([request.body for request in server.requests])
        now = (scratch / "log.txt").read_text() if (scratch / "log.txt").exists() else ""
        assert now == written  # going on repeats nothing by itself
        assert sorted(set(now.split())) == sorted(now.split())
        if not was_killed:
            break
    assert seen_unknown
    listed = json.loads(aircher("sessions", "list", "--cwd", "scratch", "--json").stdout)
    path = next(Path(aircher.environ["HOME"]).rglob("conversations.db"))
    with Database(path, CONVERSATIONS) as database:
        for session in listed:
            loaded = SqliteConversations(database).load(SessionId(session["id"]))
            assert fold(item.event for item in loaded.events).unfinished_calls == ()
    verified = aircher("audit", "verify", "--cwd", "scratch")
    assert verified.code == 0, verified.stdout + verified.stderr
