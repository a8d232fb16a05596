"""The system calls of Landlock, and its words.

Invariant: a right that this kernel does not know is neither asked for nor granted. Not its job: which paths get which.

Source: ``linux/landlock.h``, https://docs.kernel.org/userspace-api/landlock.html.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Callable
from enum import IntFlag
from functools import cache

_CREATE_RULESET, _ADD_RULE = 444, 445
_ASK_VERSION = 1
_PATH_BENEATH = 1
_TCP_BIND_AND_CONNECT, _ABI_TCP = 0b11, 4
_ABSTRACT_SOCKETS_AND_SIGNALS, _ABI_SCOPES = 0b11, 6
_ARGUMENTS = 4  # of the calls made here


class Right(IntFlag):
    """What can be granted of a file or of everything below a folder."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


_KNOWN_SINCE = {Right.REFER: 2, Right.TRUNCATE: 3, Right.IOCTL_DEV: 5}
_OF_FILES = (Right.EXECUTE | Right.WRITE_FILE | Right.READ_FILE | Right.TRUNCATE | Right.IOCTL_DEV).value
READ = Right.EXECUTE | Right.READ_FILE | Right.READ_DIR
MAKE = (
    Right.WRITE_FILE
    | Right.TRUNCATE
    | Right.READ_DIR
    | Right.REMOVE_DIR
    | Right.REMOVE_FILE
    | Right.MAKE_DIR
    | Right.MAKE_REG
    | Right.MAKE_SOCK
    | Right.MAKE_FIFO
    | Right.MAKE_SYM
    | Right.REFER
)


@cache
def abi() -> int:
    """Return the version of Landlock that the kernel speaks; 0 = none, or switched off."""
    return max(_system_call(_CREATE_RULESET, None, 0, _ASK_VERSION), 0)


class Ruleset:
    """Rules that a thread can put itself under: everything is refused that no rule grants, TCP included."""

    def __init__(self) -> None:
        """Open it.

        Raises:
            OSError: The kernel has no Landlock.
        """
        # numbers from here on: those of an enumeration take as long to combine as the call itself
        self._handled = sum(right.value for right in Right if _KNOWN_SINCE.get(right, 1) <= abi())
        attributes = struct.pack("=Q", self._handled)
        if abi() >= _ABI_TCP:
            attributes += struct.pack("=Q", _TCP_BIND_AND_CONNECT)
        if abi() >= _ABI_SCOPES:
            attributes += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
        self.fd = _checked(_system_call(_CREATE_RULESET, attributes, len(attributes), 0))

    def grant(self, fd: int, rights: Right) -> None:
        """Grant the rights of the file, or of everything below the folder, that ``fd`` stands for.

        Raises:
            OSError: The kernel does not take the rule.
        """
        granted = rights.value & self._handled
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            granted &= _OF_FILES
        if granted:
            rule = struct.pack("=Qi", granted, fd)
            _checked(_system_call(_ADD_RULE, self.fd, _PATH_BENEATH, rule, 0))

    def close(self) -> None:
        """Let go of it; who is under it stays so."""
        os.close(self.fd)


@cache
def _function() -> Callable[..., int]:
    """Return the C library's ``syscall``; its types are told once, as a launch makes some hundred calls."""
    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    function.argtypes = (ctypes.c_long, *[ctypes.c_void_p] * _ARGUMENTS)  # takes numbers, bytes and nothing
    return function


def _system_call(number: int, *arguments: int | bytes | None) -> int:
    return _function()(number, *arguments, *[0] * (_ARGUMENTS - len(arguments)))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
