"""Changes in the words of the domain."""

from collections.abc import Sequence

from aircher.domain.changes import FileChange
from aircher.workspace.checkpoints.merge import line_counts
from aircher.workspace.checkpoints.objects import ObjectStore
from aircher.workspace.checkpoints.states import FOLDER, Change, State, file_change, is_of_files

_COUNTED_BYTES = 256 * 1024  # of files whose added and removed lines are counted
_COUNTED_FILES = 200


def described(changes: Sequence[Change], objects: ObjectStore) -> tuple[FileChange, ...]:
    """Return the changes of files and links, with lines counted where that is cheap."""
    found = [change for change in changes if is_of_files(change)]
    return tuple(_described(change, objects, is_counted=at < _COUNTED_FILES) for at, change in enumerate(found))


def _described(change: Change, objects: ObjectStore, *, is_counted: bool) -> FileChange:
    old, new = (_text(state, objects) if is_counted else None for state in (change.before, change.after))
    added, removed = (0, 0) if old is None or new is None else line_counts(old, new)
    return file_change(change, added=added, removed=removed)


def _text(state: State | None, objects: ObjectStore) -> bytes | None:
    if state is None or state.kind == FOLDER:
        return b""
    return objects.get(state.digest) if state.digest and state.size_bytes <= _COUNTED_BYTES else None
