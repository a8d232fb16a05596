"""What the tools for commands need: a shell that remembers its folder, and jobs beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from aircher.domain.commands import CommandEnd, JobFacts, JobOutput
    from aircher.domain.tools import ToolFailure


class CommandRunner(Protocol):
    """Runs command lines, ended as a whole and bounded in every way."""

    @property
    def folder(self) -> Path:
        """Where the next command starts; absolute, without links."""
        ...

    async def run(
        self,
        command: str,
        *,
        folder: Path,
        timeout_s: float,
        show: Callable[[str], Awaitable[None]],
        is_by_user: bool = False,
    ) -> CommandEnd | ToolFailure:
        """Return how the command ended that was started in ``folder``, or why it could not be.

        One that a person typed is theirs: no sandbox holds it, unless the configuration requires one.
        """
        ...


class JobControl(Protocol):
    """Runs commands that go on beside the conversation, until the session ends."""

    async def start(self, command: str, *, folder: Path) -> JobFacts | ToolFailure:
        """Return how the job stands a moment after its start, or why there is none."""
        ...

    def listed(self) -> Sequence[JobFacts]:
        """Return how all of them stand, in the order of their start."""
        ...

    def read(self, job_id: str, *, offset: int) -> JobOutput | ToolFailure:
        """Return what the job printed from ``offset`` on."""
        ...

    async def stop(self, job_id: str) -> JobFacts | ToolFailure:
        """End the job as a whole and return how it stands."""
        ...
