"""Hard limits of a session: tokens, model calls, time. Those of money are `aircher.engine.spending`'s.

Invariant: a limit is checked before a call is made, with the size of its prompt, and while its answer streams.
"""

from aircher.domain.errors import BudgetError
from aircher.domain.records import dataclass
from aircher.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the user allows; ``None`` = no limit.

    Attributes:
        max_rounds: Model calls in one turn (``--max-turns``).
        max_tokens: Input and output tokens of the session together (``--max-tokens``).
        deadline_s: Seconds one turn may take (``--timeout``).
    """

    max_rounds: int | None = None
    max_tokens: int | None = None
    deadline_s: float | None = None


class Budget:
    """What has been used of the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.usage = Usage()

    def charge(self, usage: Usage) -> None:
        """Add one call."""
        self.usage += usage

    def check(self, *, rounds: int) -> None:
        """Pass if one more call is allowed after ``rounds`` calls in this turn.

        Raises:
            BudgetError: A limit is reached; the message has used and allowed.
        """
        limits = self.limits
        if limits.max_rounds is not None and rounds >= limits.max_rounds:
            raise _reached(f"{rounds} model calls in this turn", str(limits.max_rounds), "--max-turns")
        self.check_call(0)

    def check_call(self, input_tokens: int) -> None:
        """Pass if a call with a prompt of about this size is allowed.

        Raises:
            BudgetError: As `check`.
        """
        used, allowed = self.usage.total_tokens, self.limits.max_tokens
        if allowed is None or (used < allowed and used + input_tokens <= allowed):
            return
        more = f", and the next prompt has about {input_tokens}" if used < allowed else ""
        raise _reached(f"{used} tokens{more}", str(allowed), "--max-tokens")

    def check_streaming(self, so_far: Usage) -> None:
        """Pass if an answer may go on that, with its prompt, has used this much.

        Raises:
            BudgetError: As `check`.
        """
        used, allowed = self.usage.total_tokens + so_far.total_tokens, self.limits.max_tokens
        if allowed is not None and used > allowed:
            raise _reached(f"{used} tokens, this answer so far included,", str(allowed), "--max-tokens")


def _reached(used: str, allowed: str, flag: str) -> BudgetError:
    return BudgetError(
        f"budget reached: {used} used of {allowed} allowed",
        hint=f"allow more with {flag}",
        code="budget.reached",
    )
