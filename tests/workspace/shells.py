"""A shell without a sandbox, in a folder of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aircher.domain.commands import CommandEnd
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.process import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainLaunch:
    """Starts a program as it is."""

    argv: Sequence[str]
    environ: Mapping[str, str]
    pass_fds: Sequence[int] = ()

    def close(self) -> None:
        """There is nothing to let go of."""


def processes_in(root: Path, *, search_path: str | None = None) -> Processes:
    """Return a shell that starts in ``root``; its outputs are saved beside it."""
    return Processes(
        root,
        confine=lambda argv, folder: PlainLaunch(argv=argv, environ={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}),
        outputs=SavedOutputs(root.parent / "state", "session"),
        search_path=search_path,
    )


async def unseen(text: str) -> None:
    """Show nothing."""


async def run(processes: Processes, command: str, *, timeout_s: float = 20.0) -> CommandEnd:
    """Return how the command ended, in the folder the last one ended in."""
    ended = await processes.run(command, folder=processes.folder, timeout_s=timeout_s, show=unseen)
    assert isinstance(ended, CommandEnd)
    return ended
