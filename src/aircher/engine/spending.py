"""Hard limits of money: of the session, the day, the month, and of one provider's day.

Invariant: a call begins only if its estimate fits into every limit beside what was spent and what other calls of this
session may still cost; while it streams, what it has cost so far is held against the same limits. A call that is known
to be free always passes, until one at the same provider turned out to cost something after all. Pure: whoever has the
ledger tells what was spent and is held elsewhere (`aircher.engine.holds`).
"""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import field
from math import inf
from types import TracebackType
from typing import Self

from aircher.domain.errors import BudgetError
from aircher.domain.records import dataclass
from aircher.domain.spending import LimitState, Spent, SpentElsewhere
from aircher.engine.spending_refusals import ROUNDING_USD, key, refuse_beyond, refuse_unknown_price


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingLimits:
    """What may be spent, in USD; ``None`` = no limit.

    Attributes:
        session_usd: In this run (``--max-cost``).
        day_usd: Today, in all sessions together (``costs.daily_limit``).
        month_usd: This month (``costs.monthly_budget``).
        provider_day_usd: Today, by name of the provider's section (``costs.limits``).
        is_day_default: Nobody chose the limit of the day, so a model of unknown price may be asked all the same.
        is_month_default: The same of the month.
        alert_ratio: Share of a limit from which on `Spending.alerts` tells; 0 = never.
        has_alerts: Whether anything is told at all.
    """

    session_usd: float | None = None
    day_usd: float | None = None
    month_usd: float | None = None
    provider_day_usd: Mapping[str, float] = field(default_factory=dict)
    is_day_default: bool = False
    is_month_default: bool = False
    alert_ratio: float = 0.0
    has_alerts: bool = True

    def are_shared_at(self, provider: str) -> bool:
        """Return whether one of them counts what other sessions spend at this provider."""
        return self.day_usd is not None or self.month_usd is not None or provider in self.provider_day_usd


class Spending:
    """What a session spends beside everybody else. Belongs to one event loop."""

    def __init__(self, limits: SpendingLimits, elsewhere: SpentElsewhere) -> None:
        self.limits = limits
        self.session = Spent()
        self._elsewhere = elsewhere
        self._today = Spent()
        self._month = Spent()
        self._providers_today: dict[str, Spent] = {}
        self._open: set[OpenCall] = set()
        self._held_usd: dict[str | None, float] = {}
        self._left_usd: dict[str | None, float] = {}
        self._told: set[tuple[str, ...]] = set()
        self._charging: set[str] = set()  # providers that took money for a model whose listed price is nothing

    def renew(self, elsewhere: SpentElsewhere) -> None:
        """Take over what others have spent meanwhile; on a new day or month this session starts from nothing too."""
        before = self._elsewhere.day
        self._elsewhere = elsewhere
        if elsewhere.day != before:
            self._today, self._providers_today = Spent(), {}
        if (elsewhere.day.year, elsewhere.day.month) != (before.year, before.month):
            self._month = Spent()
        self._reckon()

    def check_before(self, estimate_usd: float | None, provider: str) -> None:
        """Pass if a call may begin that will cost about this much; ``None`` = the price is unknown.

        Raises:
            BudgetError: ``budget.reached``, or ``budget.price_unknown`` where the user set a limit that would have to
                hold for the call.
        """
        if estimate_usd == 0 and provider not in self._charging:
            return
        states = tuple(self.states(provider))
        for state in states:
            held_usd = self._held_for(state.provider)
            refuse_beyond(state, estimate_usd or 0.0, held_usd=held_usd, is_streaming=False)
        if estimate_usd is None and states:
            refuse_unknown_price(states, provider)

    def fits(self, *, provider: str, estimate_usd: float) -> Callable[[SpentElsewhere], bool]:
        """Return what tells whether a call may begin beside what others spent; it is asked of a copy, in any thread."""
        trial = copy(self)
        trial._open = set(self._open)

        def fits(elsewhere: SpentElsewhere) -> bool:
            trial.renew(elsewhere)
            try:
                trial.check_before(estimate_usd, provider)
            except BudgetError:
                return False
            return True

        return fits

    def begin(self, *, provider: str, estimate_usd: float | None) -> "OpenCall":
        """Return a call that may go out; its estimate is held until it has ended.

        Raises:
            BudgetError: As `check_before`.
        """
        self.check_before(estimate_usd, provider)
        call = OpenCall(self, provider=provider, estimate_usd=estimate_usd)
        self._open.add(call)
        self._reckon()
        return call

    def states(self, provider: str | None = None) -> Iterator[LimitState]:
        """Yield the limits that hold for a call to this provider, or all of them."""
        limits, day = self.limits, self._elsewhere.day
        held_usd = sum(self._elsewhere.held_usd.values())
        if limits.session_usd is not None:
            yield LimitState(
                name="the session", allowed_usd=limits.session_usd, spent=self.session, raised_by="--max-cost"
            )
        if limits.day_usd is not None:
            yield LimitState(
                name="the day",
                allowed_usd=limits.day_usd,
                spent=self._elsewhere.today + self._today,
                raised_by="costs.daily_limit",
                period=f"{day}",
                is_chosen=not limits.is_day_default,
                held_elsewhere_usd=held_usd,
            )
        if limits.month_usd is not None:
            yield LimitState(
                name="the month",
                allowed_usd=limits.month_usd,
                spent=self._elsewhere.month + self._month,
                raised_by="costs.monthly_budget",
                period=f"{day:%Y-%m}",
                is_chosen=not limits.is_month_default,
                held_elsewhere_usd=held_usd,
            )
        for name, allowed_usd in limits.provider_day_usd.items():
            if provider in {None, name}:
                yield self._provider_state(name, allowed_usd)

    def alerts(self) -> tuple[str, ...]:
        """Return what has to be told now; nothing is returned twice by the same session."""
        if not self.limits.has_alerts:
            return ()
        return tuple(text for key, text in self._occasions() if self._is_news(key))

    def close(self, call: "OpenCall", spent: Spent) -> None:
        """Take what a call of this session cost in place of what was held for it; for `OpenCall` alone."""
        self._open.discard(call)
        if call.is_free and spent.cost_usd > 0:
            self._charging.add(call.provider)
        self.session += spent
        self._today += spent
        self._month += spent
        self._providers_today[call.provider] = self._providers_today.get(call.provider, Spent()) + spent
        self._reckon()

    def hold(self, call: "OpenCall", so_far_usd: float) -> None:
        """Hold more for an open call than its estimate, in constant time; for `OpenCall` alone.

        Raises:
            BudgetError: ``budget.reached``.
        """
        more_usd, call.held_usd = so_far_usd - call.held_usd, so_far_usd
        for scope in (None, call.provider):
            self._held_usd[scope] += more_usd
            if self._held_usd[scope] > self._left_usd.get(scope, inf):
                self.check_open(call, so_far_usd)

    def check_open(self, call: "OpenCall", so_far_usd: float) -> None:
        """Pass if an open call that has cost this much may go on; for `OpenCall` alone.

        Raises:
            BudgetError: ``budget.reached``.
        """
        for state in self.states(call.provider):
            held_usd = self._held_for(state.provider, besides=call)
            refuse_beyond(state, so_far_usd, held_usd=held_usd, is_streaming=True)

    def _reckon(self) -> None:
        """Sum up what open calls hold and what is left, of all (``None``) and of each provider, for `hold`."""
        self._held_usd = {scope: self._held_for(scope) for scope in (None, *(call.provider for call in self._open))}
        self._left_usd = {}
        for state in self.states():
            left_usd = state.allowed_usd - state.spent.cost_usd - state.held_elsewhere_usd
            self._left_usd[state.provider] = min(left_usd, self._left_usd.get(state.provider, inf))

    def _held_for(self, scope: str | None, *, besides: "OpenCall | None" = None) -> float:
        calls = (call for call in self._open if call is not besides and scope in {None, call.provider})
        return sum(call.held_usd for call in calls)

    def _provider_state(self, name: str, allowed_usd: float) -> LimitState:
        elsewhere = self._elsewhere.providers_today.get(name, Spent())
        return LimitState(
            name=f"the day at {name}",
            allowed_usd=allowed_usd,
            spent=elsewhere + self._providers_today.get(name, Spent()),
            raised_by=key("costs", "limits", name),
            period=f"{self._elsewhere.day}",
            provider=name,
            held_elsewhere_usd=self._elsewhere.held_usd.get(name, 0.0),
        )

    def _occasions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield what would be told if it was not told before."""
        for state in self.states():
            used = state.spent.cost_usd / state.allowed_usd
            if self.limits.alert_ratio and used >= self.limits.alert_ratio - ROUNDING_USD:
                text = f"{used:.0%} of the limit of {state.name} is used: {state.spent.cost_usd:.4f} USD spent, "
                yield (state.name, state.period), f"{text}{state.allowed_usd:.4f} USD allowed ({state.raised_by})"
            if state.is_chosen and (calls := state.spent.unpriced_calls):
                count = f"{calls} call{'s' if calls > 1 else ''}"
                text = f"the limit of {state.name} leaves out {count} of unknown price"
                yield (state.name, state.period, "unpriced"), text

    def _is_news(self, key: tuple[str, ...]) -> bool:
        is_news = key not in self._told
        self._told.add(key)
        return is_news


class OpenCall:
    """A call under way. Leaving it as a context manager without `end` charges what is known of its cost.

    Attributes:
        provider: Name of the provider's section.
        is_free: Whether it was estimated to cost nothing.
        held_usd: What it may cost: its estimate, or more once more has streamed.
    """

    def __init__(self, spending: Spending, *, provider: str, estimate_usd: float | None) -> None:
        self.provider = provider
        self.is_free = estimate_usd == 0
        self.held_usd = estimate_usd or 0.0
        self._has_price = estimate_usd is not None
        self._so_far_usd = 0.0
        self._spending = spending
        self._is_open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(self._so_far_usd if self._has_price else None)

    def check_streaming(self, so_far_usd: float) -> None:
        """Pass if the answer may go on that has cost this much, its prompt included. Takes the same time always.

        Raises:
            BudgetError: ``budget.reached``; close the stream, then `end` the call.
        """
        self._so_far_usd = so_far_usd
        if so_far_usd > self.held_usd:
            self._spending.hold(self, so_far_usd)

    def check_again(self) -> None:
        """Pass if the answer may go on, now that more is known of what others spend.

        Raises:
            BudgetError: ``budget.reached``; close the stream, then `end` the call.
        """
        self._spending.check_open(self, self._so_far_usd)

    def end(self, cost_usd: float | None) -> None:
        """Charge what the call cost, 0 if it failed before anything came; ``None`` = unknown. Only the first counts."""
        if self._is_open:
            self._is_open = False
            spent = Spent(unpriced_calls=1) if cost_usd is None else Spent(cost_usd=cost_usd)
            self._spending.close(self, spent)
