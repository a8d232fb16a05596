"""The one judge of every tool call. So far tools only read, so it judges reads.

Deny beats allow: a secret is refused even inside the workspace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aircher.config.rules import is_meant, read_pattern
from aircher.domain.tools import Effect, Reads
from aircher.support.secret_files import is_secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a call may run. ``rule`` is what decided, in words for the user and the model."""

    allowed: bool
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Reads inside the workspace pass, everything else is refused.

    Attributes:
        roots: Absolute, resolved folders that make up the workspace.
        deny: Rules of what is refused whatever else holds; of these, `aircher.config.rules` knows ``read(PATTERN)``.
    """

    roots: Sequence[Path]
    deny: Sequence[str] = ()

    def decide(self, effects: Sequence[Effect]) -> Decision:
        """Return the strictest decision over all effects; no effects are harmless."""
        decision = Decision(allowed=True, rule="no effects")
        for effect in effects:
            decision = self._judge(effect)
            if not decision.allowed:
                return decision
        return decision

    def _judge(self, effect: Reads) -> Decision:
        for rule in self.deny:
            pattern = read_pattern(rule)
            if pattern is not None and is_meant(effect.path, pattern, roots=self.roots):
                return Decision(allowed=False, rule=f"read({effect.path.name}) is refused by security.deny: {rule}")
        if not any(effect.path.is_relative_to(root) for root in self.roots):
            return Decision(allowed=False, rule=f"read({effect.path}) is outside the workspace")
        if is_secret(effect.path):
            return Decision(allowed=False, rule=f"read({effect.path.name}) may hold keys")
        return Decision(allowed=True, rule="read(workspace)")
