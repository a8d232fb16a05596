"""Files opened by paths without links, and only if there is still none on the way.

Invariant: a path that was resolved and judged leads to the same place or to nothing: whoever puts a link where a folder
was finds it refused. Nothing here waits for a pipe, and what is written is either whole or not there.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def open_regular(path: Path) -> int:
    """Return a descriptor for reading the regular file at this absolute path without links.

    Raises:
        OSError: It cannot be opened, or a link stands on the way; `IsADirectoryError` for a folder.
        NotRegularError: It is a pipe, a socket or a device.
    """
    folder = _open_folder(path.parent)
    try:
        descriptor = os.open(path.name or ".", _READ, dir_fd=folder)
    finally:
        os.close(folder)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(f"{path} is a folder")
    raise NotRegularError(f"{path} is not a regular file")


class NotRegularError(OSError):
    """A path leads to something that is neither file nor folder."""


def replace_file(path: Path, data: bytes) -> None:
    """Put ``data`` at this absolute path without links, in one step; missing folders are made.

    The mode and, where that is allowed, the owner of a file that was there are kept. Other names of it (hard links)
    keep the old content.

    Raises:
        OSError: Nothing was changed, apart from new folders.
    """
    folder = _open_folder(path.parent, is_made=True)
    try:
        before = _status(path.name, folder)
        temporary = f".{path.name[:100]}.{os.urandom(6).hex()}"
        descriptor = os.open(temporary, _NEW, 0o666, dir_fd=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                if before is not None:
                    _keep(descriptor, before)
                os.fsync(descriptor)
            os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            os.unlink(temporary, dir_fd=folder)
            raise
    finally:
        os.close(folder)


def _status(name: str, folder: int) -> os.stat_result | None:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise NotRegularError(f"{name} is not a regular file")
    return status


def _keep(descriptor: int, before: os.stat_result) -> None:
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        with suppress(PermissionError):  # another's file in a shared folder becomes ours, as with every editor
            os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, before.st_mode & 0o777)


def _open_folder(path: Path, *, is_made: bool = False) -> int:
    descriptor = os.open(path.anchor, _FOLDER)
    for name in path.parts[1:]:
        try:
            following = _step(name, descriptor, is_made=is_made)
        finally:
            os.close(descriptor)
        descriptor = following
    return descriptor


def _step(name: str, folder: int, *, is_made: bool) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        if not is_made:
            raise
    with suppress(FileExistsError):  # somebody was quicker
        os.mkdir(name, dir_fd=folder)
    return os.open(name, _FOLDER, dir_fd=folder)
