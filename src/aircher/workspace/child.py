"""One started command: its processes, what comes out of them, and how it ends.

Invariant: whoever makes a `Child` calls `finish` or `stop`, and after either no process of its group is left, no
descriptor open. Reading never waits for whoever looks at the output. Not its job: what is run, where, in which sandbox,
or starting it.
"""

import asyncio
import os
import signal
from collections.abc import Callable

from aircher.support.aio import finished
from aircher.workspace import process_tree
from aircher.workspace.spawner import Spawned

READ_BYTES = 65_536  # what a pipe holds
STRAGGLER_GRACE_S = 0.25  # a filter such as >(tee log) ends on its own right after the shell
LAST_SIGNAL_WAIT_S = 2.0  # a process that the kernel does not let go of is left to the kernel
SIGNAL_TIMEOUT_S = 10.0
_FIRST_POLL_S = 0.0005
_POLL_S = 0.01
_MAX_DRAIN_BYTES = 1024**2  # the largest pipe; more is somebody who goes on writing


class Child:
    """A running command and its processes."""

    def __init__(self, spawned: Spawned, *, output: int, mark: str, on_output: Callable[[bytes], None]) -> None:
        """Watch over it; of the descriptor ``output`` everything is read, and then it is closed."""
        self._spawned = spawned
        self._mark = mark
        self._on_output = on_output
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._status = 0
        self._is_closed = False
        self._output = output
        os.set_blocking(output, False)
        self._loop.add_reader(output, self._read)
        self._loop.add_reader(spawned.report, self._note_end)

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
            if self._has_others():
                await _until(lambda: not self._has_others(), STRAGGLER_GRACE_S)
                left = len(await asyncio.to_thread(process_tree.members, self._spawned.pid, ""))
        finally:
            try:
                if not self._is_closed and self._has_others():
                    await self._signal(signal.SIGKILL, mark="")
            finally:
                self._close()
        return self._status, left

    async def stop(self, *, grace_s: float) -> None:
        """Ask all its processes to end, and end those that have not after ``grace_s``; cancellation ends them now."""
        if self._is_closed:
            return
        try:
            asked = await self._signal(signal.SIGTERM, mark=self._mark)
            await _until(lambda: self.has_ended and not process_tree.are_living(asked), grace_s)
        finally:
            try:
                await self._signal(signal.SIGKILL, mark=self._mark)
                await _until(lambda: self.has_ended, LAST_SIGNAL_WAIT_S)
            finally:
                self._close()

    async def _signal(self, number: signal.Signals, *, mark: str) -> tuple[int, ...]:
        """Send it to all processes, off the loop: some thousand may have to be looked at. Cancelling it is too late."""
        work = asyncio.to_thread(process_tree.signal_all, self._spawned.pid, mark, number)
        return await finished(work, within_s=SIGNAL_TIMEOUT_S) or ()

    def _has_others(self) -> bool:
        """Whether the group goes on without its first process, which was waited for."""
        return process_tree.has_group(self._spawned.pid)

    def _note_end(self) -> None:
        self._loop.remove_reader(self._spawned.report)
        self._status = self._spawned.status()
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
        if not self.has_ended:
            self._loop.remove_reader(self._spawned.report)
            os.close(self._spawned.report)


async def _until(is_true: Callable[[], bool], longest_s: float) -> None:
    """Return once it is true, or after ``longest_s``: the kernel tells nobody that a group has become empty.

    It looks often at first: a sandbox that has just ended is gone within the next millisecond or two.
    """
    waited_s, next_s = 0.0, _FIRST_POLL_S
    while not is_true() and waited_s < longest_s:
        await asyncio.sleep(next_s)
        waited_s += next_s
        next_s = min(2 * next_s, _POLL_S)
