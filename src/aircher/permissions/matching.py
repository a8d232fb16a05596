"""Which rules speak of an action or of one of its effects.

Invariant: pure; a rule that refuses or asks is found where there is doubt, one that allows is not.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aircher.domain.effects import Action, Connects, Deletes, Effect, Reads, Runs, SetsVariable, Unknown, Writes
from aircher.permissions.decision import Verdict
from aircher.permissions.patterns import Fit, PathMatcher, is_host_meant, is_one_command, is_text_meant
from aircher.permissions.places import Places
from aircher.permissions.rules import EFFECT_TOOLS, Rule, Scope, bare_command
from aircher.support.secret_files import may_be_secret


class Objection(NamedTuple):
    """A rule that refuses or asks, and how it does here."""

    verdict: Verdict
    why: str


class Matching:
    """The rules and the folders that their patterns count from."""

    def __init__(self, *, rules: Sequence[Rule], places: Places) -> None:
        self._allowing = tuple(rule for rule in rules if rule.verdict is Verdict.ALLOW)
        self._opposing: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.verdict is not Verdict.ALLOW:
                self._opposing.setdefault(rule.tool, []).append(rule)
        self._wide = PathMatcher(places=places, is_wide=True)
        self._narrow = PathMatcher(places=places, is_wide=False)

    def against_action(self, action: Action) -> Objection | None:
        """Return the strictest rule against all that the action does."""
        return _strictest(
            (rule, Fit.CERTAIN) for rule in self._against(action.tool) if is_action_meant(action, rule, is_wide=True)
        )

    def against_effect(self, effect: Effect, action: Action) -> Objection | None:
        """Return the strictest rule against this effect."""
        return _strictest(
            (rule, fit)
            for word in _words(effect)
            for rule in self._against(word)
            if (fit := self._fit(effect, rule, action)) is not Fit.NONE
        )

    def in_favour(self, effect: Effect, action: Action, *, must_name: bool) -> Rule | None:
        """Return a rule that lets the effect pass.

        Args:
            effect: What is done.
            action: Who does it.
            must_name: The rule has to name keys as such, and no project may make it.
        """
        words = _words(effect)
        for rule in self._allowing:
            if must_name and not _names_keys(rule):
                continue
            if rule.tool in words and self._is_covered(effect, rule):
                return rule
            if rule.tool == action.tool and _comes_with(effect, rule) and is_action_meant(action, rule, is_wide=False):
                return rule
        return None

    def _against(self, word: str) -> Sequence[Rule]:
        return self._opposing.get(word, ())

    def _fit(self, effect: Effect, rule: Rule, action: Action) -> Fit:
        if rule.pattern is None:
            return Fit.CERTAIN
        match effect:
            case Connects(host="*"):
                return Fit.CERTAIN if rule.pattern == "*" else Fit.POSSIBLE
            case Connects(host=host, port=port):
                return Fit.CERTAIN if is_host_meant(host, port, rule.pattern, is_wide=True) else Fit.NONE
            case Unknown(reason=reason):
                return Fit.CERTAIN if is_text_meant(reason, rule.pattern) else Fit.NONE
            case Reads(path=path, is_recursive=is_recursive):
                # Aircher's own tools leave out what may not be read; a program reads whatever is there
                return self._wide.fit(path, rule.pattern, is_deep=is_recursive and action.tool != "read")
            case Writes(path=path) | Deletes(path=path):
                fit = self._wide.fit(path, rule.pattern, is_deep=True)
                # every write may be one of a folder: only what the rule names for certain counts below it
                return fit if fit is not Fit.POSSIBLE else self._wide.fit(path, rule.pattern)
            case SetsVariable(name=name):
                return Fit.CERTAIN if is_text_meant(name, rule.pattern) else Fit.NONE
            case Runs():
                return Fit.NONE

    def _is_covered(self, effect: Effect, rule: Rule) -> bool:
        if rule.pattern is None:
            return True
        match effect:
            case Connects(host=host, port=port):
                return is_host_meant(host, port, rule.pattern, is_wide=False)
            case Reads(path=path) | Writes(path=path) | Deletes(path=path):
                return self._narrow.fit(path, rule.pattern) is Fit.CERTAIN
            case Unknown(reason=reason):
                return is_text_meant(reason, rule.pattern)
            case SetsVariable(name=name):
                return is_text_meant(name, rule.pattern)
            case Runs():
                return False


def is_action_meant(action: Action, rule: Rule, *, is_wide: bool) -> bool:
    """Say whether a rule speaks of all that an action does.

    A wide look also takes a program for the one of that name in whatever folder, and ``git -C x push`` for a push.
    """
    if rule.pattern is None:
        return rule.tool == action.tool
    if rule.tool in EFFECT_TOOLS or rule.tool != action.tool or not action.text:
        return False
    if action.tool == "shell" and not is_wide and not _is_taken_apart(action):
        return False
    texts = (action.text,) if action.tool != "shell" or not is_wide else (action.text, bare_command(action.text))
    return any(is_text_meant(text, rule.pattern) for text in texts)


def _is_taken_apart(action: Action) -> bool:
    """Say whether the text is one command of a line whose others have actions of their own."""
    has_others = "$(" in action.text or "`" in action.text
    if has_others and not any(isinstance(effect, Runs) for effect in action.effects):
        return False  # a substitution in a text of which nobody knows what runs
    return is_one_command(action.text)


def _comes_with(effect: Effect, rule: Rule) -> bool:
    """Say whether a rule for a command covers this effect of it.

    Places never, known or not; a variable that programs behave by only if the rule is for whatever is run:
    ``shell(npm test)`` does not mean ``LD_PRELOAD=./x npm test``.
    """
    match effect:
        case Reads() | Writes() | Deletes():
            return False
        case Unknown(is_place=is_place):
            return not is_place
        case SetsVariable():
            return rule.pattern is None
        case Connects() | Runs():
            return True


def _words(effect: Effect) -> tuple[str, ...]:
    """Return the words of rules that speak of this kind of effect."""
    match effect:
        case Reads():
            return ("read",)
        case Writes():
            return ("write",)
        case Deletes():
            return ("write", "delete")
        case Connects():
            return ("net",)
        case Unknown():
            return ("unknown",)
        case SetsVariable():
            return ("env",)
        case Runs():
            return ()


def _strictest(found: "Iterator[tuple[Rule, Fit]]") -> Objection | None:
    best: Objection | None = None
    for rule, fit in found:
        if rule.verdict is Verdict.DENY and fit is Fit.CERTAIN:
            return Objection(Verdict.DENY, str(rule))
        doubt = "" if fit is Fit.CERTAIN else "what it touches may be meant by "
        best = best or Objection(Verdict.ASK, f"{doubt}{rule}")
    return best


def _names_keys(rule: Rule) -> bool:
    return (
        rule.scope is not Scope.PROJECT and rule.pattern is not None and may_be_secret(rule.pattern.removesuffix("/**"))
    )
