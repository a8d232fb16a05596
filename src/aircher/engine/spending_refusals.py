"""Why a call may not go out or on: a limit of money is reached, or cannot be kept.

Not its job: knowing what was spent and held, which is `aircher.engine.spending`'s.
"""

from collections.abc import Sequence

from aircher.domain.errors import BudgetError
from aircher.domain.spending import LimitState

ROUNDING_USD = 1e-9  # sums of floats may be off by less than a billionth of a dollar


def refuse_beyond(state: LimitState, wanted_usd: float, *, held_usd: float, is_streaming: bool) -> None:
    """Pass if the limit has room for this much beside what was spent and what other calls hold.

    Args:
        state: The limit.
        wanted_usd: The estimate of a call, or what an answer has cost so far.
        held_usd: By other calls of this session; what other sessions hold is in ``state``.
        is_streaming: Whether it is an answer that is coming in.

    Raises:
        BudgetError: ``budget.reached``.
    """
    spent_usd = state.spent.cost_usd
    held_usd += state.held_elsewhere_usd
    total_usd = spent_usd + held_usd + wanted_usd
    if total_usd <= state.allowed_usd + ROUNDING_USD and spent_usd < state.allowed_usd - ROUNDING_USD:
        return
    under_way = f", {held_usd:.4f} USD held for other calls" if held_usd else ""
    wanted = "by this answer so far" if is_streaming else "estimated for this call"
    more = f", {wanted_usd:.4f} USD {wanted}" if wanted_usd else ""
    raise BudgetError(
        f"the limit of {state.name} is reached: {spent_usd:.4f} USD spent{under_way}{more}, "
        f"{state.allowed_usd:.4f} USD allowed",
        hint=_how_to_allow_more(state.raised_by),
        code="budget.reached",
    )


def refuse_unknown_price(states: Sequence[LimitState], provider: str) -> None:
    """Pass if nobody chose one of these limits, which hold for a call whose price is unknown.

    Raises:
        BudgetError: ``budget.price_unknown``.
    """
    chosen = [state for state in states if state.is_chosen]
    if not chosen:
        return
    raise BudgetError(
        f"the limit of {chosen[0].name} cannot be kept: the price of the model at {provider} is unknown, "
        f"{chosen[0].spent.cost_usd:.4f} USD spent, {chosen[0].allowed_usd:.4f} USD allowed",
        hint=f"give the model's prices in {key('providers', provider, 'custom_models')}, or do without "
        + " and ".join(state.raised_by for state in chosen),
        code="budget.price_unknown",
    )


def key(*names: str) -> str:
    """Return the names as one key of the configuration, quoted where it has to be."""
    from aircher.config.shapes import write_key

    return write_key(names)


def _how_to_allow_more(raised_by: str) -> str:
    how = f"{raised_by} USD" if raised_by.startswith("--") else f"--config {raised_by}=USD"
    return f"allow more with {how}; aircher usage shows what was spent"
