"""Puts back what a command changed of paths that it could not be kept from.

Invariant: nothing is deleted: what the command left in such a place is moved aside, next to it, and what was there
before is written anew. Every folder on the way is opened without following links, so that a link which the command
put there leads this nowhere. Not its job: what a command did to them while it ran.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import TypeAlias

MOST_FILES = 1_000
MOST_BYTES = 8 * 1024**2
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_Entry: TypeAlias = tuple[int, bytes]  # type and mode; the content of a file, the target of a link
_Tree: TypeAlias = dict[str, _Entry]  # by the path below the kept one, which itself is ""


class Kept:
    """What the paths held when it was made."""

    def __init__(self, paths: Sequence[Path], *, writable: Sequence[Path]) -> None:
        """Read them; those outside of every writable folder need no keeping.

        Raises:
            OSError: There is more than can be kept: ``MOST_FILES`` or ``MOST_BYTES``.
        """
        self._trees = {path: _read(path) for path in paths if any(path.is_relative_to(root) for root in writable)}

    def put_back(self) -> tuple[Path, ...]:
        """Return the paths that had changed; what they held is there again, as far as their folder still is."""
        changed = []
        for path, tree in self._trees.items():
            try:
                is_same = _read(path) == tree
            except OSError:
                is_same = False
            if not is_same:
                changed.append(path)
                with suppress(OSError):  # its folder is gone or a link: the path is reported, whatever becomes of it
                    _replace(path, tree)
        return tuple(changed)


def _read(path: Path) -> _Tree:
    found: _Tree = {}
    size_bytes = 0
    for name in _below(path):
        place = path / name if name else path
        mode = place.lstat().st_mode
        content = b""
        if stat.S_ISREG(mode):
            content = place.read_bytes()
        elif stat.S_ISLNK(mode):
            content = os.fsencode(place.readlink())
        size_bytes += len(content)
        if len(found) >= MOST_FILES or size_bytes > MOST_BYTES:
            raise OSError(f"{path} holds more than can be kept: {MOST_FILES} files or {MOST_BYTES} bytes")
        found[name] = (mode, content)
    return found


def _below(path: Path) -> Iterator[str]:
    """Yield the path itself as "" and everything below it, folders before what they hold."""
    if not os.path.lexists(path):
        return
    yield ""
    if path.is_symlink():
        return
    for folder, folders, files in os.walk(path):
        relative = os.path.relpath(folder, path)
        for name in (*folders, *files):
            yield os.path.normpath(f"{relative}/{name}")


def _replace(path: Path, tree: _Tree) -> None:
    parent_fd = _open_folder(path.parent)
    try:
        with suppress(FileNotFoundError):
            os.rename(path.name, f"{path.name}.changed-{token_hex(4)}", src_dir_fd=parent_fd, dst_dir_fd=parent_fd)
        for name, (mode, content) in tree.items():
            _make(parent_fd, f"{path.name}/{name}".rstrip("/"), mode, content)
    finally:
        os.close(parent_fd)


def _open_folder(path: Path) -> int:
    """Open a folder, following no link on the way."""
    fd = os.open("/", _FOLDER)
    for name in path.parts[1:]:
        try:
            below = os.open(name, _FOLDER, dir_fd=fd)
        finally:
            os.close(fd)
        fd = below
    return fd


def _make(parent_fd: int, name: str, mode: int, content: bytes) -> None:
    *folders, last = name.split("/")
    fd = os.dup(parent_fd)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER, dir_fd=fd)
            os.close(fd)
            fd = below
        if stat.S_ISDIR(mode):
            os.mkdir(last, stat.S_IMODE(mode), dir_fd=fd)
        elif stat.S_ISLNK(mode):
            os.symlink(os.fsdecode(content), last, dir_fd=fd)
        elif stat.S_ISREG(mode):
            with os.fdopen(os.open(last, _NEW, stat.S_IMODE(mode), dir_fd=fd), "wb") as file:
                file.write(content)
    finally:
        os.close(fd)
