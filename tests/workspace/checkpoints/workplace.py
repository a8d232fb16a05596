"""A workspace with checkpoints, and what a call in a test does to it."""

import os
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.workspace.checkpoints.local import LocalCheckpoints
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.recorder import Recorder
from aircher.workspace.checkpoints.tree import Tree
from aircher.workspace.checkpoints.undoing import Outcome, Undoing, Which

SESSION = SessionId("s1")


def call(name: str = "c1", *, turn: str = "t1", session: str = SESSION) -> CheckpointCall:
    return CheckpointCall(
        session_id=SessionId(session), turn_id=TurnId(turn), call_id=CallId(name), label=f"shell: {name}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A workspace at ``root`` whose checkpoints are in ``folder``."""

    root: Path
    folder: Path
    checkpoints: LocalCheckpoints

    async def run(
        self,
        work: Callable[[], object],
        name: str = "c1",
        *,
        turn: str = "t1",
        paths: Sequence[Path] | None = None,
        also: Sequence[Path] = (),
    ) -> tuple[FileChange, ...]:
        """Do some work as a call would and return what it changed."""
        checkpoint = await self.checkpoints.before(call(name, turn=turn), paths=paths, also=also)
        work()
        return await self.checkpoints.after(checkpoint)

    async def begin(self, name: str = "c1", *, paths: Sequence[Path] | None = None) -> Checkpoint:
        return await self.checkpoints.before(call(name), paths=paths)

    def undo(self, which: Which | None = None, *, forced: bool = False, shown_only: bool = False) -> Outcome:
        with undoing(self.root, self.folder) as it:
            return it.undo(SESSION, which or Which(), is_forced=forced, is_shown_only=shown_only)

    def redo(self, *, forced: bool = False) -> Outcome:
        with undoing(self.root, self.folder) as it:
            return it.redo(SESSION, is_forced=forced)

    def write(self, name: str, data: bytes | str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path


def silent(done: int, total: int) -> None:
    """Show no progress."""


class undoing:  # noqa: N801 - used like a function
    """Undo as another process would: with a recorder of its own."""

    def __init__(self, root: Path, folder: Path, *, tree: Tree | None = None) -> None:
        self._recorder = Recorder(root, Place(folder), excluded=(), on_progress=silent)
        self._undoing = Undoing(self._recorder, tree or Tree(root))

    def __enter__(self) -> Undoing:
        return self._undoing

    def __exit__(self, *_: object) -> None:
        self._recorder.close()


@asynccontextmanager
async def workplace(folder: Path) -> AsyncIterator[Workplace]:
    root = folder / "project"
    root.mkdir(exist_ok=True)
    store = folder / "data" / "checkpoints" / "project"
    checkpoints = LocalCheckpoints(root.resolve(), store)
    try:
        yield Workplace(root=root.resolve(), folder=store, checkpoints=checkpoints)
    finally:
        await checkpoints.aclose()


def exit_status(program: str, *arguments: str) -> int:
    """Run a program of Python and return how it ended."""
    root = Path(__file__).parents[3]
    return subprocess.run([sys.executable, "-c", program, *arguments], cwd=root, check=False, timeout=60).returncode


def picture(root: Path) -> dict[str, tuple[str, int, bytes]]:
    """Return everything below a folder: kind, permissions, and bytes or where a link leads."""
    found: dict[str, tuple[str, int, bytes]] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = os.path.join(folder, name)  # noqa: PTH118 - names that are no text
            status = os.lstat(path)
            mode = stat.S_IMODE(status.st_mode)
            shown = os.path.relpath(path, root)
            if stat.S_ISLNK(status.st_mode):
                found[shown] = ("link", 0, os.fsencode(os.readlink(path)))  # noqa: PTH115
            elif stat.S_ISDIR(status.st_mode):
                found[shown] = ("folder", mode, b"")
            else:
                with open(path, "rb") as file:  # noqa: PTH123
                    found[shown] = ("file", mode, file.read())
    return found
