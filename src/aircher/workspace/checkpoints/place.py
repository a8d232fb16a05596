"""Where the checkpoints of one project lie, and who may do what there at the same time.

Two locks, both of the system, so that a killed process holds none:

- *in use*: shared by everybody who relies on stored objects; whoever deletes objects has it alone.
- *calls*: shared from before a call to after it; whoever changes the workspace by undo or redo has it alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aircher.domain.errors import StorageError
from aircher.workspace.checkpoints.journal import SUFFIX, Journal


class Place:
    """The folder of one project's checkpoints."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects = folder / "objects"
        self.sessions = folder / "sessions"
        self.manifest = folder / "manifest.json"
        self.transaction = folder / "undo.json"

    def make(self, root: Path) -> None:
        """Make the folder, which only the user may enter.

        Raises:
            StorageError: It cannot be made.
        """
        try:
            self.sessions.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            whose = self.folder / "root"  # for people
            whose.touch(mode=0o600)
            whose.write_bytes(os.fsencode(root))
        except OSError as exc:
            raise StorageError(
                f"checkpoints cannot be kept in {self.folder}: {exc.strerror}",
                hint="make the folder writable, or choose another: aircher config set storage.data_dir DIR",
                code="storage.checkpoint",
            ) from exc

    def journal(self, session_id: str) -> Journal:
        """Return a session's journal, whether it exists or not."""
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in session_id)
        return Journal(self.sessions / f"{safe}{SUFFIX}")

    def journals(self) -> list[Journal]:
        """Return all journals, the one that was written last first."""
        try:
            found = [(path.stat().st_mtime_ns, path) for path in self.sessions.iterdir() if path.suffix == SUFFIX]
        except OSError:
            return []
        return [Journal(path) for _, path in sorted(found, reverse=True)]

    def use(self) -> int:
        """Take the *in use* lock together with others and return its descriptor."""
        return _taken(self.folder / "in-use.lock", fcntl.LOCK_SH)

    def hold_for_call(self) -> int:
        """Take the *calls* lock together with others, after an undo that is under way, and return its descriptor."""
        return _taken(self.folder / "calls.lock", fcntl.LOCK_SH)

    @contextmanager
    def alone_in_workspace(self) -> Iterator[bool]:
        """Hold the *calls* lock alone; ``False`` = a call is running."""
        with _alone(self.folder / "calls.lock") as is_alone:
            yield is_alone

    @contextmanager
    def alone_in_store(self) -> Iterator[bool]:
        """Hold the *in use* lock alone; ``False`` = somebody relies on the objects."""
        with _alone(self.folder / "in-use.lock") as is_alone:
            yield is_alone


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    try:
        descriptor = _taken(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)


def _taken(path: Path, operation: int) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, operation)
        except BaseException:
            os.close(descriptor)
            raise
    except BlockingIOError:
        raise
    except OSError as exc:
        raise StorageError(f"{path} cannot be locked: {exc.strerror}", code="storage.checkpoint") from exc
    return descriptor
