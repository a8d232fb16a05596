"""What is odd about rules: expired, too broad, shadowed, never matching, misspelt.

Invariant: pure; a remark never changes what a rule does.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from aircher.config.rules import PATH_TOOLS
from aircher.domain.effects import Deletes, Writes
from aircher.domain.records import dataclass
from aircher.permissions.decision import Verdict
from aircher.permissions.patterns import Fit, PathMatcher, is_host_meant, is_text_meant
from aircher.permissions.places import Places, Standing
from aircher.permissions.rules import KNOWN_TOOLS, Rule, Scope
from aircher.support.secret_files import may_be_secret
from aircher.support.suggest import nearest

_STRICTER = {
    Verdict.DENY: (Verdict.DENY,),
    Verdict.ASK: (Verdict.DENY, Verdict.ASK),
    Verdict.ALLOW: (Verdict.DENY, Verdict.ASK, Verdict.ALLOW),
}
_BETWEEN_COMMANDS = ("&&", "||", ";", "|", ">", "<", "$(", "`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One oddity.

    Attributes:
        rule: The rule it is about.
        kind: ``expired``, ``too broad``, ``shadowed``, ``never matches`` or ``unknown tool``.
        text: What is odd, in words that follow the rule.
        has_no_effect: Whether the rule does nothing at all.
    """

    rule: Rule
    kind: str
    text: str
    has_no_effect: bool = False

    def __str__(self) -> str:
        return f"{self.rule.origin}: {self.rule.verdict} {self.rule.text} {self.text}"


def lint(rules: Sequence[Rule], *, places: Places, today: dt.date) -> tuple[Remark, ...]:
    """Return all remarks, in the order of the rules."""
    return tuple(
        remark
        for rule in rules
        for remark in (*_alone(rule, places=places, today=today), *_shadowed(rule, rules, places=places, today=today))
    )


def without_effect(rules: Sequence[Rule], *, places: Places, today: dt.date) -> tuple[Remark, ...]:
    """Return the remarks on rules that do nothing although somebody may rely on them."""
    return tuple(
        remark for rule in rules for remark in _alone(rule, places=places, today=today) if remark.has_no_effect
    )


def _alone(rule: Rule, *, places: Places, today: dt.date) -> Iterator[Remark]:
    """Yield what is odd about a rule without regard to others."""
    if rule.is_expired(today):
        yield Remark(rule=rule, kind="expired", text=f"expired on {rule.table.expires}", has_no_effect=True)
    if rule.tool not in KNOWN_TOOLS:
        guess = nearest(rule.tool, KNOWN_TOOLS)
        meant = f"; did you mean {guess}?" if guess else ""
        text = f"names no tool of Aircher itself{meant}"
        yield Remark(rule=rule, kind="unknown tool", text=text, has_no_effect=guess is not None)
    if rule.is_too_broad:
        is_project = rule.scope is Scope.PROJECT
        text = "is too broad for a project, and has no effect" if is_project else "lets pass what nobody can foresee"
        yield Remark(rule=rule, kind="too broad", text=text, has_no_effect=is_project)
    if why := _why_never(rule, places):
        yield Remark(rule=rule, kind="never matches", text=why, has_no_effect=True)


def _why_never(rule: Rule, places: Places) -> str:
    """Return why a rule never does anything; empty = it may."""
    pattern = rule.pattern or ""
    if rule.tool == "shell":
        if pattern.endswith(":*"):
            return f"never matches: for all that begins so, write shell({pattern[:-2]}*)"
        if any(sign in pattern for sign in _BETWEEN_COMMANDS):
            return "never matches: a rule is held against each simple command of a line, not against the line"
    if rule.tool == "mcp" and pattern and ":" not in pattern and not pattern.endswith("*"):
        return f"never matches: write mcp({pattern}:TOOL), or mcp({pattern}:*) for all tools of the server"
    if rule.tool == "net" and ("/" in pattern or "@" in pattern):
        return "never matches: it takes a host, such as net(docs.python.org), not an address"
    if rule.verdict is Verdict.ALLOW and rule.tool in PATH_TOOLS and pattern and not rule.is_too_broad:
        return _why_never_allowed(rule, pattern, places)
    return ""


def _why_never_allowed(rule: Rule, pattern: str, places: Places) -> str:
    stem = pattern.removesuffix("/**").removesuffix("/*")
    if rule.tool != "read":
        path = _sample(stem, places)
        kind = Deletes if rule.tool == "delete" else Writes
        if places.standing(kind(path=path, is_pattern=True)) in {Standing.PROTECTED, Standing.SECRET}:
            return "has no effect: this place is protected, and asks each time"
    elif rule.scope is Scope.PROJECT and may_be_secret(stem):
        return "has no effect: no project may let keys be read"
    return ""


def _sample(pattern: str, places: Places) -> Path:
    """Return the path that a pattern stands for, with its wildcards in it."""
    if pattern == "~" or pattern.startswith("~/"):
        return places.home / pattern[2:]
    root = places.roots[0] if places.roots else places.home
    return root / pattern


def _shadowed(rule: Rule, rules: Sequence[Rule], *, places: Places, today: dt.date) -> Iterator[Remark]:
    """Yield the first rule that decides wherever this one would."""
    for other in rules:
        if other is rule or other.is_expired(today) or other.verdict not in _STRICTER[rule.verdict]:
            continue
        is_same = (other.verdict, other.tool, other.pattern) == (rule.verdict, rule.tool, rule.pattern)
        if is_same and rules.index(other) > rules.index(rule):
            continue
        if _covers(other, rule, places):
            text = f"is shadowed by {other}" if not is_same else f"is the same as {other}"
            yield Remark(rule=rule, kind="shadowed", text=text)
            return


def _covers(wide: Rule, narrow: Rule, places: Places) -> bool:
    """Say whether one rule speaks of all that the other speaks of."""
    if wide.tool != narrow.tool and (wide.tool, narrow.tool) != ("write", "delete"):
        return False
    if wide.pattern is None or narrow.pattern is None or wide.pattern == narrow.pattern:
        return wide.pattern is None or wide.pattern == narrow.pattern
    if wide.tool == "net":
        return is_host_meant(narrow.pattern.lower(), None, wide.pattern, is_wide=False)
    if wide.tool not in PATH_TOOLS:
        return is_text_meant(narrow.pattern.replace("\\*", "x"), wide.pattern)
    return PathMatcher(places=places, is_wide=False).fit(_sample(narrow.pattern, places), wide.pattern) is Fit.CERTAIN
