"""A shell in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

from aircher.domain.commands import CommandEnd
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.process import Processes
from aircher.workspace.running_command import Confinement
from aircher.workspace.sandbox import Grants, ResourceLimits, Sandbox, find_sandbox


def processes_in(
    root: Path,
    *,
    search_path: str | None = None,
    sandbox: Sandbox | None = None,
    readonly: tuple[Path, ...] = (),
    on_put_back: Callable[[tuple[Path, ...]], None] | None = None,
) -> Processes:
    """Return a shell that starts in ``root``; its outputs are saved beside it. By default nothing holds it."""
    confinement = Confinement(
        sandbox=sandbox or find_sandbox("off"),
        grants=Grants(writable=(root,), readonly=readonly),
        environ={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        limits=ResourceLimits(cpu_s=None, memory_bytes=None, processes=None, file_bytes=None),
    )
    return Processes(
        root,
        confine=lambda: confinement,
        outputs=SavedOutputs(root.parent / "state", "session"),
        search_path=search_path,
        on_put_back=on_put_back,
    )


async def unseen(text: str) -> None:
    """Show nothing."""


async def run(processes: Processes, command: str, *, timeout_s: float = 20.0) -> CommandEnd:
    """Return how the command ended, in the folder the last one ended in."""
    ended = await processes.run(command, folder=processes.folder, timeout_s=timeout_s, show=unseen)
    assert isinstance(ended, CommandEnd), ended
    return ended
