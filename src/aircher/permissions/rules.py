"""One rule: what a call, or a part of it, gets as its verdict.

Invariant: pure; a rule that could be read names a tool and a pattern that were checked.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from aircher.config.rules import RuleTable, rule_text, split_rule
from aircher.domain.errors import ConfigError
from aircher.domain.records import dataclass
from aircher.permissions.decision import Verdict

EFFECT_TOOLS = frozenset({"read", "write", "delete", "net", "env", "unknown"})
"""Words of rules that speak of one kind of effect, whichever tool has it."""
KNOWN_TOOLS = EFFECT_TOOLS | {"shell", "mcp", "ask", "todo", "task", "web_search", "git"}
"""Words that a rule may begin with; a tool of a plugin adds its own."""


class Scope(StrEnum):
    """Who made a rule."""

    SESSION = "session"
    PROJECT = "project"
    USER = "user"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that was read.

    Attributes:
        verdict: What it says.
        tool: The word in front of the parenthesis, as `Action.tool` has it, or one of `EFFECT_TOOLS`.
        pattern: What is in the parenthesis; ``None`` = whatever the tool does.
        text: The rule as it was written.
        scope: Who made it.
        origin: Where: ``file:line``, a flag, ``answer``.
        table: All that was written, with expiry, reason and examples.
    """

    verdict: Verdict
    tool: str
    pattern: str | None
    text: str
    scope: Scope
    origin: str
    table: RuleTable

    def __str__(self) -> str:
        return f"{self.verdict} {self.text} ({self.scope}, {self.origin})"

    def is_expired(self, today: dt.date) -> bool:
        """Say whether its last day is over."""
        return self.table.expires is not None and today > self.table.expires

    @property
    def is_too_broad(self) -> bool:
        """Whether it lets pass what nobody can foresee; only the user may say so, and no project."""
        return self.verdict is Verdict.ALLOW and _is_too_broad(self.tool, self.pattern)


def read_rule(rule: str | RuleTable, verdict: Verdict, *, scope: Scope, origin: str) -> Rule:
    """Return the rule.

    Raises:
        ConfigError: It is not written like one.
    """
    text = rule_text(rule)
    try:
        tool, pattern = split_rule(text)
    except ValueError as exc:
        raise ConfigError(f"{origin}: the rule {text!r} {exc}", hint="aircher policy lint", code="config.rule") from exc
    table = rule if isinstance(rule, RuleTable) else RuleTable(rule=rule)
    return Rule(
        verdict=verdict,
        tool=tool,
        pattern=pattern,
        text=" ".join(text.split()),
        scope=scope,
        origin=origin,
        table=table,
    )


def in_force(rules: Sequence[Rule], today: dt.date) -> tuple[Rule, ...]:
    """Return the rules that have effect: not the expired ones, and none of a project that is too broad."""
    return tuple(
        rule for rule in rules if not rule.is_expired(today) and not (rule.is_too_broad and rule.scope is Scope.PROJECT)
    )


INTERPRETERS = frozenset(
    {
        "ash",
        "awk",
        "bash",
        "bun",
        "busybox",
        "csh",
        "dash",
        "deno",
        "doas",
        "docker",
        "env",
        "eval",
        "exec",
        "fish",
        "gdb",
        "irb",
        "java",
        "julia",
        "ksh",
        "lua",
        "make",
        "node",
        "nice",
        "nohup",
        "npx",
        "parallel",
        "perl",
        "php",
        "pipx",
        "podman",
        "pwsh",
        "python",
        "python2",
        "python3",
        "R",
        "Rscript",
        "ruby",
        "script",
        "sh",
        "source",
        "ssh",
        "su",
        "sudo",
        "tclsh",
        "time",
        "timeout",
        "tmux",
        "uvx",
        "watch",
        "xargs",
        "zsh",
    }
)
"""Programs that run what they are given: a rule of their name alone lets everything pass."""


def program(command: str) -> str:
    """Return the name of the program that a command or the pattern of a shell rule begins with, without folder."""
    first = command.split(maxsplit=1)[0] if command.strip() else ""
    return first.rpartition("/")[2].rstrip("*")


def bare_command(command: str) -> str:
    """Return a command without its program's folder, and for git without the options in front of what it does.

    >>> bare_command("/usr/bin/git -C sub --no-pager push origin")
    'git push origin'
    """
    words = command.split()
    if not words:
        return ""
    name, rest = program(words[0]), words[1:]
    while name == "git" and rest and rest[0].startswith("-") and len(rest) > 1:
        rest = rest[2:] if rest[0] in _GIT_OPTIONS_WITH_VALUE else rest[1:]
    return " ".join((name, *rest))


_GIT_OPTIONS_WITH_VALUE = frozenset(
    {"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env"}
)


def _is_too_broad(tool: str, pattern: str | None) -> bool:
    bare = (pattern or "*").replace("**/", "").strip()
    if tool == "shell":
        words = bare.split()
        is_open = bare.endswith("*")
        name = program(bare)
        is_interpreter = name in INTERPRETERS or name.rstrip("0123456789.") in INTERPRETERS
        return set(bare) <= {"*", " "} or words[0] == "*" or (is_open and is_interpreter and len(words) <= 2)
    if tool in {"read", "write", "delete", "net"}:
        return set(bare) <= set("*/.~ ") or bare in {"*.*", "~/**"}
    return tool in {"unknown", "env"} and set(bare) <= {"*"}
