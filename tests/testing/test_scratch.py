"""The repository to try an agent on touches no other one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aircher.domain.errors import UsageError
from aircher.testing.scratch import FILES, make_scratch

MAKE = """
import sys
from pathlib import Path
from aircher.testing.scratch import make_scratch
make_scratch(Path(sys.argv[1]))
"""


def log_of(folder: Path) -> str:
    return subprocess.run(
        ["git", "-C", folder, "log", "--format=%s"], capture_output=True, text=True, check=False
    ).stdout


def test_it_is_a_repository_of_its_own_even_when_made_within_a_hook_of_another(tmp_path: Path) -> None:
    make_scratch(tmp_path / "other")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[commit]\n\tgpgSign = true\n[user]\n\tsigningKey = none\n")
    environ = {**os.environ, "HOME": str(home), "GIT_DIR": str(tmp_path / "other/.git"), "GIT_INDEX_FILE": "index"}
    subprocess.run([sys.executable, "-c", MAKE, tmp_path / "new"], env=environ, check=True, cwd=tmp_path)
    assert (log_of(tmp_path / "new"), log_of(tmp_path / "other")) == ("A basket\n", "A basket\n")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted([*FILES, ".git"])


def test_a_folder_that_holds_something_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(UsageError, match="is not empty"):
        make_scratch(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
