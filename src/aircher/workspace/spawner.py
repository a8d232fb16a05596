"""Starts commands from a small process of one thread, made with the first of them.

Forking Aircher itself would take a step in Python between fork and exec, in a program with threads; a launcher would
cost each command the start of an interpreter. Invariant: `Spawner.start` returns once the command runs, or raises; when
the spawner is closed or its owner dies, however that may be, the process and its commands end. Not its job: what a
command may touch, and how it is stopped.
"""

import errno
import marshal
import os
import select
import signal
import socket
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from aircher.domain.records import dataclass

if TYPE_CHECKING:
    import subprocess

START_TIMEOUT_S = 30.0  # a program on a disk that sleeps; a machine that swaps
_END_TIMEOUT_S = 2.0
_NUMBER_BYTES = 4


@dataclass(frozen=True, slots=True)
class Spawned:
    """A command that runs.

    Attributes:
        pid: Its first process, which leads its session and its group.
        report: A descriptor that can be read once that process has ended and was waited for; `status` closes it.
    """

    pid: int
    report: int

    def status(self) -> int:
        """Return the exit status once it has ended; negative: the signal that ended it. To be called once."""
        try:
            told = os.read(self.report, _NUMBER_BYTES)
        finally:
            os.close(self.report)
        # whoever was to wait for it is gone, and has ended it
        return os.waitstatus_to_exitcode(_number(told)) if told else -signal.SIGKILL


class Spawner:
    """The process that starts commands; it comes with the first one, and anew should it have died."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._server: _Server | None = None

    def start(
        self, argv: Sequence[str], *, folder: Path, environ: Mapping[str, str], fds: Mapping[int, int]
    ) -> Spawned:
        """Start a program, in a session of its own. It blocks: some milliseconds, and 20 more the first time.

        Args:
            argv: The program and its arguments.
            folder: Where.
            environ: All its variables.
            fds: Its descriptors: by the number there, our own. What is not named of the first three is ``/dev/null``.

        Raises:
            OSError: It cannot be started.
            ValueError: An argument cannot be passed to a program.
        """
        words = _request(argv, folder, environ, tuple(fds))
        (report, reporting), (failure, failing) = os.pipe(), os.pipe()
        try:
            try:
                self._ask(words, (reporting, failing, *fds.values()))
            finally:
                os.close(reporting)
                os.close(failing)
            return Spawned(_started(report, failure), report)
        except BaseException:
            os.close(report)
            raise
        finally:
            os.close(failure)

    def close(self) -> None:
        """End it, and what it started. It can be used again."""
        with self._lock:
            if self._server is not None:
                self._server.close()
                self._server = None

    def _ask(self, words: bytes, fds: Sequence[int]) -> None:
        with self._lock:
            if self._server is None or not self._server.ask(words, fds):
                self._server = _Server()
                if not self._server.ask(words, fds):
                    raise ChildProcessError(errno.ECHILD, "the process that starts commands does not stay")


class _Server:
    """One such process, and our end of its socket."""

    def __init__(self) -> None:
        import subprocess

        from aircher.workspace._launcher import launcher

        self._ours, theirs = socket.socketpair()
        self._ours.settimeout(START_TIMEOUT_S)
        with theirs:
            process = subprocess.Popen(
                [*launcher("_spawn_server"), str(theirs.fileno())],
                cwd="/",
                env={},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        self.close = weakref.finalize(self, _end, self._ours, process)

    def ask(self, words: bytes, fds: Sequence[int]) -> bool:
        """Send a request; false = nobody is there any more."""
        try:
            socket.send_fds(self._ours, [len(words).to_bytes(_NUMBER_BYTES, sys.byteorder)], fds)
            self._ours.sendall(words)
        except OSError:
            self.close()
            return False
        return True


def _end(ours: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    import subprocess

    ours.close()
    try:
        process.wait(_END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _request(argv: Sequence[str], folder: Path, environ: Mapping[str, str], targets: tuple[int, ...]) -> bytes:
    from aircher.workspace._launcher import confined

    launcher = confined()
    is_confined = tuple(argv[: len(launcher)]) == launcher  # no interpreter has to start for it: one is there
    words = [os.fsencode(word) for word in argv[len(launcher) if is_confined else 0 :]]
    variables = {os.fsencode(name): os.fsencode(value) for name, value in environ.items()}
    place = os.fsencode(folder)
    if any(b"\0" in text for text in (*words, *variables, *variables.values(), place)):
        raise ValueError("embedded null byte")
    return marshal.dumps((words, variables, place, targets, is_confined))


def _started(report: int, failure: int) -> int:
    """Return the number of the process, once it has become the command."""
    deadline_s = time.monotonic() + START_TIMEOUT_S
    pid = 0
    try:
        if told := _read(report, deadline_s):
            pid = _number(told)
        if told := _read(failure, deadline_s):
            raise OSError(_number(told), os.strerror(_number(told)))
    except TimeoutError:
        if pid:
            os.kill(pid, signal.SIGKILL)
        raise
    if not pid:
        raise ChildProcessError(errno.ECHILD, "the process that starts commands has ended")
    return pid


def _read(fd: int, deadline_s: float) -> bytes:
    """Return what comes, nothing at the end.

    Raises:
        TimeoutError: Neither came in time.
    """
    waiting = select.poll()
    waiting.register(fd, select.POLLIN)
    if not waiting.poll(max(deadline_s - time.monotonic(), 0) * 1_000):
        raise TimeoutError(errno.ETIMEDOUT, f"it did not start within {START_TIMEOUT_S:.0f} s")
    return os.read(fd, _NUMBER_BYTES)


def _number(told: bytes) -> int:
    return int.from_bytes(told, sys.byteorder, signed=True)
