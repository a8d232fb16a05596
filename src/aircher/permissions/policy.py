"""The one judge of every tool call. So far tools only read, so it judges reads.

Deny beats allow: a secret is refused even inside the workspace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from aircher.domain.tools import Effect, Reads

SECRET_NAMES = (
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "id_rsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    "credentials",
    "credentials.json",
)
"""File names that usually hold keys; reading them sends them to the model's vendor."""

HARMLESS_NAMES = (".env.example", ".env.sample", ".env.template", "*.pub")
"""Names that look like secrets by `SECRET_NAMES` but are made to be shared."""


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
    """

    roots: Sequence[Path]

    def decide(self, effects: Sequence[Effect]) -> Decision:
        """Return the strictest decision over all effects; no effects are harmless."""
        decision = Decision(allowed=True, rule="no effects")
        for effect in effects:
            decision = self._judge(effect)
            if not decision.allowed:
                return decision
        return decision

    def _judge(self, effect: Reads) -> Decision:
        if not any(effect.path.is_relative_to(root) for root in self.roots):
            return Decision(allowed=False, rule=f"read({effect.path}) is outside the workspace")
        if is_secret(effect.path):
            return Decision(allowed=False, rule=f"read({effect.path.name}) may hold keys")
        return Decision(allowed=True, rule="read(workspace)")


def is_secret(path: Path) -> bool:
    """Whether a file of this name usually holds keys."""
    name = path.name.lower()
    if any(fnmatch(name, pattern) for pattern in HARMLESS_NAMES):
        return False
    if ".git" in path.parts and name == "config":
        return True
    return any(fnmatch(name, pattern) for pattern in SECRET_NAMES)
