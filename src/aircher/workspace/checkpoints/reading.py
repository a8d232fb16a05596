"""Reads what stands at a path, once, without following a link and without being fooled by a writer.

Invariant: the state that is returned is of the bytes that are returned. A file that does not hold still is read again;
if it never does, its signature is not to be trusted.
"""

import os
import stat
import time
from hashlib import sha256
from typing import NamedTuple

from aircher.workspace.checkpoints.states import FILE, FOLDER, FORMATS, LINK, Signature, State, signature

MAX_FILE_BYTES = 16 * 1024 * 1024  # sources are smaller; what is larger was made, and can be made again

_ATTEMPTS = 3
_CLOCK_GRAIN_NS = 20_000_000  # file systems stamp with the kernel's tick, up to 10 ms old: one more for good measure
_COARSE_GRAIN_NS = 2_500_000_000  # FAT counts in two seconds, some network file systems in one
_SECOND_NS = 1_000_000_000


class Reading(NamedTuple):
    """What was found.

    Attributes:
        state: What stands there.
        data: A file's bytes or a link's target; ``None`` = not kept.
        signature: By which an unchanged path is known again; ``None`` = it changed so lately that a further change
            could go unseen.
    """

    state: State
    data: bytes | None
    signature: Signature | None


def read(path: str, *, dir_fd: int | None = None, max_bytes: int = MAX_FILE_BYTES) -> Reading | None:
    """Return what stands at ``path``; ``None`` = nothing, or nothing that is kept."""
    for attempt in range(1, _ATTEMPTS + 1):
        began_ns = time.time_ns()
        try:
            status = os.stat(path, dir_fd=dir_fd, follow_symlinks=False)
            kind = FORMATS.get(stat.S_IFMT(status.st_mode))
            if kind is None:
                return None
            found = _read(path, dir_fd, status, kind, max_bytes)
            after = os.stat(path, dir_fd=dir_fd, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            if attempt < _ATTEMPTS:
                continue  # it became something else under our hands
            return _unreadable(path, dir_fd)
        is_steady = signature(after) == signature(status)
        if is_steady or attempt == _ATTEMPTS:
            is_trusted = is_steady and not is_racy(status.st_ctime_ns, read_at_ns=began_ns)
            return found._replace(signature=signature(status) if is_trusted else None)
    return None


def is_racy(ctime_ns: int, *, read_at_ns: int) -> bool:
    """Whether a change right after the reading could bear the same time, so that ``stat`` would not show it."""
    grain_ns = _CLOCK_GRAIN_NS if ctime_ns % _SECOND_NS else _COARSE_GRAIN_NS
    return ctime_ns > read_at_ns - grain_ns


def _unreadable(path: str, dir_fd: int | None) -> Reading | None:
    """Return what can be told without opening it: what cannot be read is not gone."""
    try:
        status = os.stat(path, dir_fd=dir_fd, follow_symlinks=False)
    except OSError:
        return None
    kind = FORMATS.get(stat.S_IFMT(status.st_mode))
    state = State(kind or FILE, stat.S_IMODE(status.st_mode), "", status.st_size, status.st_mtime_ns)
    return None if kind is None else Reading(state, None, None)


def _read(path: str, dir_fd: int | None, status: os.stat_result, kind: str, max_bytes: int) -> Reading:
    mode = stat.S_IMODE(status.st_mode)
    if kind == FOLDER:
        return Reading(State(FOLDER, mode), None, None)
    if kind == LINK:
        target = os.fsencode(os.readlink(path, dir_fd=dir_fd))
        return Reading(State(LINK, 0, sha256(target).hexdigest(), len(target)), target, None)
    data = None if status.st_size > max_bytes else _bytes_of(path, dir_fd, max_bytes)
    if data is None:
        return Reading(State(FILE, mode, "", status.st_size, status.st_mtime_ns), None, None)
    return Reading(State(FILE, mode, sha256(data).hexdigest(), len(data)), data, None)


def _bytes_of(path: str, dir_fd: int | None, max_bytes: int) -> bytes | None:
    """Return the bytes, or ``None`` if they may not be read or are too many."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=dir_fd)
    except PermissionError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{path} is no regular file any more")
        data = file.read(max_bytes + 1)
    return data if len(data) <= max_bytes else None
