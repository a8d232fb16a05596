"""Runs the project's checks in order, all of them even when one fails, and ends with one line of verdict.

``python tools/check.py`` runs everything; names as arguments select. The table `CHECKS` is the whole of it.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STEADY = "--hypothesis-profile=steady"  # a change is judged by what it changed, not by the luck of the day

CHECKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "format": (("ruff", "format", "--check", "."),),
    "lint": (("ruff", "check", "."),),
    "types": (("mypy",), ("mypy", "tools", "benchmarks")),
    "contracts": (("lint-imports",),),
    "dependencies": (("deptry", "src"),),
    "budgets": (("pytest", "tests/budgets"),),
    "tests": (
        ("pytest", "-n", "2", "--cov", "--cov-report=term", "--ignore=tests/budgets", "--ignore=tests/sdk", STEADY),
    ),
    "sdk": (("pytest", "tests/sdk"),),
    "generated": (
        ("python", "tools/generate_docs.py", "--check"),
        ("python", "tools/generate_completions.py", "--check"),
        ("python", "tools/generate_schemas.py", "--check"),
    ),
    "docs": (("zensical", "build", "--clean", "--strict"),),
    "audit": (("python", "tools/audit.py"),),
}


def run(name: str) -> bool:
    """Run one check with its output shown, and return whether it passed."""
    print(f"\n== {name}", flush=True)
    began_s = time.monotonic()
    environ = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    passed = all(
        subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, env=environ, check=False).returncode == 0
        for command in CHECKS[name]
    )
    print(f"== {name}: {'ok' if passed else 'FAILED'} ({time.monotonic() - began_s:.1f} s)", flush=True)
    return passed


def main(names: list[str]) -> int:
    """Run the named checks (none named: all) and return the exit code."""
    unknown = sorted(set(names) - set(CHECKS))
    if unknown:
        print(f"error: no check is called {', '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    chosen = names or list(CHECKS)
    began_s = time.monotonic()
    failed = [name for name in chosen if not run(name)]
    took = f"{time.monotonic() - began_s:.0f} s"
    if failed:
        print(f"\nFAILED: {', '.join(failed)} ({len(chosen) - len(failed)} of {len(chosen)} checks passed, {took})")
        return 1
    print(f"\nPASSED: all {len(chosen)} checks ({', '.join(chosen)}) in {took}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
