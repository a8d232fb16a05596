"""Finds the strongest sandbox that works on this machine, by trying it.

Invariant: a level is used only if a command that ran inside it was held, just now, in this process; what was found is
kept for the process. Never silently weaker: of a level that fails the reason can be told.
Not its job: what is granted (`aircher.workspace.granting`), whether to run without one.
"""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from aircher.domain.errors import PermissionRefused
from aircher.domain.records import dataclass
from aircher.workspace._proxies import Proxies
from aircher.workspace._unconfined import Unconfined
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, Sandbox, SandboxLevel
from aircher.workspace.sandbox_probe import holds

__all__ = [
    "Grants",
    "Launch",
    "ResourceLimits",
    "Sandbox",
    "SandboxLevel",
    "SandboxMode",
    "available_sandboxes",
    "find_sandbox",
    "missing_levels",
]

SandboxMode: TypeAlias = Literal["auto", "off", "require"]
BWRAP_PLACES = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap", "/run/current-system/sw/bin/bwrap")
"""Where bubblewrap is looked for: not along ``PATH``, which may lead into a project."""

_HELP_TIMEOUT_S = 5.0
_NOT_INSTALLED = "bwrap is not installed"
_Make: TypeAlias = Callable[[], Sandbox]


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A level that does not work here, and why."""

    reason: str


def find_sandbox(mode: SandboxMode, *, platform: str = sys.platform) -> Sandbox:
    """Return the strongest sandbox that works here; with ``off`` none.

    The first call tries them, which takes some 50 ms and starts programs.

    Raises:
        PermissionRefused: With ``require``, where none works.
    """
    if mode == "off":
        return Unconfined(reason='security.sandbox_mode is "off"')
    reasons = []
    for level, found in _found(platform).items():
        if not isinstance(found, Unavailable):
            return found()
        reasons.append(f"{level}: {found.reason}")
    reason = "; ".join(reasons) or f"there is none for {platform}"
    if mode == "require":
        raise PermissionRefused(
            f'security.sandbox_mode is "require", and no sandbox works here ({reason})', hint=remedy(platform)
        )
    return Unconfined(reason=reason)


def available_sandboxes(platform: str = sys.platform) -> dict[SandboxLevel, Sandbox | str]:
    """Return every level of this system, strongest first, as a new sandbox or as the reason why it is missing."""
    return {
        level: found.reason if isinstance(found, Unavailable) else found() for level, found in _found(platform).items()
    }


def missing_levels(*, above: SandboxLevel, platform: str = sys.platform) -> dict[SandboxLevel, str]:
    """Return the levels of this system that are stronger than this one, with the reason why each is missing."""
    missing: dict[SandboxLevel, str] = {}
    for level, found in _found(platform).items():
        if level is above:
            break
        if isinstance(found, Unavailable):
            missing[level] = found.reason
    return missing


def remedy(platform: str = sys.platform) -> str:
    """Return what gives this machine its strongest sandbox."""
    if platform != "linux":
        return "run aircher on Linux or macOS, or in a container"
    from aircher.workspace import _remedies

    found = _found(platform).get(SandboxLevel.BUBBLEWRAP)
    is_missing = isinstance(found, Unavailable) and found.reason == _NOT_INSTALLED
    return _remedies.installing() if is_missing else _remedies.allowing_namespaces()


@cache
def _found(platform: str) -> dict[SandboxLevel, "_Make | Unavailable"]:
    """Try the levels of this system, once."""
    if platform == "linux":
        return {SandboxLevel.BUBBLEWRAP: find_bubblewrap(), SandboxLevel.LANDLOCK: _find_landlock()}
    if platform == "darwin":
        return {SandboxLevel.SEATBELT: _find_seatbelt()}
    return {}


def find_bubblewrap(places: tuple[str, ...] = BWRAP_PLACES) -> "_Make | Unavailable":
    """Return what makes sandboxes of the first program among these, after trying it."""
    from aircher.workspace import _seccomp
    from aircher.workspace._bubblewrap import Bubblewrap

    machine = os.uname().machine
    if not _seccomp.is_known(machine):
        return Unavailable(f"there is no filter of system calls for {machine}")
    program = next((place for place in places if os.access(place, os.X_OK)), None)
    if program is None:
        return Unavailable(_NOT_INSTALLED)
    can_size = "--size" in _help_of(program)
    is_setuid = bool(Path(program).stat().st_mode & stat.S_ISUID)
    needs_none = is_setuid or os.geteuid() == 0
    finding = ""
    for has_user_namespace in (False, True) if needs_none else (True,):

        def make(*, has_user_namespace: bool = has_user_namespace) -> Sandbox:
            return Bubblewrap(
                program=program, has_user_namespace=has_user_namespace, can_size=can_size, proxies=Proxies()
            )

        finding = holds(make())
        if not finding:
            return make
    return Unavailable(finding)


def _help_of(program: str) -> str:
    try:
        return subprocess.run(
            [program, "--help"], capture_output=True, text=True, timeout=_HELP_TIMEOUT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _find_landlock() -> "_Make | Unavailable":
    from aircher.workspace import _landlock, _landlock_calls, _seccomp

    machine = os.uname().machine
    if not _seccomp.is_known(machine):
        return Unavailable(f"there is no filter of system calls for {machine}")
    if _landlock_calls.abi() < _landlock.LEAST_ABI:
        return Unavailable(
            f"the kernel speaks Landlock ABI {_landlock_calls.abi()}, and {_landlock.LEAST_ABI} is needed"
        )
    sandbox = _landlock.Landlock()
    finding = holds(sandbox)
    sandbox.close()
    return Unavailable(finding) if finding else _landlock.Landlock


def _find_seatbelt() -> "_Make | Unavailable":
    import tempfile

    from aircher.workspace._seatbelt import PROGRAM, Seatbelt

    if not os.access(PROGRAM, os.X_OK):
        return Unavailable(f"{PROGRAM} is missing")
    temporary = Path(tempfile.mkdtemp(prefix="aircher-tmp-")).resolve()

    def make() -> Sandbox:
        return Seatbelt(temporary=temporary, proxies=Proxies())

    finding = holds(make())
    return Unavailable(finding) if finding else make
