"""What policy says of a call."""

from enum import StrEnum

from aircher.domain.effects import Effect
from aircher.domain.records import dataclass


class Verdict(StrEnum):
    """Whether a call may run; later members are stricter."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The verdict and why.

    Attributes:
        verdict: Whether the call may run.
        rule: What decided, in words for people and for the model.
        effects: What does not pass by itself, in the call's order: what a question is about.
        suggestion: The rule that "always" would write; empty = there must be none, the question comes each time.
    """

    verdict: Verdict
    rule: str
    effects: tuple[Effect, ...] = ()
    suggestion: str = ""
