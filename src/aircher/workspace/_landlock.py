"""Landlock: the command gives up rights before it begins; namespaces are not needed.

Invariant: rights are granted along descriptors that were opened without following links, so what a command swaps
while the rules are made is granted to nobody. Rights only add up: inside a writable folder nothing can be taken back,
which is why `Grants.readonly` is put back after the command instead (`aircher.workspace._keeping`) and a file that
is hidden there can be overwritten but not read.

Where something is hidden, its neighbours are granted one by one, and what comes to lie beside it after the start can
be written but not read by this command.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from aircher.workspace import _seccomp
from aircher.workspace._keeping import Kept
from aircher.workspace._landlock_calls import MAKE, READ, Right, Ruleset, abi
from aircher.workspace._launcher import confined
from aircher.workspace._limits import in_force
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, SandboxLevel

LEAST_ABI = 3
"""Before it (Linux 6.2), files outside could be emptied."""
ABI_OF_SIGNALS = 6

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PLACE = getattr(os, "O_PATH", 0) | os.O_NOFOLLOW | os.O_CLOEXEC
_COVERED = ("/dev", "/run", "/tmp", "/var/run")  # noqa: S108 - what other programs keep there is hidden
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_PASSED_THROUGH = (Path("/run/current-system"), Path("/run/booted-system"))  # where NixOS keeps all its programs


class Landlock:
    """The sandbox that Landlock and a filter of system calls make."""

    def __init__(self) -> None:
        self._temporary: Path | None = None

    @property
    def level(self) -> SandboxLevel:
        """What holds the commands."""
        return SandboxLevel.LANDLOCK

    @property
    def is_contained(self) -> bool:
        """Always."""
        return True

    @property
    def can_filter_hosts(self) -> bool:
        """No: its rules know ports, not addresses, so a command has no network at all."""
        return False

    def describe(self) -> str:
        """Return what it holds and what it does not."""
        signals = "" if abi() >= ABI_OF_SIGNALS else ", but signals reach other programs"
        return (
            f"Landlock ABI {abi()}: only the workspace can be written, secrets are hidden, no network at all, "
            f"system calls are filtered{signals}"
        )

    def launch(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,  # noqa: ARG002 - whoever starts the program stands it there
        environ: Mapping[str, str],
        grants: Grants,
        limits: ResourceLimits,
    ) -> Launch:
        """Return how to start it; see `aircher.workspace.confinement.Sandbox`."""
        temporary = grants.temporary or self._own_temporary()
        variables = {**environ, "TMPDIR": str(temporary)}
        variables.setdefault("XDG_CACHE_HOME", str(temporary / ".cache"))
        ruleset = Ruleset()
        try:
            _Granting(ruleset, grants).grant(temporary)
            filter_fd = os.memfd_create("filter")
        except BaseException:
            ruleset.close()
            raise
        os.write(filter_fd, _seccomp.program(os.uname().machine, families=_seccomp.ALONE))
        os.lseek(filter_fd, 0, os.SEEK_SET)

        def close() -> None:
            ruleset.close()
            os.close(filter_fd)

        bounds = ",".join(f"{number}={most}" for number, most in in_force(limits, counts_user=True).items())
        return Launch(
            argv=(*confined(), bounds, str(ruleset.fd), str(filter_fd), *argv),
            environ=variables,
            pass_fds=(ruleset.fd, filter_fd),
            close=close,
            settle=Kept(grants.readonly, writable=grants.writable).put_back,
        )

    def close(self) -> None:
        """Remove the folder for temporary files."""
        import shutil

        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def _own_temporary(self) -> Path:
        import tempfile

        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="aircher-tmp-")).resolve()
        return self._temporary


class _Granting:
    """Turns grants into rules."""

    def __init__(self, ruleset: Ruleset, grants: Grants) -> None:
        self._ruleset = ruleset
        self._writable = grants.writable
        hidden = [path for path in grants.hidden if os.path.lexists(path)]
        self._hidden = frozenset(_COVERED).union(map(str, hidden))
        self._around = frozenset(str(parent) for path in self._hidden for parent in Path(path).parents)

    def grant(self, temporary: Path) -> None:
        self._reading(Path("/"))
        for folder in self._writable:
            self._one(folder, MAKE)
            self._reading(folder)
        self._one(temporary, MAKE | READ)
        self._one(Path("/dev"), Right.READ_DIR)
        for name in _DEVICES:
            self._one(Path("/dev") / name, READ | Right.WRITE_FILE | Right.TRUNCATE)
        for place in _PASSED_THROUGH:
            with suppress(FileNotFoundError):
                self._one(place.resolve(), READ)

    def _one(self, path: Path, rights: Right) -> None:
        fd = os.open(path, _PLACE)
        try:
            self._ruleset.grant(fd, rights)
        finally:
            os.close(fd)

    def _reading(self, path: Path) -> None:
        if str(path) not in self._around:
            self._one(path, READ)
            return
        fd = os.open(path, _FOLDER)
        try:
            self._reading_around(fd, str(path).rstrip("/"))
        finally:
            os.close(fd)

    def _reading_around(self, folder_fd: int, folder: str) -> None:
        """Grant everything in the folder but what is hidden there or further down."""
        self._ruleset.grant(folder_fd, Right.READ_DIR)
        with os.scandir(folder_fd) as entries:
            names = [entry.name for entry in entries if not entry.is_symlink()]
        for name in names:
            child = f"{folder}/{name}"
            if child in self._hidden:
                continue
            with suppress(FileNotFoundError, PermissionError, NotADirectoryError):
                is_split = child in self._around
                fd = os.open(name, _FOLDER if is_split else _PLACE, dir_fd=folder_fd)
                try:
                    if is_split:
                        self._reading_around(fd, child)
                    else:
                        self._ruleset.grant(fd, READ)
                finally:
                    os.close(fd)
