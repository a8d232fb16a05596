"""How long one edit takes, by the rung it ends on and by the size of the file, against replacing bytes.

``python benchmarks/edits.py`` prints a table from files that it makes itself: functions of Python, each different. Each
rung gets its own quotes, spread over the file, with the check of syntax before and after. The baseline is
`bytes.replace` of the same text in the same run.

``python benchmarks/edits.py FOLDER`` also applies the corpus in FOLDER (``cases_public.jsonl`` or
``cases_hidden.jsonl``, the files beside it) and prints how much was applied wrongly, recovered, refused.
"""

import hashlib
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from aircher.editing import Edited, Replacement, apply

SIZES = (100, 1000, 10_000)
ROUNDS = 60
WORDS = ("river", "harbour", "signal", "engine", "ticket", "weather", "captain", "lantern")


def function(number: int) -> list[str]:
    """Return the lines of one function; no two are alike."""
    word, other = WORDS[number % 8], WORDS[number // 8 % 8]
    return [
        f"def {word}_{number}(first: int, second: int) -> int:",
        f'    """Tell the {other} of {number}."""',
        f"    if first > {number}:",
        f"        return {other}_total(first, second)",
        "",
        f"    return first + {number}",
        "",
    ]


def quotes(lines: list[str]) -> dict[str, list[str]]:
    """Return one function's lines as they come back from a model, by rung."""
    swapped = [line.replace("return", "retrun", 1) if index == 3 else line for index, line in enumerate(lines)]
    return {
        "exact": lines,
        "blanks at line ends": [line + "  " for line in lines],
        "indentation": ["    " + line if line else line for line in lines],
        "empty lines": [line for line in lines if line],
        "line numbers": [f"{index:5d}\t{line}" for index, line in enumerate(lines, 7)],
        "typographic characters": [line.replace('"""', "“““") for line in lines],
        "spelling": swapped,
        "refused": [line.replace("first + ", "first * ") for line in lines],
    }


def measured(task: Callable[[int], object]) -> tuple[float, float]:
    """Return the median and the 99th percentile in milliseconds."""
    times = []
    for round_ in range(ROUNDS):
        started = time.perf_counter()
        task(round_)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), sorted(times)[int(len(times) * 0.99)]


def speed() -> None:
    """Print the table of times."""
    print("| lines | rung | median ms | p99 ms | x bytes.replace |\n|---|---|---|---|---|")
    for size in SIZES:
        functions = [function(number) for number in range(size // 7)]
        data = "\n".join(line for lines in functions for line in lines).encode()
        places = [functions[len(functions) * round_ // ROUNDS] for round_ in range(ROUNDS)]
        plain = [("\n".join(lines[:6]).encode(), "\n".join([*lines[:5], "    return 0"]).encode()) for lines in places]
        base, _ = measured(lambda round_, plain=plain, data=data: data.replace(*plain[round_]))  # type: ignore[misc]
        for rung in quotes(functions[0]):
            edits = []
            for lines in places:
                old = quotes(lines[:6])[rung]
                edits.append(Replacement(old="\n".join(old), new="\n".join([*old[:-1], "    return 0"])))
            median, p99 = measured(
                lambda round_, edits=edits, data=data: apply(data, [edits[round_]], path="ferry.py")  # type: ignore[misc]
            )
            print(f"| {size:,} | {rung} | {median:.1f} | {p99:.1f} | {median / base:,.0f} |")


def corpus(folder: Path) -> None:
    """Print the score of a corpus."""
    cases = next(path for name in ("public", "hidden") if (path := folder / f"cases_{name}.jsonl").exists())
    counts: Counter[str] = Counter()
    times = []
    for line in cases.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        data = (folder / case["file"]).read_bytes()
        edits = [
            Replacement(old=e["old"], new=e["new"], replace_all=e.get("replace_all", False)) for e in case["edits"]
        ]
        started = time.perf_counter()
        result = apply(data, edits, path=case["path"])
        times.append((time.perf_counter() - started) * 1000)
        accepted = {*case.get("accept_sha256", []), case.get("result_sha256", "")}
        if isinstance(result, Edited):
            is_right = hashlib.sha256(result.data).hexdigest() in accepted
            counts["applied, right" if is_right else "applied, WRONG"] += 1
        else:
            counts["missed" if case["expect"] == "apply" else "refused, right"] += 1
    print("\n| corpus | cases |\n|---|---|")
    for name, count in sorted(counts.items()):
        print(f"| {name} | {count} |")
    print(f"| median ms | {statistics.median(times):.1f} |\n| p99 ms | {sorted(times)[int(len(times) * 0.99)]:.1f} |")


if __name__ == "__main__":
    speed()
    if len(sys.argv) > 1:
        corpus(Path(sys.argv[1]))
