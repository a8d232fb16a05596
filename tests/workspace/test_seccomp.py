"""The filter of system calls, interpreted as the kernel would, for processors that are not at hand too."""

import errno
import os
import socket
import struct

import pytest

from aircher.workspace import _seccomp

ALLOWED = 0x7FFF0000
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "riscv64": 0xC00000F3}
COLUMNS = {"x86_64": 0, "aarch64": 1, "riscv64": 1}
MACHINES = sorted(ARCHITECTURES)


def decide(program: bytes, number: int, *arguments: int, architecture: int) -> int:
    """Run the program on one call and return 0 if it is allowed, else the error."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    register, position = 0, 0
    for _ in range(10_000):
        code, if_true, if_false, value = struct.unpack_from("=HBBI", program, position * 8)
        position += 1
        match code:
            case 0x20:
                (register,) = struct.unpack_from("=I", data, value)
            case 0x54:
                register &= value
            case 0x15:
                position += if_true if register == value else if_false
            case 0x35:
                position += if_true if register >= value else if_false
            case 0x45:
                position += if_true if register & value else if_false
            case 0x06:
                return 0 if value == ALLOWED else value & 0xFFFF
            case _:
                raise AssertionError(f"no instruction: {code:#x}")
    raise AssertionError("it does not end")


class Filter:
    def __init__(self, machine: str, families: tuple[int, ...]) -> None:
        self._machine = machine
        self._program = _seccomp.program(machine, families=families)

    def __call__(self, name: str, *arguments: int) -> int:
        numbers = (_seccomp._CHECKED | _seccomp._REFUSED)[name]
        number = numbers[COLUMNS[self._machine]]
        assert number is not None
        return decide(self._program, number, *arguments, architecture=ARCHITECTURES[self._machine])


@pytest.mark.parametrize("machine", MACHINES)
def test_calls_that_no_build_needs_are_refused(machine: str) -> None:
    answer = Filter(machine, _seccomp.WITH_NAMESPACE)
    names = [name for name, numbers in _seccomp._REFUSED.items() if numbers[COLUMNS[machine]] is not None]
    assert {name: answer(name) for name in names} == dict.fromkeys(names, errno.EPERM)


@pytest.mark.parametrize("machine", MACHINES)
def test_everyday_calls_are_allowed(machine: str) -> None:
    program = _seccomp.program(machine, families=())
    everyday = {"x86_64": (0, 1, 2, 57, 59, 257), "aarch64": (56, 63, 64, 221), "riscv64": (56, 63, 64, 221)}[machine]
    decisions = [decide(program, number, architecture=ARCHITECTURES[machine]) for number in everyday]
    assert decisions == [0] * len(everyday)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_foreign_numbering_has_no_calls(machine: str) -> None:
    program = _seccomp.program(machine, families=())
    assert decide(program, 1, architecture=0x40000003) == errno.ENOSYS


def test_the_other_numbers_of_x86_have_no_calls() -> None:
    program = _seccomp.program("x86_64", families=())
    assert decide(program, 0x40000000 | 41, architecture=ARCHITECTURES["x86_64"]) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_processes_start_but_make_no_namespaces(machine: str) -> None:
    answer = Filter(machine, ())
    thread, new_user, new_mounts = 0x3D0F00, 0x10000000, 0x20000
    assert [answer("clone", flags) for flags in (17, thread, new_user | 17, new_mounts)] == [0, 0, 1, 1]
    assert [answer("unshare", flags) for flags in (0x400, new_user, 0x80)] == [0, errno.EPERM, errno.EPERM]
    assert answer("clone3", 0) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_nobody_types_into_a_terminal_whatever_the_upper_half_of_a_request_says(machine: str) -> None:
    answer = Filter(machine, ())
    assert [answer("ioctl", 0, request) for request in (0x5401, 0x5412, 0x5412 | 1 << 32)] == [0, 1, 1]


@pytest.mark.parametrize("machine", MACHINES)
def test_only_families_that_are_needed_can_be_opened(machine: str) -> None:
    within = Filter(machine, _seccomp.WITH_NAMESPACE)
    alone = Filter(machine, _seccomp.ALONE)
    families = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16, 17, 40)
    assert [within("socket", family, 1) for family in families] == [0, 0, 0] + [errno.EACCES] * 3
    assert [alone("socket", family, 1) for family in families] == [errno.EACCES] * 6


@pytest.mark.parametrize("machine", MACHINES)
def test_only_a_connected_pair_is_given_where_there_are_no_sockets(machine: str) -> None:
    alone = Filter(machine, _seccomp.ALONE)
    stream, datagram, raw, sequence, close_on_exec = 1, 2, 3, 5, 0o2000000
    kinds = (stream, stream | close_on_exec, sequence, datagram, raw, datagram | close_on_exec)
    assert [alone("socketpair", socket.AF_UNIX, kind) for kind in kinds] == [0, 0, 0] + [errno.EACCES] * 3
    assert alone("socketpair", 30, stream) == errno.EACCES
    assert Filter(machine, _seccomp.WITH_NAMESPACE)("socketpair", socket.AF_UNIX, datagram) == 0


def test_this_machine_has_a_filter_or_no_sandbox() -> None:
    assert _seccomp.is_known(os.uname().machine) is (os.uname().machine in MACHINES)
    assert not _seccomp.is_known("vax")
