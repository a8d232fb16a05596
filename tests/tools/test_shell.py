"""The tools for commands, with real shells."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tools.calls import call, failure, outcome, vendors_can_take
from tests.workspace.shells import processes_in

from aircher.domain.display import NoticeBlock, ShellBlock, TableBlock
from aircher.domain.effects import Action
from aircher.domain.ids import CallId
from aircher.domain.tools import RunningCall, ToolFailure, ToolOutcome
from aircher.permissions.commands import Setting
from aircher.tools import jobs as jobs_tool
from aircher.tools import shell as shell_tool
from aircher.tools.jobs import JobsTool
from aircher.tools.shell import MAX_COMMAND_CHARS, Command, Shell
from aircher.tools.workbench import Workbench
from aircher.workspace.jobs import Jobs
from aircher.workspace.local import LocalWorkspace
from aircher.workspace.sandbox import SandboxLevel, available_sandboxes

EXPECTED = "Expected: command, timeout_s, background, description."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    return folder


@pytest.fixture
async def bench(root: Path) -> AsyncIterator[Workbench]:
    processes = processes_in(root)
    async with Jobs(processes) as jobs:
        yield Workbench(
            root=root,
            files=LocalWorkspace(root),
            setting=Setting(roots=(root,), home=root.parent),
            commands=processes,
            jobs=jobs,
        )


@pytest.fixture
def shell(bench: Workbench) -> Shell:
    tool = shell_tool.TOOL(bench)
    assert tool is not None
    return tool


@pytest.fixture
def jobs(bench: Workbench) -> JobsTool:
    tool = jobs_tool.TOOL(bench)
    assert tool is not None
    return tool


async def test_a_command_that_succeeds_is_answered_with_its_output(shell: Shell) -> None:
    result = await outcome(shell, {"command": "echo one;\necho two >&2"})
    assert result == ToolOutcome(
        content="one\ntwo",
        summary=result.summary,
        display=(ShellBlock(command="echo one;\necho two >&2", output="one\ntwo\n", exit_status=0),),
        exit_status=0,
    )
    assert result.summary.startswith("ran echo one; echo two >&2 in 0.")
    assert (await outcome(shell, {"command": "true"})).content == "(no output)"


async def test_a_status_other_than_0_is_a_failure_that_tells_it_first(shell: Shell) -> None:
    assert await failure(shell, {"command": "echo no luck; exit 3"}) == ToolFailure(
        message="Exit status 3.\nno luck",
        display=(ShellBlock(command="echo no luck; exit 3", output="no luck\n", exit_status=3),),
        exit_status=3,
    )
    assert (await failure(shell, {"command": "kill -9 $$"})).message == "Exit status 137 (SIGKILL).\n(no output)"
    assert (await failure(shell, {"command": "exit 255"})).message == "Exit status 255.\n(no output)"


async def test_time_that_is_over_says_what_to_do(shell: Shell) -> None:
    result = await failure(shell, {"command": "echo begun; exec sleep 600", "timeout_s": 1})
    assert result == ToolFailure(
        message="Stopped after 1 s: raise timeout_s, or use background.\nbegun",
        display=(ShellBlock(command="echo begun; exec sleep 600", output="begun\n", exit_status=None),),
    )


async def test_the_model_always_knows_the_folder(shell: Shell) -> None:
    assert (await outcome(shell, {"command": "cd sub"})).content == "(no output)\n[the folder is now sub]"
    assert (await outcome(shell, {"command": "echo hi"})).content == "hi\n[ran in sub]"
    assert (await failure(shell, {"command": "cd ..; false"})).message == (
        "Exit status 1.\n(no output)\n[the folder is now .]"
    )
    assert (await outcome(shell, {"command": "echo hi"})).content == "hi"


async def test_a_command_runs_where_it_was_judged_whatever_others_do_meanwhile(shell: Shell, root: Path) -> None:
    judged = shell.parse({"command": "pwd"})
    assert isinstance(judged, Command)
    await outcome(shell, {"command": "cd sub"})
    result = await shell.run(judged, RunningCall(call_id=CallId("call"), show=_unseen))
    assert isinstance(result, ToolOutcome)
    assert result.content == f"{root}"


async def test_links_are_looked_through_when_a_command_is_judged(shell: Shell, root: Path) -> None:
    (root / "link").symlink_to("/etc/hostname")
    args = shell.parse({"command": "cat link"})
    assert isinstance(args, Command)
    actions = shell.actions(args)
    assert all(isinstance(action, Action) for action in actions)
    assert "/etc/hostname" in f"{actions}"


async def test_what_is_left_behind_is_told(shell: Shell) -> None:
    content = (await outcome(shell, {"command": "sleep 600 & echo up"})).content
    assert content == "up\n[1 processes it left behind were ended: use background for what shall go on]"


async def test_protected_paths_that_were_put_back_are_told_to_the_model_and_to_people(
    bench: Workbench, root: Path
) -> None:
    landlock = available_sandboxes().get(SandboxLevel.LANDLOCK, "there is none here")
    if isinstance(landlock, str):
        pytest.skip(landlock)
    hooks = root / ".git" / "hooks"
    hooks.mkdir(parents=True)
    with closing(landlock), closing(processes_in(root, sandbox=landlock, readonly=(hooks,))) as processes:
        async with Jobs(processes) as jobs:
            tool = shell_tool.TOOL(replace(bench, commands=processes, jobs=jobs))
            assert tool is not None
            told = "protected, so put back as before: {}; what the command left there is beside it, as NAME.changed-…"
            text = told.format(".git/hooks")
            done = await outcome(tool, {"command": "touch .git/hooks/a"})
            assert (done.content, done.display[1:]) == (
                f"(no output)\n[{text}]",
                (NoticeBlock(text=text, level="warning"),),
            )
            failed = await failure(tool, {"command": "touch .git/hooks/b; false"})
            assert (failed.message, failed.display[1:]) == (
                f"Exit status 1.\n(no output)\n[{text}]",
                (NoticeBlock(text=text, level="warning"),),
            )
            job = await outcome(tool, {"command": "touch .git/hooks/c", "background": True})
            assert job.display[1:] == (NoticeBlock(text=told.format(hooks), level="warning"),)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"command": " \n"}, "Wrong arguments: command is empty or holds a NUL. Expected: a command line."),
        ({"command": "a\0b"}, "Wrong arguments: command is empty or holds a NUL. Expected: a command line."),
        (
            {"command": "x" * (MAX_COMMAND_CHARS + 1)},
            f"Wrong arguments: Expected `str` of length <= 30000 - at `$.command`. {EXPECTED}",
        ),
        ({"command": "echo \ud800"}, None),
    ],
)
async def test_a_wrong_call_says_what_is_expected(shell: Shell, arguments: dict[str, str], message: str | None) -> None:
    told = (await failure(shell, arguments)).message
    if message is None:
        assert told.startswith("The command cannot be passed to a shell: ")
    else:
        assert told == message


async def test_output_is_shown_to_people_while_it_comes(shell: Shell) -> None:
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)

    args = shell.parse({"command": "printf '\\033[31mred'"})
    assert isinstance(args, Command)
    await shell.run(args, RunningCall(call_id=CallId("call"), show=show))
    assert "".join(shown) == "\x1b[31mred"


async def test_a_job_is_started_listed_read_and_stopped(shell: Shell, jobs: JobsTool, root: Path) -> None:
    command = "echo ready; printf 'next? '; while [ ! -e go ]; do sleep 0.01; done; echo went; exec sleep 600"
    started = await outcome(shell, {"command": command, "background": True})
    assert started.content == "job1 runs. So far (go on with offset=6):\nready"
    assert started.exit_status is None
    (root / "go").touch()
    read = started
    async with asyncio.timeout(10):
        while "next? went" not in read.content:
            read = await outcome(jobs, {"action": "read", "job_id": "job1", "offset": 6})
            await asyncio.sleep(0)
    assert read.content.splitlines()[1:] == ["next? went", "[next offset=17]"]
    listed = await outcome(jobs, {"action": "list"})
    assert listed.content.startswith("job1: running (")
    assert listed.content.endswith(f"s): {command}")
    assert isinstance(listed.display[0], TableBlock)
    stopped = await outcome(jobs, {"action": "stop", "job_id": "job1"})
    assert (stopped.summary, stopped.content.partition(" (")[0]) == ("job1: stopped", "job1: stopped")


async def test_a_job_that_fails_at_once_is_a_failure(shell: Shell, jobs: JobsTool) -> None:
    assert (await failure(shell, {"command": "echo port taken; exit 2", "background": True})).message == (
        "job1 ended at once with exit status 2.\nport taken"
    )
    assert (await outcome(shell, {"command": "true", "background": True})).content == (
        "job2 has ended with exit status 0. No output yet."
    )
    assert "exit status 2" in (await outcome(jobs, {"action": "list"})).content


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"action": "read"}, "Wrong arguments: read needs job_id. Expected: a name such as job1."),
        ({"action": "stop", "job_id": "job7"}, "There is no job 'job7'. Jobs: none."),
        (
            {"action": "kill"},
            "Wrong arguments: Invalid enum value 'kill' - at `$.action`. Expected: action, job_id, offset.",
        ),
    ],
)
async def test_a_wrong_call_for_jobs_says_what_there_is(
    jobs: JobsTool, arguments: dict[str, str], message: str
) -> None:
    assert await call(jobs, arguments) == ToolFailure(message=message)


async def test_no_jobs_are_no_failure(jobs: JobsTool) -> None:
    assert (await outcome(jobs, {"action": "list"})).content == "There are no jobs."
    args = jobs.parse({"action": "list"})
    assert not isinstance(args, ToolFailure)
    assert jobs.actions(args) == ()


def test_without_a_shell_neither_tool_is_offered(root: Path) -> None:
    bench = Workbench(root=root, files=LocalWorkspace(root))
    assert (shell_tool.TOOL(bench), jobs_tool.TOOL(bench)) == (None, None)


async def test_vendors_can_take_the_schemas(shell: Shell, jobs: JobsTool) -> None:
    assert vendors_can_take(shell.spec.parameters)
    assert vendors_can_take(jobs.spec.parameters)
    assert not shell.is_writer
    assert not jobs.is_writer


async def test_no_key_of_ours_is_in_a_command(shell: Shell) -> None:
    os.environ["AIRCHER_TEST_API_KEY"] = "sk-not-a-key"
    try:
        assert "sk-not-a-key" not in (await outcome(shell, {"command": "env"})).content
    finally:
        del os.environ["AIRCHER_TEST_API_KEY"]


async def _unseen(text: str) -> None:
    """Show nothing."""
