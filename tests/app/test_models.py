"""Whose word counts about a model, what is kept of servers' lists, and what the user is told beforehand."""

from datetime import UTC, date, datetime

import pytest

from aircher.app import model_cache
from aircher.app.choice import custom_models, model_info
from aircher.app.models import advice, candidates, describe, known_models
from aircher.config.sections_providers import BUILTIN, CustomModel, ProviderSettings
from aircher.domain.models import Capabilities, ModelInfo, PriceChange, Prices
from aircher.providers import catalogue

TODAY = date(2026, 11, 22)
OPENAI = BUILTIN["openai"]
LOCAL = ProviderSettings(kind="openai-compatible", base_url="http://127.0.0.1:8000/v1")


def heard(environ: dict[str, str], provider: str, section: ProviderSettings, *models: ModelInfo) -> None:
    """Make it so that the section's server was asked and said this."""
    model_cache.remember(
        provider, models, base_url=section.base_url, at=datetime(2026, 11, 22, tzinfo=UTC), environ=environ
    )


@pytest.mark.parametrize("name", sorted(BUILTIN))
def test_the_default_model_of_every_built_in_provider_is_a_current_one(name: str) -> None:
    section = BUILTIN[name]
    found = catalogue.find(section.kind, section.model)
    assert found is not None
    assert (found.retires_on, found.replaced_by) == (None, None)


def test_of_a_model_that_nobody_knows_only_a_window_is_assumed(environ: dict[str, str]) -> None:
    assert describe("mine", LOCAL, "zoo-1", environ) == ModelInfo(provider="mine", name="zoo-1", context_tokens=8_192)
    assert describe("openai", OPENAI, "gpt-9", environ) == ModelInfo(
        provider="openai", name="gpt-9", context_tokens=128_000
    )


def test_the_server_knows_better_than_the_catalogue_and_the_user_better_than_the_server(
    environ: dict[str, str],
) -> None:
    said = ModelInfo(
        provider="openai",
        name="gpt-6.1-terra",
        context_tokens=500_000,
        output_tokens=64_000,
        capabilities=Capabilities(images=False),
    )
    heard(environ, "openai", OPENAI, said)
    own = CustomModel(output_tokens=9_000, tools=False, structured_output=False)
    section = ProviderSettings(kind="openai", base_url=OPENAI.base_url, custom_models={"gpt-6.1-terra": own})
    shipped = catalogue.find("openai", "gpt-6.1-terra")
    assert shipped is not None
    assert describe("openai", section, "gpt-6.1-terra", environ, on=TODAY) == ModelInfo(
        provider="openai",
        name="gpt-6.1-terra",
        context_tokens=500_000,
        output_tokens=9_000,
        prices=shipped.prices,
        capabilities=Capabilities(
            tools=False,
            system_messages=True,
            images=False,
            thinking=True,
            structured_output=False,
            prompt_caching=True,
        ),
    )


def test_prices_are_those_of_the_day(environ: dict[str, str]) -> None:
    days = (date(2026, 11, 30), date(2026, 12, 1))
    argon = [describe("gemini", BUILTIN["gemini"], "gemini-4-argon", environ, on=day).prices for day in days]
    assert argon == [
        Prices(
            input_usd=2,
            output_usd=10,
            cached_usd=0.1,
            changes=(PriceChange(starts_on=days[1], prices=Prices(input_usd=4, output_usd=20, cached_usd=0.2)),),
        ),
        Prices(input_usd=4, output_usd=20, cached_usd=0.2),
    ]


def test_a_servers_price_counts_and_the_same_price_keeps_the_catalogues_tiers(environ: dict[str, str]) -> None:
    section = BUILTIN["openrouter"]
    luna, terra = "openai/gpt-6-luna", "openai/gpt-6.1-terra"
    heard(
        environ,
        "openrouter",
        section,
        ModelInfo(provider="openrouter", name=luna, prices=Prices(input_usd=0.1, output_usd=0.5)),
        ModelInfo(provider="openrouter", name=terra, prices=Prices(input_usd=3, output_usd=7)),
    )
    same, other = (describe("openrouter", section, name, environ, on=TODAY).prices for name in (luna, terra))
    assert same is not None
    assert [tier.above_tokens for tier in same.tiers] == [272_000]
    assert other == Prices(input_usd=3, output_usd=7)


@pytest.mark.parametrize(
    ("custom", "prices"),
    [
        (CustomModel(price_input_usd=3, price_output_usd=4), Prices(input_usd=3, output_usd=4)),
        (
            CustomModel(price_cache_write_usd=9),
            Prices(input_usd=0.75, output_usd=3.75, cached_usd=0.075, cache_write_usd=9),
        ),
        (CustomModel(price_output_usd=0), Prices(input_usd=0.75, output_usd=0, cached_usd=0.075)),
    ],
)
def test_a_price_of_the_users_replaces_that_price(custom: CustomModel, prices: Prices, environ: dict[str, str]) -> None:
    section = ProviderSettings(kind="gemini", custom_models={"gemini-3.8-flash": custom})
    assert describe("gemini", section, "gemini-3.8-flash", environ, on=TODAY).prices == prices


def test_a_price_alone_does_not_make_prices_of_a_model_without_any(environ: dict[str, str]) -> None:
    section = ProviderSettings(kind="openai-compatible", custom_models={"zoo": CustomModel(price_input_usd=1)})
    assert describe("mine", section, "zoo", environ).prices is None
    assert custom_models("mine", section) == (ModelInfo(provider="mine", name="zoo"),)


def test_the_index_costs_nothing_and_has_no_window(environ: dict[str, str]) -> None:
    model = model_info("offline", BUILTIN["offline"], requested="index", environ=environ)
    assert (model.prices, model.context_tokens) == (Prices(input_usd=0, output_usd=0), None)


# --- what is kept ----------------------------------------------------------------------------------------------


def test_what_a_server_said_is_kept_whole_and_for_its_address_only(environ: dict[str, str]) -> None:
    model = ModelInfo(
        provider="mine",
        name="zoo",
        context_tokens=4_096,
        prices=Prices(
            input_usd=1,
            output_usd=2,
            changes=(PriceChange(starts_on=TODAY, prices=Prices(input_usd=2, output_usd=4)),),
        ),
        capabilities=Capabilities(tools=True),
        retires_on=TODAY,
    )
    heard(environ, "mine", LOCAL, model)
    heard(environ, "other", OPENAI)
    assert model_cache.reported("mine", base_url=LOCAL.base_url, environ=environ) == (model,)
    assert model_cache.reported("mine", base_url="http://127.0.0.1:9/v1", environ=environ) == ()
    assert model_cache.reported("nobody", base_url=LOCAL.base_url, environ=environ) == ()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"format":1}',
        b'{"format":2,"servers":{}}',
        b'{"format":1,"servers":{"mine":{"base_url":"","fetched_at":"today","models":[]}}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_cache_is_as_none_and_is_replaced(damage: bytes, environ: dict[str, str]) -> None:
    path = model_cache.cache_path(environ)
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    assert model_cache.reported("mine", base_url=LOCAL.base_url, environ=environ) == ()
    model = ModelInfo(provider="mine", name="zoo")
    heard(environ, "mine", LOCAL, model)
    assert model_cache.reported("mine", base_url=LOCAL.base_url, environ=environ) == (model,)


def test_a_cache_that_is_a_folder_is_as_none(environ: dict[str, str]) -> None:
    model_cache.cache_path(environ).mkdir(parents=True)
    assert describe("mine", LOCAL, "zoo", environ).context_tokens == 8_192


# --- lists -----------------------------------------------------------------------------------------------------


def names(models: tuple[ModelInfo, ...]) -> list[str]:
    return [model.name for model in models]


def test_a_vendors_list_is_the_catalogue_with_what_its_server_adds() -> None:
    extra = ModelInfo(provider="anthropic", name="claude-next")
    listed = known_models("anthropic", BUILTIN["anthropic"], [extra], on=TODAY)
    assert names(listed) == sorted(["claude-next", *names(catalogue.all_models("anthropic"))])


def test_a_local_servers_list_is_its_own_with_what_is_known_of_the_family() -> None:
    served = [ModelInfo(provider="ollama", name="qwen3:8b", context_tokens=4_096)]
    listed = known_models("ollama", BUILTIN["ollama"], served)
    assert [(model.name, model.context_tokens, model.capabilities.thinking) for model in listed] == [
        ("qwen3:8b", 4_096, True)
    ]
    assert "qwen3" in names(known_models("ollama", BUILTIN["ollama"], None))
    assert known_models("mine", LOCAL, None) == ()


def test_an_automatic_choice_picks_among_what_the_server_offers_the_sections_own_model_first(
    environ: dict[str, str],
) -> None:
    assert names(candidates("openai", OPENAI, environ))[0] == "gpt-6.1-terra"
    served = [ModelInfo(provider="openai", name=name) for name in ("gpt-6-luna", "gpt-6.1-terra", "gpt-6.2-sol")]
    heard(environ, "openai", OPENAI, *served)
    assert names(candidates("openai", OPENAI, environ)) == ["gpt-6.1-terra", "gpt-6-luna", "gpt-6.2-sol"]
    assert candidates("mine", LOCAL, environ) == ()


def test_of_openrouter_only_vendors_whose_line_is_known_are_candidates(environ: dict[str, str]) -> None:
    authors = {name.partition("/")[0] for name in names(candidates("openrouter", BUILTIN["openrouter"], environ))}
    assert authors == {"openai", "anthropic", "google"}


# --- advice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "model", "told"),
    [
        ("openai", "gpt-6.1-terra", None),
        ("openai", "gpt-5.6-sol", None),
        ("openai", "gpt-5.1", None),
        ("openai", "o3-mini", "o3-mini was retired on 2026-10-23; gpt-6.1-sol replaces it"),
        (
            "anthropic",
            "claude-sonnet-4-5-20250929",
            "claude-sonnet-4-5-20250929 will be retired on 2026-11-30; claude-sonnet-5-5 replaces it",
        ),
        (
            "openai",
            "gpt-6.1-tera",
            (
                f"openai has no gpt-6.1-tera as of {catalogue.as_of()}: did you mean gpt-6.1-terra? "
                "Otherwise a window of 128,000 tokens is assumed"
            ),
        ),
        (
            "openai",
            "zzz",
            f"openai has no zzz as of {catalogue.as_of()}: a window of 128,000 tokens is assumed",
        ),
        ("ollama", "zoo", None),
        ("offline", "anything", None),
    ],
)
def test_the_user_hears_of_a_model_that_is_unknown_or_goes(
    provider: str, model: str, told: str | None, environ: dict[str, str]
) -> None:
    assert advice(provider, BUILTIN[provider], model, environ, on=TODAY) == told


def test_a_gateway_may_have_models_of_its_own(environ: dict[str, str]) -> None:
    section = ProviderSettings(kind="openai", base_url="http://gateway.example/v1")
    assert advice("openai", section, "zzz", environ) is None


def test_nothing_is_said_of_a_model_that_the_server_or_the_user_knows(environ: dict[str, str]) -> None:
    heard(environ, "openai", OPENAI, ModelInfo(provider="openai", name="gpt-9"))
    assert advice("openai", OPENAI, "gpt-9", environ) is None
    own = ProviderSettings(kind="openai", custom_models={"o3-mini": CustomModel()})
    assert advice("openai", own, "o3-mini", environ) is None
