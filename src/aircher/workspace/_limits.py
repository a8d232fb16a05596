"""Limits of resources, set by a shell that then becomes the command.

Invariant: a limit that cannot be set is a command that does not start; nothing runs with less than what was asked.
The shell costs half a millisecond, a Python with its ``resource`` module ten.
"""

import os
import resource
from collections.abc import Sequence

from aircher.workspace.confinement import ResourceLimits

SHELL = "/bin/sh"
_BLOCK_BYTES = 512  # the unit of `ulimit -f` in a POSIX shell
_KIB = 1024


def limited(argv: Sequence[str], limits: ResourceLimits, *, counts_user: bool = False) -> tuple[str, ...]:
    """Return the arguments that run ``argv`` within these limits.

    ``counts_user`` says that the processes which the user runs elsewhere count towards the limit of processes.
    """
    steps = [
        *_step("t", limits.cpu_s, resource.RLIMIT_CPU, unit=1),
        *_step("d", limits.memory_bytes, resource.RLIMIT_DATA, unit=_KIB),
        *_step("f", limits.file_bytes, resource.RLIMIT_FSIZE, unit=_BLOCK_BYTES),
        *_step("n", limits.open_files, resource.RLIMIT_NOFILE, unit=1),
        "ulimit -c 0",  # a core file is a copy of the memory, in the workspace
    ]
    if limits.processes is not None:
        most = limits.processes + (_tasks_of_user() if counts_user else 0)
        (step,) = _step("u", most, resource.RLIMIT_NPROC, unit=1)
        steps.append(f"{{ {step} 2>/dev/null || {step.replace('-u', '-p')}; }}")  # bash says -u, dash says -p
    return (SHELL, "-c", " && ".join([*steps, 'exec "$@"']), "sh", *argv)


def _step(letter: str, most: int | None, number: int, *, unit: int) -> tuple[str, ...]:
    if most is None:
        return ()
    _, hard = resource.getrlimit(number)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    return (f"ulimit -{letter} {max(allowed // unit, 1)}",)


def _tasks_of_user() -> int:
    """Return how many threads the user runs; without ``/proc`` none is known of."""
    user, count = os.getuid(), 0
    try:
        entries = [entry for entry in os.scandir("/proc") if entry.name.isdigit()]
    except OSError:
        return 0
    for entry in entries:
        try:
            if entry.stat().st_uid == user:
                count += len(os.listdir(f"{entry.path}/task"))  # noqa: PTH208 - only the number of names matters
        except OSError:  # it has ended
            continue
    return count
