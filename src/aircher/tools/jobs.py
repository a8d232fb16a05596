"""Look after commands that run in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from aircher.domain.display import ShellBlock, TableBlock
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._put_back import put_back_blocks, put_back_notes
from aircher.tools.arguments import parameters, parse_arguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aircher.domain.commands import JobFacts, JobOutput
    from aircher.domain.effects import Action
    from aircher.domain.messages import JsonObject
    from aircher.tools.shell_ports import JobControl
    from aircher.tools.workbench import Workbench


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `jobs` takes."""

    action: Annotated[Literal["list", "read", "stop"], Meta(description="What to do.")]
    job_id: Annotated[str, Meta(description="Which job to read or stop, such as job1.")] = ""
    offset: Annotated[int, Meta(ge=0, description="Read on from here; each read tells the next offset.")] = 0


class JobsTool:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, jobs: JobControl) -> None:
        self._jobs = jobs

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="jobs",
            description="List, read or stop the jobs that shell started in the background.",
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Args | ToolFailure:
        """Return the typed arguments, or what is wrong with them."""
        args = parse_arguments(arguments, Args)
        if isinstance(args, Args) and args.action != "list" and not args.job_id:
            return ToolFailure(message=f"Wrong arguments: {args.action} needs job_id. Expected: a name such as job1.")
        return args

    def actions(self, args: Args) -> tuple[Action, ...]:  # noqa: ARG002 - the role passes them
        """Return nothing: the job was judged when it was started."""
        return ()

    async def run(self, args: Args, call: RunningCall) -> ToolOutcome | ToolFailure:  # noqa: ARG002 - the role's
        """Return what `look_after` does."""
        return await look_after(self._jobs, args)


async def look_after(jobs: JobControl, args: Args) -> ToolOutcome | ToolFailure:
    """Return how the jobs stand, what one printed, or how the one that was stopped ended."""
    if args.action == "list":
        return _listed(jobs.listed())
    if args.action == "read":
        output = jobs.read(args.job_id, offset=args.offset)
        return output if isinstance(output, ToolFailure) else _read(output)
    facts = await jobs.stop(args.job_id)
    if isinstance(facts, ToolFailure):
        return facts
    return ToolOutcome(
        content="\n".join((f"{_line(facts)}.", *put_back_notes(facts.put_back))),
        summary=f"{facts.job_id}: {_state(facts)}",
        display=put_back_blocks(facts.put_back),
    )


def _listed(jobs: Sequence[JobFacts]) -> ToolOutcome:
    if not jobs:
        return ToolOutcome(content="There are no jobs.", summary="no jobs")
    rows = tuple((facts.job_id, _state(facts), f"{facts.duration_s:.0f} s", facts.command) for facts in jobs)
    return ToolOutcome(
        content="\n".join(map(_line, jobs)),
        summary=f"{len(jobs)} job{'s' * (len(jobs) > 1)}",
        display=(TableBlock(header=("job", "state", "time", "command"), rows=rows),),
    )


def _read(output: JobOutput) -> ToolOutcome:
    facts = output.facts
    lines = [f"{_line(facts)}.", output.text.rstrip("\n") or "(no new output)"]
    if output.unfinished_line:
        lines.append(f"[unfinished line: {output.unfinished_line}]")
    if output.has_more:
        lines.append(f"[there is more: offset={output.next_offset}]")
    elif output.is_full:
        lines.append("[the saved output is full: these are the latest lines, what lies between is lost]")
    else:
        lines.append(f"[next offset={output.next_offset}]")
    lines += put_back_notes(facts.put_back)
    return ToolOutcome(
        content="\n".join(lines),
        summary=f"{facts.job_id}: {_state(facts)}, read {len(output.text.splitlines())} lines",
        display=(
            ShellBlock(command=facts.command, output=output.text, exit_status=facts.exit_status),
            *put_back_blocks(facts.put_back),
        ),
    )


def _line(facts: JobFacts) -> str:
    command = " ".join(facts.command.split())[:200]
    return f"{facts.job_id}: {_state(facts)} ({facts.duration_s:.0f} s): {command}"


def _state(facts: JobFacts) -> str:
    return f"exit status {facts.exit_status}" if facts.state == "ended" else facts.state


def build(bench: Workbench) -> JobsTool | None:
    """Return the tool, where there can be jobs."""
    return None if bench.jobs is None else JobsTool(bench.jobs)


TOOL = build
