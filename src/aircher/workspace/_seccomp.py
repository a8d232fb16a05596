"""A filter of system calls, as the classic BPF program that the kernel takes.

Invariant: pure; a program answers calls of another architecture's numbering with "no such call", so the numbers below
are the only door. Not its job: loading it; paths, which a filter cannot see.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html, ``linux/seccomp.h``, ``linux/bpf_common.h``.
"""

import errno
import socket
import struct
from typing import Final

from aircher.domain.records import dataclass

_LOAD_WORD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data; the low half of an argument comes first
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_X32_BIT = 0x40000000  # the same calls by other numbers, on x86-64

_NAMESPACES = 0x7E020080  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET, -TIME
_CLONE_NAMESPACES = _NAMESPACES & ~0xFF  # the low byte of clone's flags is a signal
_TIOCSTI, _TIOCLINUX, _TIOCSETD = 0x5412, 0x541C, 0x5423  # type into a terminal, paste into one, change its driver
_SOCKET_KIND = 0xF

_REFUSED: Final = {
    # name: (x86-64, the numbering that arm64 and riscv64 share); None = that one has no such call
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),  # does what the calls do that are filtered here, past the filter
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "modify_ldt": (154, None),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "open_by_handle_at": (304, 265),  # opens a file without a path
    "open_tree": (428, 428),
    "open_tree_attr": (467, 467),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
_CHECKED: Final = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "ioctl": (16, 29),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "unshare": (272, 97),
}


@dataclass(frozen=True, slots=True)
class _Machine:
    audit: int
    column: int


_MACHINES: Final = {
    "x86_64": _Machine(0xC000003E, 0),
    "aarch64": _Machine(0xC00000B7, 1),
    "riscv64": _Machine(0xC00000F3, 1),
}

WITH_NAMESPACE = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
"""Families for a command in a network namespace of its own: they reach what it started itself, and its proxy."""
ALONE: tuple[int, ...] = ()
"""Families for a command in the machine's own network: no socket at all, only connected pairs."""


def is_known(machine: str) -> bool:
    """Whether there is a filter for this kind of processor, as `os.uname` names it."""
    return machine in _MACHINES


def program(machine: str, *, families: tuple[int, ...]) -> bytes:
    """Return the filter: what no build or test needs is refused, and sockets of other families."""
    found = _MACHINES[machine]
    number = {name: numbers[found.column] for name, numbers in _CHECKED.items()}
    body = [
        *_block(number["clone"], _refuse_bits(0, _CLONE_NAMESPACES)),
        *_block(number["unshare"], _refuse_bits(0, _NAMESPACES)),
        # its flags lie in memory, where a filter cannot look; the C library then uses clone
        *_block(number["clone3"], [_fail(errno.ENOSYS)]),
        *_block(number["ioctl"], _refuse_values(1, (_TIOCSTI, _TIOCLINUX, _TIOCSETD))),
        *_block(number["socket"], _allow_families(families)),
        *_block(number["socketpair"], _allow_pairs(families)),
    ]
    refused = [numbers[found.column] for numbers in _REFUSED.values()]
    for call in refused:
        if call is not None:
            body += _block(call, [_fail(errno.EPERM)])
    return b"".join([*_head(found), *body, _allow()])


def _head(machine: _Machine) -> list[bytes]:
    head = [
        _instruction(_LOAD_WORD, value=_ARCHITECTURE),
        _instruction(_JUMP_EQUAL, value=machine.audit, if_true=1),
        _fail(errno.ENOSYS),
        _instruction(_LOAD_WORD, value=_NUMBER),
    ]
    if machine.column == 0:
        head += [_instruction(_JUMP_AT_LEAST, value=_X32_BIT, if_false=1), _fail(errno.ENOSYS)]
    return head


def _block(call: int, body: list[bytes]) -> list[bytes]:
    """Return the check of one call; ``body`` always decides."""
    return [_instruction(_JUMP_EQUAL, value=call, if_false=len(body)), *body]


def _refuse_bits(argument: int, bits: int) -> list[bytes]:
    return [_load(argument), _instruction(_JUMP_ANY_BIT, value=bits, if_false=1), _fail(errno.EPERM), _allow()]


def _refuse_values(argument: int, values: tuple[int, ...]) -> list[bytes]:
    checks = [
        part for value in values for part in (_instruction(_JUMP_EQUAL, value=value, if_false=1), _fail(errno.EPERM))
    ]
    return [_load(argument), *checks, _allow()]  # the kernel looks at the lower half of a request only, as this does


def _allow_families(families: tuple[int, ...]) -> list[bytes]:
    checks = [part for family in families for part in (_instruction(_JUMP_EQUAL, value=family, if_false=1), _allow())]
    return [_load(0), *checks, _fail(errno.EACCES)]


def _allow_pairs(families: tuple[int, ...]) -> list[bytes]:
    """A pair of datagram sockets (raw ones are such) can be turned to any other address; a connected one cannot."""
    kinds = [
        part
        for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET)
        for part in (_instruction(_JUMP_EQUAL, value=kind, if_false=1), _allow())
    ]
    if socket.AF_UNIX in families:
        kinds = [_allow()]
    return [
        _load(0),
        _instruction(_JUMP_EQUAL, value=socket.AF_UNIX, if_true=1),
        _fail(errno.EACCES),
        _load(1),
        _instruction(_AND, value=_SOCKET_KIND),
        *kinds,
        _fail(errno.EACCES),
    ]


def _load(argument: int) -> bytes:
    return _instruction(_LOAD_WORD, value=_ARGUMENTS + 8 * argument)


def _allow() -> bytes:
    return _instruction(_RETURN, value=_ALLOW)


def _fail(number: int) -> bytes:
    return _instruction(_RETURN, value=_ERRNO | number)


def _instruction(code: int, *, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
