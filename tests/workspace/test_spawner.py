"""The process that starts commands: what they get, how they end, and that they end with their owner."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from aircher.workspace import process_tree
from aircher.workspace.spawner import Spawned, Spawner

ENVIRON = {"PATH": "/usr/bin:/bin"}


@pytest.fixture
def spawner() -> Iterator[Spawner]:
    with closing(Spawner()) as found:
        yield found


def printed(
    spawner: Spawner, command: str, *, folder: Path = Path("/"), environ: Mapping[str, str] = ENVIRON
) -> tuple[str, int]:
    """Return what a shell command prints, and its status."""
    reading, writing = os.pipe()
    try:
        spawned = spawner.start(
            ["/bin/sh", "-c", command], folder=folder, environ=environ, fds={1: writing, 2: writing}
        )
    finally:
        os.close(writing)
    with os.fdopen(reading) as output:
        return output.read(), spawned.status()


def started(spawner: Spawner, command: str) -> Spawned:
    return spawner.start(["/bin/sh", "-c", command], folder=Path("/"), environ=ENVIRON, fds={})


def test_a_command_runs_in_its_folder_with_its_variables_and_its_status_comes_back(
    spawner: Spawner, tmp_path: Path
) -> None:
    place = tmp_path.resolve() / "naïve \udcff"
    place.mkdir()
    environ = {**ENVIRON, "A": "ä\udcfe"}
    reading, writing = os.pipe()
    spawned = spawner.start(
        ["sh", "-c", 'printf "%s|%s" "$PWD" "$A"; exit 7'], folder=place, environ=environ, fds={1: writing}
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as output:
        assert (output.read(), spawned.status()) == (os.fsencode(place) + b"|\xc3\xa4\xfe", 7)


def test_a_signal_that_ends_it_is_told(spawner: Spawner) -> None:
    assert started(spawner, "kill -TERM $$").status() == -signal.SIGTERM


def test_it_leads_a_session_and_ignores_no_signal(spawner: Spawner) -> None:
    output, _ = printed(spawner, "ps -o pid=,pgid=,sid= -p $$; grep Sig.*Ign /proc/$$/status")
    pid, group, session, _, ignored = output.split()
    assert pid == group == session
    assert int(ignored, 16) & 0x7FFF_FFFF == 0  # the thirty-one that programs know; those above are the C library's


def test_it_has_no_descriptor_but_those_that_it_was_given(spawner: Spawner, tmp_path: Path) -> None:
    given = os.open(tmp_path, os.O_RDONLY)
    with (tmp_path / "other").open("w") as other:
        os.set_inheritable(other.fileno(), True)
        reading, writing = os.pipe()
        spawned = spawner.start(
            ["/bin/sh", "-c", "cd /proc/$$/fd; for n in *; do echo $n $(readlink $n); done"],
            folder=Path("/"),
            environ=ENVIRON,
            fds={1: writing, 3: given, 200: given},
        )
        os.close(writing)
        with os.fdopen(reading) as output:
            lines = [line for line in output.read().splitlines() if "pipe:" not in line]
    os.close(given)
    spawned.status()
    assert lines == ["0 /dev/null", "2 /dev/null", f"200 {tmp_path}", f"3 {tmp_path}"]


@pytest.mark.parametrize(
    ("argv", "folder", "number"),
    [
        (["/no/such/program"], "/", "No such file or directory"),
        (["/etc"], "/", "Permission denied"),
        (["true"], "/no/such/folder", "No such file or directory"),
        (["/bin/true", "x" * 200_000], "/", "Argument list too long"),
    ],
)
def test_what_cannot_be_started_is_an_error_that_says_why(
    spawner: Spawner, argv: list[str], folder: str, number: str
) -> None:
    with pytest.raises(OSError, match=number):
        spawner.start(argv, folder=Path(folder), environ=ENVIRON, fds={})
    with pytest.raises(ValueError, match="embedded null byte"):
        spawner.start([*argv, "\0"], folder=Path(folder), environ=ENVIRON, fds={})
    assert printed(spawner, "echo goes on") == ("goes on\n", 0)


def test_threads_may_start_commands_at_the_same_time(spawner: Spawner) -> None:
    results: dict[int, tuple[str, int]] = {}

    def work(number: int) -> None:
        results[number] = printed(spawner, f"echo {number} {'x' * 50_000}; exit {number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: (f"{number} {'x' * 50_000}\n", number) for number in range(12)}


def _parent(pid: int) -> int:
    return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])


def test_a_spawner_that_was_killed_tells_of_its_commands_and_comes_back(spawner: Spawner) -> None:
    first = started(spawner, "sleep 60")
    os.kill(_parent(first.pid), signal.SIGKILL)
    assert first.status() == -signal.SIGKILL
    assert printed(spawner, "echo again") == ("again\n", 0)
    os.killpg(first.pid, signal.SIGKILL)


def test_closing_ends_commands_and_leaves_no_process() -> None:
    spawner = Spawner()
    running = started(spawner, "trap '' TERM HUP; sleep 60 & wait")
    server = _parent(running.pid)
    spawner.close()
    assert running.status() == -signal.SIGKILL
    while process_tree.members(running.pid, ""):  # killed, but the kernel has to end it
        time.sleep(0.01)
    with pytest.raises(ChildProcessError):
        os.waitpid(server, os.WNOHANG)


def test_commands_end_with_their_owner_however_it_dies() -> None:
    program = (
        "from pathlib import Path; from aircher.workspace.spawner import Spawner; import sys, time\n"
        "spawned = Spawner().start(['/bin/sleep', '60'], folder=Path('/'), environ={}, fds={2: 2})\n"
        "print(spawned.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stderr is not None
        assert int(owner.stdout.readline()) > 0
        owner.kill()
        assert owner.stderr.read() == b""  # the command has it open, and no longer lives
