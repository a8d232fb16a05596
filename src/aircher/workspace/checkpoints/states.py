"""What stands at a path, and how that differs before and after a call; both as they are kept in JSON.

Invariant: a state describes the whole of it: kind, permission bits, and the content by its hash.
"""

import os
import stat
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from aircher.domain.changes import FileChange

FILE, LINK, FOLDER = "f", "l", "d"

FORMATS = {stat.S_IFREG: FILE, stat.S_IFLNK: LINK, stat.S_IFDIR: FOLDER}
"""The kinds that are kept; sockets, pipes and devices are nobody's work."""

Signature: TypeAlias = tuple[int, int, int, int]
"""What ``stat`` tells of a path: mode, size, time of the inode's last change in ns, inode.

The time of the content's last change is left out: whatever sets it sets the other one, and that can not be set back.
"""


class State(NamedTuple):
    """What stands at a path.

    Attributes:
        kind: `FILE`, `LINK` or `FOLDER`.
        mode: Permission bits; 0 for links, which have none of their own.
        digest: SHA-256 of a file's bytes or of a link's target, hexadecimal; empty for folders, and for a file that
            is too large or unreadable and so not kept.
        size_bytes: Of a file.
        mtime_ns: Only of a file that is not kept: it stands in for the digest.
    """

    kind: str
    mode: int
    digest: str = ""
    size_bytes: int = 0
    mtime_ns: int = 0

    @property
    def is_kept(self) -> bool:
        """Whether it can be made again from what is stored."""
        return self.kind == FOLDER or bool(self.digest)


class Change(NamedTuple):
    """One path that is not what it was; ``None`` = nothing was or is there."""

    path: str
    before: State | None
    after: State | None


def signature(status: os.stat_result) -> Signature:
    """Return what is compared to find out whether a path may have changed."""
    return (status.st_mode, status.st_size, status.st_ctime_ns, status.st_ino)


def difference(before: dict[str, State], after: dict[str, State]) -> list[Change]:
    """Return what differs, sorted by path."""
    paths = sorted(before.keys() | after.keys())
    return [Change(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)]


def present(states: Mapping[str, State | None]) -> dict[str, State]:
    """Return the states of what is there."""
    return {path: state for path, state in states.items() if state is not None}


def state_of(value: Any) -> State | None:  # Any: decoded JSON
    """Return the state that was written as JSON.

    Raises:
        TypeError: It was not.
    """
    return None if value is None else State(*value)


def change_of(value: Any) -> Change:  # Any: decoded JSON
    """Return the change that was written as JSON.

    Raises:
        TypeError, ValueError: It was not.
    """
    path, before, after = value
    return Change(str(path), state_of(before), state_of(after))


def shown(path: str) -> str:
    """Return the path as text that can be printed and sent anywhere: bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def file_change(change: Change, *, added: int = 0, removed: int = 0) -> FileChange:
    """Return the change in the words of the domain."""
    kind = "modified"
    if change.before is None or change.before.kind == FOLDER:
        kind = "created"
    elif change.after is None or change.after.kind == FOLDER:
        kind = "deleted"
    return FileChange(
        path=shown(change.path),
        change=kind,  # type: ignore[arg-type]  # one of the three literals above
        before=change.before.digest if change.before else "",
        after=change.after.digest if change.after else "",
        added=added,
        removed=removed,
    )


def is_of_files(change: Change) -> bool:
    """Whether a file or a link is concerned, not only folders."""
    return any(state is not None and state.kind != FOLDER for state in (change.before, change.after))
