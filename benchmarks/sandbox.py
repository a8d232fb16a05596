"""Measures what a sandbox costs: starting ``true`` plainly and at every level that this machine has.

``python benchmarks/sandbox.py`` prints a table. The levels take turns, so that whoever else uses the machine slows them
all alike; wall clock, as the median of 100 and as the mean of the fastest quarter, which is what the machine does
undisturbed; and CPU time, of Aircher and of all that it starts, as the mean of all. The time includes what a command
of a session takes: looking for what is granted, mounts or rules, the filter, and putting back what was changed.
"plain" is a bare `subprocess.run`; "no sandbox" has the limits of resources.
"""

import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from aircher.workspace.environment import command_environment
from aircher.workspace.granting import standard_grants
from aircher.workspace.sandbox import ResourceLimits, Sandbox, available_sandboxes, find_sandbox
from aircher.workspace.secret_scan import SecretScan
from aircher.workspace.spawner import Spawner

ROUNDS = 100
LIMIT_MS = 15
SETTLED_S = 2.1  # what has just been made is looked at anew each time; a project is older


def project(folder: Path) -> Path:
    """Return a workspace with what a sandbox protects and hides."""
    root = folder / "project"
    (root / ".git" / "hooks").mkdir(parents=True)
    (root / ".git" / "config").write_text("[core]\n")
    (root / ".env").write_text("A=1\n")
    for number in range(200):
        (root / "src" / f"package{number % 10}").mkdir(parents=True, exist_ok=True)
        (root / "src" / f"package{number % 10}" / f"module{number}.py").write_text("pass\n")
    return root


class Kind:
    """One way to start ``true``, with what it took."""

    def __init__(self, start: Callable[[], None], close: Callable[[], None]) -> None:
        self.start = start
        self.close = close
        self.wall_ms: list[float] = []
        self.cpu_s = 0.0

    def take(self) -> None:
        """Start it once."""
        began_s, cpu_s = time.perf_counter(), spent_s()
        self.start()
        self.wall_ms.append((time.perf_counter() - began_s) * 1_000)
        self.cpu_s += spent_s() - cpu_s

    def end(self) -> None:
        """End what starts it, whose CPU time only then is known."""
        cpu_s = spent_s()
        self.close()
        self.cpu_s += spent_s() - cpu_s

    @property
    def fast_ms(self) -> float:
        """The mean of the fastest quarter."""
        return statistics.mean(sorted(self.wall_ms)[: len(self.wall_ms) // 4])


def spent_s() -> float:
    """Return the CPU seconds of this process and of those that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def held(sandbox: Sandbox, root: Path, *, hosts: tuple[str, ...] = ()) -> Kind:
    """Return how a session starts ``true`` in this sandbox."""
    spawner, scan, environ = Spawner(), SecretScan(), command_environment(os.environ)

    def start() -> None:
        grants = standard_grants([root], home=Path.home(), own=[], hosts=hosts, scan=scan)
        launch = sandbox.launch(["/bin/true"], cwd=root, environ=environ, grants=grants, limits=ResourceLimits())
        fds = {fd: fd for fd in launch.pass_fds}
        spawned = spawner.start(launch.argv, folder=root, environ=launch.environ, fds=fds)
        launch.close()
        if spawned.status() != 0:
            raise SystemExit(f"{sandbox.level}: true failed")
        launch.settle()

    start()
    return Kind(start, spawner.close)


def plain(root: Path) -> Kind:
    """Return the start by nothing but the library."""
    environ = command_environment(os.environ)

    def start() -> None:
        subprocess.run(["/bin/true"], cwd=root, env=environ, start_new_session=True, check=True)

    return Kind(start, lambda: None)


def main() -> None:
    """Print the table."""
    sandboxes = available_sandboxes()
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        root = project(Path(name).resolve())
        time.sleep(SETTLED_S)
        kinds = {"plain": plain(root), "no sandbox": held(find_sandbox("off"), root)}
        for level, found in sandboxes.items():
            if isinstance(found, str):
                continue
            kinds[level.value] = held(found, root)
            if found.can_filter_hosts:
                kinds[f"{level.value}, hosts allowed"] = held(found, root, hosts=("example.org",))
        for _ in range(ROUNDS):
            for kind in kinds.values():
                kind.take()
        for kind in kinds.values():
            kind.end()
    show(kinds)
    for level, found in sandboxes.items():
        if isinstance(found, str):
            print(f"| {level.value} | missing here: {found} | | | | | |")
        else:
            with closing(found):
                pass


def show(kinds: dict[str, Kind]) -> None:
    """Print what was taken."""
    print("| starting `true` | median ms | fastest quarter ms | over plain | times plain | CPU ms | CPU over plain |")
    print("|---|---|---|---|---|---|---|")
    base = kinds["plain"]
    base_ms, base_cpu_ms = base.fast_ms, base.cpu_s / ROUNDS * 1_000
    for label, kind in kinds.items():
        cpu_ms = kind.cpu_s / ROUNDS * 1_000
        print(
            f"| {label} | {statistics.median(kind.wall_ms):.1f} | {kind.fast_ms:.1f} | {kind.fast_ms - base_ms:.1f} "
            f"| {kind.fast_ms / base_ms:.1f} | {cpu_ms:.1f} | {cpu_ms - base_cpu_ms:.1f} |"
        )
    print(f"\nBound: a sandbox adds at most {LIMIT_MS} ms of wall clock to a plain start.")


if __name__ == "__main__":
    main()
