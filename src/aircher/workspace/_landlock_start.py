"""Runs first in a command's process: puts itself under the rules and the filter, and becomes the command.

A program of its own, ``python -I -S _landlock_start.py RULESET FILTER COMMAND…``; both are inherited descriptors.
Invariant: it becomes the command only if every step was taken, and the steps cannot be taken back.

Source: prctl(2), seccomp(2), landlock_restrict_self(2), capabilities(7).
"""

import ctypes
import os
import struct
import sys

_PDEATHSIG, _CAPBSET_READ, _CAPBSET_DROP, _NO_NEW_PRIVS, _CAP_AMBIENT, _CLEAR_ALL = 1, 23, 24, 38, 47, 4
_SECCOMP = {"x86_64": 317}
_SECCOMP_ELSEWHERE, _RESTRICT_SELF = 277, 446
_SET_FILTER = 1
_SIGKILL = 9
_INSTRUCTION_BYTES = 8
_OWNERSHIP = (0, 1, 3)  # chown, dac_override, fowner: root may work on a project that is somebody else's
_LAST_CAPABILITY = 63
_CANNOT_START = 126


def main(arguments: list[str]) -> None:
    """Give up rights, and become the command."""
    ruleset_fd, filter_fd, *command = arguments
    library = ctypes.CDLL(None, use_errno=True)
    words = os.read(int(filter_fd), 65_536)
    try:
        _confine(library, int(ruleset_fd), words)
        os.close(int(filter_fd))
        os.close(int(ruleset_fd))
        os.execvp(command[0], command)  # noqa: S606 - the shell that sets the limits
    except OSError as exc:
        sys.stderr.write(f"aircher: the sandbox cannot be entered: {exc}\n")
        sys.exit(_CANNOT_START)


def _confine(library: ctypes.CDLL, ruleset_fd: int, words: bytes) -> None:
    if os.getsid(0) != os.getpid():
        os.setsid()  # without a terminal that could be typed into
    parent = os.getppid()
    _check(library.prctl(_PDEATHSIG, _SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        raise OSError(0, "Aircher has ended")
    if os.geteuid() == 0:
        for capability in range(_LAST_CAPABILITY + 1):
            if capability not in _OWNERSHIP and library.prctl(_CAPBSET_READ, capability, 0, 0, 0) == 1:
                _check(library.prctl(_CAPBSET_DROP, capability, 0, 0, 0))
    library.prctl(_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    _check(library.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    _check(library.syscall(_RESTRICT_SELF, ruleset_fd, 0))
    filter_words = ctypes.create_string_buffer(words, len(words))
    described = struct.pack("@HP", len(words) // _INSTRUCTION_BYTES, ctypes.addressof(filter_words))
    number = _SECCOMP.get(os.uname().machine, _SECCOMP_ELSEWHERE)
    _check(library.syscall(number, _SET_FILTER, 0, described))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(sys.argv[1:])
