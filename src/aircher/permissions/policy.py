"""The one judge of every tool call. Deny beats ask beats allow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from aircher.config.rules import is_meant, read_pattern
from aircher.domain.effects import Action, Deletes, Effect, Reads, Writes
from aircher.permissions.decision import Decision, Verdict
from aircher.permissions.effects_text import effects_text
from aircher.permissions.places import Places, Standing

Mode: TypeAlias = Literal["plan", "ask", "edit", "auto"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Reads inside the workspace pass, everything else is refused.

    Attributes:
        places: The folders that matter.
        mode: The permission mode.
        deny: Rules of what is refused whatever else holds; of these, `aircher.config.rules` knows ``read(PATTERN)``.
    """

    places: Places
    mode: Mode = "ask"
    deny: Sequence[str] = ()
    allow: Sequence[str] = ()

    def decide(self, actions: Sequence[Action]) -> Decision:
        """Return the strictest decision over all actions; no effects are harmless."""
        decision = Decision(verdict=Verdict.ALLOW, rule="no effects")
        for effect in (effect for action in actions for effect in action.effects):
            decision = self._judge(effect)
            if decision.verdict is not Verdict.ALLOW and decision.suggestion not in self.allow:
                return decision
            decision = replace(decision, verdict=Verdict.ALLOW)
        return decision

    def may_read(self, path: Path) -> bool:
        """Tell whether a file may be shown to a model without a question."""
        return self._judge(Reads(path=path)).verdict is Verdict.ALLOW

    def with_mode(self, mode: Mode) -> "Policy":
        """Return the policy in another mode."""
        return replace(self, mode=mode)

    def with_rule(self, rule: str) -> "Policy":
        """Return the policy with one more rule of what is allowed in this session."""
        return replace(self, allow=(*self.allow, rule))

    def _judge(self, effect: Effect) -> Decision:
        if not isinstance(effect, Reads):
            if (
                self.mode == "edit"
                and isinstance(effect, Writes | Deletes)
                and self.places.standing(effect) is Standing.WORKSPACE
            ):
                return Decision(verdict=Verdict.ALLOW, rule="edit mode")
            words = "".join(effects_text((effect,)))
            return Decision(verdict=Verdict.ASK, rule=words, effects=(effect,), suggestion=f"any({words})")
        name = effect.path.name
        for rule in self.deny:
            pattern = read_pattern(rule)
            if pattern is not None and is_meant(effect.path, pattern, roots=self.places.roots):
                return _deny(f"read({name}) is refused by security.deny: {rule}", effect)
        match self.places.standing(effect):
            case Standing.OUTSIDE:
                return _deny(f"read({effect.path}) is outside the workspace", effect)
            case Standing.SECRET | Standing.PROTECTED:
                return _deny(f"read({name}) may hold keys", effect)
            case Standing.WORKSPACE:
                return Decision(verdict=Verdict.ALLOW, rule="read(workspace)")


def _deny(rule: str, effect: Effect) -> Decision:
    return Decision(verdict=Verdict.DENY, rule=rule, effects=(effect,))
