"""Runs every benchmark of this folder and puts their tables into ``README.md``, below the heading *Results*.

With names as arguments it runs those only and writes nothing.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
HEADING = "\n## Results\n"


def machine() -> str:
    """Return one line on where this runs."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"{now}, {os.cpu_count()} cores, {platform.machine()}, {platform.system()}, "
        f"{platform.python_implementation()} {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start."
    )


def main(names: list[str]) -> int:
    """Return 1 if a benchmark could not be run."""
    scripts = sorted(path for path in FOLDER.glob("*.py") if path != Path(__file__).resolve())
    unknown = sorted(set(names) - {path.stem for path in scripts})
    if unknown:
        print(f"error: no benchmark is called {', '.join(unknown)}", file=sys.stderr)
        return 2
    parts = [f"Measured by `make bench` on {machine()}\n"]
    failed = []
    for path in scripts:
        if names and path.stem not in names:
            continue
        print(f"== {path.stem}", flush=True)
        done = subprocess.run([sys.executable, path], stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout)
        is_markdown = "\n|" in f"\n{done.stdout}"
        parts.append(f"### {path.stem}\n\n" + (done.stdout if is_markdown else f"```text\n{done.stdout}```\n"))
        if done.returncode != 0:
            failed.append(path.stem)
    if failed:
        print(f"error: {', '.join(failed)} could not be run; README.md is unchanged", file=sys.stderr)
        return 1
    if not names:
        readme = FOLDER / "README.md"
        method, heading, _ = readme.read_text(encoding="utf-8").partition(HEADING)
        readme.write_text(method + heading + "\n" + "\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
