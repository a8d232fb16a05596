"""Hard limits of money."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aircher.domain.errors import BudgetError
from aircher.domain.spending import LimitState, Spent, SpentElsewhere
from aircher.engine.spending import Spending, SpendingLimits

TODAY = date(2026, 11, 30)
NOTHING = SpentElsewhere(day=TODAY)
ELSEWHERE = SpentElsewhere(
    day=TODAY,
    today=Spent(cost_usd=2.0),
    month=Spent(cost_usd=20.0),
    providers_today={"openai": Spent(cost_usd=1.0)},
)
DEFAULTS = SpendingLimits(day_usd=10.0, month_usd=100.0, is_day_default=True, is_month_default=True, alert_ratio=0.8)


def refusal(spending: Spending, estimate_usd: float | None, provider: str = "openai") -> tuple[str, str, str | None]:
    with pytest.raises(BudgetError) as caught:
        spending.check_before(estimate_usd, provider)
    return caught.value.code, caught.value.message, caught.value.hint


@pytest.mark.parametrize(
    ("limits", "message", "key"),
    [
        (
            SpendingLimits(session_usd=0.4),
            (
                "the limit of the session is reached: 0.0000 USD spent, 0.5000 USD estimated for this call, "
                "0.4000 USD allowed"
            ),
            "--max-cost USD",
        ),
        (
            SpendingLimits(day_usd=2.4),
            "the limit of the day is reached: 2.0000 USD spent, 0.5000 USD estimated for this call, 2.4000 USD allowed",
            "--config costs.daily_limit=USD",
        ),
        (
            SpendingLimits(month_usd=20.4),
            (
                "the limit of the month is reached: 20.0000 USD spent, 0.5000 USD estimated for this call, "
                "20.4000 USD allowed"
            ),
            "--config costs.monthly_budget=USD",
        ),
        (
            SpendingLimits(provider_day_usd={"zoo": 0.0001, "openai": 1.4}),
            (
                "the limit of the day at openai is reached: 1.0000 USD spent, 0.5000 USD estimated for this call, "
                "1.4000 USD allowed"
            ),
            "--config costs.limits.openai=USD",
        ),
    ],
)
def test_a_call_that_would_go_beyond_a_limit_is_refused_by_its_name(
    limits: SpendingLimits, message: str, key: str
) -> None:
    hint = f"allow more with {key}; aircher usage shows what was spent"
    assert refusal(Spending(limits, ELSEWHERE), 0.5) == ("budget.reached", message, hint)
    Spending(limits, ELSEWHERE).check_before(0.4, "openai")


def test_a_name_that_needs_quotes_has_them_in_the_hint() -> None:
    spending = Spending(SpendingLimits(provider_day_usd={"my.zoo": 1.0}), NOTHING)
    assert '--config costs.limits."my.zoo"=USD' in str(refusal(spending, 2.0, "my.zoo")[2])


def test_a_reached_limit_refuses_also_a_call_whose_estimate_is_nothing_known() -> None:
    spending = Spending(replace(DEFAULTS, day_usd=2.0), ELSEWHERE)
    assert refusal(spending, None)[:2] == (
        "budget.reached",
        "the limit of the day is reached: 2.0000 USD spent, 2.0000 USD allowed",
    )


def test_a_free_model_is_never_refused() -> None:
    limits = SpendingLimits(session_usd=0.1, day_usd=1.0, month_usd=1.0, provider_day_usd={"ollama": 0.5})
    with Spending(limits, ELSEWHERE).begin(provider="ollama", estimate_usd=0.0) as call:
        call.check_streaming(0.0)


def test_an_answer_is_stopped_when_what_it_cost_so_far_goes_beyond() -> None:
    spending = Spending(SpendingLimits(day_usd=3.0), ELSEWHERE)
    with spending.begin(provider="openai", estimate_usd=0.1) as call:
        call.check_streaming(0.1)
        call.check_streaming(1.0)
        with pytest.raises(BudgetError) as caught:
            call.check_streaming(1.0001)
    assert caught.value.message == (
        "the limit of the day is reached: 2.0000 USD spent, 1.0001 USD by this answer so far, 3.0000 USD allowed"
    )
    assert spending.session == Spent(cost_usd=1.0001)


def test_calls_at_the_same_time_share_what_is_left() -> None:
    spending = Spending(SpendingLimits(session_usd=1.0, provider_day_usd={"zoo": 0.3}), NOTHING)
    first = spending.begin(provider="openai", estimate_usd=0.6)
    assert refusal(spending, 0.5)[1] == (
        "the limit of the session is reached: 0.0000 USD spent, 0.6000 USD held for other calls, "
        "0.5000 USD estimated for this call, 1.0000 USD allowed"
    )
    second = spending.begin(provider="zoo", estimate_usd=0.2)  # what openai holds is nothing to the limit of zoo
    second.check_streaming(0.3)
    with pytest.raises(BudgetError, match=r"0\.3000 USD held for other calls, 0\.7001 USD by this answer so far"):
        first.check_streaming(0.7001)
    second.end(0.1)
    first.check_streaming(0.9)
    first.end(0.9)
    first.end(5.0)
    assert spending.session == Spent(cost_usd=1.0)


def test_a_call_that_ends_without_a_word_is_charged_what_is_known_of_it() -> None:
    spending = Spending(DEFAULTS, NOTHING)
    with spending.begin(provider="openai", estimate_usd=1.0) as call:
        call.check_streaming(0.3)
    with spending.begin(provider="openai", estimate_usd=None):
        pass
    with spending.begin(provider="openai", estimate_usd=1.0):
        pass
    assert spending.session == Spent(cost_usd=0.3, unpriced_calls=1)


def test_a_model_of_unknown_price_is_asked_under_limits_nobody_chose() -> None:
    spending = Spending(DEFAULTS, ELSEWHERE)
    for _ in range(2):
        spending.begin(provider="zoo", estimate_usd=None).end(None)
    assert spending.alerts() == ()
    assert spending.session == Spent(unpriced_calls=2)


@pytest.mark.parametrize(
    ("limits", "name", "key"),
    [
        (SpendingLimits(session_usd=5.0), "the session", "--max-cost"),
        (replace(DEFAULTS, is_day_default=False), "the day", "costs.daily_limit"),
        (replace(DEFAULTS, is_month_default=False), "the month", "costs.monthly_budget"),
        (replace(DEFAULTS, provider_day_usd={"zoo": 5.0}), "the day at zoo", "costs.limits.zoo"),
    ],
)
def test_a_model_of_unknown_price_is_refused_under_a_limit_that_was_chosen(
    limits: SpendingLimits, name: str, key: str
) -> None:
    code, message, hint = refusal(Spending(limits, NOTHING), None, "zoo")
    assert code == "budget.price_unknown"
    assert message.startswith(f"the limit of {name} cannot be kept: the price of the model at zoo is unknown, ")
    assert hint == f"give the model's prices in providers.zoo.custom_models, or do without {key}"


def test_limits_of_other_providers_do_not_matter() -> None:
    spending = Spending(SpendingLimits(provider_day_usd={"openai": 0.1}), ELSEWHERE)
    spending.check_before(5.0, "zoo")
    spending.check_before(None, "zoo")


def test_without_a_limit_everything_passes() -> None:
    spending = Spending(SpendingLimits(alert_ratio=0.8), ELSEWHERE)
    with spending.begin(provider="zoo", estimate_usd=None) as call:
        call.check_streaming(1e9)
    assert spending.alerts() == ()


def test_each_threshold_is_told_exactly_once_and_again_on_another_day() -> None:
    limits = SpendingLimits(session_usd=1.0, day_usd=3.0, month_usd=100.0, alert_ratio=0.8)
    spending = Spending(limits, ELSEWHERE)
    assert spending.alerts() == ()
    spending.begin(provider="openai", estimate_usd=0.8).end(0.8)
    assert spending.alerts() == (
        "80% of the limit of the session is used: 0.8000 USD spent, 1.0000 USD allowed (--max-cost)",
        "93% of the limit of the day is used: 2.8000 USD spent, 3.0000 USD allowed (costs.daily_limit)",
    )
    spending.begin(provider="openai", estimate_usd=0.1).end(0.2)
    assert spending.alerts() == ()
    spending.renew(SpentElsewhere(day=date(2026, 12, 1), today=Spent(cost_usd=2.5), month=Spent(cost_usd=81.0)))
    assert [alert[:30] for alert in spending.alerts()] == [
        "83% of the limit of the day is",
        "81% of the limit of the month ",
    ]


def test_calls_that_a_chosen_limit_leaves_out_are_told() -> None:
    elsewhere = replace(NOTHING, month=Spent(unpriced_calls=2))
    spending = Spending(replace(DEFAULTS, is_month_default=False), elsewhere)
    assert spending.alerts() == ("the limit of the month leaves out 2 calls of unknown price",)


def test_whoever_wants_no_warnings_gets_none_but_limits_hold() -> None:
    spending = Spending(replace(DEFAULTS, day_usd=2.1, has_alerts=False), ELSEWHERE)
    assert spending.alerts() == ()
    assert refusal(spending, 0.5)[0] == "budget.reached"


def states(spending: Spending) -> Iterator[tuple[str, float]]:
    return ((state.name, state.spent.cost_usd) for state in spending.states())


def test_a_new_day_begins_with_nothing_of_this_session_and_a_new_month_too() -> None:
    limits = SpendingLimits(session_usd=9.0, day_usd=9.0, month_usd=99.0, provider_day_usd={"openai": 9.0})
    spending = Spending(limits, ELSEWHERE)
    spending.begin(provider="openai", estimate_usd=1.0).end(1.0)
    assert list(spending.states("openai")) == [
        LimitState(name="the session", allowed_usd=9.0, spent=Spent(cost_usd=1.0), raised_by="--max-cost"),
        LimitState(
            name="the day",
            allowed_usd=9.0,
            spent=Spent(cost_usd=3.0),
            raised_by="costs.daily_limit",
            period="2026-11-30",
        ),
        LimitState(
            name="the month",
            allowed_usd=99.0,
            spent=Spent(cost_usd=21.0),
            raised_by="costs.monthly_budget",
            period="2026-11",
        ),
        LimitState(
            name="the day at openai",
            allowed_usd=9.0,
            spent=Spent(cost_usd=2.0),
            raised_by="costs.limits.openai",
            period="2026-11-30",
            provider="openai",
        ),
    ]
    spending.renew(replace(ELSEWHERE, today=Spent(cost_usd=4.0)))
    assert dict(states(spending))["the day"] == 5.0
    spending.renew(SpentElsewhere(day=date(2026, 12, 1)))
    assert dict(states(spending)) == {"the session": 1.0, "the day": 0.0, "the month": 0.0, "the day at openai": 0.0}


def test_what_other_sessions_hold_counts_for_shared_limits_and_is_not_spent() -> None:
    limits = SpendingLimits(session_usd=1.0, day_usd=3.0, provider_day_usd={"zoo": 0.5}, alert_ratio=0.7)
    spending = Spending(limits, replace(ELSEWHERE, held_usd={"openai": 0.6, "zoo": 0.2}))
    assert refusal(spending, 0.3)[1] == (
        "the limit of the day is reached: 2.0000 USD spent, 0.8000 USD held for other calls, "
        "0.3000 USD estimated for this call, 3.0000 USD allowed"
    )
    call = spending.begin(provider="openai", estimate_usd=0.1)
    call.check_streaming(0.2)
    with pytest.raises(BudgetError, match=r"0\.8000 USD held for other calls, 0\.2001 USD by this answer so far"):
        call.check_streaming(0.2001)
    spending.renew(replace(ELSEWHERE, today=Spent(cost_usd=2.1), held_usd={"zoo": 0.4}))
    call.check_again()
    spending.renew(replace(ELSEWHERE, today=Spent(cost_usd=2.9)))
    with pytest.raises(BudgetError, match=r"2\.9000 USD spent, 0\.2001 USD by this answer so far, 3\.0000 USD allowed"):
        call.check_again()
    call.end(0.1)
    assert refusal(Spending(limits, replace(NOTHING, held_usd={"zoo": 0.4})), 0.2, "zoo")[1] == (
        "the limit of the day at zoo is reached: 0.0000 USD spent, 0.4000 USD held for other calls, "
        "0.2000 USD estimated for this call, 0.5000 USD allowed"
    )
    assert Spending(limits, replace(NOTHING, held_usd={"zoo": 2.9})).alerts() == ()


def test_whether_a_call_fits_can_be_asked_without_changing_anything() -> None:
    spending = Spending(SpendingLimits(day_usd=3.0), NOTHING)
    spending.begin(provider="openai", estimate_usd=0.5)
    fits = spending.fits(provider="openai", estimate_usd=0.5)
    assert [fits(NOTHING), fits(ELSEWHERE), fits(replace(ELSEWHERE, held_usd={"zoo": 0.1}))] == [True, True, False]
    assert fits(replace(ELSEWHERE, day=date(2026, 12, 1)))
    assert dict(states(spending)) == {"the day": 0.0}


@pytest.mark.parametrize(
    ("limits", "are_shared"),
    [
        (SpendingLimits(), False),
        (SpendingLimits(session_usd=1.0, provider_day_usd={"zoo": 1.0}), False),
        (SpendingLimits(provider_day_usd={"openai": 1.0}), True),
        (SpendingLimits(day_usd=1.0), True),
        (SpendingLimits(month_usd=1.0), True),
    ],
)
def test_limits_are_shared_if_others_spend_from_them_too(limits: SpendingLimits, *, are_shared: bool) -> None:
    assert limits.are_shared_at("openai") is are_shared


def test_a_provider_that_charged_for_a_free_model_is_believed_no_more() -> None:
    spending = Spending(SpendingLimits(day_usd=3.0), ELSEWHERE)
    for cost_usd in (0.0, 1.0):
        spending.begin(provider="zoo", estimate_usd=0.0).end(cost_usd)
    assert refusal(spending, 0.0, "zoo")[:2] == (
        "budget.reached",
        "the limit of the day is reached: 3.0000 USD spent, 3.0000 USD allowed",
    )
    spending.check_before(0.0, "ollama")


@given(
    costs=st.lists(
        st.tuples(st.sampled_from(["a", "b"]), st.floats(0, 3), st.lists(st.floats(0, 3), max_size=5)), max_size=12
    )
)
@example([("a", 0.0, [3.0]), ("a", 0.0, [3.0])])
@example([("a", 1.0, [1.9]), ("b", 1.0, [3.0]), ("b", 0.0, [3.0]), ("b", 0.0, [3.0]), ("a", 0.0, [3.0])])
def test_whatever_happens_no_limit_is_passed_by_more_than_the_last_piece(
    costs: list[tuple[str, float, list[float]]],
) -> None:
    """Or by one more for each provider that charged for a model that was known to be free: the first is a surprise."""
    spending = Spending(SpendingLimits(session_usd=5.0, day_usd=6.0, provider_day_usd={"a": 2.0}), ELSEWHERE)
    surprised_by: set[str] = set()
    for provider, estimate_usd, pieces in costs:
        largest_usd = 0.0
        before_usd = spending.session.cost_usd
        try:
            with spending.begin(provider=provider, estimate_usd=estimate_usd) as call:
                for piece_usd in sorted(pieces):
                    call.check_streaming(piece_usd)
                    largest_usd = piece_usd
                call.end(largest_usd)
        except BudgetError:
            pass
        if estimate_usd == 0 and spending.session.cost_usd > before_usd:
            surprised_by.add(provider)
        for state in spending.states():
            surprises = surprised_by if state.provider is None else surprised_by & {state.provider}
            assert state.spent.cost_usd <= state.allowed_usd + 3 * (1 + len(surprises)) + 1e-6
