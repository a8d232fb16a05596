"""Changes that were made, in the groups in which they are undone.

Invariant: undoing a group and doing it again leaves the text as it was. The oldest groups are forgotten beyond a bound.
"""

from collections import deque
from enum import Enum, auto

from aircher.domain.records import dataclass

_GROUPS_AT_MOST = 1_000
_CHARS_AT_MOST = 16_000_000
"""Of text that changes remember: sixteen pastes of a megabyte."""


class Kind(Enum):
    """What a change was made by; several of the first two in a row are one group."""

    TYPING = auto()
    ERASING = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """At ``at``, ``removed`` gave place to ``inserted``."""

    at: int
    removed: str
    inserted: str


class Group:
    """Changes that are undone together; ``before`` and ``after`` are where the cursor was."""

    __slots__ = ("after", "before", "changes", "kind", "size")

    def __init__(self, kind: Kind, before: int) -> None:
        self.kind = kind
        self.changes: list[Change] = []
        self.before = before
        self.after = before
        self.size = 0


class History:
    """Groups that can be undone and done again."""

    def __init__(self) -> None:
        self._done: deque[Group] = deque()
        self._undone: list[Group] = []
        self._open: Group | None = None
        self._kind = Kind.OTHER
        self._size = 0
        self.is_held = False
        """While true, only `seal` ends a group."""

    def begin(self, kind: Kind, cursor: int) -> None:
        """What follows is a group of its own, unless it continues the open one."""
        opened = self._open
        if self.is_held and opened is not None:
            return
        if opened is None or kind is Kind.OTHER or opened.kind is not kind or opened.after != cursor:
            self._open = None
            self._kind = kind

    def seal(self) -> None:
        """The next change begins a group."""
        self._open = None
        self._kind = Kind.OTHER

    def record(self, change: Change, *, before: int, after: int) -> None:
        """Remember a change; what was undone before cannot be done again."""
        if self._open is None:
            self._open = Group(self._kind, before)
            self._done.append(self._open)
        self._undone.clear()
        group = self._open
        size = len(change.removed) + len(change.inserted)
        if not _joined(group.changes, change):
            group.changes.append(change)
        group.after = after
        group.size += size
        self._size += size
        while len(self._done) > 1 and (len(self._done) > _GROUPS_AT_MOST or self._size > _CHARS_AT_MOST):
            self._size -= self._done.popleft().size

    def undo(self) -> Group | None:
        """Return the group that is to be taken back; ``None`` = nothing is left."""
        self.seal()
        if not self._done:
            return None
        group = self._done.pop()
        self._size -= group.size
        self._undone.append(group)
        return group

    def redo(self) -> Group | None:
        """Return the group that is to be done again; ``None`` = nothing was undone."""
        self.seal()
        if not self._undone:
            return None
        group = self._undone.pop()
        self._size += group.size
        self._done.append(group)
        return group


def _joined(changes: list[Change], change: Change) -> bool:
    """Return whether typed text was put to the change before: a long run stays one change."""
    if not changes or change.removed:
        return False
    last = changes[-1]
    if last.removed or change.at != last.at + len(last.inserted) or len(last.inserted) > 256:
        return False
    changes[-1] = Change(at=last.at, removed="", inserted=last.inserted + change.inserted)
    return True
