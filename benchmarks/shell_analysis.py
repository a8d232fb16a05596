"""How long the analysis of a command takes: every line of the corpora, after each program was looked up once.

``python benchmarks/shell_analysis.py`` prints a table. The baseline in the same run is `shlex.split` of the same lines,
which cuts words and understands nothing. Loading is measured in fresh interpreters, as CPU time.
"""

import contextlib
import json
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from aircher.permissions.commands import Setting, analyse

FOLDER = Path(__file__).resolve().parents[1] / "tests/permissions/corpus"
ROUNDS = 5
LOADING = """
import time
from pathlib import Path
from aircher.permissions.commands import Setting, analyse
setting = Setting(roots=(Path("/srv/proj"),), home=Path("/home/dev"))
before = time.process_time()
analyse("ls -la src", cwd=Path("/srv/proj"), setting=setting)
first = time.process_time()
analyse("git log | head", cwd=Path("/srv/proj"), setting=setting)
print(first - before, time.process_time() - first)
"""


def split(command: str) -> None:
    """Cut a command into words, if it can be."""
    with contextlib.suppress(ValueError):
        shlex.split(command)


def times_ms(commands: list[str], work: Callable[[str], object]) -> list[float]:
    """Return the fastest of some rounds for each command, sorted."""
    found = []
    for command in commands:
        rounds = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            work(command)
            rounds.append(time.perf_counter() - before)
        found.append(min(rounds) * 1_000)
    return sorted(found)


def main() -> int:
    """Print the table."""
    setting = Setting(roots=(Path("/srv/proj"),), home=Path("/home/dev"), user="dev")
    commands = [
        json.loads(line)["command"] for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text().splitlines()
    ]
    base = times_ms(commands, split)
    own = times_ms(commands, lambda command: analyse(command, cwd=Path("/srv/proj"), setting=setting))
    print(f"{len(commands)} commands, the fastest of {ROUNDS} rounds each\n")
    print("| | p50 ms | p99 ms | worst ms |\n|---|---:|---:|---:|")
    middles = [(statistics.median(found), found[int(len(found) * 0.99)]) for found in (own, base)]
    for name, found in (("analyse", own), ("shlex.split", base)):
        print(f"| {name} | {statistics.median(found):.3f} | {found[int(len(found) * 0.99)]:.3f} | {found[-1]:.3f} |")
    print(
        f"| ratio | {statistics.median(own) / statistics.median(base):.1f} | {own[int(len(own) * 0.99)] / base[int(len(base) * 0.99)]:.1f} | |\n"
    )
    loads = [
        subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(ROUNDS)
    ]
    print("| first analysis in a process | CPU ms |\n|---|---:|")
    for index, name in enumerate(("modules, grammar, tables, `ls`", "then `git` and `head`")):
        print(f"| {name} | {min(float(load[index]) for load in loads) * 1_000:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
