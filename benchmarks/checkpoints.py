"""Checkpoints: what a call costs before and after together, the first look, an undo; ratios to a walk of the tree.

    python -m benchmarks.checkpoints [FILES]

Method: FILES (default 10,000) Python files of about 3 KB in 200 folders, no git. "call" is `before` and `after` around
a command that may change anything and changes one file; "edit" the same around a tool that names its one file. "walk"
is an `os.scandir` of the same tree that asks for nothing, "stat walk" one with a `stat` of each entry. "first look"
copies everything, once in the life of a project; "start" is a later process's first call. CPU time of the process,
all threads, and wall clock; median of 15 rounds in which walk, stat walk, call and edit take turns, of 5 for start and
undo.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from aircher.domain.changes import CheckpointCall
from aircher.domain.ids import CallId, SessionId, TurnId
from aircher.workspace.checkpoints.local import LocalCheckpoints
from aircher.workspace.checkpoints.place import Place
from aircher.workspace.checkpoints.pruning import usage
from aircher.workspace.checkpoints.recorder import Recorder
from aircher.workspace.checkpoints.tree import Tree
from aircher.workspace.checkpoints.undoing import Undoing, Which

CALL = CheckpointCall(session_id=SessionId("bench"), turn_id=TurnId("t"), call_id=CallId("c"), label="shell: true")
ROUNDS = 15


def write_project(root: Path, files: int) -> None:
    words = ("parcel", "depot", "label", "weight", "journal", "clock", "sender", "return", "limit", "unit")
    dice = random.Random(7)
    for number in range(files):
        path = root / f"part{number % 20}/group{number % 200}/unit_{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "".join(f"{dice.choice(words)}_{line} = {dice.choice(words)}({number})\n" for line in range(120))
        )


def walk(root: Path, *, is_stat: bool) -> int:
    waiting, count = [os.fspath(root)], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if is_stat:
                    entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return count


def silent(done: int, total: int) -> None:
    """Show no progress."""


async def spent_ms(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return CPU time and wall clock."""
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    await work()
    return (time.process_time() - cpu_s) * 1000, (time.perf_counter() - wall_s) * 1000


async def medians(works: dict[str, Callable[[], Awaitable[object]]], *, rounds: int) -> dict[str, float]:
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            spent[name].append(await spent_ms(work))
    return {
        f"{name}_{unit}_ms": statistics.median(times[at] for times in spent[name])
        for name in works
        for at, unit in enumerate(("cpu", "wall"))
    }


async def measure(root: Path, store: Path) -> dict[str, float]:
    target = root / "part7/group7/unit_7.py"
    checkpoints = LocalCheckpoints(root, store)

    async def call(paths: list[Path] | None) -> None:
        checkpoint = await checkpoints.before(CALL, paths=paths)
        target.write_text(f"{time.perf_counter_ns()}\n")
        changes = await checkpoints.after(checkpoint)
        assert [change.path for change in changes] == ["part7/group7/unit_7.py"]

    async def start() -> None:
        fresh = LocalCheckpoints(root, store)
        await fresh.after(await fresh.before(CALL, paths=None))
        await fresh.aclose()

    async def undo() -> None:
        recorder = Recorder(root, Place(store), excluded=(), on_progress=silent)
        outcome = await asyncio.to_thread(Undoing(recorder, Tree(root)).undo, CALL.session_id, Which(steps=1))
        recorder.close()
        assert outcome.is_done

    figures = await medians({"first_look": checkpoints.prepare}, rounds=1)
    figures |= await medians(
        {
            "walk": lambda: asyncio.to_thread(walk, root, is_stat=False),
            "stat_walk": lambda: asyncio.to_thread(walk, root, is_stat=True),
            "call": lambda: call(None),
            "edit": lambda: call([target]),
        },
        rounds=ROUNDS,
    )
    figures |= await medians({"start": start, "undo": undo}, rounds=5)
    await checkpoints.aclose()
    return figures


ROWS = (
    ("walk", "a walk that asks for nothing", ""),
    ("stat_walk", "a walk with a stat of each entry", ""),
    ("call", "before and after a command that changes one file", "≤ 100 ms"),
    ("edit", "before and after an edit that names its file", ""),
    ("first_look", "the first look at a project, once in its life", ""),
    ("start", "the first call of a later process", ""),
    ("undo", "an undo", ""),
)


def main(files: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, store = Path(folder, "project").resolve(), Path(folder, "store")
        write_project(root, files)
        figures = asyncio.run(measure(root, store))
        figures |= {
            "files": files,
            "project_mb": sum(path.stat().st_size for path in root.rglob("*.py")) / 1_000_000,
            "store_mb": usage(Place(store)).size_bytes / 1_000_000,
        }
    print(f"{files:,} files, {figures['project_mb']:.0f} MB; the store takes {figures['store_mb']:.0f} MB.\n")
    print("| what | CPU | wall | × walk | × stat walk | wanted |\n|---|---|---|---|---|---|")
    for name, words, bound in ROWS:
        cpu_ms, wall_ms = figures[f"{name}_cpu_ms"], figures[f"{name}_wall_ms"]
        walks = [cpu_ms / figures[f"{walk}_cpu_ms"] for walk in ("walk", "stat_walk")]
        print(f"| {words} | {cpu_ms:.1f} ms | {wall_ms:.1f} ms | {walks[0]:.1f} | {walks[1]:.1f} | {bound} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
