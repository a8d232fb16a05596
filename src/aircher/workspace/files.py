"""Whole files of this machine's own disk: new bytes in one step.

Invariant: a file is the old one or the new one, never half; what was put in its place meanwhile (a link, another
content) is not written over. A file with several hard links gets an inode of its own: the other names keep the old
bytes, for nothing says that they were meant.
"""

import asyncio
import hashlib
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from aircher.domain.tools import ToolFailure
from aircher.workspace.opening import open_folder

_NEW_MODE = 0o666  # less the process's umask


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of the bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class LocalFiles:
    """Writes files by their absolute path without links; `aircher.tools.edit_ports.FileBytes`."""

    async def write_bytes(self, path: Path, data: bytes, *, expected_hash: str) -> ToolFailure | None:
        """Put ``data`` in place of the file in one step.

        Args:
            path: Absolute, without links.
            data: The new bytes.
            expected_hash: SHA-256 of the bytes the file must have now; empty = there must be no file.

        Returns:
            Why nothing was written, or ``None``.
        """
        return await asyncio.to_thread(_write, path, data, expected_hash)


def _write(path: Path, data: bytes, expected_hash: str) -> ToolFailure | None:
    try:
        folder = open_folder(path.parent, is_made=expected_hash == "")
    except NotADirectoryError:
        return _swapped(path)
    except (OSError, ValueError) as exc:
        return _failure(path, exc)
    try:
        return _write_in(folder, path, data, expected_hash)
    except OSError as exc:
        return _failure(path, exc)
    finally:
        os.close(folder)


def _write_in(folder: int, path: Path, data: bytes, expected_hash: str) -> ToolFailure | None:
    """Write below the folder that ``folder`` is open on, wherever its path may lead by now."""
    status = _status(folder, path.name)
    if status is not None and not stat.S_ISREG(status.st_mode):
        return _swapped(path)
    if (status is None) != (expected_hash == "") or (status is not None and _hash(folder, path.name) != expected_hash):
        return ToolFailure(message=f"{path.name} was changed by somebody else meanwhile: read it again.")
    temporary = f".{path.name[:200]}.{secrets.token_hex(6)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _NEW_MODE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if status is not None:
                with suppress(PermissionError):
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & 0o777)
            os.fsync(descriptor)
        os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        raise
    return None


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _hash(folder: int, name: str) -> str:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _swapped(path: Path) -> ToolFailure:
    return ToolFailure(message=f"{path.name} is no longer the file that was allowed: something else is in its place.")


def _failure(path: Path, exc: Exception) -> ToolFailure:
    if isinstance(exc, FileNotFoundError):
        return ToolFailure(message=f"{path.name} does not exist.")
    reason = exc.strerror if isinstance(exc, OSError) else exc
    return ToolFailure(message=f"{path.name} cannot be written: {reason}.")
