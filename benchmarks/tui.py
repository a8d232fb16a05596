"""The interface, measured from outside: the real program in a pseudo-terminal of 120 x 40, a server on loopback.

CPU is what the kernel counted for all threads (`/proc/PID/task/*/schedstat`), against `python -c pass` in the same run.
The server writes chunks of one token at a set pace and notes when it sent a marker; the reader notes when the marker,
or the echo of a key, came out of the terminal. Everything shares this machine's cores with the server and the reader.
"""

import fcntl
import json
import os
import pty
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

COLUMNS, ROWS = 120, 40
FOLLOWED_S = 12.0
"""Long enough for some 280 echoes, so that the p99 is more than the worst one."""
READY = b"Ask, or type"
WORDS = ("alpha ", "beta ", "gamma ", "delta ", "epsilon ", "eta ", "theta ", "iota\n\n", "kappa ", "lambda ")


class Server:
    """Answers every prompt with ``tokens`` tokens at ``rate`` a second; 0 = as fast as it can."""

    def __init__(self) -> None:
        self.rate, self.tokens = 200.0, 1000
        self.sent_at: dict[bytes, float] = {}
        self.has_markers = False
        self.answered = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            self._stream(connection)
        except OSError:
            pass  # interrupted
        finally:
            connection.close()

    def _stream(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            request += connection.recv(65_536)
        head, _, body = request.partition(b"\r\n\r\n")
        length = int(next(line for line in head.lower().split(b"\r\n") if b"content-length" in line).split(b":")[1])
        while len(body) < length:
            body += connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        rate, has_markers, begun = self.rate, self.has_markers, time.monotonic()
        batch = b""
        for number in range(self.tokens):
            word = WORDS[number % len(WORDS)]
            if has_markers and number % 20 == 10:
                word = f"M{number:05d} "
                self.sent_at[word.strip().encode()] = time.monotonic()
            chunk = _event({"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]})
            if rate:
                time.sleep(max(0.0, begun + number / rate - time.monotonic()))
                if has_markers and number % 20 == 10:
                    self.sent_at[word.strip().encode()] = time.monotonic()
                connection.sendall(chunk)
            else:
                batch += chunk
        end = _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n"
        connection.sendall(batch + end)
        self.answered += 1


def _event(payload: dict[str, object]) -> bytes:
    return b"data: " + json.dumps({"id": "x", "object": "chat.completion.chunk", **payload}).encode() + b"\n\n"


class Program:
    """The interface in its terminal."""

    def __init__(self, pid: int, master: int) -> None:
        self.pid, self.master = pid, master
        self.output = b""
        self.read_bytes = 0

    def read(self, timeout_s: float) -> bytes:
        if not select.select([self.master], [], [], timeout_s)[0]:
            return b""
        data = os.read(self.master, 1 << 20)
        self.read_bytes += len(data)
        self.output = (self.output + data)[-200_000:]
        return data

    def until(self, words: bytes, timeout_s: float = 60.0) -> None:
        end = time.monotonic() + timeout_s
        while words not in self.output:
            if time.monotonic() > end:
                raise TimeoutError(f"{words!r} never came: {self.output[-300:]!r}")
            self.read(0.5)

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def cpu_s(self) -> float:
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with suppress(OSError):  # it ended between listing and reading
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def wakeups(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("voluntary_ctxt")).split()[1])


@contextmanager
def program(server: Server, home: Path, *arguments: str) -> Iterator[Program]:
    project = home / "project"
    project.mkdir(exist_ok=True)
    (project / "main.py").write_text("print('hello')\n")
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(project)
        environ = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        settings = {"kind": "openai-compatible", "base_url": server.url, "model": "bench"}
        flags = [part for key, value in settings.items() for part in ("--config", f"providers.bench.{key}={value}")]
        os.execve(sys.executable, [sys.executable, "-m", "aircher", "--provider", "bench", *flags, *arguments], environ)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    running = Program(pid, master)
    try:
        yield running
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)


def bare_s() -> float:
    """Return the CPU of an empty Python, the median of nine."""
    taken = []
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(taken)[4]


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(what: str, measured: str, bound: str) -> None:
    print(f"| {what} | {measured} | {bound} |", flush=True)


def start_up(server: Server, home: Path, bare: float) -> None:
    first, live = [], []
    for _ in range(7):
        with program(server, home) as running:
            running.until(b"\x1b[?1049h")
            os.kill(running.pid, signal.SIGSTOP)
            first.append(running.cpu_s())
            running.output = b""
            running.type(b"Z")
            os.kill(running.pid, signal.SIGCONT)
            while b"Z" not in running.output:
                running.read(5.0)
            live.append(running.cpu_s())
    row("first paint, CPU against `python -c pass`", f"{quantile(first, 0.5) / bare:.1f} x", "<= 2 x")
    row("fully live: the key that was typed first is shown", f"{quantile(live, 0.5) / bare:.1f} x", "<= 22 x")


def ready(running: Program) -> None:
    running.until(READY)
    running.until(b"bench/bench")
    drain(running)


def drain(running: Program, quiet_s: float = 0.5) -> None:
    while running.read(quiet_s):
        pass


def streaming(server: Server, home: Path) -> None:
    for rate in (200, 500):
        server.rate, server.tokens, server.has_markers = rate, int(rate * (FOLLOWED_S + 1)), True
        with program(server, home) as running:
            ready(running)
            running.type(b"go\r")
            running.until(b"alpha")
            echoes, came = followed(running, server, seconds=FOLLOWED_S, has_keys=True)
            drain(running)
        row(f"key to echo while {rate} tokens/s stream", _echoes(echoes), "p99 <= 25 ms")
        if rate == 200:
            row("a marker word from socket to screen", _markers(came), "p50 <= 40 ms, p99 <= 80 ms")
    server.rate, server.tokens, server.has_markers = 200, 1000, False
    with program(server, home) as running:
        ready(running)
        cpu, written = running.cpu_s(), running.read_bytes
        running.type(b"go\r")
        time.sleep(0.2)
        end = time.monotonic() + 5.6
        while time.monotonic() < end:
            running.read(0.1)
        row("CPU while 1,000 tokens stream at 200/s", f"{running.cpu_s() - cpu:.2f} s", "<= 0.9 s")
        row("bytes to the terminal at 200 tokens/s", f"{(running.read_bytes - written) / 1000:.0f} a token", "<= 260")


def _echoes(taken: list[float]) -> str:
    """Return them in words; the worst is told too, because a person notices it."""
    p50, p99, worst = (quantile(taken, share) * 1000 for share in (0.5, 0.99, 1.0))
    return f"p50 {p50:.1f}, p99 {p99:.1f}, worst of {len(taken)} {worst:.1f} ms"


def _markers(taken: list[float]) -> str:
    return f"p50 {quantile(taken, 0.5) * 1000:.0f} ms, p99 {quantile(taken, 0.99) * 1000:.0f} ms"


def followed(running: Program, server: Server, *, seconds: float, has_keys: bool) -> tuple[list[float], list[float]]:
    """Return how long echoes and markers took."""
    echoes: list[float] = []
    came: list[float] = []
    seen: set[bytes] = set()
    end = time.monotonic() + seconds
    next_key, typed_at, shown = time.monotonic(), 0.0, b""
    while time.monotonic() < end:
        now = time.monotonic()
        if has_keys and not typed_at and now >= next_key:
            running.type(b"Z")
            typed_at = time.monotonic()
        data = running.read(0.005)
        now = time.monotonic()
        if typed_at and b"Z" in data:
            echoes.append(now - typed_at)
            typed_at, next_key = 0.0, now + 0.04
            running.type(b"\x7f")
        shown = (shown + data)[-4000:]
        for marker in list(server.sent_at):
            if marker not in seen and marker in shown:
                seen.add(marker)
                came.append(now - server.sent_at[marker])
    return echoes, came


def idle(server: Server, home: Path) -> None:
    with program(server, home) as running:
        ready(running)
        time.sleep(2.0)
        drain(running)
        cpu, written, woken = running.cpu_s(), running.read_bytes, running.wakeups()
        seconds = 20.0
        time.sleep(seconds)
        running.read(0)
        used = (running.cpu_s() - cpu) / seconds
        row("idle: CPU of a core", f"{used:.3%}", "<= 0.2 %")
        row("idle: times woken a second", f"{(running.wakeups() - woken) / seconds:.2f}", "<= 1")
        row("idle: bytes written", f"{running.read_bytes - written}", "0")
        row("memory, idle", f"{running.memory_mb():.0f} MB", "<= 70 MB")


def long_day(server: Server, home: Path) -> None:
    server.rate, server.tokens, server.has_markers = 0, 2000, False
    with program(server, home, "--max-tokens", "100000000") as running:
        ready(running)
        turns, server.answered = 200, 0
        after = {}
        for turn in range(1, turns + 1):
            running.type(b"go\r")
            while server.answered < turn:
                running.read(0.05)
            drain(running, 0.1)
            after[turn] = running.memory_mb()
        row(f"memory after {turns} turns of 2,000 tokens", f"{after[turns]:.0f} MB", "<= 110 MB")
        row("... of which the last hundred turns brought", f"{after[turns] - after[turns // 2]:.1f} MB", "")


def ten_sessions(server: Server, home: Path) -> None:
    server.rate, server.tokens, server.has_markers = 200, 2800, False
    with program(server, home) as running:
        ready(running)
        for number in range(10):
            running.output = b""
            server.has_markers = number == 9  # the one that is seen
            running.type(b"go\r")
            running.until(b"alpha")
            if number < 9:
                running.type(b"/clear\r")
                drain(running, 0.4)
        cpu, begun, written = running.cpu_s(), time.monotonic(), running.read_bytes
        echoes, came = followed(running, server, seconds=8.0, has_keys=True)
        seconds = time.monotonic() - begun
        tokens = 10 * 200 * seconds
        row("10 sessions of 200 tokens/s: key to echo", _echoes(echoes), "p99 <= 25 ms")
        row("... a marker word from socket to screen", _markers(came), "p50 <= 40 ms, p99 <= 80 ms")
        row("... CPU a 1,000 tokens", f"{(running.cpu_s() - cpu) / tokens * 1000:.2f} s", "<= 0.9 s")
        row(
            "... bytes a token of the one that is seen",
            f"{(running.read_bytes - written) / seconds / 200:.0f}",
            "<= 260",
        )
        row("... memory", f"{running.memory_mb():.0f} MB", "")


def main() -> int:
    bare = bare_s()
    print(f"`python -c pass`: {bare * 1000:.1f} ms of CPU.\n\n| what | measured | bound |\n|---|---|---|")
    parts: list[Callable[[Server, Path], None]] = [streaming, idle, ten_sessions, long_day]
    server = Server()
    for part in [lambda one, home: start_up(one, home, bare), *parts]:
        with tempfile.TemporaryDirectory() as home:
            part(server, Path(home))
    return 0


if __name__ == "__main__":
    sys.exit(main())
