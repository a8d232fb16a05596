"""What calls of a session use and cost: estimated before, watched while they stream, settled by the server's count.

Invariant: every call that is opened is settled once; what the server did not count is estimated and marked so.
Not its job: limits themselves (`aircher.engine.budgets`, `aircher.engine.spending`), prices, counting.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import field, replace
from datetime import date

from aircher.domain.errors import BudgetError, ProviderError
from aircher.domain.events import UsageUpdated
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest
from aircher.domain.records import dataclass
from aircher.domain.stream import UsageReceived
from aircher.domain.usage import Usage
from aircher.engine.budgets import Budget
from aircher.engine.holds import SharedHold
from aircher.engine.ports import Ledger
from aircher.engine.routing import Route
from aircher.engine.spending import OpenCall, Spending
from aircher.engine.token_counter import TokenCounter
from aircher.support.exact_tokens import exact_counter

CHECK_EVERY_CHARS = 1_000
"""How often a streaming answer is held against the limits: a few cents apart at the dearest prices."""
SAMPLE_CHARS = 16_000
"""So much of a piece of an answer is counted, the rest taken to be like it: a millisecond of the loop's time."""
TYPICAL_ANSWER_TOKENS = 500
"""What an answer is assumed to take before it is there: about the median of a coding session's calls."""


@dataclass(slots=True, kw_only=True)
class Accounts:
    """The accounts of one session.

    Attributes:
        tell: Told what a person should know, such as that most of a limit is used.
        ledger: Where all sessions' calls are noted; ``None`` = nowhere.
    """

    budget: Budget
    spending: Spending
    clock: Clock
    tell: Callable[[str], None]
    ledger: Ledger | None = None
    _counters: dict[tuple[str, str], TokenCounter] = field(default_factory=dict)

    async def open(self, route: Route, request: ModelRequest) -> "CallAccount":
        """Return the account of a call that may go out.

        Raises:
            BudgetError: A limit would be passed, also by the vendor's own count where that is to be had for free.
        """
        counter, estimated = await asyncio.to_thread(self._count, route, request)
        account = CallAccount(
            route=route,
            counter=counter,
            estimated_tokens=estimated,
            input_tokens=counter.corrected(estimated),
            budget=self.budget,
            day=self.clock.now().date(),
        )
        try:
            await self._admit(account, request)
        except BudgetError:
            counted = await _counted(route, request)
            if counted is None or counted >= account.input_tokens:
                raise
            account.input_tokens = counted
            await self._admit(account, request)
        self.tell_alerts()
        return account

    async def _admit(self, account: "CallAccount", request: ModelRequest) -> None:
        """Hold what the call is expected to cost, or refuse it; nothing is written for what is free or unlimited."""
        expected = min(request.max_output_tokens or TYPICAL_ANSWER_TOKENS, TYPICAL_ANSWER_TOKENS)
        self.budget.check_call(account.input_tokens)
        cost_usd = account.cost_usd(Usage(input_tokens=account.input_tokens, output_tokens=expected))
        name, ledger = account.route.provider.name, self.ledger
        if ledger is not None and cost_usd and self.spending.limits.are_shared_at(name):
            hold = SharedHold(ledger=ledger, spending=self.spending, clock=self.clock, provider=name)
            account.money = await hold.begin(cost_usd)
            account.hold = hold
            return
        if ledger is not None:
            self.spending.renew(await ledger.elsewhere())
        account.money = self.spending.begin(provider=name, estimate_usd=cost_usd)

    def tell_alerts(self) -> None:
        """Tell what the last call made worth telling."""
        for alert in self.spending.alerts():
            self.tell(alert)

    def _count(self, route: Route, request: ModelRequest) -> tuple[TokenCounter, int]:
        """Return the route's counter and its count; off the loop, because a first prompt may be megabytes.

        The first call is estimated: a vocabulary takes a quarter of a second to read, and many runs make one call only.
        """
        key = (route.provider.name, route.model.name)
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = TokenCounter(route.vocabulary)
        elif not counter.is_exact and (count_exactly := exact_counter(route.vocabulary)) is not None:
            counter = self._counters[key] = TokenCounter(route.vocabulary, count_exactly=count_exactly)
        return counter, counter.count_request(request)


async def _counted(route: Route, request: ModelRequest) -> int | None:
    """Return the prompt's size as the vendor counts it, ``None`` if it cannot say: no call is refused for that."""
    try:
        return await route.provider.count_tokens(request)
    except ProviderError:
        return None


@dataclass(slots=True, kw_only=True)
class CallAccount:
    """One call under way.

    Attributes:
        estimated_tokens: The prompt's size by the counter's own reckoning.
        input_tokens: The same, corrected by what the session has learnt.
        money: What is held for it; set as soon as it may go out.
        hold: The same for other processes to see; ``None`` if nothing has to be held before them.
        used: The server's count, as far as it came.
        is_sent: Whether the server has begun to answer: from then on the prompt is paid for.
    """

    route: Route
    counter: TokenCounter
    estimated_tokens: int
    input_tokens: int
    budget: Budget
    day: date
    money: OpenCall | None = None
    hold: SharedHold | None = None
    used: UsageReceived | None = None
    is_sent: bool = False
    _output_chars: int = 0
    _checked_chars: int = 0
    _pieces: list[str] = field(default_factory=list)
    _output_tokens: int = 0

    def cost_usd(self, usage: Usage) -> float | None:
        """Return the list price of this usage, ``None`` if there is none."""
        prices = self.route.model.prices
        return None if prices is None else prices.cost_usd(usage, on=self.day)

    def kept(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which the call is under way: what it holds does not expire meanwhile."""
        return nullcontext() if self.hold is None or self.money is None else self.hold.kept(self.money)

    @property
    def is_due(self) -> bool:
        """Whether `renew` has to be awaited before more of the answer is taken."""
        return self.hold is not None and self.hold.is_due

    async def renew(self) -> None:
        """Hold more, and look at what others spend.

        Raises:
            BudgetError: They have used up what the answer needs.
        """
        if self.hold is not None and self.money is not None:
            await self.hold.renew(self.money)

    def feed(self, text: str) -> None:
        """Take a piece of the answer, shown or not. Takes no time that grows with the answer; see `is_due`.

        Raises:
            BudgetError: A limit is reached in the middle of the answer.
        """
        self._pieces.append(text)
        self._output_chars += len(text)
        if self._output_chars - self._checked_chars < CHECK_EVERY_CHARS:
            return
        before_tokens = self._output_tokens
        self._count_output()
        usage = Usage(input_tokens=self.input_tokens, output_tokens=self._output_tokens)
        self.budget.check_streaming(usage)
        cost_usd = self.cost_usd(usage)
        if self.money is not None and cost_usd is not None:
            self.money.check_streaming(cost_usd)
            if self.hold is not None:
                next_usd = self.cost_usd(Usage(output_tokens=self._output_tokens - before_tokens)) or 0.0
                self.hold.cover(cost_usd + next_usd)  # the next piece is taken to be like this one

    def settle(self, *, is_whole: bool) -> UsageUpdated | None:
        """Close the account and return what the call used; ``None`` if the server never began to answer.

        Args:
            is_whole: Whether the answer ended properly: only then is the server's count of it the last word.
        """
        self._count_output()
        used = self.used
        if used is None and not self.is_sent:
            self._end(0.0, is_noted=False)
            return None
        usage = self._usage(used)
        if not is_whole:
            usage = replace(usage, output_tokens=max(usage.output_tokens, self._output_tokens))
        if used is not None and used.has_input:
            self.counter.learn(self.estimated_tokens, usage.input_tokens)
        reported_usd = None if used is None else used.cost_usd
        cost_usd = self.cost_usd(usage) if reported_usd is None else reported_usd
        self._end(cost_usd, is_noted=bool(usage.total_tokens))
        return UsageUpdated(
            usage=usage,
            cost_usd=cost_usd,
            provider=self.route.provider.name,
            model=self.route.model.name,
            is_estimated=used is None or not used.has_input or not is_whole,
        )

    def _usage(self, used: UsageReceived | None) -> Usage:
        if used is None:
            return Usage(input_tokens=self.input_tokens, output_tokens=self._output_tokens)
        return used.usage if used.has_input else replace(used.usage, input_tokens=self.input_tokens)

    def _count_output(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._checked_chars = self._output_chars
        sample = text[:SAMPLE_CHARS]
        if sample:
            self._output_tokens += round(self.counter.count_text(sample) * len(text) / len(sample))

    def _end(self, cost_usd: float | None, *, is_noted: bool) -> None:
        if self.money is not None:
            self.money.end(cost_usd)
        if self.hold is not None:
            self.hold.release(is_noted=is_noted)
