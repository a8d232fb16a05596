"""What calls use and cost: held before, watched while they stream, settled once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from aircher.domain.errors import BudgetError, NetworkError, ProviderError
from aircher.domain.events import UsageUpdated
from aircher.domain.messages import Message, Role, TextPart
from aircher.domain.models import ModelInfo, PriceChange, Prices
from aircher.domain.provider import ModelRequest
from aircher.domain.spending import Hold, Spent, SpentElsewhere, UsageEntry
from aircher.domain.stream import UsageReceived
from aircher.domain.usage import Usage
from aircher.engine.accounts import CHECK_EVERY_CHARS, SAMPLE_CHARS, TYPICAL_ANSWER_TOKENS, Accounts, CallAccount
from aircher.engine.budgets import Budget, Limits
from aircher.engine.routing import Route
from aircher.engine.spending import Spending, SpendingLimits
from aircher.providers.scripted import ScriptedProvider
from aircher.testing.manual_clock import EPOCH, ManualClock

PRICES = Prices(input_usd=1_000_000, output_usd=2_000_000)  # a dollar a token of input, two of output
ELSEWHERE = SpentElsewhere(day=EPOCH.date())
WORDS = "the quick brown fox jumps over the lazy dog "


class Counting(ScriptedProvider):
    """A vendor that counts prompts for free, or fails to."""

    def __init__(self, *counts: int | None | ProviderError) -> None:
        super().__init__([])
        self.counted = 0
        self._counts = list(counts)

    async def count_tokens(self, request: ModelRequest) -> int | None:
        self.counted += 1
        count = self._counts.pop(0)
        if isinstance(count, ProviderError):
            raise count
        return count


class Others:
    """A ledger in which others spend."""

    def __init__(self, *elsewhere: SpentElsewhere) -> None:
        self.notes: list[UsageEntry] = []
        self.held: list[Hold] = []
        self.released: list[tuple[str, bool]] = []
        self._elsewhere = list(elsewhere)

    def note(self, entry: UsageEntry) -> None:
        self.notes.append(entry)

    async def elsewhere(self) -> SpentElsewhere:
        return self._elsewhere.pop(0)

    async def hold(self, hold: Hold, *, fits: Callable[[SpentElsewhere], bool] | None = None) -> SpentElsewhere:
        if fits is None or fits(self._elsewhere[0]):
            self.held.append(hold)
        return self._elsewhere.pop(0)

    def release(self, hold_id: str, *, is_noted: bool) -> None:
        self.released.append((hold_id, is_noted))


def way(provider: ScriptedProvider | None = None, *, prices: Prices | None = PRICES) -> Route:
    return Route(
        provider=provider or ScriptedProvider([]), model=ModelInfo(provider="scripted", name="m", prices=prices)
    )


def stream(account: CallAccount, piece: str, *, times: int = 1_000) -> None:
    account.is_sent = True
    for _ in range(times):
        account.feed(piece)


def prompt(text: str = WORDS * 10, *, max_output_tokens: int | None = None) -> ModelRequest:
    message = Message(role=Role.USER, parts=(TextPart(text=text),))
    return ModelRequest(model="m", system="", messages=(message,), max_output_tokens=max_output_tokens)


def accounts(
    *,
    spending: SpendingLimits | None = None,
    limits: Limits | None = None,
    told: list[str] | None = None,
    ledger: Others | None = None,
    clock: ManualClock | None = None,
) -> Accounts:
    return Accounts(
        budget=Budget(limits or Limits()),
        spending=Spending(spending or SpendingLimits(), ELSEWHERE),
        clock=clock or ManualClock(),
        tell=(lambda _: None) if told is None else told.append,
        ledger=ledger,
    )


def held_usd(account: CallAccount) -> float:
    assert account.money is not None
    return account.money.held_usd


async def test_a_call_is_opened_with_what_it_is_expected_to_use_and_cost() -> None:
    account = await accounts().open(way(), prompt())
    assert 0 < account.estimated_tokens == account.input_tokens
    assert held_usd(account) == pytest.approx(account.input_tokens + 2 * TYPICAL_ANSWER_TOKENS)
    short = await accounts().open(way(), prompt(max_output_tokens=10))
    assert held_usd(short) == pytest.approx(short.input_tokens + 20)
    free = await accounts().open(way(prices=None), prompt())
    assert held_usd(free) == 0.0


async def test_the_servers_count_is_the_last_word() -> None:
    books = accounts()
    account = await books.open(way(), prompt())
    account.feed(WORDS * 1_000)
    usage = Usage(input_tokens=100, output_tokens=10, reasoning_tokens=4)
    account.used = UsageReceived(usage=usage)
    assert account.settle(is_whole=True) == UsageUpdated(usage=usage, cost_usd=120.0, provider="scripted", model="m")
    assert books.spending.session == Spent(cost_usd=120.0)


async def test_what_the_server_says_it_costs_counts_before_any_list() -> None:
    books = accounts()
    account = await books.open(way(), prompt())
    account.used = UsageReceived(usage=Usage(input_tokens=100, output_tokens=10), cost_usd=0.25)
    updated = account.settle(is_whole=True)
    assert updated is not None
    assert (updated.cost_usd, books.spending.session) == (0.25, Spent(cost_usd=0.25))


async def test_without_a_price_a_call_is_counted_and_its_cost_unknown() -> None:
    books = accounts()
    account = await books.open(way(prices=None), prompt())
    account.used = UsageReceived(usage=Usage(input_tokens=100, output_tokens=10))
    updated = account.settle(is_whole=True)
    assert updated is not None
    assert (updated.cost_usd, books.spending.session) == (None, Spent(unpriced_calls=1))


async def test_a_call_is_charged_once_however_often_it_is_settled() -> None:
    books = accounts()
    account = await books.open(way(), prompt())
    account.used = UsageReceived(usage=Usage(input_tokens=100, output_tokens=10))
    assert account.settle(is_whole=True) == account.settle(is_whole=True)
    assert books.spending.session == Spent(cost_usd=120.0)


async def test_a_call_of_which_nothing_came_costs_nothing_and_holds_nothing() -> None:
    books = accounts(spending=SpendingLimits(session_usd=10_000))
    account = await books.open(way(), prompt())
    assert account.settle(is_whole=False) is None
    assert books.spending.session == Spent()
    books.spending.check_before(10_000, "scripted")  # nothing is held any more


async def test_a_call_that_was_cut_off_is_estimated_and_marked() -> None:
    books = accounts()
    account = await books.open(way(), prompt())
    stream(account, WORDS, times=20)
    updated = account.settle(is_whole=False)
    assert updated is not None
    tokens = account.counter.count_text(WORDS * 20)
    assert updated == UsageUpdated(
        usage=Usage(input_tokens=account.input_tokens, output_tokens=tokens),
        cost_usd=account.input_tokens + 2 * tokens,
        provider="scripted",
        model="m",
        is_estimated=True,
    )


async def test_a_call_that_the_server_began_to_answer_is_charged_for_its_prompt() -> None:
    books = accounts()
    account = await books.open(way(), prompt())
    account.is_sent = True
    assert account.settle(is_whole=False) == UsageUpdated(
        usage=Usage(input_tokens=account.input_tokens),
        cost_usd=account.input_tokens,
        provider="scripted",
        model="m",
        is_estimated=True,
    )


@pytest.mark.parametrize(("counted", "settled"), [(1, "ours"), (10_000, "theirs")])
async def test_of_an_answer_that_was_cut_off_the_larger_count_of_its_text_holds(counted: int, settled: str) -> None:
    account = await accounts().open(way(), prompt())
    stream(account, WORDS, times=20)
    account.used = UsageReceived(usage=Usage(input_tokens=100, output_tokens=counted))
    updated = account.settle(is_whole=False)
    tokens = account.counter.count_text(WORDS * 20) if settled == "ours" else counted
    assert updated is not None
    assert (updated.usage, updated.is_estimated) == (Usage(input_tokens=100, output_tokens=tokens), True)


async def test_input_that_the_server_left_out_is_estimated_and_teaches_nothing() -> None:
    books = accounts()
    account = await books.open(way(), prompt())
    account.used = UsageReceived(usage=Usage(input_tokens=0, output_tokens=10), has_input=False)
    assert account.settle(is_whole=True) == UsageUpdated(
        usage=Usage(input_tokens=account.input_tokens, output_tokens=10),
        cost_usd=account.input_tokens + 20,
        provider="scripted",
        model="m",
        is_estimated=True,
    )


async def test_an_answer_whose_input_was_not_counted_changes_no_later_reckoning() -> None:
    reckoned: list[int] = []
    for uncounted in (0, 1):
        books = accounts()
        for words in (5_000, *([6_000] * uncounted)):
            account = await books.open(way(), prompt(WORDS * words))
            has_input = words == 5_000
            tokens = 2 * account.estimated_tokens if has_input else 0
            account.used = UsageReceived(usage=Usage(input_tokens=tokens, output_tokens=1), has_input=has_input)
            account.settle(is_whole=True)
        reckoned.append((await books.open(way(), prompt(WORDS * 8_000))).input_tokens)
    assert reckoned[0] == reckoned[1]


async def test_the_next_call_is_reckoned_by_what_the_server_counted() -> None:
    books = accounts()
    request = prompt()
    first = await books.open(way(), request)
    first.used = UsageReceived(usage=Usage(input_tokens=first.estimated_tokens + 50, output_tokens=1))
    first.settle(is_whole=True)
    second = await books.open(way(), request)
    assert (second.estimated_tokens, second.input_tokens) == (first.estimated_tokens, first.estimated_tokens + 50)
    other = replace(way(), model=ModelInfo(provider="scripted", name="other", prices=PRICES))
    assert (await books.open(other, request)).input_tokens == first.estimated_tokens  # learnt of each model alone


async def test_a_long_piece_is_counted_by_a_sample_of_it() -> None:
    account = await accounts().open(way(), prompt())
    text = WORDS * (10 * SAMPLE_CHARS // len(WORDS))
    stream(account, text, times=1)
    updated = account.settle(is_whole=False)
    assert updated is not None
    assert updated.usage.output_tokens == pytest.approx(account.counter.count_text(text), rel=0.01)


async def test_an_answer_is_stopped_by_money_at_the_next_look() -> None:
    books = accounts(spending=SpendingLimits(session_usd=2_000))
    account = await books.open(way(), prompt("hi", max_output_tokens=1))
    with pytest.raises(BudgetError, match="the limit of the session is reached"):
        stream(account, WORDS)
    updated = account.settle(is_whole=False)
    assert updated is not None
    assert updated.cost_usd is not None
    per_look_usd = 2 * account.counter.count_text(WORDS * (CHECK_EVERY_CHARS // len(WORDS) + 1))
    assert 2_000 < updated.cost_usd <= 2_000 + per_look_usd
    assert books.spending.session == Spent(cost_usd=updated.cost_usd)


async def test_an_answer_is_stopped_by_tokens_though_it_is_free() -> None:
    account = await accounts(limits=Limits(max_tokens=500)).open(way(prices=None), prompt("hi"))
    with pytest.raises(BudgetError, match="this answer so far included, used of 500 allowed"):
        stream(account, WORDS)
    updated = account.settle(is_whole=False)
    assert updated is not None
    assert 500 < updated.usage.total_tokens < 1_000


async def test_many_small_pieces_are_looked_at_only_now_and_then() -> None:
    account = await accounts(limits=Limits(max_tokens=100)).open(way(), prompt("hi"))
    for _ in range(CHECK_EVERY_CHARS - 1):
        account.feed("x")  # beyond the limit long since
    with pytest.raises(BudgetError):
        account.feed("x")


@pytest.mark.parametrize(
    ("count", "is_admitted"), [(5, True), (None, False), (NetworkError("gone", provider="scripted"), False)]
)
async def test_an_estimate_beyond_the_limit_is_held_against_the_vendors_own_count(
    count: int | None | ProviderError, *, is_admitted: bool
) -> None:
    provider = Counting(count)
    books = accounts(limits=Limits(max_tokens=20))
    if is_admitted:
        account = await books.open(way(provider), prompt())
        assert (account.input_tokens, account.estimated_tokens > 20) == (5, True)
    else:
        with pytest.raises(BudgetError):
            await books.open(way(provider), prompt())
    assert provider.counted == 1
    assert books.spending.session == Spent()


async def test_a_vendors_count_that_is_beyond_the_limit_too_refuses_the_call_by_the_smaller_number() -> None:
    estimate = (await accounts().open(way(), prompt())).input_tokens
    for count, about in ((21, 21), (estimate, estimate), (10**6, estimate)):
        with pytest.raises(BudgetError, match=f"the next prompt has about {about} used of 20 allowed"):
            await accounts(limits=Limits(max_tokens=20)).open(way(Counting(count)), prompt())


async def test_the_vendor_is_not_asked_to_count_what_is_allowed_anyway() -> None:
    provider = Counting()
    await accounts(limits=Limits(max_tokens=10_000)).open(way(provider), prompt())
    assert provider.counted == 0


async def test_what_others_spent_meanwhile_counts_before_each_call() -> None:
    spent = replace(ELSEWHERE, today=Spent(cost_usd=9_999.0))
    books = accounts(spending=SpendingLimits(day_usd=10_000), ledger=Others(ELSEWHERE, spent))
    (await books.open(way(), prompt())).settle(is_whole=True)
    with pytest.raises(BudgetError, match=r"the limit of the day is reached: 9999\.0000 USD spent"):
        await books.open(way(), prompt())


async def test_a_call_is_held_before_others_until_it_is_noted_or_never_went_out() -> None:
    ledger = Others(*[ELSEWHERE] * 3, replace(ELSEWHERE, held_usd={"other": 9_999.0}))
    books = accounts(spending=SpendingLimits(day_usd=10_000), ledger=ledger)
    account = await books.open(way(), prompt())
    [first] = ledger.held
    assert first == Hold(id=first.id, provider="scripted", held_usd=held_usd(account))
    due = []
    for times in (20, 60):
        stream(account, WORDS, times=times)
        due.append(account.is_due)
    await account.renew()
    assert [*due, account.is_due] == [False, True, False]
    renewed = ledger.held[-1]
    assert held_usd(account) < renewed.held_usd < held_usd(account) + 2 * CHECK_EVERY_CHARS
    assert account.settle(is_whole=False) is not None
    (await books.open(way(), prompt())).settle(is_whole=True)  # was never sent
    with pytest.raises(BudgetError, match=r"9999\.0000 USD held for other calls"):
        await books.open(way(), prompt())
    assert [hold.id for hold in ledger.held[:2]] == [first.id, first.id]
    second = ledger.held[2].id
    assert ledger.released[:2] == [(first.id, True), (second, False)]
    assert (len(ledger.held), len(ledger.released)) == (3, 3)


async def test_what_is_free_or_unlimited_is_not_held() -> None:
    free, unlimited = Prices(input_usd=0, output_usd=0), SpendingLimits()
    for prices, limits in ((free, SpendingLimits(day_usd=1)), (None, unlimited), (PRICES, unlimited)):
        ledger = Others(ELSEWHERE)
        account = await accounts(spending=limits, ledger=ledger).open(way(prices=prices), prompt())
        async with account.kept():
            stream(account, WORDS)
            assert not account.is_due
            await account.renew()
        account.settle(is_whole=True)
        assert (ledger.held, ledger.released) == ([], [])


async def test_what_is_worth_telling_is_told_once() -> None:
    told: list[str] = []
    books = accounts(spending=SpendingLimits(session_usd=10_000, alert_ratio=0.5), told=told)
    account = await books.open(way(), prompt())
    account.used = UsageReceived(usage=Usage(input_tokens=6_000))
    account.settle(is_whole=True)
    assert told == []
    books.tell_alerts()
    books.tell_alerts()
    (await books.open(way(), prompt())).settle(is_whole=True)
    assert told == ["60% of the limit of the session is used: 6000.0000 USD spent, 10000.0000 USD allowed (--max-cost)"]


async def test_prices_are_those_of_the_day_on_which_the_call_began() -> None:
    clock = ManualClock()
    dearer = PriceChange(starts_on=date(2026, 1, 2), prices=Prices(input_usd=5_000_000, output_usd=0))
    route = way(prices=replace(PRICES, changes=(dearer,)))
    books = accounts(clock=clock)
    costs: list[float | None] = []
    for _ in range(2):
        account = await books.open(route, prompt())
        await clock.advance(86_400)
        account.used = UsageReceived(usage=Usage(input_tokens=10))
        updated = account.settle(is_whole=True)
        costs.append(updated.cost_usd if updated else None)
    assert costs == [10.0, 50.0]


async def opened_at_once(books: Accounts, requests: Sequence[ModelRequest]) -> list[CallAccount | BaseException]:
    return await asyncio.gather(*(books.open(way(), request) for request in requests), return_exceptions=True)


async def test_of_calls_opened_at_once_only_those_that_fit_go_out() -> None:
    cost_usd = held_usd(await accounts().open(way(), prompt()))
    books = accounts(spending=SpendingLimits(session_usd=2.5 * cost_usd))
    opened = await opened_at_once(books, [prompt()] * 4)
    admitted = [one for one in opened if isinstance(one, CallAccount)]
    assert len(admitted) == 2
    assert all(isinstance(one, BudgetError) for one in opened if not isinstance(one, CallAccount))
    for account in admitted:
        account.settle(is_whole=True)
    assert books.spending.session == Spent()
    await books.open(way(), prompt())
