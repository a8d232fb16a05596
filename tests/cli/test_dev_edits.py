"""``aircher dev apply-edits``: cases in, results out, files untouched."""

import json
from hashlib import sha256
from pathlib import Path

from tests.conftest import Aircher


def test_each_case_gives_a_line_and_no_file_changes(aircher: Aircher) -> None:
    folder = Path(aircher.cwd) / "cases"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"one = 1\r\ntwo = 2\r\n")
    cases = [
        {"id": "good", "file": "a.txt", "path": "a.py", "edits": [{"old": "one = 1\n", "new": "one = 3\n"}]},
        {"id": "bad", "file": "a.txt", "path": "a.py", "edits": [{"old": "nine", "new": "x"}], "expect": "refuse"},
    ]
    (folder / "cases.jsonl").write_text("\n".join(map(json.dumps, cases)))

    done = aircher("dev", "apply-edits", "cases/cases.jsonl")

    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "good", "applied": True, "result_sha256": sha256(b"one = 3\r\ntwo = 2\r\n").hexdigest()},
        {"id": "bad", "applied": False, "result_sha256": sha256(b"one = 1\r\ntwo = 2\r\n").hexdigest()},
    ]
    assert (folder / "a.txt").read_bytes() == b"one = 1\r\ntwo = 2\r\n"


def test_a_case_that_cannot_be_read_is_named(aircher: Aircher) -> None:
    (Path(aircher.cwd) / "cases.jsonl").write_text('{"id": "a"}\n')
    done = aircher("dev", "apply-edits", "cases.jsonl")
    assert done.code != 0
    assert "cases.jsonl, line 1: Object missing required field `file`" in done.stderr
