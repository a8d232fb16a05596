"""The door to the checkpoints of this machine's workspace, for an event loop.

Invariant: cheap to import and to build; nothing is opened before the first call that may write. Work is done in
threads, and a cancelled wait ends it soon.
"""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, TypeVar

from aircher.domain.changes import Checkpoint, CheckpointCall, FileChange
from aircher.domain.ids import CallId, SessionId

if TYPE_CHECKING:
    from aircher.workspace.checkpoints.recorder import Recorder

T = TypeVar("T")


def _untold(done: int, total: int) -> None:
    """Tell nobody."""


class LocalCheckpoints:
    """Checkpoints of the workspace at one root. Serves any number of sessions of this process."""

    def __init__(
        self,
        root: Path,
        folder: Path,
        *,
        excluded: Sequence[Path] = (),
        keep_days: int = 30,
        keep_versions: int = 50,
        on_progress: Callable[[int, int], None] = _untold,
    ) -> None:
        """Keep the checkpoints of the workspace at ``root`` in ``folder``, of which neither need exist yet.

        Args:
            root: The workspace.
            folder: The project's own below the user's data folder.
            excluded: Paths that are never covered: Aircher's own files, where they lie inside the workspace.
            keep_days: For how many days sessions can be undone.
            keep_versions: How many old contents of a file are kept.
            on_progress: Told, from another thread, how many of how many files have been copied; only for many.
        """
        self._root = Path(os.path.realpath(root))
        self._folder = folder
        self._excluded = tuple(Path(os.path.realpath(path)) for path in excluded)
        self._keep = (keep_days, keep_versions)
        self._on_progress = on_progress
        self._recorder: Recorder | None = None
        self._opening = Lock()

    async def prepare(self) -> None:
        """Copy what no checkpoint has seen yet. Optional: the first call that may change anything does it, too.

        Raises:
            StorageError: It cannot be kept.
        """
        await self._in_thread(lambda stop: self._opened().prepare(stop))

    async def before(
        self, call: CheckpointCall, *, paths: Sequence[Path] | None, also: Sequence[Path] = ()
    ) -> Checkpoint:
        """Keep everything that the call may change, and return where it is noted; `after` must follow.

        Args:
            call: The call.
            paths: Exactly these may change, absolute, with what is below them; ``None`` = anything covered may. Of
                calls that run at the same time at most one may be of the latter kind.
            also: Paths that it may change besides, covered or not: what a command names to delete or overwrite. Names
                may hold ``*``, ``?`` and ``[…]``; what matches now is meant.

        Raises:
            StorageError: It cannot be kept; the call should not run.
        """
        stop = Event()
        keeping = asyncio.ensure_future(asyncio.to_thread(lambda: self._opened().before(call, paths, also, stop)))
        try:
            return await asyncio.shield(keeping)
        except asyncio.CancelledError:
            stop.set()
            keeping.add_done_callback(self._abandon)
            raise

    async def after(self, checkpoint: Checkpoint) -> tuple[FileChange, ...]:
        """Return what changed since, sorted by path; files and links only. Cancelling the wait does not stop it.

        Raises:
            StorageError: It cannot be noted. The next start can still tell, as after a crash.
        """
        return await asyncio.to_thread(lambda: self._opened().after(checkpoint))

    async def interrupted(self, session_id: SessionId, call_id: CallId) -> tuple[FileChange, ...] | None:
        """Return what differs since this call began, which a crash cut off: its work, and perhaps that of others.

        ``None`` = there is no checkpoint of it. A call that did end has its own changes.
        """
        return await self._in_thread(lambda stop: self._opened().interrupted(session_id, call_id, stop))

    async def aclose(self) -> None:
        """Save what makes the next start cheap and let go of what is too old, if nobody else is at work.

        Calls that did not end are found out at the next start.
        """
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            await asyncio.to_thread(self._close, recorder)

    def _close(self, recorder: "Recorder") -> None:
        from aircher.workspace.checkpoints.pruning import Keep, prune_daily

        recorder.close()
        days, versions = self._keep
        prune_daily(recorder.place, Keep(days=days, versions=versions))

    def _abandon(self, keeping: "asyncio.Future[Checkpoint]") -> None:
        """Let go of a checkpoint that nobody waits for any more: its call will not run."""
        if not keeping.cancelled() and keeping.exception() is None:
            asyncio.get_running_loop().run_in_executor(None, self._opened().abandon, keeping.result())

    def _opened(self) -> "Recorder":
        with self._opening:
            if self._recorder is None:
                from aircher.workspace.checkpoints.place import Place
                from aircher.workspace.checkpoints.recorder import Recorder

                self._recorder = Recorder(
                    self._root, Place(self._folder), excluded=self._excluded, on_progress=self._on_progress
                )
                self._recorder.recover()
            return self._recorder

    @staticmethod
    async def _in_thread(work: Callable[[Event], T]) -> T:
        stop = Event()
        try:
            return await asyncio.to_thread(work, stop)
        except asyncio.CancelledError:
            stop.set()
            raise
