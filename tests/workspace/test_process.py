"""Commands in a real shell: what they print, how they end, and that nothing of them stays."""

import asyncio
import os
import resource
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspace.shells import processes_in, run, unseen

from aircher.domain.commands import CommandEnd
from aircher.domain.errors import PermissionRefused
from aircher.domain.tools import ToolFailure
from aircher.workspace import process_tree
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.process import Processes
from aircher.workspace.running_command import Confinement

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what left its group is found in /proc")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "sub").mkdir(parents=True)
    return folder


@pytest.fixture
def processes(root: Path) -> Processes:
    return processes_in(root)


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def children() -> set[str]:
    """Return the processes that this one started and has not taken leave of; the dead among them count."""
    tasks = Path("/proc/self/task")
    if tasks.is_dir():
        return {pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()}
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,pid="], capture_output=True, text=True, check=True).stdout
    return {pid for parent, pid in map(str.split, listed.splitlines()) if parent == str(os.getpid())}


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_true():  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.005)


def is_running(pid_file: Path) -> bool:
    return process_tree.are_living([int(pid_file.read_text())])


async def test_a_command_ends_with_its_output_and_its_status(processes: Processes, root: Path) -> None:
    ended = await run(processes, "echo out; echo err >&2; echo again; exit 3")
    assert ended == CommandEnd(
        output="out\nerr\nagain\n",
        exit_status=3,
        is_timed_out=False,
        duration_s=ended.duration_s,
        folder=root,
        left_count=0,
    )
    assert 0 < ended.duration_s < 20


@pytest.mark.parametrize(
    ("command", "output", "status"),
    [
        ("true", "", 0),
        ("cat; echo read nothing", "read nothing\n", 0),
        ("kill -9 $$", "", 137),
        ("sh -c 'kill -9 $$' | cat; echo ${PIPESTATUS[0]}", "137\n", 0),
        ("echo 'half a quote", None, 2),
        ("trap 'echo mine' EXIT; exit 4", "mine\n", 4),
        ("set -x; true", "+ true\n", 0),
        ("set -eu; false; echo no", "", 1),
        ("exec sh -c 'exit 7'", "", 7),
        ("# nothing but a remark", "", 0),
        ("cat <<X\nhere\nX", "here\n", 0),
        ("echo $0 $#", None, 0),
        ("printf '%s' \"$AIRCHER_CALL\" | wc -c", "32\n", 0),
        ("exec 1>&- 2>&-; exit 5", "", 5),
    ],
)
async def test_commands_of_every_kind(processes: Processes, command: str, output: str | None, status: int) -> None:
    ended = await run(processes, command)
    assert ended.exit_status == status
    if output is not None:
        assert ended.output == output


async def test_the_folder_a_command_ends_in_is_where_the_next_one_starts(processes: Processes, root: Path) -> None:
    assert (await run(processes, "cd sub; exit 1")).folder == root / "sub"
    assert (await run(processes, "pwd; cd ..")).output == f"{root}/sub\n"
    assert processes.folder == root
    await run(processes, "(cd sub)")
    assert processes.folder == root


@pytest.mark.parametrize("name", ["with space", "new\nline", "ends in newline\n", "-n", "'quoted\"", "é\udcff"])
async def test_a_folder_of_any_name_is_found_again(processes: Processes, root: Path, name: str) -> None:
    (root / name).mkdir()
    (root / "go").write_bytes(b"cd -- " + b"$'" + b"".join(b"\\x%02x" % byte for byte in os.fsencode(name)) + b"'")
    await run(processes, ". ./go")
    assert processes.folder == root / name
    await run(processes, "touch here")
    assert (root / name / "here").exists()


async def test_a_link_is_told_by_where_it_leads(processes: Processes, root: Path) -> None:
    (root / "link").symlink_to("sub")
    await run(processes, "cd link")
    assert processes.folder == root / "sub"


async def test_a_folder_that_is_gone_leads_back_to_the_root(processes: Processes, root: Path) -> None:
    await run(processes, "cd sub")
    (root / "sub").rmdir()
    assert (await run(processes, "pwd")).output == f"{root}\n"
    await run(processes, "mkdir x; cd x; rmdir ../x")
    assert (await run(processes, "pwd")).output == f"{root}\n"


async def test_what_a_command_tells_instead_of_its_folder_is_not_believed(processes: Processes, root: Path) -> None:
    await run(processes, "pwd() { echo /nowhere/at/all; }; builtin cd sub")
    assert processes.folder == root / "sub"
    await run(
        processes,
        "for n in /proc/self/fd/*; do n=${n##*/}; [ $n -gt 2 ] && printf 'a\\0b' >&$n; done 2>/dev/null; true",
    )
    assert processes.folder in {root, root / "sub"}


async def test_where_there_is_no_bash_the_systems_shell_will_do(root: Path) -> None:
    processes = processes_in(root, search_path=str(root))
    assert processes.shell == "/bin/sh"
    assert (await run(processes, "cd sub; echo hi")).output == "hi\n"
    assert processes.folder == root / "sub"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("echo \0", "The command cannot be passed to a shell: embedded null byte."),
        ("echo " + "x" * 200_000, "The command could not be started: Argument list too long."),
    ],
)
async def test_a_command_that_cannot_be_started_says_why(processes: Processes, command: str, message: str) -> None:
    await run(processes, "true")
    before = open_descriptors()
    result = await processes.run(command, folder=processes.folder, timeout_s=9, show=unseen)
    assert result == ToolFailure(message=message)
    assert open_descriptors() == before


async def test_without_the_sandbox_that_is_required_nothing_is_started(root: Path) -> None:
    def refuse() -> Confinement:
        raise PermissionRefused("no sandbox works here", hint="install bubblewrap")

    processes = Processes(root, confine=refuse, outputs=SavedOutputs(root, "s"))
    assert await processes.run("touch made", folder=root, timeout_s=9, show=unseen) == ToolFailure(
        message="The command could not be started: no sandbox works here. The user can help: install bubblewrap."
    )
    assert names_in(root) == ["sub"]


async def test_a_folder_that_went_away_in_between_is_named(processes: Processes, root: Path) -> None:
    result = await processes.run("true", folder=root / "gone", timeout_s=9, show=unseen)
    assert result == ToolFailure(message="The command could not be started: No such file or directory.")


async def test_time_that_is_over_ends_the_whole_command_and_keeps_what_it_printed(
    processes: Processes, root: Path
) -> None:
    command = "echo $$ > shell; (echo $BASHPID > child; sleep 600) & sleep 600 | cat & echo started; wait"
    ended = await run(processes, command, timeout_s=0.3)
    assert (ended.output, ended.exit_status, ended.is_timed_out) == ("started\n", None, True)
    await until(lambda: not is_running(root / "shell") and not is_running(root / "child"))


async def test_a_program_may_say_its_last_words_when_time_is_over(processes: Processes) -> None:
    command = "trap 'echo removing my lock; exit' TERM; echo ready; while :; do sleep 0.05; done"
    assert (await run(processes, command, timeout_s=0.4)).output.endswith("removing my lock\n")


async def test_who_does_not_listen_is_killed(processes: Processes, root: Path) -> None:
    ended = await run(processes, "trap '' TERM INT HUP; echo $$ > shell; while :; do sleep 600; done", timeout_s=0.2)
    assert ended.is_timed_out
    assert not is_running(root / "shell")


async def start_and_cancel(processes: Processes, command: str, ready: Path) -> float:
    """Return the seconds that cancelling took, once the command has written ``ready``."""
    task = asyncio.create_task(processes.run(command, folder=processes.folder, timeout_s=600, show=unseen))
    await until(lambda: ready.exists() and ready.read_text() != "")
    began_s = asyncio.get_running_loop().time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return asyncio.get_running_loop().time() - began_s


async def test_cancelling_ends_everything_at_once(processes: Processes, root: Path) -> None:
    command = "(trap '' TERM; echo $BASHPID > stubborn; while :; do sleep 600; done) & sleep 600"
    took_s = await start_and_cancel(processes, command, root / "stubborn")
    assert not is_running(root / "stubborn")
    assert took_s < 2


@needs_proc
@pytest.mark.skipif(shutil.which("setsid") is None, reason="there is no setsid")
async def test_cancelling_finds_a_daemon_that_left_the_group_and_its_parent(processes: Processes, root: Path) -> None:
    command = "(setsid sh -c 'trap \"\" TERM HUP; echo $$ > daemon; sleep 600; sleep 600' &) ; sleep 600"
    await start_and_cancel(processes, command, root / "daemon")
    await until(lambda: not is_running(root / "daemon"))


async def test_a_second_cancel_kills_without_waiting(processes: Processes, root: Path) -> None:
    command = "trap '' TERM; echo $$ > shell; while :; do sleep 600; done"
    task = asyncio.create_task(processes.run(command, folder=root, timeout_s=600, show=unseen))
    await until(lambda: (root / "shell").exists() and (root / "shell").read_text() != "")
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not is_running(root / "shell"))


async def test_what_a_command_leaves_behind_is_ended_and_counted(processes: Processes, root: Path) -> None:
    ended = await run(processes, "sleep 600 & echo $! > child; echo done")
    assert (ended.output, ended.exit_status, ended.left_count) == ("done\n", 0, 1)
    await until(lambda: not is_running(root / "child"))


async def test_a_filter_that_the_shell_does_not_wait_for_may_finish(processes: Processes) -> None:
    ended = await run(processes, "echo through > >(sleep 0.05; cat)")
    assert (ended.output, ended.left_count) == ("through\n", 0)


async def test_output_without_end_takes_bounded_memory_and_disk(processes: Processes, root: Path) -> None:
    tracemalloc.start()
    ended = await run(processes, "yes 'a line of text' | head -c 300M", timeout_s=60)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 2 * 1024**2
    assert len(ended.output) < 25_000
    assert "the first 16,777,216 bytes in " in ended.output
    assert sum(path.stat().st_size for path in root.parent.rglob("*.txt")) == 16 * 1024**2


async def test_output_is_shown_while_the_command_runs_with_its_control_sequences(
    processes: Processes, root: Path
) -> None:
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)
        (root / "seen").touch()

    command = "printf '\\033[1mbold\\r'; while [ ! -e seen ]; do sleep 0.01; done; printf 'l\\303'; printf '\\251\\n'"
    ended = await processes.run(command, folder=root, timeout_s=20, show=show)
    assert isinstance(ended, CommandEnd)
    assert ended.output == "lé\n"
    assert "".join(shown) == "\x1b[1mbold\rlé\n"
    assert len(shown) >= 2


async def test_who_looks_slowly_does_not_hold_up_who_prints(processes: Processes) -> None:
    is_open = asyncio.Event()
    shown: list[str] = []

    async def show(text: str) -> None:
        shown.append(text)
        await is_open.wait()

    task = asyncio.create_task(
        processes.run("seq 200000; echo end > told", folder=processes.folder, timeout_s=20, show=show)
    )
    told = processes.folder / "told"
    await until(told.exists)
    is_open.set()
    ended = await task
    assert isinstance(ended, CommandEnd)
    assert ended.exit_status == 0
    assert "bytes not shown" in "".join(shown)
    assert "".join(shown).endswith("200000\n")
    assert sum(map(len, shown)) < 300_000


async def test_commands_run_at_the_same_time_without_mixing(processes: Processes) -> None:
    commands = [f"for i in 1 2 3; do echo {number}; sleep 0.01; done; exit {number}" for number in range(8)]
    results = await asyncio.gather(*(run(processes, command) for command in commands))
    assert [(ended.output, ended.exit_status) for ended in results] == [(f"{n}\n" * 3, n) for n in range(8)]


async def test_nothing_of_ours_is_open_in_a_command(processes: Processes, tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        output = (await run(processes, "for n in /dev/fd/*; do readlink $n; done")).output
    assert str(tmp_path / "secret") not in output


def highest_descriptor() -> int:
    return max(int(path.name) for path in Path("/dev/fd").iterdir())


async def test_many_commands_leave_no_descriptor_and_no_child(processes: Processes) -> None:
    of_others = children()
    await run(processes, "true")
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest_descriptor() + 50, limit[1]))
    try:
        for _ in range(70):
            await run(processes, "seq 9000")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    processes.close()
    assert children() <= of_others
