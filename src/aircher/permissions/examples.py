"""Holds a rule against the examples that are written beside it.

Invariant: pure. An example is a path, a host, a command line or a text, as the rule's tool has it.
"""

from collections.abc import Callable, Iterator, Sequence

from aircher.config.rules import PATH_TOOLS
from aircher.domain.effects import Action
from aircher.domain.errors import ConfigError
from aircher.permissions.decision import Verdict
from aircher.permissions.matching import is_action_meant
from aircher.permissions.patterns import Fit, PathMatcher, is_host_meant, is_text_meant
from aircher.permissions.places import Places
from aircher.permissions.rules import Rule

Analyse = Callable[[str], Sequence[Action]]
"""Takes a command line apart into what it does."""
_PLAIN = frozenset("+,-./:=@_% ")


def check_examples(rule: Rule, places: Places, analyse: Analyse) -> None:
    """Return if the rule does what its examples say.

    Raises:
        ConfigError: It does not; the message names rule and example.
    """
    for example, means, does in failing(rule, places, analyse):
        raise ConfigError(
            f"{rule.origin}: the rule {rule.text} {means} {example!r} by its own example, and {does}",
            hint="correct the rule or the example, then: aircher policy lint",
            code="config.rule",
        )


def failing(rule: Rule, places: Places, analyse: Analyse) -> Iterator[tuple[str, str, str]]:
    """Yield each example that is not true, what it says of the rule, and what the rule does."""
    is_allow = rule.verdict is Verdict.ALLOW
    for examples, means in ((rule.table.allows, "allows"), (rule.table.refuses, "refuses")):
        is_wanted = is_allow == (means == "allows")
        for example in examples:
            if is_example_meant(rule, example, places, analyse) is not is_wanted:
                yield example, means, "does not mean it" if is_wanted else "means it"


def is_example_meant(rule: Rule, example: str, places: Places, analyse: Analyse) -> bool:
    """Say whether the rule speaks of the example; of a command line: an allow rule of all, another of any part."""
    is_wide = rule.verdict is not Verdict.ALLOW
    if rule.pattern is None:
        return True
    if rule.tool in PATH_TOOLS:
        root = places.roots[0] if places.roots else places.home
        path = places.home / example[2:] if example.startswith("~/") else root / example
        return PathMatcher(places=places, is_wide=is_wide).fit(path, rule.pattern) is Fit.CERTAIN
    if rule.tool == "net":
        host, _, port = example.lower().partition(":")
        return is_host_meant(host, int(port) if port.isdecimal() else None, rule.pattern, is_wide=is_wide)
    if rule.tool != "shell":
        return is_text_meant(example, rule.pattern)
    commands = [action for action in _actions(example, analyse) if action.tool == "shell"]
    meant = [is_action_meant(action, rule, is_wide=is_wide) for action in commands]
    return any(meant) if is_wide else bool(meant) and all(meant)


def _actions(command: str, analyse: Analyse) -> Sequence[Action]:
    """Return what a command does; one of plain words needs no parser."""
    if all(char.isalnum() or char in _PLAIN for char in command):
        return (Action(tool="shell", text=" ".join(command.split())),)
    return analyse(command)
