"""The import contracts hold, and breaking one fails: a contract that cannot fail protects nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the package at ``folder/src`` against the contracts at ``folder/pyproject.toml``."""
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package and of its contracts."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("domain/ids.py", "import aircher.engine.turn", "The ring"),
        ("tools/search_code.py", "import aircher.storage", "The ring"),
        ("engine/turn.py", "import apsw", "SQLite lives in storage"),
        ("tools/search_code.py", "import httptools", "The HTTP client lives in providers"),
        ("engine/turn.py", "import tree_sitter", "tree-sitter lives in support.syntax"),
        ("support/text.py", "import splintr", "splintr lives in support.exact_tokens"),
        ("domain/ids.py", "import msgspec", "domain needs the standard library only"),
        ("domain/ids.py", "def f() -> None:\n    import aircher.engine.turn", "The ring"),
        ("new_room/__init__.py", '"""A room that nobody has placed."""', "The ring"),
    ],
)
def test_an_import_that_breaks_a_contract_fails_the_check(house: Path, file: str, line: str, contract: str) -> None:
    broken = house / "src/aircher" / file
    broken.parent.mkdir(exist_ok=True)
    before = broken.read_text() if broken.exists() else ""
    broken.write_text(f"{before}\n{line}\n")
    done = lint(house)
    verdicts = [text for text in done.stdout.splitlines() if text.startswith(contract) and "BROKEN" in text]
    assert (done.returncode, len(verdicts)) == (1, 1), done.stdout + done.stderr
