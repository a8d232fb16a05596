"""``/jobs``: look after commands that run in the background."""

from typing import get_args

from aircher.commands.command import Command, CommandContext, JobAction
from aircher.commands.outcome import Outcome, Shown
from aircher.domain.errors import UsageError


async def _run(context: CommandContext, arguments: str) -> Outcome:
    first, _, job_id = arguments.partition(" ")
    action: JobAction | None = next((each for each in get_args(JobAction) if each == (first or "list")), None)
    if action is None or (action == "list") is bool(job_id.strip()):
        raise UsageError(f"/jobs {arguments} says nothing", hint="/jobs, /jobs read job1, /jobs stop job1")
    return Shown(blocks=tuple(await context.outside.jobs(action, job_id.strip())))


COMMAND = Command(
    name="jobs",
    summary="list, read or stop commands in the background",
    arguments="[read|stop JOB]",
    values=("read job1", "stop job1"),
    run=_run,
)
