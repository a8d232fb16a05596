"""Run a command line.

What it does is judged in the folder that is current when the call is parsed, and there it runs, whatever other calls do
meanwhile. Links are looked through: the analysis of a command line knows names, this tool knows where they lead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from aircher.domain.display import ShellBlock
from aircher.domain.effects import Action
from aircher.domain.provider import ToolSpec
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.tools._put_back import put_back_blocks, put_back_notes
from aircher.tools.arguments import parameters, parse_arguments

if TYPE_CHECKING:
    from pathlib import Path

    from aircher.domain.commands import CommandEnd, JobFacts
    from aircher.domain.display import DisplayBlock
    from aircher.domain.messages import JsonObject
    from aircher.permissions.commands import Setting
    from aircher.tools.ports import Files
    from aircher.tools.shell_ports import CommandRunner, JobControl
    from aircher.tools.workbench import Workbench

DEFAULT_TIMEOUT_S = 120
MAX_TIMEOUT_S = 3_600
MAX_COMMAND_CHARS = 30_000  # the analysis is bounded by it; a longer script belongs into a file
_SHOWN_CHARS = 80


class Args(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `shell` takes."""

    command: Annotated[str, Meta(min_length=1, max_length=MAX_COMMAND_CHARS, description="Bash command line.")]
    timeout_s: Annotated[int, Meta(ge=1, le=MAX_TIMEOUT_S, description="Seconds after which it is stopped.")] = (
        DEFAULT_TIMEOUT_S
    )
    background: Annotated[bool, Meta(description="Start it as a job and return at once; see the tool jobs.")] = False
    description: Annotated[str, Meta(max_length=200, description="What it is for, in a few words.")] = ""


class Command:
    """A call, and the folder it is judged and run in."""

    __slots__ = ("args", "folder")

    def __init__(self, args: Args, folder: Path) -> None:
        self.args = args
        self.folder = folder


class Shell:
    """The tool; see `aircher.domain.tools.Tool`."""

    is_writer = False

    def __init__(self, runner: CommandRunner, jobs: JobControl, files: Files, setting: Setting) -> None:
        self._runner = runner
        self._jobs = jobs
        self._files = files
        self._setting = setting

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        return ToolSpec(
            name="shell",
            description=(
                "Run a bash command. It starts in the folder where the last one ended, with empty stdin, and all its "
                "processes end with it: use background for servers. Long output is cut in the middle and saved."
            ),
            parameters=parameters(Args),
        )

    def parse(self, arguments: JsonObject) -> Command | ToolFailure:
        """Return the typed arguments with the folder of now, or what is wrong with them."""
        args = parse_arguments(arguments, Args)
        if isinstance(args, ToolFailure):
            return args
        if not args.command.strip() or "\0" in args.command:
            return ToolFailure(message="Wrong arguments: command is empty or holds a NUL. Expected: a command line.")
        return Command(args, self._runner.folder)

    def actions(self, args: Command) -> tuple[Action, ...]:
        """Return what the command would do, by the names it uses and by where they lead."""
        from aircher.permissions.commands import analyse
        from aircher.tools._links import followed

        found = analyse(args.args.command, cwd=args.folder, setting=self._setting)
        return tuple(followed(action, self._files.resolve) for action in found)

    async def preview(self, args: Command) -> tuple[DisplayBlock, ...]:
        """Return the whole command, and where and how it would run."""
        from aircher.domain.display import TextBlock

        how = "as a job in the background" if args.args.background else f"for {args.args.timeout_s} s at most"
        why = f"\nThe model says: {args.args.description}" if args.args.description else ""
        return (
            ShellBlock(command=args.args.command, output=""),
            TextBlock(text=f"in {self._files.shown(args.folder)}, {how}{why}"),
        )

    async def run(self, args: Command, call: RunningCall) -> ToolOutcome | ToolFailure:
        """Return what it printed and how it ended; a status other than 0 is a failure."""
        if args.args.background:
            return self._started(args, await self._jobs.start(args.args.command, folder=args.folder))
        end = await self._runner.run(
            args.args.command,
            folder=args.folder,
            timeout_s=args.args.timeout_s,
            show=call.show,
            is_by_user=call.is_by_user,
        )
        return end if isinstance(end, ToolFailure) else self._result(args, end)

    def _result(self, args: Command, end: CommandEnd) -> ToolOutcome | ToolFailure:
        command = args.args.command
        put_back = tuple(map(self._files.shown, end.put_back))
        block = ShellBlock(command=command, output=end.output, exit_status=end.exit_status)
        blocks: tuple[DisplayBlock, ...] = (block, *put_back_blocks(put_back))
        notes = [*self._notes(args, end), *put_back_notes(put_back)]
        output = end.output if end.output.strip() else "(no output)"
        if end.exit_status == 0:
            return ToolOutcome(
                content="\n".join([output.rstrip("\n"), *notes]),
                summary=f"ran {shortened(command)} in {end.duration_s:.1f} s",
                display=blocks,
                exit_status=0,
            )
        return ToolFailure(
            message="\n".join([_ending(end), output.rstrip("\n"), *notes]),
            display=blocks,
            exit_status=end.exit_status,
        )

    def _notes(self, args: Command, end: CommandEnd) -> list[str]:
        """Return what the model should know besides, in brackets."""
        notes = []
        if end.folder != args.folder:
            notes.append(f"[the folder is now {self._files.shown(end.folder)}]")
        elif args.folder != self._files.resolve("."):
            notes.append(f"[ran in {self._files.shown(args.folder)}]")
        if end.left_count:
            notes.append(f"[{end.left_count} processes it left behind were ended: use background for what shall go on]")
        return notes

    def _started(self, args: Command, facts: JobFacts | ToolFailure) -> ToolOutcome | ToolFailure:
        if isinstance(facts, ToolFailure):
            return facts
        output = self._jobs.read(facts.job_id, offset=0)
        printed, offset = ("", 0) if isinstance(output, ToolFailure) else (output.text, output.next_offset)
        block = ShellBlock(command=args.args.command, output=printed, exit_status=facts.exit_status)
        blocks: tuple[DisplayBlock, ...] = (block, *put_back_blocks(facts.put_back))
        notes = put_back_notes(facts.put_back)
        if facts.state != "running" and facts.exit_status != 0:
            message = f"{facts.job_id} ended at once with exit status {facts.exit_status}.\n{printed}".rstrip("\n")
            return ToolFailure(message="\n".join((message, *notes)), display=blocks, exit_status=facts.exit_status)
        state = "runs" if facts.state == "running" else "has ended with exit status 0"
        so_far = f" So far (go on with offset={offset}):\n{printed}".rstrip("\n") if printed else " No output yet."
        return ToolOutcome(
            content="\n".join((f"{facts.job_id} {state}.{so_far}", *notes)),
            summary=f"started {facts.job_id}: {shortened(args.args.command)}",
            display=blocks,
            exit_status=facts.exit_status,
        )


def shortened(command: str) -> str:
    """Return the command on one line, for people."""
    line = " ".join(command.split())
    return line if len(line) <= _SHOWN_CHARS else f"{line[: _SHOWN_CHARS - 1]}…"


def _ending(end: CommandEnd) -> str:
    if end.is_timed_out:
        return f"Stopped after {end.duration_s:.0f} s: raise timeout_s, or use background."
    if end.exit_status is None:
        return "It was stopped."
    return f"Exit status {end.exit_status}{_signal_of(end.exit_status)}."


def _signal_of(exit_status: int) -> str:
    import signal

    try:
        return f" ({signal.Signals(exit_status - 128).name})" if exit_status > 128 else ""
    except ValueError:
        return ""


def build(bench: Workbench) -> Shell | None:
    """Return the tool, where there is a shell."""
    if bench.commands is None or bench.jobs is None or bench.setting is None:
        return None
    return Shell(bench.commands, bench.jobs, bench.files, bench.setting)


TOOL = build
