"""Asks the advisory databases about every pinned dependency.

A known vulnerability fails. A database that cannot be reached does not, but is said plainly, with the number of
packages that nobody could judge.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

Entry: TypeAlias = dict[str, Any]
"""A package as pip-audit's JSON has it: ``name``, then ``version`` and ``vulns``, or ``skip_reason``."""

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements/build.txt", "requirements/dev.txt", "requirements/sdk.txt")
"""dev.txt holds everything of run.txt too."""

SERVICES = {"pypi": "the Python Package Index", "osv": "OSV"}
DEADLINE_S = 120
"""One service, one file; it asks package by package, so a slow network takes a while."""


def ask(service: str, file: str, cache: str) -> list[Entry] | str:
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
        entries: list[Entry] = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        return last[0][:200]
    return entries


@dataclass(slots=True)
class Verdict:
    """What the databases said about all packages so far."""

    judged: set[str] = field(default_factory=set)
    unjudged: set[str] = field(default_factory=set)
    findings: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Take one package's entry into account."""
        (self.unjudged if "skip_reason" in entry else self.judged).add(str(entry["name"]))
        vulnerabilities = entry.get("vulns")
        for item in vulnerabilities if isinstance(vulnerabilities, list) else ():
            repaired = ", ".join(item["fix_versions"]) or "no version"
            self.findings.add(f"{entry['name']} {entry['version']}: {item['id']}, repaired in {repaired}")

    def lines(self) -> list[str]:
        """Return what a person should read; the last line is the sum."""
        if self.findings:
            return [*sorted(self.findings), f"FAILED: {len(self.findings)} known vulnerabilities"]
        unjudged = self.unjudged - self.judged
        if self.judged and not unjudged:
            return [f"{len(self.judged)} packages judged, none with a known vulnerability"]
        return [
            "NOT COMPLETE: the advisory databases could not be reached, or do not know these packages.",
            f"{len(self.judged)} packages judged, none vulnerable; {len(unjudged) or 'all'} not judged",
        ]


def main() -> int:
    """Print what is known and return 1 if a vulnerability is."""
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as cache:
        for service, title in SERVICES.items():
            for file in FILES:
                entries = ask(service, file, cache)
                if isinstance(entries, str):
                    print(f"audit: {title} could not be asked about {file}: {entries}")
                    break
                for entry in entries:
                    verdict.add(entry)
            if verdict.judged:
                break
    for line in verdict.lines():
        print(f"audit: {line}")
    return 1 if verdict.findings else 0


if __name__ == "__main__":
    sys.exit(main())
