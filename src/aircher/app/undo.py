"""The checkpoints of a project, put together: for a session, and for the commands that look at them or go back."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.config import Config
from aircher.config.databases import database_paths
from aircher.domain.changes import change_records
from aircher.domain.errors import UsageError
from aircher.domain.ids import SessionId
from aircher.support.paths import project_id
from aircher.workspace.checkpoints.local import LocalCheckpoints

if TYPE_CHECKING:
    from aircher.workspace.checkpoints.place import Place
    from aircher.workspace.checkpoints.pruning import Keep
    from aircher.workspace.checkpoints.undoing import Outcome, Undoing


def session_checkpoints(
    config: Config, environ: Mapping[str, str], *, on_progress: Callable[[int, int], None]
) -> LocalCheckpoints:
    """Return the checkpoints for a session; nothing is opened before a call that may write.

    Args:
        config: Where the project is and how long things are kept.
        environ: The process's variables.
        on_progress: Told from another thread how many of how many files have been copied, if there are many.
    """
    return LocalCheckpoints(
        config.root.resolve(),
        _folder(config, environ),
        excluded=own_files(config, environ),
        keep_days=config.storage.lifecycle.file_version_retention_days,
        keep_versions=config.storage.lifecycle.file_version_max_count,
        on_progress=on_progress,
    )


@contextmanager
def open_undoing(config: Config, environ: Mapping[str, str]) -> "Iterator[Undoing]":
    """Open what takes back the work of this project's sessions.

    Raises:
        StorageError: The store cannot be opened.
    """
    from aircher.workspace.checkpoints.recorder import Recorder
    from aircher.workspace.checkpoints.tree import Tree
    from aircher.workspace.checkpoints.undoing import Undoing

    root = config.root.resolve()
    recorder = Recorder(root, place_of(config, environ), excluded=own_files(config, environ), on_progress=_untold)
    try:
        yield Undoing(recorder, Tree(root))
    finally:
        recorder.close()


def undo_turns(
    config: Config,
    environ: Mapping[str, str],
    *,
    session_id: str,
    turn_ids: Collection[str],
    is_forced: bool = False,
    is_shown_only: bool = False,
) -> "Outcome | None":
    """Take back what a session changed in these turns and after, or show what that would be; ``None`` = nothing.

    It blocks, and writes what was done into the audit trail. Nothing is done if the outcome has conflicts.

    Raises:
        UsageError: A call is changing the workspace right now.
        StorageError: The disk refuses; nothing was changed, or only the audit trail could not be written.
    """
    from aircher.workspace.checkpoints.undoing import Which

    if not place_of(config, environ).folder.is_dir():
        return None
    which = Which(turns=frozenset(turn_ids))
    try:
        with open_undoing(config, environ) as undoing:
            outcome = undoing.undo(session_id, which, is_forced=is_forced, is_shown_only=is_shown_only)
    except UsageError as exc:
        if exc.code == "usage.nothing_to_undo":
            return None
        raise
    if outcome.is_done:
        note_undo(outcome, config, environ, is_redo=False)
    return outcome


def note_undo(outcome: "Outcome", config: Config, environ: Mapping[str, str], *, is_redo: bool) -> None:
    """Write into the audit trail what was taken back, or done again.

    Raises:
        StorageError: It cannot be written; the files are as they should be all the same.
    """
    from datetime import UTC, datetime

    from aircher.config.secret_variables import secret_values
    from aircher.domain.audit import AuditEntry, AuditKind
    from aircher.storage.audit import SqliteAudit
    from aircher.storage.database import Database
    from aircher.storage.migrate import SESSIONS
    from aircher.support.redaction import Redactor

    entry = AuditEntry(
        at=datetime.now(UTC),
        session_id=SessionId(""),
        kind=AuditKind.REDONE if is_redo else AuditKind.UNDONE,
        data={
            "session": outcome.session_id,
            "checkpoints": list(outcome.numbers),
            "changes": change_records(outcome.changes),
        },
    )
    with Database(database_paths(config, environ).sessions, SESSIONS) as database:
        SqliteAudit(database, Redactor(secret_values(config, environ))).note_blocking(entry)


def place_of(config: Config, environ: Mapping[str, str]) -> "Place":
    """Return where the project's checkpoints lie, whether there are any or not."""
    from aircher.workspace.checkpoints.place import Place

    return Place(_folder(config, environ))


def keep_of(config: Config) -> "Keep":
    """Return how much the user wants to be kept."""
    from aircher.workspace.checkpoints.pruning import Keep

    return Keep(
        days=config.storage.lifecycle.file_version_retention_days,
        versions=config.storage.lifecycle.file_version_max_count,
    )


def find_session(place: "Place", beginning: str) -> str:
    """Return the session whose id begins like this and that has checkpoints here.

    Raises:
        UsageError: There is none, or more than one.
    """
    found = [journal.session_id for journal in place.journals() if journal.session_id.startswith(beginning)]
    if len(found) == 1 or beginning in found:
        return beginning if beginning in found else found[0]
    what = f"{len(found)} sessions begin with" if found else "no session that changed files here begins with"
    raise UsageError(f"{what} {beginning!r}", hint="aircher checkpoints list --all", code="usage.session_unknown")


def own_files(config: Config, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return Aircher's own files, which no checkpoint may hold: an undo must not take back what was said."""
    paths = database_paths(config, environ)
    files = (paths.conversations, paths.knowledge, paths.sessions, paths.file_index)
    beside = [file.with_name(file.name + ending) for file in files for ending in ("", "-wal", "-shm")]
    data = paths.sessions.parent
    return (*beside, data / "backups", data / "checkpoints")


def _folder(config: Config, environ: Mapping[str, str]) -> Path:
    return database_paths(config, environ).sessions.parent / "checkpoints" / project_id(config.root)


def _untold(done: int, total: int) -> None:
    """Tell nobody."""
