"""The workspace on this machine's own disk.

Invariant: nothing here decides whether a path may be touched; it makes paths unambiguous so that policy can, and opens
only what has no link on the way. Reading is bounded, whatever the size of the file.
"""

from __future__ import annotations

import asyncio
import os
import stat
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.tools import ToolFailure
from aircher.support.text import visible_name
from aircher.workspace.opening import NotRegularError, open_regular

if TYPE_CHECKING:  # a run may end before the first tool
    from aircher.domain.files import FileFacts, TextSlice

SNIFF_BYTES = 8192  # enough to see a byte-order mark or a NUL, what git looks at too

_MOST_NAMES = 50
_MOST_LOOKED_AT = 10_000


class LocalWorkspace:
    """Files below one root folder, and wherever else policy lets a tool."""

    def __init__(self, root: Path, *, home: Path | None = None) -> None:
        self.root = root.resolve()
        self._home = home

    def resolve(self, path: str) -> Path:
        """Return the absolute path that this text means, without links and ``..``.

        A leading ``~`` is the user's home, as in a shell: as a folder's name it would be a trap for ``rm -r``. What no
        file system takes (a NUL, a loop of links) becomes a path that does not exist.
        """
        if path == "~" or path.startswith("~/"):
            path = str(self._home or Path.home()) + path[1:]
        path = path.encode("utf-8", "replace").decode()  # half a character is in no name that could be meant
        try:
            return (self.root / path).resolve()
        except (ValueError, OSError, RuntimeError):
            return Path(os.path.normpath(self.root / path.replace("\0", "\ufffd")))

    def shown(self, path: Path) -> str:
        """Return the path as people write it: relative to the root where it is below it, on one line."""
        below = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        return visible_name(below)

    async def look(self, path: Path) -> FileFacts | ToolFailure:
        """Return what the file is, or why it cannot be looked at."""
        return await asyncio.to_thread(self._look, path)

    def _look(self, path: Path) -> FileFacts | ToolFailure:
        from aircher.domain.files import FileFacts
        from aircher.workspace.text_slices import is_text

        try:
            with os.fdopen(open_regular(path), "rb") as file:
                head = file.read(SNIFF_BYTES)
                return FileFacts(size_bytes=os.fstat(file.fileno()).st_size, head=head, is_text=is_text(head))
        except OSError as exc:
            return self._refused(path, exc)

    async def read_lines(self, path: Path, *, first_line: int, max_lines: int) -> TextSlice | ToolFailure:
        """Return up to ``max_lines`` lines from ``first_line`` on, or why that cannot be."""
        return await asyncio.to_thread(self._read_lines, path, first_line, max_lines)

    def _read_lines(self, path: Path, first_line: int, max_lines: int) -> TextSlice | ToolFailure:
        from aircher.workspace.text_slices import read_slice

        try:
            with os.fdopen(open_regular(path), "rb") as file:
                found = read_slice(file, first_line=first_line, max_lines=max_lines)
        except OSError as exc:
            return self._refused(path, exc)
        return ToolFailure(message=f"{self.shown(path)} {found}") if isinstance(found, str) else found

    async def read_bytes(self, path: Path, *, max_bytes: int) -> bytes | ToolFailure | None:
        """Return all bytes; ``None`` = there is no such file; or why it cannot be read, being too large included."""
        return await asyncio.to_thread(self._read_bytes, path, max_bytes)

    def _read_bytes(self, path: Path, max_bytes: int) -> bytes | ToolFailure | None:
        try:
            with os.fdopen(open_regular(path), "rb") as file:
                data = file.read(max_bytes + 1)
                size_bytes = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None
        except OSError as exc:
            return self._refused(path, exc)
        if len(data) > max_bytes:
            return ToolFailure(message=f"{self.shown(path)} has {size_bytes:,} bytes, at most {max_bytes:,} are read.")
        return data

    def _refused(self, path: Path, exc: OSError) -> ToolFailure:
        shown = self.shown(path)
        match exc:
            case FileNotFoundError():
                return ToolFailure(message=f"{shown} does not exist. Use glob or search_code to find the right path.")
            case IsADirectoryError():
                return ToolFailure(message=f"{shown} is a folder. It holds: {_names(path)}. Use list to see more.")
            case NotRegularError():
                return ToolFailure(message=f"{shown} is not a regular file: {_kind(path)}.")
            case _:
                return ToolFailure(message=f"{shown} cannot be read: {exc.strerror or exc}.")


def _names(folder: Path) -> str:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name + "/" * entry.is_dir() for entry in islice(entries, _MOST_LOOKED_AT))
    except OSError as exc:
        return f"what cannot be listed ({exc.strerror})"
    shown = [visible_name(name) for name in names[:_MOST_NAMES]]
    return ", ".join([*shown, *(["…"] if len(names) > _MOST_NAMES else [])]) or "nothing"


def _kind(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return "it is gone"
    kinds = ((stat.S_ISLNK, "link"), (stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))
    return next((f"it is a {name}" for is_kind, name in kinds if is_kind(mode)), "it is a device")
