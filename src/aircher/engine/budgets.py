"""Hard limits of a session: cost, tokens, model calls.

Invariant: a limit is checked before a call is made, so that it cannot be overshot by more than one answer.
"""

from dataclasses import dataclass

from aircher.domain.errors import BudgetError
from aircher.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the user allows; ``None`` = no limit.

    Attributes:
        max_rounds: Model calls in one turn (``--max-turns``).
        max_tokens: Input and output tokens of the session together (``--max-tokens``).
        max_cost_usd: USD of the session (``--max-cost``).
        deadline_s: Seconds one turn may take (``--timeout``).
    """

    max_rounds: int | None = None
    max_tokens: int | None = None
    max_cost_usd: float | None = None
    deadline_s: float | None = None


class Budget:
    """What has been used of the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.usage = Usage()
        self.cost_usd: float | None = 0.0

    def charge(self, usage: Usage, *, cost_usd: float | None) -> None:
        """Add one call. A call of unknown price makes the sum unknown."""
        self.usage += usage
        self.cost_usd = None if self.cost_usd is None or cost_usd is None else self.cost_usd + cost_usd

    def check(self, *, rounds: int) -> None:
        """Pass if one more call is allowed after ``rounds`` calls in this turn.

        Raises:
            BudgetError: A limit is reached; the message has used and allowed.
        """
        limits = self.limits
        if limits.max_rounds is not None and rounds >= limits.max_rounds:
            raise _reached("model calls in this turn", str(rounds), str(limits.max_rounds), "--max-turns")
        if limits.max_tokens is not None and self.usage.total_tokens >= limits.max_tokens:
            raise _reached("tokens", str(self.usage.total_tokens), str(limits.max_tokens), "--max-tokens")
        if limits.max_cost_usd is None:
            return
        if self.cost_usd is None:
            raise BudgetError(
                "the cost limit cannot be kept: the price of a call is unknown",
                hint="give the model's prices in providers.NAME.custom_models, or drop --max-cost",
                code="budget.price_unknown",
            )
        if self.cost_usd >= limits.max_cost_usd:
            raise _reached("USD", f"{self.cost_usd:.4f}", f"{limits.max_cost_usd:.4f}", "--max-cost")


def _reached(what: str, used: str, allowed: str, flag: str) -> BudgetError:
    return BudgetError(
        f"budget reached: {used} {what} used of {allowed} allowed",
        hint=f"allow more with {flag}",
        code="budget.reached",
    )
