"""Every attack, at every level that this machine has, as the user who runs the tests and as an ordinary one."""

import json
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.workspace.attacks.hostile import ATTACKS
from tests.workspace.attacks.outcomes import EXPECTED, table
from tests.workspace.attacks.shooting_range import BASE, SETUID_CAT, attack, sandboxes

from aircher.workspace.sandbox import SandboxLevel

REPOSITORY = Path(__file__).parents[3]
SYSTEM_PYTHON = Path("/usr/bin/python3")  # an interpreter that every user can reach
NOBODY = 65_534
IS_ROOT = os.geteuid() == 0
IS_LINUX = os.uname().sysname == "Linux"


@pytest.mark.skipif(not IS_LINUX or os.uname().machine != "x86_64", reason="the attacks make x86-64 calls of Linux")
@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("level", [SandboxLevel.BUBBLEWRAP, SandboxLevel.LANDLOCK, SandboxLevel.NONE])
def test_an_attack_ends_as_the_table_says(level: SandboxLevel, name: str) -> None:
    sandbox = sandboxes()[level]
    if isinstance(sandbox, str):
        pytest.skip(f"{level} is missing on this machine: {sandbox}")
    try:
        shot = attack(sandbox, name)
    finally:
        sandbox.close()
    assert shot.outcome == EXPECTED[name].of(level.value, is_root=IS_ROOT), shot


@pytest.fixture
def place_for_nobody() -> Iterator[Path]:
    """A copy of the program and of the attacks that every user can read, and a setuid program of root."""
    folder = Path(tempfile.mkdtemp(prefix="aircher-nobody-", dir=BASE))
    folder.chmod(0o755)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "src", folder / "src", ignore=ignored)
    shutil.copytree(REPOSITORY / "tests" / "workspace", folder / "tests" / "workspace", ignore=ignored)
    shutil.copy("/bin/cat", folder / "setuid-cat")
    (folder / "setuid-cat").chmod(0o4755 | stat.S_IROTH)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.timeout(400)  # some 140 attacks in one program
@pytest.mark.skipif(not IS_ROOT, reason="the tests run as an ordinary user, so the attacks above already did")
@pytest.mark.skipif(not SYSTEM_PYTHON.exists(), reason="there is no Python that an ordinary user could run")
def test_attacks_of_an_ordinary_user_end_as_the_table_says(place_for_nobody: Path) -> None:
    done = subprocess.run(
        [SYSTEM_PYTHON, "-m", "tests.workspace.attacks.shooting_range"],
        cwd=place_for_nobody,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{place_for_nobody}:{place_for_nobody}/src",
            "PYTHONDONTWRITEBYTECODE": "1",
            SETUID_CAT: str(place_for_nobody / "setuid-cat"),
        },
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    if "SyntaxError" in done.stderr or "ImportError" in done.stderr:
        pytest.skip(f"{SYSTEM_PYTHON} is too old for Aircher")
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    expected = {
        level: found if isinstance(found, str) else {name: EXPECTED[name].of(level, is_root=False) for name in ATTACKS}
        for level, found in outcomes.items()
    }
    assert outcomes == expected
    assert isinstance(outcomes["none"], dict)


def test_every_attack_has_an_expectation() -> None:
    assert set(EXPECTED) == set(ATTACKS)


def test_the_page_on_security_has_the_table_of_attacks() -> None:
    assert table() in (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
