"""The one judge of every tool call. Deny beats ask beats allow, whatever is more specific.

Invariant: pure; the same actions and the same policy always give the same decision. Not its job: asking anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from aircher.config.rules import RuleTable
from aircher.domain.effects import Action, Effect, Reads
from aircher.domain.errors import ConfigError
from aircher.permissions import builtin
from aircher.permissions.builtin import MODES, Mode
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.matching import Matching, Objection
from aircher.permissions.places import Places
from aircher.permissions.rules import Rule, Scope, read_rule
from aircher.permissions.suggestion import suggest

__all__ = ["Mode", "Policy"]

_STRICTNESS = {Verdict.ALLOW: 0, Verdict.ASK: 1, Verdict.DENY: 2}


class _Judged(NamedTuple):
    """What is said of one effect of an action; ``effect`` ``None`` = of an action without effects."""

    action: Action
    effect: Effect | None
    verdict: Verdict
    why: str
    is_by_rule: bool
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Mode, places and rules.

    Attributes:
        places: The folders that matter.
        mode: The permission mode; never beyond ``max_mode``.
        rules: The rules in force, in any order.
        max_mode: The mode beyond which the administrator lets nobody go.
        needs_sandbox: Whether the administrator lets no command run without a sandbox.
    """

    places: Places
    mode: Mode = "ask"
    rules: Sequence[Rule] = ()
    max_mode: Mode = "auto"
    needs_sandbox: bool = False

    def __post_init__(self) -> None:
        if MODES.index(self.mode) > MODES.index(self.max_mode):
            object.__setattr__(self, "mode", self.max_mode)

    def with_mode(self, mode: Mode) -> "Policy":
        """Return the same policy in another mode, or in the farthest that the administrator allows."""
        return replace(self, mode=mode)

    def with_rule(
        self,
        rule: str | RuleTable,
        *,
        verdict: Verdict = Verdict.ALLOW,
        scope: Scope = Scope.SESSION,
        origin: str = "answer",
    ) -> "Policy":
        """Return the same policy with one rule more.

        Raises:
            ConfigError: It is not written like a rule.
        """
        return replace(self, rules=(*self.rules, read_rule(rule, verdict, scope=scope, origin=origin)))

    def decide(self, actions: Sequence[Action]) -> Decision:
        """Return the strictest verdict over all effects of all actions; no effects are harmless."""
        matching = Matching(rules=self.rules, places=self.places)
        judged = [one for action in actions for one in self._judge(action, matching)]
        if not judged:
            return Decision(verdict=Verdict.ALLOW, rule="no effects")
        worst = max(judged, key=lambda one: _STRICTNESS[one.verdict])
        if worst.verdict is Verdict.ALLOW:
            return Decision(verdict=Verdict.ALLOW, rule=next((one.why for one in judged if one.is_by_rule), worst.why))
        stopped = [one for one in judged if one.verdict is not Verdict.ALLOW]
        return Decision(
            verdict=worst.verdict,
            rule=worst.why,
            effects=tuple(dict.fromkeys(one.effect for one in stopped if one.effect is not None)),
            suggestion=self._suggestion(actions, stopped),
        )

    def may_read(self, path: Path) -> bool:
        """Tell whether a file may be shown to a model without a question."""
        return self.decide((Action(tool="read", effects=(Reads(path=path),)),)).verdict is Verdict.ALLOW

    def _judge(self, action: Action, matching: Matching) -> Iterator[_Judged]:
        of_action = matching.against_action(action)
        if of_action is not None and not action.effects:
            yield _Judged(action, None, self._unasked(of_action.verdict), of_action.why, is_by_rule=True)
        for effect in action.effects:
            of_effect = matching.against_effect(effect, action)
            yield self._judge_effect(action, effect, matching, [one for one in (of_action, of_effect) if one])

    def _judge_effect(
        self, action: Action, effect: Effect, matching: Matching, against: Sequence[Objection]
    ) -> _Judged:
        found = builtin.judge(effect, tool=action.tool, mode=self.mode, places=self.places)
        if against:
            strictest = max(against, key=lambda one: _STRICTNESS[one.verdict])
            if _STRICTNESS[found.verdict] > _STRICTNESS[strictest.verdict]:
                return _Judged(action, effect, found.verdict, found.why, is_by_rule=False)
            return _Judged(action, effect, self._unasked(strictest.verdict), strictest.why, is_by_rule=True)
        if found.verdict is not Verdict.ALLOW and found.yields_to != "nothing":
            rule = matching.in_favour(effect, action, must_name=found.yields_to == "naming rule")
            if rule is not None:
                return _Judged(action, effect, Verdict.ALLOW, str(rule), is_by_rule=True)
        is_open = found.yields_to == "rule"
        return _Judged(action, effect, found.verdict, found.why, is_by_rule=False, is_open=is_open)

    def _unasked(self, verdict: Verdict) -> Verdict:
        """Return what becomes of a question where nobody is asked."""
        return Verdict.DENY if verdict is Verdict.ASK and self.mode == "auto" else verdict

    def _suggestion(self, actions: Sequence[Action], stopped: Sequence[_Judged]) -> str:
        """Return the narrowest rule that lets all of this pass, having tried it; empty if no single one does."""
        if not all(one.is_open for one in stopped):
            return ""
        asked = [(one.action, one.effect) for one in stopped if one.effect is not None]
        rule = suggest(asked, root=self.places.roots[0] if self.places.roots else None)
        if not rule:
            return ""
        try:
            added = read_rule(rule, Verdict.ALLOW, scope=Scope.SESSION, origin="suggestion")
        except ConfigError:
            return ""
        others = replace(self, rules=(*self.rules, added))
        is_enough = not added.is_too_broad and all(
            one.verdict is Verdict.ALLOW
            for action in actions
            for one in others._judge(action, Matching(rules=others.rules, places=self.places))
        )
        return rule if is_enough else ""
