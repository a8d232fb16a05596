"""Which model an automatic choice picks, and what it says about it."""

from dataclasses import replace
from datetime import date

import pytest

from aircher.domain.models import Capabilities, ModelInfo, PriceChange, Prices
from aircher.providers import catalogue
from aircher.providers.auto_model import Choice, Needs, Weight, choose, expected_cost_usd, weight_of

TODAY = date(2026, 11, 22)


def model(
    name: str, output_usd: float | None, *, provider: str = "v", window: int = 200_000, images: bool | None = False
) -> ModelInfo:
    prices = None if output_usd is None else Prices(input_usd=output_usd / 5, output_usd=output_usd)
    return ModelInfo(
        provider=provider,
        name=name,
        context_tokens=window,
        prices=prices,
        capabilities=Capabilities(tools=True, images=images, thinking=True),
    )


SMALL, MIDDLE, LARGE, HUGE = model("small", 1), model("middle", 5), model("large", 10), model("huge", 50)
LADDER = (HUGE, LARGE, MIDDLE, SMALL)


def chosen(*candidates: ModelInfo, needs: Needs, budget_usd: float | None = None, on: date = TODAY) -> str | None:
    choice = choose(candidates, needs, budget_usd=budget_usd, on=on)
    return choice.model.name if choice else None


@pytest.mark.parametrize(
    ("prompt", "weight"),
    [
        ("where is Keeper defined?", "light"),
        ("rename foo to bar", "light"),
        ("fix the typo in README.md", "light"),
        ("hello", "light"),
        ("fix the failing test", "normal"),
        ("Add a --json option to `models list` and write tests.", "normal"),
        ("find the deadlock in the writer thread", "normal"),
        ("refactor the storage package and migrate every caller across the codebase", "heavy"),
        ("Implement this redesign: " + "it has many parts. " * 120, "heavy"),
    ],
)
def test_words_and_length_tell_how_heavy_a_task_is(prompt: str, weight: Weight) -> None:
    assert weight_of(prompt, tools=True, files=0) == weight


def test_many_files_add_weight_and_talk_is_never_heavy() -> None:
    assert [weight_of("look at these", tools=True, files=files) for files in (0, 4)] == ["light", "normal"]
    prompt = "refactor and migrate the whole codebase"
    assert [weight_of(prompt, tools=tools, files=0) for tools in (True, False)] == ["heavy", "normal"]


@pytest.mark.parametrize(("weight", "name"), [("light", "small"), ("normal", "middle"), ("heavy", "large")])
def test_a_heavier_task_gets_a_higher_rung_of_the_vendors_ladder_and_no_higher(weight: Weight, name: str) -> None:
    assert chosen(*LADDER, needs=Needs(tools=True, weight=weight)) == name


def test_each_vendor_has_its_own_ladder_and_the_cheapest_good_one_of_all_wins() -> None:
    others = (model("a", 2, provider="w"), model("b", 3, provider="w"), model("c", 90, provider="w"))
    assert chosen(*LADDER, *others, needs=Needs(weight="normal")) == "b"
    assert chosen(*LADDER, *others, needs=Needs(weight="heavy")) == "large"


def test_behind_a_gateway_the_author_in_the_name_is_the_vendor() -> None:
    mixed = (
        model("x/only", 30, provider="gate"),
        model("y/low", 1, provider="gate"),
        model("y/high", 9, provider="gate"),
    )
    assert chosen(*mixed, needs=Needs(weight="heavy")) == "y/high"


def test_the_reason_names_the_model_the_needs_and_the_cost() -> None:
    needs = Needs(tools=True, images=False, context_tokens=120_000, weight="normal")
    assert choose(LADDER, needs, budget_usd=None, on=TODAY) == Choice(
        model=MIDDLE,
        reason="middle: cheapest of 3 that take tools and 120,000 tokens; normal task, about $1.25",
    )


def test_what_a_model_is_not_known_to_do_it_is_not_asked_for() -> None:
    seeing, unknown = model("seeing", 20, images=True), model("unknown", 1, images=None)
    assert chosen(SMALL, unknown, seeing, needs=Needs(images=True, weight="light")) == "seeing"
    assert chosen(SMALL, unknown, needs=Needs(images=True, weight="light")) is None


def test_a_window_that_is_too_small_is_passed_over_without_turning_the_ladder_around() -> None:
    wide = model("wide", 5, window=1_000_000)
    assert chosen(SMALL, wide, LARGE, needs=Needs(context_tokens=500_000, weight="heavy")) == "wide"
    assert chosen(SMALL, LARGE, needs=Needs(context_tokens=500_000)) is None


def test_retired_and_superseded_models_are_never_chosen() -> None:
    gone = replace(SMALL, name="gone", retires_on=TODAY)
    old = replace(SMALL, name="old", replaced_by="small")
    assert chosen(gone, old, MIDDLE, needs=Needs(weight="light")) == "middle"
    assert chosen(gone, MIDDLE, needs=Needs(weight="light"), on=date(2026, 11, 21)) == "gone"


def test_a_budget_brings_a_lesser_model_and_the_reason_says_so() -> None:
    choice = choose(LADDER, Needs(tools=True, weight="heavy"), budget_usd=0.9, on=TODAY)
    assert choice == Choice(
        model=SMALL, reason="small: takes tools; a better one is not within $0.90 for a heavy task, about $0.70"
    )
    assert chosen(*LADDER, needs=Needs(weight="heavy"), budget_usd=0.01) is None


def test_without_a_better_one_the_best_there_is_is_taken() -> None:
    free = [model("mine", 0), model("yours", 0)]
    assert choose(free, Needs(weight="heavy"), budget_usd=0.0, on=TODAY) == Choice(
        model=free[0],
        reason="mine: takes text; there is no better one to choose from for a heavy task, about $0.00",
    )


def test_a_model_of_unknown_price_comes_last_and_fits_no_budget() -> None:
    unpriced = model("unpriced", None)
    assert chosen(unpriced, SMALL, needs=Needs(weight="light")) == "small"
    assert chosen(unpriced, needs=Needs(weight="light")) == "unpriced"
    assert chosen(unpriced, needs=Needs(weight="light"), budget_usd=100.0) is None


def test_prices_of_the_day_decide() -> None:
    later = Prices(
        input_usd=1, output_usd=5, changes=(PriceChange(starts_on=TODAY, prices=Prices(input_usd=9, output_usd=45)),)
    )
    sale = replace(MIDDLE, name="sale", prices=later)
    assert chosen(SMALL, sale, LARGE, needs=Needs(weight="normal"), on=date(2026, 11, 21)) == "sale"
    assert chosen(SMALL, sale, LARGE, needs=Needs(weight="normal")) == "large"


def test_a_longer_prompt_costs_more_and_an_unknown_price_nothing_that_can_be_told() -> None:
    short, long = Needs(weight="light"), Needs(weight="light", context_tokens=100_000)
    costs = [expected_cost_usd(SMALL, needs, on=TODAY) for needs in (short, long)]
    assert costs == [pytest.approx(0.0032), pytest.approx(0.0408)]
    assert expected_cost_usd(model("unpriced", None), short, on=TODAY) is None


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("openai", ["gpt-6-luna", "gpt-6.1-terra", "gpt-6.2-sol"]),
        ("anthropic", ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"]),
        ("gemini", ["gemini-3.5-flash-lite", "gemini-3.8-flash", "gemini-4-argon"]),
    ],
)
def test_of_the_catalogue_each_weight_gets_the_model_its_vendor_made_for_it(kind: str, names: list[str]) -> None:
    weights: tuple[Weight, ...] = ("light", "normal", "heavy")
    needs = [Needs(tools=True, images=True, context_tokens=60_000, weight=weight) for weight in weights]
    assert [chosen(*catalogue.all_models(kind), needs=need) for need in needs] == names
