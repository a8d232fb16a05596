"""``aircher undo``, ``redo`` and ``checkpoints`` as a user runs them."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Aircher
from tests.workspace.checkpoints.workplace import call

from aircher.support.paths import project_id
from aircher.workspace.checkpoints.local import LocalCheckpoints


@pytest.fixture
def worked(home: Path, project: Path) -> Path:
    """Let a session change, make and delete a file; return where its checkpoints are."""
    folder = home / ".local/share/aircher/checkpoints" / project_id(project)

    root = project.resolve()

    async def run() -> None:
        checkpoints = LocalCheckpoints(root, folder)
        for name, work in works(project).items():
            checkpoint = await checkpoints.before(call(name, session="01session"), paths=None)
            work()
            await checkpoints.after(checkpoint)
        await checkpoints.aclose()

    asyncio.run(run())
    return folder


def works(project: Path) -> dict[str, Callable[[], object]]:
    return {
        "look": lambda: None,
        "edit": lambda: (project / "README.md").write_text("# Zoo\n\nAnimals feed the keeper.\n"),
        "move": lambda: (project / "src/main.py").rename(project / "src/with\nnewline.py"),
    }


def test_a_turn_is_shown_undone_and_redone(aircher: Aircher, project: Path, worked: Path) -> None:
    before = (project / "README.md").read_text()
    shown = aircher("undo", "--dry-run")
    assert (shown.code, shown.stdout.splitlines()[:3]) == (
        0,
        ["would undo: 2 shell: edit; 3 shell: move", "  restored      README.md  +1 -1", "    @@ -1,3 +1,3 @@"],
    )
    assert (project / "README.md").read_text() == before
    done = aircher("undo")
    assert (done.code, done.stdout.splitlines()) == (
        0,
        [
            "undo: 2 shell: edit; 3 shell: move",
            "  restored      README.md  +1 -1",
            "  brought back  src/main.py  +5 -0",
            "  removed       src/with newline.py  +0 -5",
        ],
    )
    assert done.stderr == (
        "note: not covered: .git, and what ignore files or a cache tag exclude, such as node_modules or build outputs\n"
    )
    assert (project / "README.md").read_text() == "# Zoo\n\nAnimals are fed by the keeper.\n"
    redone = json.loads(aircher("redo", "--json").stdout)
    assert (redone["is_done"], redone["checkpoints"], [change["path"] for change in redone["changes"]]) == (
        True, [2, 3], ["README.md", "src/main.py", "src/with\nnewline.py"],
    )  # fmt: skip
    assert (project / "README.md").read_text() == before
    noted = json.loads(aircher("audit", "show", "--json").stdout)
    assert [(row["kind"], row["data"]["session"], row["data"]["checkpoints"]) for row in noted] == [
        ("undone", "01session", [2, 3]),
        ("redone", "01session", [2, 3]),
    ]
    assert [change["path"] for change in noted[0]["data"]["changes"]] == [
        "README.md",
        "src/main.py",
        "src/with\nnewline.py",
    ]
    assert "undone         01session  checkpoints [2, 3]  README.md and 2 more" in aircher("audit", "show").stdout


def test_a_conflict_is_told_and_changes_nothing(aircher: Aircher, project: Path, worked: Path) -> None:
    (project / "README.md").write_text("theirs\n")
    done = aircher("undo")
    assert (done.code, done.stdout.splitlines()[0]) == (2, "would undo: 2 shell: edit; 3 shell: move")
    assert "  conflict      README.md: other hands changed the same lines since" in done.stdout
    assert "error[usage.undo_conflict]: nothing was changed: 1 path is not as session 01session left it" in done.stderr
    assert ((project / "README.md").read_text(), (project / "src/main.py").exists()) == ("theirs\n", False)
    assert json.loads(aircher("undo", "--json").stdout)["conflicts"] == [
        {"path": "README.md", "reason": "other hands changed the same lines since"}
    ]
    assert aircher("undo", "--force").code == 0
    assert (project / "README.md").read_text() == "# Zoo\n\nAnimals are fed by the keeper.\n"


def test_checkpoints_are_listed_and_shown(aircher: Aircher, worked: Path) -> None:
    listing = aircher("checkpoints", "list").stdout.splitlines()
    assert listing[0] == "session 01session"
    assert [line.split()[0] for line in listing[1:-1]] == ["2", "3"]
    assert listing[-1].endswith(f"contents, 1 session, in {worked}")
    shown = aircher("checkpoints", "show", "2").stdout
    assert shown.endswith("-Animals are fed by the keeper.\n+Animals feed the keeper.\n")
    data = json.loads(aircher("checkpoints", "list", "--json").stdout)
    steps = data["sessions"][0]["checkpoints"]
    assert [(step["checkpoint"], step["label"], len(step["changes"])) for step in steps] == [
        (1, "shell: look", 0),
        (2, "shell: edit", 1),
        (3, "shell: move", 2),
    ]
    assert data["disk"]["size_bytes"] > 0
    aircher("undo", "--steps", "1")
    assert aircher("checkpoints", "list").stdout.splitlines()[2].endswith("shell: move  undone")
    assert aircher("checkpoints", "prune").stdout.endswith("0 sessions let go of\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["undo", "--session", "zz"],
            "error[usage.session_unknown]: no session that changed files here begins with 'zz'",
        ),
        (["undo", "--to", "9"], "error[usage.checkpoint_unknown]: session 01session has no checkpoint 9"),
        (["undo", "--to", "9", "--steps", "1"], "not allowed with argument"),
        (["redo"], "error[usage.nothing_to_redo]: there is nothing to redo in"),
        (["checkpoints", "show", "9"], "error[usage.checkpoint_unknown]: there is no checkpoint 9"),
    ],
)
def test_what_is_wrong_is_said(aircher: Aircher, worked: Path, arguments: list[str], message: str) -> None:
    done = aircher(*arguments)
    assert done.code == 2
    assert message in done.stderr


def test_where_no_session_worked_nothing_is_made(aircher: Aircher, home: Path) -> None:
    done = aircher("undo")
    assert (done.code, done.stderr.splitlines()[0].partition(" in ")[0]) == (
        2,
        "error[usage.nothing_to_undo]: there is nothing to undo",
    )
    assert aircher("checkpoints", "list").code == 0
    assert aircher("checkpoints", "prune", "--json").code == 0
    assert not (home / ".local/share/aircher/checkpoints").exists()
