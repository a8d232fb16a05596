"""Copies by way of tmux: with its defaults it takes no clipboard sequence from programs, but forwards its own buffers.

Invariant: nothing here waits, and of the environment tmux gets only what it needs to find its server.
"""

import os
from collections.abc import Mapping

_WANTED = ("TMUX", "TMUX_TMPDIR", "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE")


class TmuxClipboard:
    """The buffers of the tmux in which the program runs."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Use the tmux that these variables name; without ``TMUX`` nothing is done."""
        self._environ = {name: environ[name] for name in _WANTED if name in environ}
        self._running: list[int] = []

    def copy(self, text: str) -> None:
        """Have tmux make a buffer of the text and send it on to the clipboard (tmux 3.2 and later)."""
        self.reap()
        if not self._environ.get("TMUX"):
            return
        from tempfile import TemporaryFile

        with TemporaryFile() as file:
            file.write(text.encode("utf-8", "replace"))
            file.seek(0)
            actions = [
                (os.POSIX_SPAWN_DUP2, file.fileno(), 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ]
            arguments = ["tmux", "load-buffer", "-w", "-"]
            try:
                self._running.append(os.posix_spawnp("tmux", arguments, self._environ, file_actions=actions))
            except OSError:  # it is not in the path
                return

    def reap(self) -> None:
        """Take note of those that have ended."""
        self._running = [pid for pid in self._running if not _has_ended(pid)]


def _has_ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
