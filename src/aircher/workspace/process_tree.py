"""Finding and ending everything that a command started.

A command runs in a session of its own, so its processes can be signalled as a group. What leaves the group keeps the
variable `MARK` in its environment, by which it is found in ``/proc``. Out of reach are a process that left the group
and threw its environment away, and off Linux every process that left the group; a sandbox with a process namespace
of its own has neither gap, as nothing in it outlives its first process.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

MARK = "AIRCHER_CALL"
"""The variable that holds the same unguessable value in every process of a command."""

_PROC = Path("/proc")
_ENDED = frozenset({b"", b"Z", b"X"})
_KILL_ROUNDS = 5  # between two looks, what multiplies may have multiplied
_SPARED = frozenset({b"bwrap"})
"""Launchers that die of the friendly signal and take the sandbox with them, unfriendly; they get the last one."""


def members(group: int, mark: str) -> tuple[int, ...]:
    """Return the processes that are in this group or session, or carry the mark (empty = ignored).

    Ended ones that nobody waited for do not count; without ``/proc`` nothing is found.
    """
    wanted = f"{MARK}={mark}".encode() if mark else b""
    return tuple(pid for pid in _processes() if _belongs(pid, group, wanted))


def has_group(group: int) -> bool:
    """Whether the group has a process, ended ones that nobody waited for included."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def signal_all(group: int, mark: str, number: signal.Signals) -> tuple[int, ...]:
    """Send the signal to everything that can be found of the command; return what was found besides zombies."""
    if number is signal.SIGKILL:
        for _ in range(_KILL_ROUNDS):
            with suppress(OSError):
                os.killpg(group, number)
            found = members(group, mark)
            for pid in found:
                _send(pid, number)
            if not found:
                break
        return ()
    found = tuple(pid for pid in members(group, mark) if _fields(pid)[0] not in _SPARED)
    for pid in found:
        _send(pid, number)
    if not found:
        with suppress(OSError):
            os.killpg(group, number)
    return found


def are_living(pids: Sequence[int]) -> bool:
    """Whether one of them runs on."""
    return any(_fields(pid)[1] not in _ENDED for pid in pids)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(OSError):
        os.kill(pid, number)


def _processes() -> Iterator[int]:
    own = os.getpid()
    with suppress(OSError):
        for name in os.listdir(_PROC):  # noqa: PTH208 - a thousand names, and only those
            if name.isdigit() and int(name) != own:
                yield int(name)


def _belongs(pid: int, group: int, wanted: bytes) -> bool:
    _, state, group_of, session = _fields(pid)
    if state in _ENDED:
        return False
    if group in {group_of, session}:
        return True
    if not wanted:
        return False
    try:
        return wanted in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _fields(pid: int) -> tuple[bytes, bytes, int, int]:
    """Return name, state, group and session of a process; blank if it is gone."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return b"", b"", -1, -1
    before, _, after = stat.rpartition(b")")
    words = after.split()
    return before.partition(b"(")[2], words[0], int(words[2]), int(words[3])
