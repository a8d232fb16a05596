"""What a request costs, and whose word counts about a model."""

from datetime import date

import pytest

from aircher.domain.models import Capabilities, ModelInfo, PriceChange, Prices, PriceTier
from aircher.domain.usage import Usage

LONG = PriceTier(above_tokens=100_000, input_usd=5.0, output_usd=25.0, cached_usd=0.5, cache_write_usd=6.25)
SALE = Prices(
    input_usd=1.0,
    output_usd=5.0,
    cached_usd=0.1,
    cache_write_usd=1.25,
    tiers=(LONG,),
    changes=(
        PriceChange(starts_on=date(2026, 12, 1), prices=Prices(input_usd=2.0, output_usd=10.0)),
        PriceChange(starts_on=date(2027, 1, 1), prices=Prices(input_usd=4.0, output_usd=20.0)),
    ),
)


def test_cached_written_and_plain_input_cost_each_their_own_and_reasoning_costs_as_output() -> None:
    usage = Usage(
        input_tokens=100_000,
        output_tokens=10_000,
        cached_tokens=60_000,
        cache_write_tokens=20_000,
        reasoning_tokens=9_000,
    )
    assert SALE.cost_usd(usage) == pytest.approx(0.02 + 0.006 + 0.025 + 0.05)


def test_above_a_tier_the_whole_request_costs_more_and_at_it_nothing_does() -> None:
    at, above = Usage(input_tokens=100_000, output_tokens=1_000), Usage(input_tokens=100_001, output_tokens=1_000)
    assert SALE.cost_usd(at) == pytest.approx(0.1 + 0.005)
    assert SALE.cost_usd(above) == pytest.approx(0.500005 + 0.025)


def test_the_highest_tier_that_is_reached_counts() -> None:
    tiers = (LONG, PriceTier(above_tokens=200_000, input_usd=9.0, output_usd=45.0))
    prices = Prices(input_usd=1.0, output_usd=5.0, tiers=tiers)
    assert prices.cost_usd(Usage(input_tokens=1_000_000, cached_tokens=500_000)) == pytest.approx(9.0)


@pytest.mark.parametrize(
    ("day", "cost_usd"),
    [(None, 1.0), (date(2026, 11, 30), 1.0), (date(2026, 12, 1), 2.0), (date(2027, 6, 1), 4.0)],
)
def test_announced_prices_count_from_their_day_on(day: date | None, cost_usd: float) -> None:
    usage = Usage(input_tokens=1_000_000)
    assert Prices(input_usd=1, output_usd=5, changes=SALE.changes).cost_usd(usage, on=day) == pytest.approx(cost_usd)


def test_prices_of_a_day_keep_only_the_changes_that_are_still_to_come() -> None:
    assert SALE.valid_on(date(2026, 11, 1)) is SALE
    assert SALE.valid_on(date(2026, 12, 15)) == Prices(input_usd=2.0, output_usd=10.0, changes=SALE.changes[1:])
    assert SALE.valid_on(date(2027, 1, 1)) == Prices(input_usd=4.0, output_usd=20.0)


def test_a_weaker_word_fills_only_what_the_stronger_left_unknown() -> None:
    strong = ModelInfo(
        provider="mine", name="m", output_tokens=7, capabilities=Capabilities(tools=False, images=None, thinking=True)
    )
    weak = ModelInfo(
        provider="kind",
        name="other",
        context_tokens=9,
        output_tokens=8,
        prices=SALE,
        capabilities=Capabilities(tools=True, images=True),
        retires_on=date(2027, 1, 1),
        replaced_by="n",
    )
    assert strong.completed_by(weak) == ModelInfo(
        provider="mine",
        name="m",
        context_tokens=9,
        output_tokens=7,
        prices=SALE,
        capabilities=Capabilities(tools=False, images=True, thinking=True),
        retires_on=date(2027, 1, 1),
        replaced_by="n",
    )


def test_a_model_is_retired_from_its_day_on() -> None:
    model = ModelInfo(provider="p", name="m", retires_on=date(2026, 11, 30))
    assert [model.is_retired(date(2026, 11, day)) for day in (29, 30)] == [False, True]
    assert not ModelInfo(provider="p", name="m").is_retired(date(2999, 1, 1))
