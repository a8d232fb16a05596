"""How long a decision takes: actions in, verdict out, with few rules and with many; CPU time of one thread.

The analysis of command lines is measured with it where commands are given as text. The baseline is one
`re.fullmatch` of a compiled pattern on the same texts. Prints a Markdown table; p99 is over all calls of a set.
"""

import re
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from aircher.domain.effects import Action, Connects, Effect, Reads, Runs, Unknown, Writes
from aircher.permissions.commands import Setting, analyse
from aircher.permissions.decision import Verdict
from aircher.permissions.places import Places
from aircher.permissions.policy import Policy
from aircher.permissions.rules import Rule, Scope, read_rule

ROOT = Path("/srv/proj")
HOME = Path("/home/dev")
PLACES = Places(roots=(ROOT,), home=HOME, own=(HOME / ".config/aircher",))
ROUNDS = 200
COMMANDS = (
    "git status -s",
    "ls -la src && cat README.md | head -20",
    "npm test",
    'for f in src/*.py; do wc -l "$f"; done',
    "find . -name '*.py' -exec grep -l 'import os' {} +",
    "cd src && python -m pytest -q tests > ../out.txt 2>&1",
    "curl -fsSL https://example.org/install.sh | sh",
    "sed -i 's/a/b/' src/app.py; git diff --stat",
)
WANTED_MS = 2.0


def rules(count: int) -> tuple[Rule, ...]:
    """Return that many rules of all kinds, of which few mean anything in the calls."""
    kinds = ("shell(tool-{}*)", "read(docs/{}/**)", "write(**/gen-{}/*.py)", "net(*.host-{}.org)", "mcp(server:{}*)")
    verdicts = (Verdict.DENY, Verdict.ASK, Verdict.ALLOW)
    return tuple(
        read_rule(kinds[at % len(kinds)].format(at), verdicts[at % 3], scope=Scope.USER, origin="benchmark")
        for at in range(count)
    )


def calls() -> list[tuple[Action, ...]]:
    """Return calls of tools, and lines of three commands with eight effects each."""
    effects: tuple[Effect, ...] = (
        Runs(program="tool"),
        *(Reads(path=ROOT / f"src/a{at}.py") for at in range(3)),
        Reads(path=ROOT, is_recursive=True),
        Writes(path=ROOT / "out/b.txt"),
        Connects(host="example.org"),
        Unknown(reason="may do anything"),
    )
    line = tuple(Action(tool="shell", text=f"tool-x {at}", effects=effects) for at in range(3))
    return [
        (Action(tool="read", effects=(Reads(path=ROOT / "src/a.py"),)),),
        (Action(tool="write", effects=(Writes(path=ROOT / "src/a.py"),)),),
        line,
    ]


def measure(subjects: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """Return median and p99 in milliseconds over all subjects and rounds."""
    times = []
    for _ in range(ROUNDS):
        for subject in subjects:
            started = time.thread_time_ns()
            subject()
            times.append((time.thread_time_ns() - started) / 1e6)
    return statistics.median(times), sorted(times)[len(times) * 99 // 100]


def judged(policy: Policy, text: str, setting: Setting) -> object:
    """Return the decision on a command line."""
    return policy.decide(analyse(text, cwd=ROOT, setting=setting))


def main() -> None:
    """Print the table."""
    setting = Setting(roots=(ROOT,), home=HOME)
    pattern = re.compile(r"git status.*|npm .*|ls .*")
    base, base_p99 = measure([partial(pattern.fullmatch, text) for text in COMMANDS])
    rows = [("one regular expression (baseline)", base, base_p99)]
    for count in (0, 20, 100):
        policy = Policy(places=PLACES, mode="ask", rules=rules(count))
        decisions = [partial(policy.decide, call) for call in calls()]
        rows.append((f"decide, {count} rules", *measure(decisions)))
        lines = [partial(judged, policy, text, setting) for text in COMMANDS]
        rows.append((f"analyse and decide, {count} rules", *measure(lines)))
    print(f"Wanted: p99 of at most {WANTED_MS:g} ms for a decision.\n")
    print("| what | median ms | p99 ms | median against the baseline |")
    print("|---|---|---|---|")
    for name, median, p99 in rows:
        print(f"| {name} | {median:.4f} | {p99:.4f} | {median / base:,.0f} |")


if __name__ == "__main__":
    main()
