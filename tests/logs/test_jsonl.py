"""The log file: what is in it, and what never is."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.domain.display import ShellBlock
from aircher.domain.events import (
    CallStatus,
    ErrorRaised,
    Published,
    QuestionAsked,
    TextDelta,
    ToolFinished,
    TurnStarted,
)
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.domain.messages import ImagePart, TextPart
from aircher.logs.events import EventLog
from aircher.logs.jsonl import open_log
from aircher.support.redaction import Redactor
from aircher.support.secret_shapes import HIDDEN


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "logs" / "aircher.jsonl"


def test_a_line_is_one_object_with_its_data(path: Path) -> None:
    logger = open_log(path, level="info", max_bytes=10_000, keep=2, secrets=["hunter2hunter2"])
    logger.info("provider.called", extra={"data": {"provider": "openai", "url": "http://u:hunter2hunter2@h/"}})
    logger.debug("not.logged")
    [entry] = lines(path)
    assert entry | {"at": ""} == {
        "at": "",
        "level": "info",
        "event": "provider.called",
        "provider": "openai",
        "url": f"http://{HIDDEN}@h/",
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_exception_is_logged_without_its_secret(path: Path) -> None:
    logger = open_log(path, level="info", max_bytes=10_000, keep=2, secrets=["hunter2hunter2"])
    try:
        raise ValueError("the key is hunter2hunter2")
    except ValueError:
        logger.exception("defect")
    assert "hunter2" not in path.read_text()
    assert "ValueError" in str(lines(path)[0]["exception"])


def test_a_full_file_is_rotated_and_the_oldest_goes(path: Path) -> None:
    logger = open_log(path, level="info", max_bytes=60, keep=2)
    for number in range(8):
        logger.info("tick", extra={"data": {"number": number}})
    names = sorted(item.name for item in path.parent.iterdir())
    assert names == ["aircher.jsonl", "aircher.jsonl.1", "aircher.jsonl.2"]
    assert [entry["number"] for entry in lines(path)] == [7]
    assert [entry["number"] for entry in lines(path.with_name("aircher.jsonl.1"))] == [6]


def test_every_file_of_the_log_belongs_to_its_user_alone(path: Path) -> None:
    logger = open_log(path, level="info", max_bytes=60, keep=2)
    for _ in range(4):
        logger.info("tick")
    assert {item.stat().st_mode & 0o777 for item in path.parent.iterdir()} == {0o600}


FULL_DISK = Path("/dev/full")


@pytest.mark.skipif(not FULL_DISK.exists(), reason="this system has no /dev/full")
def test_a_full_disk_ends_the_log_without_a_word(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(FULL_DISK)
    logger = open_log(path, level="info", max_bytes=60, keep=2)
    for _ in range(3):
        logger.info("tick")
    for handler in logger.handlers:
        handler.close()
    assert capfd.readouterr() == ("", "")


def test_a_log_that_cannot_be_rotated_ends_without_a_word(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logger = open_log(path, level="info", max_bytes=60, keep=2)
    logger.info("a line that fills the file to its brim")
    (path.with_name("aircher.jsonl.1") / "in the way").mkdir(parents=True)
    (path.with_name("aircher.jsonl.2") / "in the way").mkdir(parents=True)
    logger.info("lost")
    logger.info("lost too")
    assert capfd.readouterr() == ("", "")
    assert [entry["event"] for entry in lines(path)] == ["a line that fills the file to its brim"]


ROTATING = """
import sys
from pathlib import Path
from aircher.logs.jsonl import open_log
logger = open_log(Path(sys.argv[1]), level="info", max_bytes=200, keep=3)
for number in range(2_000):
    logger.info("tick")
    assert not logger.handlers[0]._is_off, number
"""


def test_processes_that_rotate_at_once_do_not_disturb_each_other(path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", ROTATING, str(path)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    ends = [(process.communicate()[1], process.returncode) for process in processes]
    assert ends == [(b"", 0)] * 3
    assert all(entry["event"] == "tick" for entry in lines(path))


def test_a_log_that_another_process_rotated_goes_on_in_the_new_file(path: Path) -> None:
    logger = open_log(path, level="info", max_bytes=10_000, keep=2)
    logger.info("first")
    path.rename(path.with_name("aircher.jsonl.1"))
    logger.info("second")
    path.rename(path.with_name("aircher.jsonl.2"))
    path.touch()
    logger.info("third")
    assert [entry["event"] for entry in lines(path)] == ["third"]


def test_opening_twice_does_not_write_twice(path: Path) -> None:
    open_log(path, level="info", max_bytes=10_000, keep=2)
    open_log(path, level="info", max_bytes=10_000, keep=2).info("once")
    assert len(lines(path)) == 1


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        open_log(tmp_path / "file" / "log", level="info", max_bytes=1, keep=1)


def test_events_are_logged_without_words(path: Path) -> None:
    logger = open_log(path, level="info", max_bytes=10_000, keep=2)
    listen = EventLog(logger)
    for event in (
        TurnStarted(prompt=(TextPart(text="my private words"),), provider="offline", model="index"),
        TextDelta(text="secret answer"),
        ErrorRaised(code="provider.api", message="boom"),
    ):
        at = datetime(2026, 1, 1, tzinfo=UTC)
        listen(Published(seq=1, at=at, session_id=SessionId("s1"), turn_id=TurnId("t1"), event=event))
    assert [entry | {"at": ""} for entry in lines(path)] == [
        {
            "at": "",
            "level": "info",
            "event": "turn.started",
            "reason": "",
            "session_id": "s1",
            "turn_id": "t1",
            "provider": "offline",
            "model": "index",
        },
        {
            "at": "",
            "level": "error",
            "event": "error",
            "session_id": "s1",
            "turn_id": "t1",
            "code": "provider.api",
            "message": "boom",
            "hint": None,
            "retry_after_s": None,
        },
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-abcdefghijklmnop",
        "Authorization: Bearer abc.def-123456",
        "https://x/?api_key=abcd1234&b=1",
        "AIzaSyA1234567890abcdefghij",
        "ghp_abcdefghijklmnopqrstuvwx",
        "AKIAABCDEFGHIJKLMNOP",
        "postgres://me:pa55word@host/db",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSM",
    ],
)
def test_what_looks_like_a_key_is_hidden(text: str) -> None:
    cleaned = Redactor().clean(text)
    assert HIDDEN in cleaned
    assert len(cleaned) < len(text) + len(HIDDEN)
    assert Redactor().clean("an ordinary sentence about tokens = 5") == "an ordinary sentence about tokens = 5"


@given(st.text(min_size=6, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_known_secret_never_survives(secret: str, before: str, after: str) -> None:
    if secret in HIDDEN:
        return
    cleaned = Redactor([secret]).clean(before + secret + after)
    assert secret not in cleaned.replace(HIDDEN, "\0")


@pytest.fixture(autouse=True)
def _quiet() -> object:
    yield
    logger = logging.getLogger("aircher")
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        handler.close()


def test_what_tools_print_and_pictures_stay_out_of_the_log(path: Path) -> None:
    listen = EventLog(open_log(path, level="info", max_bytes=10_000, keep=2))
    end = ToolFinished(
        call_id=CallId("c1"),
        name="shell",
        status=CallStatus.OK,
        content="private output",
        summary="private command",
        duration_ms=1,
        display=(ShellBlock(command="private command", output="private output", exit_status=0),),
        images=(ImagePart(media_type="image/png", data_base64="cHJpdmF0ZQ=="),),
    )
    asked = QuestionAsked(call_id=CallId("c1"), question="private question", choices=("private choice",))
    for event in (end, asked):
        at = datetime(2026, 1, 1, tzinfo=UTC)
        listen(Published(seq=1, at=at, session_id=SessionId("s1"), turn_id=TurnId("t1"), event=event))
    text = path.read_text()
    assert "tool.finished" in text
    assert "private" not in text
    assert "cHJpdmF0ZQ" not in text
