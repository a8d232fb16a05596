"""Files opened by paths without links, and only if there is still none on the way.

Invariant: a path that was resolved and judged leads to the same place or to nothing: whoever puts a link where a folder
was finds it refused. Nothing here waits for a pipe.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", os.O_RDONLY)
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_regular(path: Path) -> int:
    """Return a descriptor for reading the regular file at this absolute path without links.

    Raises:
        OSError: It cannot be opened, or a link stands on the way; `IsADirectoryError` for a folder.
        NotRegularError: It is a pipe, a socket or a device.
    """
    folder = open_folder(path.parent)
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


def open_folder(path: Path, *, is_made: bool = False) -> int:
    """Return a descriptor of the folder at this absolute path without links, for what is done in it.

    Args:
        path: The folder.
        is_made: Whether what is missing is made.

    Raises:
        OSError: It cannot be opened, or a link stands on the way.
    """
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
