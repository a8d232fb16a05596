"""The gates of `make test` that are scripts of our own: they must be able to fail."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools.audit import Verdict

ROOT = Path(__file__).parents[2]
CLEAN = {"name": "left", "version": "1.0", "vulns": []}
SKIPPED = {"name": "right", "skip_reason": "not found"}
VULNERABLE = {"name": "left", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what makes the generated pages."""
    for name in ("tools", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "src").symlink_to(ROOT / "src")
    return tmp_path


def test_a_stale_page_fails_the_check_and_is_named(checkout: Path) -> None:
    page = checkout / "docs/errors.md"
    page.write_text(page.read_text() + "edited by hand\n")
    done = run(checkout, sys.executable, "tools/generate_docs.py", "--check", "errors.md")
    assert (done.returncode, done.stderr) == (1, "stale: docs/errors.md\nhint: make fix\n")


def test_a_missing_page_is_written_and_then_passes_the_check(checkout: Path) -> None:
    (checkout / "docs/errors.md").unlink()
    wrote = run(checkout, sys.executable, "tools/generate_docs.py", "errors.md")
    checked = run(checkout, sys.executable, "tools/generate_docs.py", "--check", "errors.md")
    assert (wrote.stdout, checked.stdout) == ("wrote: docs/errors.md\n", "checked: nothing to change\n")


def test_one_failed_check_fails_the_whole_run_and_the_last_line_names_it(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/check.py", tmp_path / "tools")
    (tmp_path / "bad.py").write_text("import os\n")
    (tmp_path / "ruff.toml").write_text('exclude = ["tools"]\n')
    done = run(tmp_path, sys.executable, "tools/check.py", "lint", "format")
    assert done.returncode == 1
    assert re.fullmatch(r"FAILED: lint \(1 of 2 checks passed, \d+ s\)", done.stdout.splitlines()[-1])


def test_an_unknown_check_is_refused() -> None:
    done = run(ROOT, sys.executable, "tools/check.py", "lunt")
    assert (done.returncode, done.stderr.partition(";")[0]) == (2, "error: no check is called lunt")


@pytest.mark.parametrize(
    ("entries", "last"),
    [
        ([CLEAN], "1 packages judged, none with a known vulnerability"),
        ([CLEAN, SKIPPED], "1 packages judged, none vulnerable; 1 not judged"),
        ([], "0 packages judged, none vulnerable; all not judged"),
        ([SKIPPED, VULNERABLE], "FAILED: 1 known vulnerabilities"),
    ],
)
def test_an_audit_ends_in_what_is_known(entries: list[dict[str, object]], last: str) -> None:
    verdict = Verdict()
    for entry in entries:
        verdict.add(entry)
    assert verdict.lines()[-1] == last


def test_an_audit_names_the_vulnerability_and_the_version_that_repairs_it() -> None:
    verdict = Verdict()
    verdict.add(VULNERABLE)
    assert verdict.lines()[0] == "left 1.0: PYSEC-1, repaired in 1.1"


def test_make_help_lists_every_habit() -> None:
    habits = set(re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    listed = run(ROOT, "make", "help").stdout.splitlines()
    assert {line.split()[1] for line in listed} == habits


@pytest.mark.parametrize(
    ("python", "complaint"),
    [
        ("/nonexistent/python", "error: Aircher needs Python 3.11 or newer; found: no /nonexistent/python"),
        ("{folder}/old", "error: Aircher needs Python 3.11 or newer; found: Python 3.9.1"),
    ],
)
def test_an_unfit_python_is_named_with_a_remedy(tmp_path: Path, python: str, complaint: str) -> None:
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.1 && exit\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", ROOT / "tools/create_venv.sh", tmp_path / "venv"],
        env={"PYTHON": python.format(folder=tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [complaint, "hint: install it, or name it: make run PYTHON=/path/to/python3.11"],
    )
