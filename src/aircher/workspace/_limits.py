"""Limits of resources, set by a shell that then becomes the command.

Invariant: a limit that cannot be set is a command that does not start; nothing runs with less than what was asked.
The shell costs about a millisecond, a Python with its ``resource`` module ten.
"""

import os
import resource
from collections.abc import Sequence

from aircher.workspace.confinement import ResourceLimits

SHELL = "/bin/sh"
_KIB = 1024
_LINKS_OF_NONE = 2  # of a folder without folders in it: each thread is one
_UNITS = {
    # limit: the letter of `ulimit` and its unit in a POSIX shell
    resource.RLIMIT_CPU: ("t", 1),
    resource.RLIMIT_DATA: ("d", _KIB),
    resource.RLIMIT_FSIZE: ("f", 512),
    resource.RLIMIT_NOFILE: ("n", 1),
    resource.RLIMIT_CORE: ("c", 512),
    resource.RLIMIT_NPROC: ("u", 1),
}


def limited(argv: Sequence[str], limits: ResourceLimits, *, counts_user: bool = False) -> tuple[str, ...]:
    """Return the arguments that run ``argv`` within these limits; ``counts_user`` as for `in_force`."""
    steps = []
    for number, most in in_force(limits, counts_user=counts_user).items():
        letter, unit = _UNITS[number]
        step = f"ulimit -{letter} {-(-most // unit)}"
        if letter == "u":  # as bash calls it; dash calls it p
            step = f"{{ {step} 2>/dev/null || ulimit -p {most}; }}"
        steps.append(step)
    return (SHELL, "-c", " && ".join([*steps, 'exec "$@"']), "sh", *argv)


def in_force(limits: ResourceLimits, *, counts_user: bool = False) -> dict[int, int]:
    """Return the number of each limit with its value, none above what Aircher itself may have.

    ``counts_user`` says that what the user runs elsewhere counts towards the limit of processes.
    """
    wanted = {
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_DATA: limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,  # such a file is a copy of the memory, in the workspace
    }
    if limits.processes is not None and os.geteuid() != 0:  # the kernel counts those of root, and ignores the number
        wanted[resource.RLIMIT_NPROC] = limits.processes + (_tasks_of_user() if counts_user else 0)
    return {number: _at_most(number, most) for number, most in wanted.items() if most is not None}


def _at_most(number: int, most: int) -> int:
    _, hard = resource.getrlimit(number)
    return most if hard == resource.RLIM_INFINITY else min(most, hard)


def _tasks_of_user() -> int:
    """Return how many threads the user runs; without ``/proc`` none is known of."""
    user, count = os.getuid(), 0
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - some hundred names
    except OSError:
        return 0
    for name in names:
        if name.isdigit():
            try:
                facts = os.stat(f"/proc/{name}/task")  # noqa: PTH116 - the same
            except OSError:  # it has ended
                continue
            if facts.st_uid == user:
                count += facts.st_nlink - _LINKS_OF_NONE
    return count
