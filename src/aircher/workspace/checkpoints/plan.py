"""What an undo would do, path by path, decided before anything is touched.

Each step is taken back in turn, the last one first, from what stands there now: where that is what the step left, the
state before it comes back; where it is not, others were at work, and both are put together or it is a conflict.

Invariant: what the session did not record is never part of a plan, and planning changes nothing in the workspace.
"""

from collections.abc import Sequence
from typing import NamedTuple

from aircher.domain.records import dataclass
from aircher.workspace.checkpoints.merge import merged
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.states import FILE, FOLDER, Change, State
from aircher.workspace.checkpoints.tree import Tree


class Problem(NamedTuple):
    """A path that an undo does not restore, and why, in words that follow the path."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would happen.

    Attributes:
        moves: Each path that changes, from what stands there now to what will.
        conflicts: Any of these keeps the whole from being done.
        left_alone: These are just not restored.
        merged: Paths whose new content holds what others changed, too.
    """

    moves: tuple[Change, ...] = ()
    conflicts: tuple[Problem, ...] = ()
    left_alone: tuple[Problem, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The changes of one step. ``is_uncertain``: they may be the work of others."""

    changes: Sequence[Change]
    is_uncertain: bool = False


class Planner:
    """Makes one plan."""

    def __init__(self, tree: Tree, objects: ObjectStore, *, is_forced: bool) -> None:
        """Plan for ``tree``; ``is_forced``: what the session recorded wins over what others did."""
        self._tree = tree
        self._objects = objects
        self._is_forced = is_forced
        self._now: dict[str, State | None] = {}
        self._target: dict[str, State | None] = {}
        self._conflicts: dict[str, str] = {}
        self._left_alone: dict[str, str] = {}
        self._merged: set[str] = set()

    def take_back(self, stages: Sequence[Stage]) -> Plan:
        """Return the plan that takes these steps back; they are in the order in which they were done."""
        for stage in reversed(stages):
            for change in reversed(stage.changes):
                self._take_back(change, is_uncertain=stage.is_uncertain)
        self._spare_full_folders()
        self._need_folders()
        moves = [
            Change(path, self._now[path], target)
            for path, target in sorted(self._target.items())
            if not is_same(self._now[path], target) and path not in self._left_alone
        ]
        return Plan(
            moves=tuple(moves),
            conflicts=tuple(Problem(*item) for item in sorted(self._conflicts.items())),
            left_alone=tuple(Problem(*item) for item in sorted(self._left_alone.items())),
            merged=tuple(sorted(self._merged)),
        )

    def _take_back(self, change: Change, *, is_uncertain: bool) -> None:
        path, before, after = change
        if path in self._left_alone:
            return
        now = self._state(path)
        if is_same(now, before):
            return
        if reason := self._hindrance(now, before):
            self._left_alone[path] = reason
        elif is_uncertain and not self._is_forced:
            self._conflicts[path] = "the call was cut off, so this may be the work of others"
        elif is_same(now, after) or self._is_forced:
            self._target[path] = before
        else:
            self._put_together(path, now, before, after)

    def _state(self, path: str) -> State | None:
        if path not in self._target:
            found = self._tree.read(path)
            if found is not None and found.data is not None:
                self._objects.put(found.data, digest=found.state.digest)  # else a redo could not bring it back
            self._now[path] = self._target[path] = None if found is None else found.state
        return self._target[path]

    def _hindrance(self, now: State | None, before: State | None) -> str:
        """Return why the state before cannot be had, or may not be, whoever was at work."""
        if before is not None and not before.is_kept:
            return "it was too large or unreadable, so its old content was not kept"
        if before is not None and before.digest and not self._objects.has(before.digest):
            return "its old content is not kept any more"
        if now is not None and not now.is_kept and not self._is_forced:
            return "it is too large to be kept, so a redo could not bring it back"
        return ""

    def _put_together(self, path: str, now: State | None, before: State | None, after: State | None) -> None:
        if _is_folder(now) and all(state is None or state.kind == FOLDER for state in (before, after)):
            # others set its mode or made it again: it stays as they want it, unless it is the session's own
            self._target[path] = None if before is None else now
        elif now is None or before is None or after is None:
            what = "was removed" if now is None else "was changed" if after is not None else "was made"
            self._conflicts[path] = f"it {what} by other hands since"
        elif {now.kind, before.kind, after.kind} != {FILE}:
            self._conflicts[path] = "something else stands there now"
        else:
            self._merge(path, now, before, after)

    def _merge(self, path: str, now: State, before: State, after: State) -> None:
        mode = before.mode if now.mode == after.mode else now.mode
        if now.digest == after.digest:
            self._target[path] = before._replace(mode=mode)
            return
        contents = [self._objects.get(state.digest) for state in (after, now, before)]
        common, ours, theirs = contents
        result = None if common is None or ours is None or theirs is None else merged(common, ours, theirs)
        if result is None:
            self._conflicts[path] = "other hands changed the same lines since"
            return
        self._target[path] = State(FILE, mode, self._objects.put(result), len(result))
        self._merged.add(path)

    def _spare_full_folders(self) -> None:
        """Leave folders alone that hold what the session did not make; a file cannot take their place."""
        going = [
            path
            for path, target in self._target.items()
            if _is_folder(self._now[path]) and not _is_folder(target) and path not in self._left_alone
        ]
        for path in sorted(going, key=lambda path: path.count("/"), reverse=True):
            rest = [name for name in self._held(path) if self._stays(f"{path}/{name}")]
            if not rest:
                continue
            if self._target[path] is None:
                self._left_alone[path] = "it holds what the session did not make"
                self._target[path] = self._now[path]
            else:
                self._conflicts[path] = "a folder stands there that holds what the session did not make"

    def _held(self, path: str) -> list[str]:
        try:
            return self._tree.names(path)
        except OSError:
            return []

    def _stays(self, path: str) -> bool:
        return path in self._left_alone or path not in self._target or self._target[path] is not None

    def _need_folders(self) -> None:
        """Refuse what would have to be put below a file or a link."""
        for path, target in self._target.items():
            if target is None or is_same(self._now[path], target):
                continue
            folder = path
            while "/" in folder.lstrip("/"):
                folder = folder.rpartition("/")[0]
                if folder in self._target:
                    above = self._target[folder]
                else:
                    found = self._tree.read(folder)
                    above = None if found is None else found.state
                if above is not None and above.kind != FOLDER:
                    self._conflicts[path] = "a file or a link stands where its folder was"


def is_same(one: State | None, other: State | None) -> bool:
    """Whether nothing has to be done to make one the other."""
    return one == other


def _is_folder(state: State | None) -> bool:
    return state is not None and state.kind == FOLDER
