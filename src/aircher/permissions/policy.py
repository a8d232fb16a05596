"""The one judge of every tool call. Deny beats ask beats allow, whatever is more specific.

Invariant: pure; the same actions and the same policy always give the same decision. Not its job: asking anybody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aircher.domain.effects import Action, Effect, Reads
from aircher.domain.levels import MODES, Mode
from aircher.domain.records import dataclass
from aircher.permissions import builtin
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.places import Places

if TYPE_CHECKING:  # most sessions have no rules, and every start of the program pays for what is imported
    from aircher.config.rules import RuleTable
    from aircher.permissions.matching import Matching, Objection
    from aircher.permissions.rules import Rule, Scope


_STRICTNESS = {Verdict.ALLOW: 0, Verdict.ASK: 1, Verdict.DENY: 2}


class _Judged:
    """What is said of one effect of an action; ``effect`` ``None`` = of an action without effects."""

    __slots__ = ("action", "effect", "is_by_rule", "is_open", "verdict", "why")

    def __init__(
        self,
        action: Action,
        effect: Effect | None,
        verdict: Verdict,
        why: str,
        *,
        is_by_rule: bool,
        is_open: bool = False,
    ) -> None:
        self.action = action
        self.effect = effect
        self.verdict = verdict
        self.why = why
        self.is_by_rule = is_by_rule
        self.is_open = is_open


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
    rules: "Sequence[Rule]" = ()
    max_mode: Mode = "auto"
    needs_sandbox: bool = False
    _matching: "Matching | None" = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self.rules:
            from aircher.permissions.matching import Matching

            object.__setattr__(self, "_matching", Matching(rules=self.rules, places=self.places))
        if MODES.index(self.mode) > MODES.index(self.max_mode):
            object.__setattr__(self, "mode", self.max_mode)

    def with_mode(self, mode: Mode) -> "Policy":
        """Return the same policy in another mode, or in the farthest that the administrator allows."""
        return replace(self, mode=mode)

    def with_rule(
        self,
        rule: "str | RuleTable",
        *,
        verdict: Verdict = Verdict.ALLOW,
        scope: "Scope | None" = None,
        origin: str = "answer",
    ) -> "Policy":
        """Return the same policy with one rule more; without a scope it is the session's.

        Raises:
            ConfigError: It is not written like a rule.
        """
        from aircher.permissions.rules import Scope, read_rule

        added = read_rule(rule, verdict, scope=scope or Scope.SESSION, origin=origin)
        return replace(self, rules=(*self.rules, added))

    def decide(self, actions: Sequence[Action]) -> Decision:
        """Return the strictest verdict over all effects of all actions; no effects are harmless."""
        judged = [one for action in actions for one in self._judge(action)]
        if not judged:
            return Decision(verdict=Verdict.ALLOW, rule="no effects")
        worst = max(judged, key=lambda one: _STRICTNESS[one.verdict])
        if worst.verdict is Verdict.ALLOW:
            return Decision(verdict=Verdict.ALLOW, rule=self._why_allowed(judged))
        stopped = [one for one in judged if one.verdict is not Verdict.ALLOW]
        return Decision(
            verdict=worst.verdict,
            rule=worst.why,
            effects=tuple(dict.fromkeys(one.effect for one in stopped if one.effect is not None)),
            suggestion=self._suggestion(stopped),
        )

    @staticmethod
    def _why_allowed(judged: Sequence[_Judged]) -> str:
        """Return the first rule that had to say something; else what holds for the last thing done but to read."""
        done = [one for one in judged if not isinstance(one.effect, Reads)]
        return next((one.why for one in judged if one.is_by_rule), (done or judged)[-1].why)

    def may_read(self, path: Path) -> bool:
        """Tell whether a file may be shown to a model without a question."""
        return self.decide((Action(tool="read", effects=(Reads(path=path),)),)).verdict is Verdict.ALLOW

    def _judge(self, action: Action) -> Iterator[_Judged]:
        matching = self._matching
        of_action = matching.against_action(action) if matching else None
        if of_action is not None and not action.effects:
            yield _Judged(action, None, self._unasked(of_action.verdict), of_action.why, is_by_rule=True)
        for effect in action.effects:
            of_effect = matching.against_effect(effect, action) if matching else None
            yield self._judge_effect(action, effect, [one for one in (of_action, of_effect) if one])

    def _judge_effect(self, action: Action, effect: Effect, against: "Sequence[Objection]") -> _Judged:
        found = builtin.judge(effect, tool=action.tool, mode=self.mode, places=self.places)
        if against:
            strictest = max(against, key=lambda one: _STRICTNESS[one.verdict])
            if _STRICTNESS[found.verdict] > _STRICTNESS[strictest.verdict]:
                return _Judged(action, effect, found.verdict, found.why, is_by_rule=False)
            return _Judged(action, effect, self._unasked(strictest.verdict), strictest.why, is_by_rule=True)
        if self._matching and found.verdict is not Verdict.ALLOW and found.yields_to != "nothing":
            rule = self._matching.in_favour(effect, action, must_name=found.yields_to == "naming rule")
            if rule is not None:
                return _Judged(action, effect, Verdict.ALLOW, str(rule), is_by_rule=True)
        is_open = found.yields_to == "rule"
        return _Judged(action, effect, found.verdict, found.why, is_by_rule=False, is_open=is_open)

    def _unasked(self, verdict: Verdict) -> Verdict:
        """Return what becomes of a question where nobody is asked."""
        return Verdict.DENY if verdict is Verdict.ASK and self.mode == "auto" else verdict

    def _suggestion(self, stopped: Sequence[_Judged]) -> str:
        """Return the narrowest rule that lets all of this pass; empty if no single one does."""
        if not all(one.is_open for one in stopped):
            return ""
        from aircher.permissions.suggestion import suggest

        asked = [(one.action, one.effect) for one in stopped if one.effect is not None]
        return suggest(asked, places=self.places)
