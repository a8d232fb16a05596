"""What the shell adds to a command: `true` through the runner, in each sandbox that works here, and by bare subprocess.

The variants take turns; medians of wall-clock time, as most of it is spent in other processes. Below: how fast output
that nobody keeps runs through, and how long it takes until a cancelled command with stubborn children is gone.
"""

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from aircher.domain.commands import CommandEnd
from aircher.workspace.outputs import SavedOutputs
from aircher.workspace.process import Processes
from aircher.workspace.running_command import Confinement
from aircher.workspace.sandbox import Grants, Sandbox, available_sandboxes, find_sandbox

ROUNDS = 100
BOUND_MS = 15
OUTPUT_BYTES = 512 * 1024**2
STUBBORN = "for i in 1 2 3 4 5 6 7 8; do (trap '' TERM; sleep 600; sleep 600) & done; touch ready; wait"
ENVIRON = {"PATH": "/usr/bin:/bin"}


async def unseen(text: str) -> None:
    """Show nothing."""


def processes_in(folder: Path, sandbox: Sandbox) -> Processes:
    held = Confinement(sandbox=sandbox, grants=Grants(writable=(folder,)), environ=ENVIRON)
    return Processes(folder, confine=lambda: held, outputs=SavedOutputs(folder.parent / "state", "bench"))


async def run(processes: Processes, command: str) -> None:
    end = await processes.run(command, folder=processes.folder, timeout_s=600, show=unseen)
    if not isinstance(end, CommandEnd) or end.exit_status != 0:
        raise SystemExit(f"{command}: {end}")


async def bare() -> None:
    subprocess.run(["bash", "-c", "true"], stdin=subprocess.DEVNULL, capture_output=True, env=ENVIRON, check=True)  # noqa: ASYNC221


async def taken_ms(work: Callable[[], Awaitable[None]]) -> float:
    began_s = time.perf_counter()
    await work()
    return (time.perf_counter() - began_s) * 1000


async def cancelled_ms(processes: Processes, folder: Path) -> float:
    task = asyncio.create_task(run(processes, STUBBORN))
    while not (folder / "ready").exists():  # noqa: ASYNC110 - another process tells nobody
        await asyncio.sleep(0.005)
    (folder / "ready").unlink()

    async def cancel() -> None:
        task.cancel()
        await asyncio.wait((task,))

    return await taken_ms(cancel)


async def main(folder: Path) -> None:
    plain = processes_in(folder, find_sandbox("off"))
    found = {level: box for level, box in available_sandboxes().items() if not isinstance(box, str)}
    shells = {
        "runner, no sandbox": plain,
        **{level.value: processes_in(folder, box) for level, box in found.items()},
    }
    works: dict[str, Callable[[], Awaitable[None]]] = {"bare subprocess": bare}
    for label, shell in shells.items():
        works[label] = lambda shell=shell: run(shell, "true")  # type: ignore[misc]  # bound now, not later
    times: dict[str, list[float]] = {label: [] for label in works}
    for _ in range(ROUNDS):
        for label, work in works.items():
            times[label].append(await taken_ms(work))
    base = statistics.median(times["bare subprocess"])
    over = statistics.median(times["runner, no sandbox"])
    print("| `true` by | median ms | p90 ms | ratio | over the runner without sandbox, ms |")
    print("|---|---|---|---|---|")
    for label, values in times.items():
        median, p90 = statistics.median(values), statistics.quantiles(values, n=10)[-1]
        print(f"| {label} | {median:.1f} | {p90:.1f} | {median / base:.2f} | {median - over:+.1f} |")
    output_s = await taken_ms(lambda: run(plain, f"head -c {OUTPUT_BYTES} /dev/zero | tr '\\0' 'x'")) / 1000
    lines_s = await taken_ms(lambda: run(plain, f"yes | head -c {OUTPUT_BYTES}")) / 1000
    stops = [await cancelled_ms(plain, folder) for _ in range(20)]
    print(f"\nBound: a sandbox adds at most {BOUND_MS} ms.")
    print(f"Output without line ends: {OUTPUT_BYTES / output_s / 1e6:.0f} MB/s; ", end="")
    print(f"lines of one letter: {OUTPUT_BYTES / lines_s / 1e6:.0f} MB/s.")
    print(f"Cancelling eight processes that ignore TERM: median {statistics.median(stops):.0f} ms.")
    for box in found.values():
        box.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve() / "work"
        work.mkdir()
        asyncio.run(main(work))
