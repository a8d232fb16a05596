"""What starting Aircher costs, as CPU time, against ``python -c pass`` of the same interpreter in the same run.

Prints a Markdown table and always exits with 0: figures are judged by people, not by an exit code.
"""

import contextlib
import json
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROUNDS = int(os.environ.get("ROUNDS", "25"))
AIRCHER = str(Path(sys.executable).with_name("aircher"))
ONE_SHOT = "one shot, exec to first request"
ANSWER = [
    {"id": "1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    for choice in (
        {"index": 0, "delta": {"role": "assistant", "content": "done"}, "finish_reason": None},
        {"index": 0, "delta": {}, "finish_reason": "stop"},
    )
]


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of one command: until its first request if it makes one, else until its end."""

    cpu_ms: float
    wall_ms: float
    peak_mb: float
    exit_code: int


@dataclass(slots=True)
class Arrival:
    """When the first request of a run came, and what the process had used by then."""

    pid: int = 0
    wall_s: float | None = None
    cpu_s: float | None = None
    spawned: threading.Event = field(default_factory=threading.Event)

    def reset(self) -> None:
        """Forget the last run."""
        self.wall_s = self.cpu_s = None
        self.spawned.clear()

    def note(self) -> None:
        """Take the time, once a run."""
        wall_s = time.perf_counter()
        self.spawned.wait(5)
        if self.wall_s is None:
            self.wall_s, self.cpu_s = wall_s, cpu_of(self.pid)


def cpu_of(pid: int) -> float | None:
    """Return the CPU seconds a running process has used, all its threads together; ``None`` outside of Linux.

    Source: clock_getcpuclockid(3), whose result for a process is this number.
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return None


@contextlib.contextmanager
def loopback_server(arrival: Arrival) -> Iterator[int]:
    """Answer every request with a small stream and note when the first one came; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server, arrival), daemon=True).start()
        yield server.getsockname()[1]


def serve(server: socket.socket, arrival: Arrival) -> None:
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in ANSWER) + "data: [DONE]\n\n"
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):
            request = connection.recv(65536)
            arrival.note()
            before, _, rest = request.partition(b"\r\n\r\n")
            missing = content_length(before) - len(rest)
            while missing > 0:
                missing -= len(connection.recv(65536)) or missing
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())


def content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def spawn(command: list[str], cwd: Path, environ: dict[str, str], arrival: Arrival) -> Sample:
    """Run a command to its end and return what it used."""
    arrival.reset()
    nowhere = os.open(os.devnull, os.O_RDWR)
    began_s = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, nowhere, number) for number in (0, 1, 2)]
    with contextlib.chdir(cwd):
        arrival.pid = os.posix_spawn(command[0], command, environ, file_actions=actions)
    arrival.spawned.set()
    _, status, used = os.wait4(arrival.pid, 0)
    ended_s = time.perf_counter()
    os.close(nowhere)
    cpu_s = used.ru_utime + used.ru_stime if arrival.cpu_s is None else arrival.cpu_s
    peak_bytes = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Sample(
        cpu_ms=cpu_s * 1e3,
        wall_ms=((arrival.wall_s or ended_s) - began_s) * 1e3,
        peak_mb=peak_bytes / 1e6,
        exit_code=os.waitstatus_to_exitcode(status),
    )


def commands(port: int) -> dict[str, tuple[list[str], str]]:
    """Return each command and the bound it is held against."""
    one_shot = [AIRCHER, "-p", "hello", "--provider", "openai"]
    for setting in (
        f'providers.openai.base_url="http://127.0.0.1:{port}/v1"',
        'providers.openai.api_key_env="BENCHMARK_KEY"',
        'providers.openai.model="m"',
    ):
        one_shot += ["--config", setting]
    return {
        "`python -c pass`": ([sys.executable, "-c", "pass"], ""),
        "`aircher version`": ([AIRCHER, "version"], "≤ 1.3 ×"),
        "`aircher --help`": ([AIRCHER, "--help"], "≤ 4 ×"),
        ONE_SHOT: (one_shot, "≤ 18 ×, ≤ 60 MB"),
    }


def measure(folder: Path) -> Iterator[tuple[str, str, list[Sample]]]:
    """Yield each command, its bound and its samples; the commands take turns, after one round of warming up."""
    project = folder / "project"
    project.mkdir()
    environ = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath), "BENCHMARK_KEY": "k", "LANG": "C.UTF-8"}
    arrival = Arrival()
    with loopback_server(arrival) as port:
        table = commands(port)
        samples: dict[str, list[Sample]] = {name: [] for name in table}
        for turn in range(ROUNDS + 1):
            for name, (command, _) in table.items():
                sample = spawn(command, project, environ, arrival)
                if turn:
                    samples[name].append(sample)
    for name, (_, bound) in table.items():
        yield name, bound, samples[name]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        rows = list(measure(Path(folder)))
    bare_ms = statistics.median(sample.cpu_ms for sample in rows[0][2])
    print(f"Median of {ROUNDS} runs, commands taking turns. CPU is user and system time together.\n")
    print("| command | CPU | × bare Python | wall | peak memory | wanted |\n|---|---|---|---|---|---|")
    for name, bound, samples in rows:
        cpu_ms, wall_ms, peak_mb = (
            statistics.median(getattr(sample, what) for sample in samples) for what in ("cpu_ms", "wall_ms", "peak_mb")
        )
        failed = sum(sample.exit_code != 0 for sample in samples)
        remark = f"{bound}; **{failed} of {len(samples)} runs failed**" if failed else bound
        print(f"| {name} | {cpu_ms:.1f} ms | {cpu_ms / bare_ms:.2f} | {wall_ms:.1f} ms | {peak_mb:.0f} MB | {remark} |")


if __name__ == "__main__":
    main()
