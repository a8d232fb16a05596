"""The project's index: files a second cold, milliseconds warm, milliseconds a question; ratios to bare Python.

    python -m benchmarks.project_index [FILES]

Method: FILES (default 1,000) Python files of about 8 KB with names of their own, in a git work tree, store in SQLite.
Wall clock, median of three runs of each; "bare" is `python -c pass` in the same run.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from aircher.project.index import ProjectIndex
from aircher.storage.file_index import open_file_index

QUESTIONS = ("where is the parcel of unit 17 weighed", "which files matter for sending parcels", "Unit42Sender.send_17")
BODY = '''
    def send_{method}(self, parcel: str, *, weight_g: int = {method}) -> str:
        """Send a parcel of unit {unit} and return its label number {method}."""
        label = self.label_of(parcel, weight_g)
        if weight_g > self.limit_g:
            raise ValueError(f"{{parcel}} weighs {{weight_g}} g, more than {{self.limit_g}} g")
        return self.journal.write(label, at=self.clock.now(), unit={unit})
'''


def write_project(root: Path, files: int) -> None:
    for unit in range(files):
        path = root / f"src/depot{unit % 20}/unit_{unit}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f'"""Unit {unit} sends parcels."""\n\nfrom depot{unit % 7}.unit_{unit // 2} import label_of\n\n\n'
        head += f"class Unit{unit}Sender:\n"
        head += f"class Unit{unit}Sender:\n"
        path.write_text(head + "".join(BODY.format(unit=unit, method=method) for method in range(20)))
    subprocess.run(["git", "init", "-q", str(root)], check=True)


def median_ms(work: Callable[[], object], *, runs: int = 3) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def bare() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def measure(files: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "project")
        write_project(root, files)

        def cold() -> None:
            with tempfile.TemporaryDirectory() as place:
                store = open_file_index(Path(place, "file_index.db")).store
                ProjectIndex(root, store).refresh()
                store.close()

        cold_ms = median_ms(cold)
        store = open_file_index(Path(folder, "file_index.db")).store
        index = ProjectIndex(root, store)
        index.refresh()
        figures = {
            "files": files,
            "bare_python_ms": median_ms(bare),
            "cold_ms": cold_ms,
            "cold_files_per_s": files / cold_ms * 1000,
            "warm_refresh_ms": median_ms(index.refresh),
            "search_ms": median_ms(lambda: index.search(QUESTIONS[0])),
            "files_for_task_ms": median_ms(lambda: index.files_for_task(QUESTIONS[1])),
            "definition_ms": median_ms(lambda: index.definitions(QUESTIONS[2])),
            "usages_ms": median_ms(lambda: index.usages("label_of")),
            "layout_ms": median_ms(index.layout),
        }
        store.close()
    for name in ("cold", "warm_refresh", "search", "files_for_task"):
        figures[f"{name}_ratio"] = figures[f"{name}_ms"] / figures["bare_python_ms"]
    return {name: round(value, 1) for name, value in figures.items()}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000), indent=2))
