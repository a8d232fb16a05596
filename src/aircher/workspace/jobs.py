"""Commands that run on while the model does something else.

Invariant: at most `MAX_RUNNING` run at once, all end with the session, and what a job printed and how it ended can be
read until the session is over (of the last `MAX_KEPT`). Not its job: whether a command may run.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from aircher.domain.commands import CommandEnd, JobFacts, JobOutput
from aircher.domain.tools import ToolFailure
from aircher.workspace.printed import decoded
from aircher.workspace.process import INTERRUPT_GRACE_S, TIMEOUT_GRACE_S, Processes
from aircher.workspace.running_command import RunningCommand

MAX_RUNNING = 8
MAX_KEPT = 64
FIRST_LOOK_S = 0.3  # a program that is missing or a port that is taken shows in this time
READ_BYTES = 16_000  # about 4,000 tokens


class _Job:
    """One job; `ended` is there once it has."""

    def __init__(self, job_id: str, command: str, running: RunningCommand) -> None:
        self.job_id = job_id
        self.command = command
        self.running = running
        self.grace_s = INTERRUPT_GRACE_S
        self.ended: CommandEnd | None = None
        self.task: asyncio.Task[None]

    async def follow(self) -> None:
        try:
            await self.running.wait()
            self.ended = await self.running.finish()
        except asyncio.CancelledError:
            self.ended = await self.running.stop(grace_s=self.grace_s)
            raise

    async def stop(self, *, grace_s: float) -> None:
        """End it, as long as that may take; whoever waits for it may leave before."""
        self.grace_s = grace_s
        self.task.cancel()
        await asyncio.wait((self.task,))
        if self.ended is None:  # it was stopped before it began to be followed
            self.ended = await self.running.stop(grace_s=grace_s)

    @property
    def facts(self) -> JobFacts:
        ended = self.ended
        return JobFacts(
            job_id=self.job_id,
            command=self.command,
            state="running" if ended is None else "stopped" if ended.exit_status is None else "ended",
            exit_status=None if ended is None else ended.exit_status,
            duration_s=self.running.duration_s if ended is None else ended.duration_s,
            put_back=() if ended is None else ended.put_back,
        )


class Jobs:
    """The jobs of a session; an async context manager, and whoever leaves it leaves no job behind.

    Attributes:
        changed: Called whenever one has begun or ended.
    """

    def __init__(self, processes: Processes) -> None:
        self.changed: Callable[[], None] = _untold
        self._processes = processes
        self._jobs: dict[str, _Job] = {}
        self._count = 0
        self._tasks = asyncio.TaskGroup()
        self._starting = asyncio.Lock()  # jobs that begin at the same time are counted too

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        running = self._running()
        for job in running:
            job.task.cancel()
        try:
            await self._tasks.__aexit__(None, None, None)  # told of the error, it would wrap it in a group
        finally:
            for job in running:
                await job.stop(grace_s=INTERRUPT_GRACE_S)

    async def start(self, command: str, *, folder: Path) -> JobFacts | ToolFailure:
        """Start a job in ``folder`` and return how it stands a moment later: mistakes show at once."""
        async with self._starting:
            job = await self._started(command, folder)
        if isinstance(job, ToolFailure):
            return job
        await asyncio.wait((job.task,), timeout=FIRST_LOOK_S)
        return job.facts

    async def _started(self, command: str, folder: Path) -> _Job | ToolFailure:
        running = self._running()
        if len(running) >= MAX_RUNNING:
            names = ", ".join(job.job_id for job in running)
            return ToolFailure(message=f"{len(running)} jobs run already, more may not: {names}. Stop one first.")
        self._count += 1
        job_id = f"job{self._count}"
        started = await self._processes.start(command, folder=folder, stem=job_id, on_output=_unseen)
        if isinstance(started, ToolFailure):
            return started
        started.printed.save()
        job = _Job(job_id, command, started)
        job.task = self._tasks.create_task(job.follow())
        job.task.add_done_callback(lambda _: self.changed())
        self._jobs[job_id] = job
        self._forget_oldest()
        self.changed()
        return job

    def listed(self) -> tuple[JobFacts, ...]:
        """Return how all of them stand, in the order of their start."""
        return tuple(job.facts for job in self._jobs.values())

    def read(self, job_id: str, *, offset: int) -> JobOutput | ToolFailure:
        """Return what the job printed from ``offset`` on, in bytes of its own count."""
        job = self._jobs.get(job_id)
        return self._unknown(job_id) if job is None else _read(job, offset)

    async def stop(self, job_id: str) -> JobFacts | ToolFailure:
        """End the job as a whole and return how it stands; one that has ended stays as it is."""
        job = self._jobs.get(job_id)
        if job is None:
            return self._unknown(job_id)
        if job.ended is None:
            await job.stop(grace_s=TIMEOUT_GRACE_S)
        return job.facts

    def _running(self) -> tuple[_Job, ...]:
        return tuple(job for job in self._jobs.values() if job.ended is None)

    def _forget_oldest(self) -> None:
        for job in tuple(self._jobs.values())[:-MAX_KEPT]:
            if job.ended is not None:
                del self._jobs[job.job_id]

    def _unknown(self, job_id: str) -> ToolFailure:
        names = ", ".join(self._jobs) or "none"
        return ToolFailure(message=f"There is no job {job_id!r}. Jobs: {names}.")


def _read(job: _Job, offset: int) -> JobOutput:
    printed = job.running.printed
    rest = printed.rest
    try:
        if rest is None:
            raise FileNotFoundError("there was no room for a file")
        with rest.path.open("rb") as file:
            size_bytes = file.seek(0, os.SEEK_END)
            start = min(offset, size_bytes)
            file.seek(start)
            data = file.read(READ_BYTES)
    except OSError:  # none could be made, or somebody removed it
        return _piece(job, printed.text(), next_offset=0, has_more=False)
    if not data and not rest.is_complete:
        return _piece(job, printed.last(), next_offset=size_bytes, has_more=False)
    if start + len(data) < size_bytes:
        data = data[: data.rfind(b"\n") + 1] or data
    end = start + len(data)
    return _piece(job, decoded(data), next_offset=end, has_more=end < size_bytes)


def _piece(job: _Job, text: str, *, next_offset: int, has_more: bool) -> JobOutput:
    rest = job.running.printed.rest
    return JobOutput(
        facts=job.facts,
        text=text,
        next_offset=next_offset,
        has_more=has_more,
        unfinished_line="" if has_more else job.running.printed.unfinished_line,
        is_full=rest is None or not rest.is_complete,
    )


def _untold() -> None:
    """Tell nobody."""


def _unseen(chunk: bytes) -> None:
    """Show nothing: nobody watches a job."""
