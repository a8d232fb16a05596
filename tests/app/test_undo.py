"""Where a project's checkpoints lie, and what they never hold."""

from pathlib import Path

from tests.workspace.checkpoints.workplace import call

from aircher.app.undo import keep_of, open_undoing, own_files, place_of, session_checkpoints
from aircher.config import Config
from aircher.workspace.checkpoints.pruning import Keep
from aircher.workspace.checkpoints.undoing import Which


def silent(done: int, total: int) -> None:
    """Show no progress."""


async def test_databases_inside_the_project_are_never_part_of_a_checkpoint(
    project: Path, environ: dict[str, str]
) -> None:
    config = Config.load(cwd=project, environ=environ, flags=["storage.data_dir=data"])
    (project / "data").mkdir()
    checkpoints = session_checkpoints(config, environ, on_progress=silent)
    checkpoint = await checkpoints.before(call(), paths=None)
    (project / "data/conversations.db").write_text("what was said")
    (project / "data/conversations.db-wal").write_text("what was said just now")
    (project / "data/notes.txt").write_text("the user's own")
    changes = await checkpoints.after(checkpoint)
    await checkpoints.aclose()
    assert [change.path for change in changes] == ["data/notes.txt"]
    assert place_of(config, environ).folder.is_relative_to(project / "data/checkpoints")
    with open_undoing(config, environ) as undoing:
        assert undoing.undo("s1", Which()).is_done
    assert sorted(path.name for path in (project / "data").iterdir()) == [
        "checkpoints",
        "conversations.db",
        "conversations.db-wal",
    ]


def test_the_configuration_says_how_much_is_kept(project: Path, environ: dict[str, str]) -> None:
    flags = ["storage.lifecycle.file_version_retention_days=7", "storage.lifecycle.file_version_max_count=3"]
    config = Config.load(cwd=project, environ=environ, flags=flags)
    assert keep_of(config) == Keep(days=7, versions=3)
    assert all(path.is_absolute() for path in own_files(config, environ))
