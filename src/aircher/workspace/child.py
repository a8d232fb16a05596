"""One started command: its processes, what comes out of them, and how it ends.

Invariant: whoever opens a `Child` calls `finish` or `stop`, and after either no process of its group is left, no
descriptor open. Reading never waits for whoever looks at the output. Not its job: what is run, where, in which sandbox.
"""

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from aircher.workspace import process_tree

READ_BYTES = 65_536  # what a pipe holds
STRAGGLER_GRACE_S = 0.25  # a filter such as >(tee log) ends on its own right after the shell
LAST_SIGNAL_WAIT_S = 2.0  # a process that the kernel does not let go of is left to the kernel
_POLL_S = 0.01
_MAX_DRAIN_BYTES = 1024**2  # the largest pipe; more is somebody who goes on writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a child is started with; ``pass_fds`` stay open in it."""

    argv: Sequence[str]
    folder: Path
    environ: Mapping[str, str]
    pass_fds: Sequence[int]
    mark: str


class Child:
    """A running command and its processes."""

    def __init__(self, start: Start, *, on_output: Callable[[bytes], None]) -> None:
        """Start it.

        Raises:
            OSError: It cannot be started.
            ValueError: An argument cannot be passed to a program.
        """
        self._mark = start.mark
        self._on_output = on_output
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._pidfd = -1
        self._is_closed = False
        self._output, writing = os.pipe()
        try:
            self._process = subprocess.Popen(
                list(start.argv),
                cwd=start.folder,
                env={**start.environ, process_tree.MARK: start.mark},
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
                pass_fds=start.pass_fds,
            )
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(writing)
        os.set_blocking(self._output, False)
        self._loop.add_reader(self._output, self._read)
        self._watch()

    @property
    def has_ended(self) -> bool:
        """Whether the first process has; others may go on until `finish`."""
        return self._ended.is_set()

    async def wait(self) -> None:
        """Return once the first process has ended."""
        await self._ended.wait()

    async def finish(self) -> tuple[int, int]:
        """Return the exit status (negative: a signal) and how many processes it left behind, which were ended."""
        await self._ended.wait()
        left = 0
        try:
            status = self._process.wait()
            if self._has_others():
                await _until(lambda: not self._has_others(), STRAGGLER_GRACE_S)
                left = len(process_tree.members(self._process.pid, ""))
        finally:
            if not self._is_closed and self._has_others():
                process_tree.signal_all(self._process.pid, "", signal.SIGKILL)
            self._close()
        return status, left

    async def stop(self, *, grace_s: float) -> None:
        """Ask all its processes to end, and end those that have not after ``grace_s``; cancellation ends them now."""
        if self._is_closed:
            return
        try:
            asked = process_tree.signal_all(self._process.pid, self._mark, signal.SIGTERM)
            await _until(lambda: self.has_ended and not process_tree.are_living(asked), grace_s)
        finally:
            process_tree.signal_all(self._process.pid, self._mark, signal.SIGKILL)
            try:
                await _until(lambda: self.has_ended, LAST_SIGNAL_WAIT_S)
            finally:
                self._close()
                self._process.poll()

    def _has_others(self) -> bool:
        """Whether the group goes on without its first process, which was waited for."""
        return process_tree.has_group(self._process.pid)

    def _watch(self) -> None:
        """Make the loop hear of the end: by a descriptor where the system has such, else by a thread."""
        try:
            self._pidfd = os.pidfd_open(self._process.pid)
        except (AttributeError, OSError):
            Thread(target=self._wait_in_thread, daemon=True).start()
        else:
            self._loop.add_reader(self._pidfd, self._note_end)

    def _wait_in_thread(self) -> None:
        self._process.wait()
        with suppress(RuntimeError):  # the loop is gone, and whoever waited with it
            self._loop.call_soon_threadsafe(self._ended.set)

    def _note_end(self) -> None:
        self._loop.remove_reader(self._pidfd)
        self._ended.set()

    def _read(self) -> int:
        """Take what is there and return how much it was."""
        try:
            chunk = os.read(self._output, READ_BYTES)
        except BlockingIOError:
            return 0
        if chunk:
            self._on_output(chunk)
        else:
            self._loop.remove_reader(self._output)
        return len(chunk)

    def _close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        drained_bytes = 0
        while drained_bytes < _MAX_DRAIN_BYTES and (taken := self._read()):
            drained_bytes += taken
        self._loop.remove_reader(self._output)
        os.close(self._output)
        if self._pidfd >= 0:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)


async def _until(is_true: Callable[[], bool], longest_s: float) -> None:
    """Return once it is true, or after ``longest_s``: the kernel tells nobody that a group has become empty."""
    for _ in range(round(longest_s / _POLL_S)):
        if is_true():
            return
        await asyncio.sleep(_POLL_S)
