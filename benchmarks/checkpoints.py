"""Checkpoints: milliseconds a call before and after together, the first look, an undo; ratios to a bare walk.

    python -m benchmarks.checkpoints [FILES]

Method: FILES (default 10,000) Python files of about 3 KB in 200 folders, no git. "call" is `before` and `after` around
a command that may change anything and changes one file; "edit" the same around a tool that names its one file. "walk"
is a bare `os.scandir` of the same tree without any `stat`, "stat walk" one with a `stat` of each entry; both in the
same run. "start" is a new process's first call: the saved list is read and checked. Wall clock, median of 15 (the
first look: once).
"""

import asyncio
import json
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
RUNS = 15


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


async def median_ms(work: Callable[[], Awaitable[object]], *, runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        await work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


async def measure(files: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        root, store = Path(os.path.realpath(folder), "project"), Path(folder, "store")
        write_project(root, files)
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

        async def bare(*, is_stat: bool) -> None:
            await asyncio.to_thread(walk, root, is_stat=is_stat)

        async def undo() -> None:
            recorder = Recorder(root, Place(store), excluded=(), on_progress=silent)
            outcome = await asyncio.to_thread(Undoing(recorder, Tree(root)).undo, CALL.session_id, Which(steps=1))
            recorder.close()
            assert outcome.is_done

        figures = {
            "files": files,
            "walk_ms": await median_ms(lambda: bare(is_stat=False)),
            "stat_walk_ms": await median_ms(lambda: bare(is_stat=True)),
            "first_look_ms": await median_ms(checkpoints.prepare, runs=1),
            "call_ms": await median_ms(lambda: call(None)),
            "edit_ms": await median_ms(lambda: call([target])),
            "start_ms": await median_ms(start, runs=5),
            "undo_ms": await median_ms(undo, runs=9),
            "store_mb": usage(Place(store)).size_bytes / 1_000_000,
            "project_mb": sum(path.stat().st_size for path in root.rglob("*.py")) / 1_000_000,
        }
        await checkpoints.aclose()
    figures["call_to_walk_ratio"] = figures["call_ms"] / figures["walk_ms"]
    figures["call_to_stat_walk_ratio"] = figures["call_ms"] / figures["stat_walk_ms"]
    return {name: round(value, 1) for name, value in figures.items()}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)), indent=2))
