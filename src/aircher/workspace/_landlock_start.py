"""Runs first in a command's process: puts itself under limits, rules and filter, and becomes the command.

Called as ``main(LIMITS, RULESET, FILTER, COMMAND…)`` by an interpreter that does nothing else, or as ``become`` after
a fork of the process that starts commands: limits as ``number=value`` with commas between, rules and filter as
inherited descriptors. Invariant: it becomes the command only if every step was taken, and none can be taken back.

It runs before every command, so it does without ``ctypes``, whose import takes a third of its time, and uses the
extension module below it.

Source: prctl(2), seccomp(2), landlock_restrict_self(2), capabilities(7).
"""

import _ctypes
import _signal  # type: ignore[import-not-found]  # the module signal takes an interpreter half its start
import os
import resource
import struct
import sys

_PDEATHSIG, _CAPBSET_READ, _CAPBSET_DROP, _NO_NEW_PRIVS, _CAP_AMBIENT, _CLEAR_ALL = 1, 23, 24, 38, 47, 4
_PRCTL = {"x86_64": 157}
_SECCOMP = {"x86_64": 317}
_PRCTL_ELSEWHERE, _SECCOMP_ELSEWHERE, _RESTRICT_SELF = 167, 277, 446
_SET_FILTER = 1
_SIGKILL = 9
_INSTRUCTION_BYTES = 8
_FILTER_BYTES = 65_536
_OWNERSHIP = (0, 1, 3)  # chown, dac_override, fowner: root may work on a project that is somebody else's
_LAST_CAPABILITY = 63
_CANNOT_START = 126


class _Long(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "l"


class _Text(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "z"


class _Function(_ctypes.CFuncPtr):
    _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_USE_ERRNO
    _restype_ = _Long


_PROGRAM = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]  # None is the program itself, with its C library
_SYSTEM_CALL = _Function(_ctypes.dlsym(_PROGRAM, "syscall"))


def main(arguments: list[str]) -> None:
    """Give up rights, and become the command."""
    for ignored in (_signal.SIGPIPE, _signal.SIGXFSZ):  # by every Python; what is ignored would stay so
        _signal.signal(ignored, _signal.SIG_DFL)
    words = [os.fsencode(word) for word in arguments]
    try:
        become(words, _variables(), parent=os.getppid())
    except OSError as exc:
        sys.stderr.write(f"aircher: {arguments[3]} cannot be started in the sandbox: {exc.strerror}\n")
        sys.exit(_CANNOT_START)


def become(arguments: list[bytes], environ: dict[bytes, bytes], *, parent: int) -> None:
    """Give up rights, and become the command, which ends with the process ``parent``.

    Raises:
        OSError: A step could not be taken, and the command was not started.
    """
    limits, ruleset_fd, filter_fd, *command = arguments
    for pair in limits.split(b","):
        number, _, most = pair.partition(b"=")
        resource.setrlimit(int(number), (int(most), int(most)))
    _confine(int(ruleset_fd), os.read(int(filter_fd), _FILTER_BYTES), parent)
    os.close(int(filter_fd))
    os.close(int(ruleset_fd))
    os.execvpe(command[0], command, environ)  # noqa: S606 - what may be started was judged before


def _variables() -> dict[bytes, bytes]:
    """Return what this process was given, without what the interpreter adds in a plain locale."""
    with open("/proc/self/environ", "rb") as given:  # noqa: PTH123 - pathlib takes longer to import than all of this
        names = {pair.partition(b"=")[0] for pair in given.read().split(b"\0")}
    return {name: value for name, value in os.environb.items() if name in names}


def _confine(ruleset_fd: int, words: bytes, parent: int) -> None:
    machine = os.uname().machine
    prctl = _PRCTL.get(machine, _PRCTL_ELSEWHERE)
    if os.getsid(0) != os.getpid():
        os.setsid()  # without a terminal that could be typed into
    _call(prctl, _PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError(3, "Aircher has ended")
    if os.geteuid() == 0:
        for capability in range(_LAST_CAPABILITY + 1):
            if capability not in _OWNERSHIP and _is_within_bounds(prctl, capability):
                _call(prctl, _CAPBSET_DROP, capability)
    _call(prctl, _CAP_AMBIENT, _CLEAR_ALL)
    _call(prctl, _NO_NEW_PRIVS, 1)
    _call(_RESTRICT_SELF, ruleset_fd, 0)
    address = int.from_bytes(bytes(memoryview(_Text(words))), sys.byteorder)
    described = struct.pack("@HP", len(words) // _INSTRUCTION_BYTES, address)
    _call(_SECCOMP.get(machine, _SECCOMP_ELSEWHERE), _SET_FILTER, 0, described)


def _is_within_bounds(prctl: int, capability: int) -> bool:
    try:
        return _call(prctl, _CAPBSET_READ, capability) == 1
    except OSError:  # the kernel knows no capability of this number
        return False


def _call(number: int, *arguments: "int | bytes") -> int:
    """Make a system call with the arguments, and zeros after them."""
    words = [_Text(word) if isinstance(word, bytes) else _Long(word) for word in arguments]
    zeros = [_Long(0)] * (5 - len(words))
    result = _SYSTEM_CALL(_Long(number), *words, *zeros)
    if result < 0:
        code = _ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(result)
