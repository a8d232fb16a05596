"""Commands in every sandbox that works here: held, and still ended as a whole, read in full, found again."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.workspace.shells import processes_in, run, unseen

from aircher.domain.commands import JobFacts
from aircher.workspace import process_tree
from aircher.workspace.jobs import Jobs
from aircher.workspace.process import Processes
from aircher.workspace.sandbox import Sandbox, SandboxLevel, available_sandboxes


def working() -> list[SandboxLevel]:
    found = available_sandboxes()
    for sandbox in found.values():
        if not isinstance(sandbox, str):
            sandbox.close()
    return [level for level, sandbox in found.items() if not isinstance(sandbox, str)]


@pytest.fixture(params=working())
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    found = available_sandboxes()[request.param]
    assert not isinstance(found, str)
    yield found
    found.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    return folder


@pytest.fixture
def processes(root: Path, sandbox: Sandbox) -> Processes:
    return processes_in(root, sandbox=sandbox)


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_true():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.005)


async def test_output_status_and_folder_come_through(processes: Processes, root: Path) -> None:
    ended = await run(processes, "echo out; echo err >&2; cd sub; exit 3")
    assert (ended.output, ended.exit_status, ended.folder) == ("out\nerr\n", 3, root / "sub")
    assert (await run(processes, "pwd; kill -9 $$")).exit_status == 137
    assert processes.folder == root / "sub"


async def test_it_is_held(processes: Processes, root: Path) -> None:
    await run(processes, "touch inside; touch ../outside 2>/dev/null")
    assert [(root / "inside").exists(), (root.parent / "outside").exists()] == [True, False]


async def test_a_folder_that_is_only_in_the_sandbox_is_not_kept(processes: Processes, root: Path) -> None:
    await run(processes, "cd sub; cd $(mktemp -d)")
    assert processes.folder.is_dir()
    assert (await run(processes, "touch /dev/null && pwd")).output == f"{processes.folder}\n"


async def test_time_that_is_over_ends_everything_and_words_may_be_last(processes: Processes, root: Path) -> None:
    command = "trap 'echo last words; exit' TERM; echo ready; while :; do sleep 0.05; done"
    ended = await run(processes, command, timeout_s=1)
    assert (ended.is_timed_out, ended.output.endswith("last words\n")) == (True, True)


async def test_what_a_command_changed_of_protected_paths_is_put_back_and_told(root: Path, sandbox: Sandbox) -> None:
    hooks = root / ".git" / "hooks"
    hooks.mkdir(parents=True)
    told: list[tuple[Path, ...]] = []
    processes = processes_in(root, sandbox=sandbox, readonly=(hooks,), on_put_back=told.append)
    put_back = (hooks,) if sandbox.level is SandboxLevel.LANDLOCK else ()
    ended = await run(processes, "echo evil > .git/hooks/pre-push; true")
    assert (ended.put_back, list(hooks.iterdir())) == (put_back, [])
    assert told == ([put_back] if put_back else [])
    assert (await run(processes, "true")).put_back == ()


async def test_what_an_interrupted_command_changed_is_told_with_the_next_one(root: Path, sandbox: Sandbox) -> None:
    hooks = root / ".git" / "hooks"
    hooks.mkdir(parents=True)
    processes = processes_in(root, sandbox=sandbox, readonly=(hooks,))
    command = "echo evil > .git/hooks/pre-push; touch ready; sleep 600"
    task = asyncio.create_task(processes.run(command, folder=root, timeout_s=600, show=unseen))
    await until((root / "ready").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(hooks.iterdir()) == []
    put_back = (hooks,) if sandbox.level is SandboxLevel.LANDLOCK else ()
    assert (await run(processes, "true")).put_back == put_back


async def test_a_job_tells_what_was_put_back(root: Path, sandbox: Sandbox) -> None:
    config = root / ".git" / "config"
    config.parent.mkdir()
    config.write_text("[core]\n")
    processes = processes_in(root, sandbox=sandbox, readonly=(config,))
    async with Jobs(processes) as jobs:
        facts = await jobs.start("echo '[alias]' >> .git/config; true", folder=root)
    assert isinstance(facts, JobFacts)
    assert (facts.put_back, config.read_text()) == (
        (config,) if sandbox.level is SandboxLevel.LANDLOCK else (),
        "[core]\n",
    )


async def test_cancelling_ends_what_left_its_group_and_forgot_its_variables(
    processes: Processes, sandbox: Sandbox, root: Path
) -> None:
    token = f"{root}/alive"
    command = (
        f"setsid env -i /bin/sh -c 'trap \"\" TERM HUP; touch ready; while [ ! -e {token} ]; do sleep 0.05; done' &"
    )
    task = asyncio.create_task(processes.run(f"{command} sleep 600", folder=root, timeout_s=600, show=unseen))
    await until((root / "ready").exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    if sandbox.level is SandboxLevel.BUBBLEWRAP:
        await until(lambda: not _runs(token))
    (root / "alive").touch()  # lets one that no level could reach end
    await until(lambda: not _runs(token))


def _runs(token: str) -> bool:
    """Whether a process with these words in its command line is there."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if token.encode() in words and process_tree.are_living([int(folder.name)]):
                return True
    return False
