"""Measures what a sandbox costs: starting ``true`` plainly and at every level that this machine has.

``python benchmarks/sandbox.py`` prints a table. Wall clock, the levels taking turns so that whoever else uses the
machine slows them all alike; the median of 60, and the fastest ten of them, which is what the machine does undisturbed.
The time includes making the launch: mounts, rules, filter.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from aircher.workspace.environment import command_environment
from aircher.workspace.granting import standard_grants
from aircher.workspace.sandbox import Grants, ResourceLimits, Sandbox, available_sandboxes

ROUNDS = 60
FASTEST = 10
LIMIT_MS = 15


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


def start(sandbox: Sandbox | None, root: Path, environ: Mapping[str, str], grants: Grants) -> float:
    """Return the milliseconds until ``true`` has ended."""
    began_s = time.perf_counter()
    if sandbox is None:
        subprocess.run(["true"], cwd=root, env=environ, start_new_session=True, check=True)
    else:
        launch = sandbox.launch(["true"], cwd=root, environ=environ, grants=grants, limits=ResourceLimits())
        subprocess.run(
            launch.argv, cwd=root, env=launch.environ, pass_fds=launch.pass_fds, start_new_session=True, check=True
        )
        launch.close()
        launch.settle()
    return (time.perf_counter() - began_s) * 1_000


def main() -> None:
    """Print the table."""
    sandboxes = {level.value: found for level, found in available_sandboxes().items()}
    kinds: dict[str, Sandbox | None] = {"plain": None}
    kinds |= {name: found for name, found in sandboxes.items() if not isinstance(found, str)}
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    environ = command_environment(os.environ)
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        root = project(Path(name).resolve())
        grants = standard_grants([root], home=Path.home(), own=[])
        for _ in range(ROUNDS):
            for kind, sandbox in kinds.items():
                taken[kind].append(start(sandbox, root, environ, grants))
    print(
        "| starting `true` | median ms | fastest ms | over plain, median | over plain, fastest | times plain | limit |"
    )
    print("|---|---|---|---|---|---|---|")
    plain, plain_fast = figures(taken["plain"])
    for kind, times in taken.items():
        median, fast = figures(times)
        print(
            f"| {kind} | {median:.1f} | {fast:.1f} | {median - plain:.1f} | {fast - plain_fast:.1f} "
            f"| {median / plain:.1f} | {'' if kind == 'plain' else f'≤ {LIMIT_MS} ms over plain'} |"
        )
    for kind, found in sandboxes.items():
        if isinstance(found, str):
            print(f"| {kind} | missing here: {found} | | | | | |")
    for found in kinds.values():
        if found is not None:
            found.close()


def figures(times: list[float]) -> tuple[float, float]:
    """Return the median of all, and of the fastest."""
    return statistics.median(times), statistics.median(sorted(times)[:FASTEST])


if __name__ == "__main__":
    main()
