"""What a sandbox is given and what it gives back: the words that all levels share.

Invariant: nothing here touches the system. Not its job: deciding what is granted; finding a level that works.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from aircher.domain.records import dataclass


class SandboxLevel(StrEnum):
    """What holds a command, strongest first."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "landlock"
    SEATBELT = "seatbelt"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What a command may touch; everything else can be read but not changed.

    All paths are absolute and without links.

    Attributes:
        writable: Folders that may be changed.
        readonly: What stays as it is inside them, also if it does not exist.
        hidden: What can neither be read nor changed.
        hosts: Hosts that may be reached by HTTP and HTTPS: exact names, ``*.suffix``, or ``*``, each with ``:PORT``
            if only that one is meant; empty = no network.
        denied_hosts: Hosts that may not, written the same way; they win.
        temporary: The folder that stands in for ``/tmp``; ``None`` = one that is empty and ends with the command,
            or, where the level has no such, with the sandbox.
    """

    writable: tuple[Path, ...]
    readonly: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    hosts: tuple[str, ...] = ()
    denied_hosts: tuple[str, ...] = ()
    temporary: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLimits:
    """How much a command may use; ``None`` = as much as Aircher itself.

    Attributes:
        cpu_s: CPU seconds of each process.
        memory_bytes: Private memory of each process.
        processes: Processes and threads, all together; the kernel does not count those of root.
        file_bytes: Size of each file that is written.
        open_files: Open files of each process.
    """

    cpu_s: int | None = 3_600
    memory_bytes: int | None = 8 * 1024**3  # a linker or a type checker of a large project stays below
    processes: int | None = 4_096  # test runners start hundreds, a fork bomb tens of thousands a second
    file_bytes: int | None = 8 * 1024**3
    open_files: int | None = None


def nothing_changed() -> tuple[Path, ...]:
    """Return no path: where protected paths cannot be changed, there is nothing to put back."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start a command inside a sandbox.

    Attributes:
        argv: The program and its arguments.
        environ: All its variables.
        pass_fds: Descriptors that have to stay open in the program; no other may.
        close: Lets go of what Aircher opened for the program: to be called once it is started, or could not be.
        settle: To be called when nothing of the program is left: puts back what it changed of `Grants.readonly`,
            where the level could not keep it from that, and returns what it had changed.
    """

    argv: tuple[str, ...]
    environ: dict[str, str]
    pass_fds: tuple[int, ...]
    close: Callable[[], None]
    settle: Callable[[], tuple[Path, ...]] = nothing_changed


class Sandbox(Protocol):
    """Starts commands so that they reach only what was granted.

    A launched program must be started by a thread that outlives it, in a session of its own and with every other
    descriptor closed (`subprocess.Popen` with ``start_new_session`` and ``close_fds``).
    """

    @property
    def level(self) -> SandboxLevel:
        """What holds the commands."""
        ...

    @property
    def is_contained(self) -> bool:
        """Whether a command is kept from the user's secrets, from other folders and from the network."""
        ...

    @property
    def can_filter_hosts(self) -> bool:
        """Whether `Grants.hosts` can be reached; where not, a command has no network at all."""
        ...

    def describe(self) -> str:
        """Return one line for people: the level, and what it holds or why there is none."""
        ...

    def launch(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        environ: Mapping[str, str],
        grants: Grants,
        limits: ResourceLimits,
    ) -> Launch:
        """Return how to start ``argv`` in ``cwd`` with ``environ``, to which the sandbox adds what it needs.

        Raises:
            OSError: Something that the level needs cannot be opened.
        """
        ...

    def close(self) -> None:
        """End what serves the commands; they themselves are somebody else's."""
        ...
