"""Asks the advisory databases about every pinned dependency.

A known vulnerability fails. A database that cannot be reached does not, but is said plainly, with the number of
packages that nobody could judge.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements/build.txt", "requirements/dev.txt")
"""dev.txt holds everything of run.txt too."""

SERVICES = {"pypi": "the Python Package Index", "osv": "OSV"}
DEADLINE_S = 120
"""One service, one file; it asks package by package, so a slow network takes a while."""


def ask(service: str, file: str, cache: str) -> list[dict[str, object]] | str:
    """Return pip-audit's entry for every package of ``file``, or why there is none."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", file, "--require-hashes", "--disable-pip"),
        *("--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"),
        *("--timeout", "5", "--cache-dir", cache),
    ]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=DEADLINE_S)
    except subprocess.TimeoutExpired:
        return f"no answer within {DEADLINE_S} s"
    try:
        entries: list[dict[str, object]] = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        return last[0][:200]
    return entries


def main() -> int:
    """Print what is known and return 1 if a vulnerability is."""
    unjudged: set[str] = set()
    judged: set[str] = set()
    findings: set[str] = set()
    with tempfile.TemporaryDirectory() as cache:
        for service, title in SERVICES.items():
            for file in FILES:
                entries = ask(service, file, cache)
                if isinstance(entries, str):
                    print(f"audit: {title} could not be asked about {file}: {entries}")
                    break
                for entry in entries:
                    name = str(entry["name"])
                    (unjudged if "skip_reason" in entry else judged).add(name)
                    findings |= found(entry)
            if judged:
                break
    unjudged -= judged
    for line in sorted(findings):
        print(f"audit: {line}")
    if findings:
        print(f"audit: {len(findings)} known vulnerabilities in {len(judged)} packages")
        return 1
    if unjudged or not judged:
        print("audit: NOT COMPLETE: the advisory databases could not be reached or do not know these packages;")
        print(f"audit: {len(judged)} packages judged, none vulnerable; {len(unjudged) or 'all'} not judged")
        return 0
    print(f"audit: {len(judged)} packages judged, none with a known vulnerability")
    return 0


def found(entry: dict[str, object]) -> set[str]:
    """Return one line for each vulnerability of this package."""
    vulnerabilities = entry.get("vulns")
    if not isinstance(vulnerabilities, list):
        return set()
    return {
        f"{entry['name']} {entry['version']}: {item['id']}, fixed in {', '.join(item['fix_versions']) or 'no version'}"
        for item in vulnerabilities
    }


if __name__ == "__main__":
    sys.exit(main())
