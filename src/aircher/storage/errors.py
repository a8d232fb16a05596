"""The one place where SQLite's complaints become `StorageError`s with a remedy.

Invariant: an error that leaves this package names the file, what is wrong with it, and what mends it.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from aircher.domain.errors import Defect, StorageError
from aircher.domain.records import dataclass

CACHE_NAME = "file_index.db"
"""The one database that is mended by building it again, not from a backup."""

WITHOUT_RECORDING = "--ephemeral goes on without recording"


@dataclass(frozen=True, slots=True)
class _Kind:
    code: str
    what: str
    hint: str


_CORRUPT = _Kind(
    "storage.corrupt",
    "is damaged or not a database",
    f"`aircher db restore FOLDER` puts a backup in its place and keeps the damaged file; {WITHOUT_RECORDING}",
)
_CACHE_CORRUPT = _Kind(
    "storage.corrupt", "is damaged or not a database", "`aircher index rebuild` moves it aside and builds it again"
)
_LOCKED = _Kind(
    "storage.locked",
    "is locked by another process",
    f"end the other process, then try again; {WITHOUT_RECORDING}",
)
_READ_ONLY = _Kind(
    "storage.readonly",
    "cannot be written: the file or its disk is read-only",
    f"make it writable, or set storage.data_dir to a folder that is; {WITHOUT_RECORDING}",
)
_FULL = _Kind(
    "storage.full",
    "cannot grow: the disk or the quota is full",
    f"free some space, or set storage.data_dir to a disk that has some; {WITHOUT_RECORDING}",
)
_UNAVAILABLE = _Kind(
    "storage.unavailable",
    "cannot be opened",
    f"check that the folder exists and is yours, or set storage.data_dir; {WITHOUT_RECORDING}",
)
_IO = _Kind(
    "storage.unavailable",
    "cannot be read or written by the operating system",
    f"check the disk, then `aircher db verify`; {WITHOUT_RECORDING}",
)
_CONFLICT = _Kind(
    "storage.conflict",
    "holds something else in this place: another process writes the same conversation",
    "end the other process, or go on in a copy: `aircher -r ID --fork`",
)

_KINDS: tuple[tuple[tuple[type[apsw.Error], ...], _Kind], ...] = (
    ((apsw.NotADBError, apsw.CorruptError, apsw.FormatError), _CORRUPT),
    ((apsw.BusyError, apsw.LockedError, apsw.ProtocolError), _LOCKED),
    ((apsw.ReadOnlyError,), _READ_ONLY),
    ((apsw.FullError,), _FULL),
    ((apsw.CantOpenError, apsw.PermissionsError, apsw.AuthError), _UNAVAILABLE),
    ((apsw.IOError,), _IO),
    ((apsw.ConstraintError,), _CONFLICT),
)

_FULL_DISK_SYMPTOMS = frozenset({apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_SHMSIZE, apsw.SQLITE_IOERR_TRUNCATE})
"""What SQLite reports instead of SQLITE_FULL when the shared memory file cannot grow or a quota is hit."""


def translated(error: apsw.Error, path: Path | None) -> StorageError | Defect:
    """Return the error in the program's own words; a statement that is wrong in itself is a `Defect`."""
    name = str(path) if path is not None else "the database in memory"
    for kinds, kind in _KINDS:
        if isinstance(error, kinds):
            chosen = _FULL if getattr(error, "extendedresult", 0) in _FULL_DISK_SYMPTOMS else kind
            if kind is _CORRUPT and path is not None and path.name == CACHE_NAME:
                chosen = _CACHE_CORRUPT
            holder = lock_holder(path) if chosen is _LOCKED and path is not None else None
            by_whom = f" ({holder})" if holder else ""
            return StorageError(
                f"{name} {chosen.what}{by_whom}: SQLite says “{error}”", hint=chosen.hint, code=chosen.code
            )
    return Defect(f"{name}: SQLite refused a statement: {error}", hint="aircher doctor --bundle report.zip")


@contextmanager
def translating(path: Path | None) -> Iterator[None]:
    """Let no error of SQLite or of the file system out of this block.

    Raises:
        StorageError: The database could not be used.
    """
    try:
        yield
    except apsw.Error as exc:
        raise translated(exc, path) from exc
    except OSError as exc:
        kind = _FULL if exc.errno in {errno.ENOSPC, errno.EDQUOT} else _UNAVAILABLE
        kind = _READ_ONLY if exc.errno == errno.EROFS else kind
        raise StorageError(
            f"{path} {kind.what}: {exc.strerror or exc} ({exc.filename})", hint=kind.hint, code=kind.code
        ) from exc


def lock_holder(path: Path) -> str | None:
    """Return which other process holds a lock on this database, such as ``process 4711, sqlite3``.

    Only Linux tells (``/proc/locks``); elsewhere, and when nobody does any more, the answer is ``None``.
    Source: proc_locks(5); the write lock of WAL mode is on the ``-shm`` file.
    """
    inodes = {str(file.stat().st_ino) for file in (path, path.with_name(path.name + "-shm")) if file.exists()}
    try:
        lines = Path("/proc/locks").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        fields = line.split()
        if "WRITE" in fields and (at := fields.index("WRITE")) + 2 < len(fields):
            pid, inode = fields[at + 1], fields[at + 2].rpartition(":")[2]
            if inode in inodes and Path(f"/proc/{pid}/comm").exists():
                return f"process {pid}, {Path(f'/proc/{pid}/comm').read_text(encoding='utf-8').strip()}"
    return None
