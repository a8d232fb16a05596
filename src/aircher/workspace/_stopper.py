"""Programs that a worker thread waits for and that can be ended from elsewhere."""

import os
import selectors
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

_WORDS_BYTES = 2000  # of complaints


class ProgramError(Exception):
    """A program could not be started, was stopped, or could not do it; the text says why."""


class Stopper:
    """Ends the program that runs, and any that would start later."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """End it. Safe to call twice."""
        with self._lock:
            self._is_stopped = True
            if self._running is not None:
                self._running.kill()

    def start(
        self, command: Sequence[str], folder: Path, environ: Mapping[str, str], *, has_input: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start a program with pipes for its output, its errors and, if wanted, its input.

        Raises:
            ProgramError: It cannot be started, or everything is stopped.
        """
        with self._lock:
            if self._is_stopped:
                raise ProgramError("it was stopped")
            try:
                self._running = subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.PIPE if has_input else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environ,
                )
            except (OSError, ValueError) as exc:
                raise ProgramError(f"{os.path.basename(command[0])} cannot be started: {exc}") from exc  # noqa: PTH119
            return self._running

    def check(self) -> None:
        """Return if nothing was stopped.

        Raises:
            ProgramError: It was.
        """
        if self._is_stopped:
            raise ProgramError("it was stopped")


class Printed(NamedTuple):
    """What a program printed and complained, and how it ended; ``is_cut`` = it had more to print."""

    output: bytes
    words: str
    status: int
    is_cut: bool


def printed_by(running: subprocess.Popen[bytes], *, max_bytes: int) -> Printed:
    """Return what a program prints until it ends; one that prints more than ``max_bytes`` is ended."""
    output, words = bytearray(), bytearray()
    with running, selectors.DefaultSelector() as selector:
        for pipe, kept, most_bytes in ((running.stdout, output, max_bytes), (running.stderr, words, _WORDS_BYTES)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, (kept, most_bytes))
        while selector.get_map() and len(output) < max_bytes:
            for key, _ in selector.select():
                piece = os.read(key.fd, 1 << 16)
                kept, most_bytes = key.data
                kept += piece[: most_bytes - len(kept)]
                if not piece:
                    selector.unregister(key.fileobj)
        if is_cut := len(output) >= max_bytes:
            running.kill()
    return Printed(bytes(output), words.decode("utf-8", "replace").strip(), running.returncode, is_cut)
