"""Gives a terminal back for a process that was killed and cannot do it any more.

A shell waits at the end of a pipe that only this process holds, and is told there what gives the terminal back. If it
is told goodbye, it goes; if the pipe just ends, it switches the modes off, and the line discipline too if nobody else
has done so meanwhile (an interactive shell does at once). Invariant: while this process lives, the guard neither reads
nor writes the terminal.
"""

import os
from contextlib import suppress

_SCRIPT = r"""trap '' INT QUIT TSTP TTIN TTOU HUP TERM
raw=$(stty -g <&3) || exit 0
restoring=$1
while read -r word; do
  [ "$word" = bye ] && exit 0
  restoring=$word
done
printf '%b' "$restoring" >&3
[ "$(stty -g <&3)" = "$raw" ] && stty sane <&3
printf '\r\n' >&3
"""


class Guard:
    """The shell that waits."""

    def __init__(self, fd: int, path: str | None) -> None:
        """Be ready to guard the terminal of ``fd``; ``path`` has the folders of programs, ``None`` = the usual ones."""
        self._fd = fd
        self._environ = {"PATH": os.defpath if path is None else path}
        self._pid = 0
        self._pipe = -1

    @property
    def is_there(self) -> bool:
        """Return whether it waits."""
        return self._pid > 0

    def watch(self, restoring: str) -> None:
        """Guard from now on what this gives back; the terminal is raw by now. Where there is no shell, nobody does."""
        word = restoring.replace("\\", "\\\\").replace("\x1b", "\\033").replace("\r", "\\r")
        if self.is_there:
            self._tell(word)
        else:
            self._start(word)

    def stop(self) -> None:
        """Have it go without touching the terminal."""
        if not self.is_there:
            return
        self._tell("bye")
        os.close(self._pipe)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        self._pid, self._pipe = 0, -1

    def _tell(self, word: str) -> None:
        with suppress(OSError):  # it has been killed itself
            os.write(self._pipe, f"{word}\n".encode("ascii"))

    def _start(self, word: str) -> None:
        reading, writing = os.pipe()
        actions = [
            (os.POSIX_SPAWN_DUP2, reading, 0),
            (os.POSIX_SPAWN_DUP2, self._fd, 3),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        arguments = ["sh", "-c", _SCRIPT, "terminal-guard", word]
        try:
            self._pid = os.posix_spawn("/bin/sh", arguments, self._environ, file_actions=actions, setpgroup=0)
            self._pipe = writing
        except OSError:
            os.close(writing)
        finally:
            os.close(reading)
