"""Bubblewrap: the command gets namespaces of its own, in which the file system is read-only besides what was granted.

Invariant: mounts are made from the root downwards, so the deeper one wins, whatever the order of the grants. What is
granted was resolved by the caller; a link that is put in its place later leads nowhere but to what the user can read.
Not its job: finding out whether bubblewrap works here.

Source: bwrap(1).
"""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from aircher.domain.records import dataclass
from aircher.workspace import _seccomp
from aircher.workspace._keeping import Kept
from aircher.workspace._limits import limited
from aircher.workspace._proxies import (
    BRIDGE,
    BRIDGE_PORT,
    Proxies,
    bridge_command,
    interpreter_home,
    proxy_variables,
)
from aircher.workspace._sockets import host_sockets
from aircher.workspace.confinement import Grants, Launch, ResourceLimits, SandboxLevel

TEMPORARY_BYTES = 1024**3  # these folders are memory, and no limit of a process counts them
_HIDDEN_BYTES = 1024**2
FOLDERS = frozenset({"hooks", ".aircher"})
"""Protected paths that are folders: where one is missing, an empty one in its place harms nobody. In the place of a
file it would, so a file that is missing is looked for afterwards instead."""
_NULL = "/dev/null"
_OWNERSHIP = ("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER")
"""What root needs to work on a project that is somebody else's, as in a container; mounts bind them all the same."""
_PASSED_THROUGH = (Path("/run/current-system"), Path("/run/booted-system"))  # where NixOS keeps all its programs
_PROXY_PLACE = Path("/run/aircher/proxy.sock")
_BRIDGE_PLACE = Path("/run/aircher/bridge.py")

Mount: TypeAlias = tuple[Path, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubblewrap:
    """The sandbox that bubblewrap makes.

    Attributes:
        program: The absolute path of ``bwrap``.
        has_user_namespace: Whether it has to make a user namespace; root of the machine needs none.
        can_size: Whether it can bound folders in memory (``--size``, since 0.7).
        proxies: What serves allowed hosts.
    """

    program: str
    has_user_namespace: bool
    can_size: bool
    proxies: Proxies

    @property
    def level(self) -> SandboxLevel:
        """What holds the commands."""
        return SandboxLevel.BUBBLEWRAP

    @property
    def is_contained(self) -> bool:
        """Always."""
        return True

    @property
    def can_filter_hosts(self) -> bool:
        """By a network namespace with nothing in it but the way to the proxy."""
        return True

    def describe(self) -> str:
        """Return what it holds."""
        return (
            "bubblewrap: own processes, own network, only the workspace can be written, secrets are hidden, "
            "system calls are filtered"
        )

    def launch(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        environ: Mapping[str, str],
        grants: Grants,
        limits: ResourceLimits,
    ) -> Launch:
        """Return how to start it; see `aircher.workspace.confinement.Sandbox`."""
        inner = limited(argv, limits, counts_user=not self.has_user_namespace)
        variables = {**environ, "TMPDIR": "/tmp"}  # noqa: S108 - one of its own
        variables.setdefault("XDG_CACHE_HOME", "/tmp/.cache")  # noqa: S108 - the one at home is read-only
        mounts = list(self._mounts(grants))
        if grants.hosts:
            path = self.proxies.path_for(grants.hosts, grants.denied_hosts)
            mounts += [*_bound("--ro-bind", path, at=_PROXY_PLACE), *_bridge_mounts()]
            inner = bridge_command(str(_BRIDGE_PLACE), str(_PROXY_PLACE), inner)
            variables |= proxy_variables(BRIDGE_PORT)
        mounts = sorted(dict.fromkeys(mounts), key=lambda mount: len(mount[0].parts))
        filter_fd = _open_filter()
        arguments = (
            self.program,
            *self._namespaces(),
            *(argument for _, words in mounts for argument in words),
            *("--remount-ro", "/dev", "--seccomp", str(filter_fd), "--chdir", str(cwd), "--"),
            *inner,
        )
        absent = [path for path in grants.readonly if path.name not in FOLDERS and not _mode(path)]
        return Launch(
            argv=arguments,
            environ=variables,
            pass_fds=(filter_fd,),
            close=lambda: os.close(filter_fd),
            settle=Kept(absent, writable=grants.writable).put_back,
        )

    def close(self) -> None:
        """End the proxies."""
        self.proxies.close()

    def _namespaces(self) -> Iterator[str]:
        yield from ("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--unshare-cgroup-try")
        yield from ("--new-session", "--die-with-parent", "--cap-drop", "ALL")
        if self.has_user_namespace:
            yield "--unshare-user"
        elif os.geteuid() == 0:
            for capability in _OWNERSHIP:
                yield from ("--cap-add", capability)

    def _mounts(self, grants: Grants) -> Iterator[Mount]:
        yield Path("/"), ("--ro-bind", "/", "/")
        yield Path("/proc"), ("--proc", "/proc", *self._fixed_proc())
        yield Path("/dev"), ("--dev", "/dev")
        yield self._memory(Path("/dev/shm"), TEMPORARY_BYTES)  # noqa: S108 - one of its own
        yield self._memory(Path("/run"), TEMPORARY_BYTES)
        for place in _PASSED_THROUGH:
            yield place, ("--ro-bind-try", str(place), str(place))
        temporary = Path("/tmp")  # noqa: S108 - what other programs keep there is what gets hidden
        if grants.temporary is None:
            yield self._memory(temporary, TEMPORARY_BYTES)
        else:
            yield from _bound("--bind", grants.temporary, at=temporary)
        for path in host_sockets(grants.writable):
            yield from _bound("--ro-bind", Path(_NULL), at=path)
        for folder in grants.writable:
            yield from _bound("--bind", folder)
        for path in grants.readonly:
            yield from self._protected(path, grants.writable)
        for path in grants.hidden:
            yield from self._hidden(path)

    def _fixed_proc(self) -> tuple[str, ...]:
        """Settings of the kernel lie in there; root could change them, and one names a program that runs outside."""
        return ("--remount-ro", "/proc") if os.geteuid() == 0 else ()

    def _protected(self, path: Path, writable: Sequence[Path]) -> Iterator[Mount]:
        """Fix the path and the folders around it, which could otherwise be renamed and replaced by others."""
        root = next((root for root in writable if path != root and path.is_relative_to(root)), None)
        if root is not None:
            for folder in path.parents[: len(path.relative_to(root).parts) - 1]:
                if folder.is_dir():
                    yield from _bound("--bind", folder)
        if _mode(path):
            yield from _bound("--ro-bind", path)
        elif root is not None and path.name in FOLDERS and path.parent.is_dir():
            yield path, ("--perms", "0555", "--tmpfs", str(path), "--remount-ro", str(path))

    def _hidden(self, path: Path) -> Iterator[Mount]:
        mode = _mode(path)
        if stat.S_ISDIR(mode):
            yield self._memory(path, _HIDDEN_BYTES, permissions="0500")
        elif mode:
            yield from _bound("--ro-bind", Path(_NULL), at=path)

    def _memory(self, path: Path, most_bytes: int, *, permissions: str = "") -> Mount:
        size = ("--size", str(most_bytes)) if self.can_size else ()
        perms = ("--perms", permissions) if permissions else ()
        return path, (*perms, *size, "--tmpfs", str(path))


def _bound(how: str, path: Path, *, at: Path | None = None) -> Iterator[Mount]:
    place = at or path
    yield place, (how, str(path), str(place))


def _bridge_mounts() -> Iterator[Mount]:
    yield from _bound("--ro-bind", BRIDGE, at=_BRIDGE_PLACE)
    home = interpreter_home()
    if home.is_relative_to("/tmp") or home.is_relative_to("/run"):  # noqa: S108 - covered by now
        yield from _bound("--ro-bind", home)


def _mode(path: Path) -> int:
    """Return the file's type bits; 0 if there is nothing at this path itself."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _open_filter() -> int:
    filter_fd = os.memfd_create("filter")
    os.write(filter_fd, _seccomp.program(os.uname().machine, families=_seccomp.WITH_NAMESPACE))
    os.lseek(filter_fd, 0, os.SEEK_SET)
    return filter_fd
