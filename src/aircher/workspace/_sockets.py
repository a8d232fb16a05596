"""Sockets of the machine that have a path: servers listen there who would act for whoever connects.

A read-only mount does not keep a command from connecting, so each of these paths is covered.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

_LIST = Path("/proc/net/unix")
_FIELDS_BEFORE_PATH = 7
_REPLACED = (Path("/run"), Path("/tmp"), Path("/dev"), Path("/proc"))  # noqa: S108 - a sandbox has others there


def host_sockets(writable: Sequence[Path]) -> tuple[Path, ...]:
    """Return where sockets of this network namespace are that a command would see; none without ``/proc``.

    Links are resolved. The folders of ``writable`` are seen wherever they are.
    """
    try:
        lines = _LIST.read_bytes().splitlines()[1:]
    except OSError:
        return ()
    rows = (line.split(maxsplit=_FIELDS_BEFORE_PATH) for line in lines)
    names = {row[_FIELDS_BEFORE_PATH] for row in rows if len(row) > _FIELDS_BEFORE_PATH}
    found = {Path(os.path.realpath(os.fsdecode(name))) for name in names if name.startswith(b"/")}
    return tuple(path for path in sorted(found) if _is_seen(path, writable) and _is_socket(path))


def _is_seen(path: Path, writable: Sequence[Path]) -> bool:
    if any(path.is_relative_to(folder) for folder in writable):
        return True
    return not any(path.is_relative_to(folder) for folder in _REPLACED)


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.lstat().st_mode)
    except OSError:
        return False
