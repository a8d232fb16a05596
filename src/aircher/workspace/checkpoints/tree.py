"""Changes single paths of the workspace, safely: no link on the way is followed, no file is ever half.

Paths are as in the journal: relative to the root, or absolute.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aircher.workspace.checkpoints.reading import Reading, read
from aircher.workspace.checkpoints.states import FILE, FOLDER, LINK, State

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OWNER = stat.S_IRWXU
_NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EMLINK})  # the last two: a link is in the way


class Tree:
    """The files below one root, and others by their absolute paths."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> Reading | None:
        """Return what stands there; ``None`` = nothing, also where a link or a file is in the way."""
        try:
            with self._parent(path) as (folder, name):
                return read(name, dir_fd=folder)
        except OSError as exc:
            if exc.errno in _NOTHING:
                return None
            raise

    def names(self, path: str) -> list[str]:
        """Return what a folder holds.

        Raises:
            OSError: It cannot be listed.
        """
        with self._parent(path) as (folder, name):
            descriptor = os.open(name, _FOLDER, dir_fd=folder)
            try:
                return os.listdir(descriptor)  # noqa: PTH208 - of a descriptor
            finally:
                os.close(descriptor)

    def write(self, path: str, state: State, data: bytes, *, temporary: str, is_durable: bool = True) -> None:
        """Put a file or a link in place of what stands there, which must not be a folder; missing folders are made.

        Args:
            path: Where.
            state: What.
            data: A file's bytes, or a link's target.
            temporary: Name under which it is written first, in the same folder.
            is_durable: Whether a file's bytes are forced to disk before it takes its place.

        Raises:
            OSError: It cannot be done; what stood there stands.
        """
        with self._parent(path, is_made=True) as (folder, name):
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
            try:
                if state.kind == LINK:
                    os.symlink(os.fsdecode(data), temporary, dir_fd=folder)
                else:
                    _write_file(temporary, folder, state.mode, data, is_durable=is_durable)
                os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary, dir_fd=folder)
                raise

    def forget(self, path: str, *, temporary: str) -> None:
        """Remove what a killed process left of `write`."""
        with suppress(OSError), self._parent(path) as (folder, _):
            os.unlink(temporary, dir_fd=folder)

    def remove(self, path: str, state: State) -> None:
        """Remove a file, a link, or an empty folder.

        Raises:
            OSError: It cannot be done.
        """
        with self._parent(path) as (folder, name):
            if state.kind in (FILE, LINK):
                os.unlink(name, dir_fd=folder)
            else:
                os.rmdir(name, dir_fd=folder)

    def make_folder(self, path: str, mode: int) -> None:
        """Make a folder into which its owner may write whatever ``mode`` says; `set_mode` has the last word.

        Raises:
            OSError: It cannot be done.
        """
        with self._parent(path, is_made=True) as (folder, name):
            os.mkdir(name, mode | _OWNER, dir_fd=folder)

    def set_mode(self, path: str, mode: int) -> None:
        """Set the permission bits of a folder.

        Raises:
            OSError: It cannot be done.
        """
        with self._parent(path) as (folder, name):
            descriptor = os.open(name, _FOLDER, dir_fd=folder)
            try:
                os.fchmod(descriptor, mode)
            finally:
                os.close(descriptor)

    def open_up(self, path: str) -> None:
        """Let the owner of a folder change what it holds."""
        found = self.read(path)
        if found is not None and found.state.kind == FOLDER and found.state.mode & _OWNER != _OWNER:
            with suppress(OSError), self._parent(path) as (folder, name):
                os.chmod(name, found.state.mode | _OWNER, dir_fd=folder)

    @contextmanager
    def _parent(self, path: str, *, is_made: bool = False) -> Iterator[tuple[int, str]]:
        """Open the folder that holds ``path``, step by step, and yield it with the path's last name."""
        *above, name = path.removeprefix("/").split("/")
        if not name or any(part in ("", ".", "..") for part in (*above, name)):
            raise ValueError(f"{path!r} names nothing below the root")
        descriptor = os.open("/" if path.startswith("/") else self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in above:
                descriptor = _entered(descriptor, part, is_made=is_made)
            yield descriptor, name
        finally:
            os.close(descriptor)


def _entered(descriptor: int, part: str, *, is_made: bool) -> int:
    """Return the folder ``part`` of a folder, and close the latter; if it cannot be entered it stays open."""
    if is_made:
        with suppress(FileExistsError):
            os.mkdir(part, dir_fd=descriptor)
    below = os.open(part, _FOLDER, dir_fd=descriptor)
    os.close(descriptor)
    return below


def _write_file(name: str, folder: int, mode: int, data: bytes, *, is_durable: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(file.fileno(), mode)
        if is_durable:
            os.fsync(file.fileno())
