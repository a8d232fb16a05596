"""Whole copies of a database that is in use, through SQLite's own backup interface.

Invariant: a copy appears under its final name only when it is whole, and is one file without ``-wal`` beside it.
"""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import apsw

from aircher.storage.errors import translating

BACKUPS = "backups"
"""Folder beside the databases where automatic backups go."""


def copy_database(source: apsw.Connection, target: Path) -> None:
    """Write a copy of everything committed in ``source`` to ``target``, replacing it.

    Raises:
        StorageError: The copy could not be written; ``target`` is as it was.
    """
    part = write_part(source, target)
    with translating(target):
        part.replace(target)


def write_part(source: apsw.Connection, target: Path) -> Path:
    """Write a copy of everything committed in ``source`` beside ``target`` and return it; the caller renames it.

    Raises:
        StorageError: The copy could not be written; nothing is left of it.
    """
    part = target.with_name(f".{target.name}.part")
    with translating(target), ExitStack() as undo:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.unlink(missing_ok=True)
        undo.callback(part.unlink, missing_ok=True)
        copy = apsw.Connection(str(part))
        try:
            with copy.backup("main", source, "main") as backup:
                backup.step(-1)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        part.chmod(0o600)
        undo.pop_all()
    return part


def copy_before_migration(connection: apsw.Connection, path: Path | None, version: int) -> None:
    """Keep a copy of a database of this version in ``backups/`` beside it; one in memory needs none.

    Raises:
        StorageError: No copy could be made; the migration must not begin.
    """
    if path is not None:
        copy_database(connection, path.parent / BACKUPS / f"{path.stem}-v{version}-{time_stamp()}.db")


def set_aside(path: Path, *, reason: str) -> Path:
    """Rename a database, with its ``-wal`` and ``-shm``, to ``<name>.<reason>-<time>`` and return the new path.

    Raises:
        StorageError: The folder cannot be written; nothing was renamed.
    """
    aside = path.with_name(f"{path.name}.{reason}-{time_stamp()}")
    rename_database(path, aside)
    return aside


def rename_database(path: Path, target: Path) -> None:
    """Rename whatever there is of a database: the file, its ``-wal`` and its ``-shm``.

    Raises:
        StorageError: The folder cannot be written; nothing was renamed.
    """
    with translating(path), ExitStack() as undo:
        for suffix in ("-wal", "-shm", ""):
            old, new = path.with_name(path.name + suffix), target.with_name(target.name + suffix)
            if old.exists():
                old.replace(new)
                undo.callback(new.replace, old)
        undo.pop_all()


def time_stamp() -> str:
    """Return the time now, UTC, as it stands in names of files: ``20261124T160000-123456Z``, with microseconds."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S-%fZ")
