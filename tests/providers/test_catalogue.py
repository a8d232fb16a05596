"""The snapshot of models: what it holds, and that names are found as people and servers write them."""

import json
from datetime import date
from pathlib import Path

import pytest

from aircher.domain.models import Capabilities, ModelInfo, PriceChange, Prices, PriceTier
from aircher.providers import catalogue

FILE = Path(catalogue.__file__).with_name("catalogue.json")
VENDORS = ("openai", "anthropic", "gemini")
EVERYTHING = Capabilities(
    tools=True, system_messages=True, images=True, thinking=True, structured_output=True, prompt_caching=True
)


def known(kind: str, model: str) -> ModelInfo:
    found = catalogue.find(kind, model)
    assert found is not None, model
    return found


def output_usd(kind: str, model: str) -> float | None:
    prices = known(kind, model).prices
    return prices.output_usd if prices else None


def test_the_file_is_small_sorted_and_has_one_model_a_line() -> None:
    text = FILE.read_text()
    models = json.loads(text)["models"]
    assert len(text) < 300_000
    for entries in models.values():
        assert list(entries) == sorted(entries)
    assert all(f"\n{json.dumps(name)}:{{" in text for entries in models.values() for name in entries)


def test_a_model_has_window_limit_capabilities_and_prices_with_tiers() -> None:
    assert known("openai", "gpt-6.1-terra") == ModelInfo(
        provider="openai",
        name="gpt-6.1-terra",
        context_tokens=1_050_000,
        output_tokens=128_000,
        prices=Prices(
            input_usd=1,
            output_usd=5,
            cached_usd=0.05,
            cache_write_usd=1.25,
            tiers=(PriceTier(above_tokens=272_000, input_usd=2, output_usd=7.5, cached_usd=0.1, cache_write_usd=2.5),),
        ),
        capabilities=EVERYTHING,
    )


def test_announced_prices_stand_with_their_day() -> None:
    assert known("gemini", "gemini-4-argon").prices == Prices(
        input_usd=2,
        output_usd=10,
        cached_usd=0.1,
        changes=(PriceChange(starts_on=date(2026, 12, 1), prices=Prices(input_usd=4, output_usd=20, cached_usd=0.2)),),
    )


@pytest.mark.parametrize(
    ("kind", "written", "name"),
    [
        ("openai", "gpt-6.1-terra-2026-10-01", "gpt-6.1-terra"),
        ("openai", " GPT-6.1-Terra ", "gpt-6.1-terra"),
        ("anthropic", "claude-sonnet-5-5-20261001", "claude-sonnet-5-5"),
        ("anthropic", "claude-sonnet-5-5@20261001", "claude-sonnet-5-5"),
        ("anthropic", "claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"),
        ("anthropic", "claude-opus-4-20250514", "claude-opus-4-0"),
        ("gemini", "models/gemini-3.8-flash", "gemini-3.8-flash"),
        ("gemini", "models/gemini-2.0-flash-001", "gemini-2.0-flash"),
        ("gemini", "gemini-flash-latest", "gemini-3.8-flash"),
        ("openrouter", "openai/gpt-6-luna:nitro", "openai/gpt-6-luna"),
        ("openrouter", "anthropic/claude-opus-5.5-20261001", "anthropic/claude-opus-5.5"),
        ("ollama", "llama3.2:3b", "llama3.2"),
        ("ollama", "qwen3:8b-q4_K_M", "qwen3"),
        ("ollama", "gemma3:1b-it-qat", "gemma3:1b"),
        ("ollama", "hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M", "qwen3"),
        ("openai-compatible", "meta-llama/Llama-3.3-70B-Instruct", "llama3.3"),
        ("openai-compatible", "Qwen/Qwen3-Coder-30B-A3B-Instruct", "qwen3-coder"),
        ("openai-compatible", "openai/gpt-oss-20b", "gpt-oss"),
        ("openai-compatible", "mistral-small-3.2-24b-instruct-2506", "mistral-small3.2"),
        ("openai-compatible", "anthropic/claude-sonnet-5.5", "claude-sonnet-5-5"),
    ],
)
def test_names_are_found_as_they_are_written(kind: str, written: str, name: str) -> None:
    found = known(kind, written)
    assert (found.provider, found.name) == (kind, written)
    same = known(kind, name)
    assert (found.context_tokens, found.capabilities, found.prices) == (
        same.context_tokens,
        same.capabilities,
        same.prices,
    )


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("openai", "gpt-9"),
        ("openai", "gpt-6.1-terra-mini"),
        ("openai", "claude-sonnet-5-5"),
        ("anthropic", ""),
        ("openai-compatible", "qwen3.7-max"),
        ("openai-compatible", "llama3.3-my-own-tune"),
        ("ollama", "gpt-6-luna"),
        ("nobody", "gpt-6-luna"),
    ],
)
def test_another_model_is_not_taken_for_one_that_is_known(kind: str, model: str) -> None:
    assert catalogue.find(kind, model) is None


def test_the_price_of_a_model_is_that_of_the_place_where_it_is_asked() -> None:
    assert output_usd("anthropic", "claude-sonnet-5-5") == 10
    assert output_usd("openrouter", "anthropic/claude-sonnet-5.5") == 10
    assert output_usd("openrouter", "openai/gpt-oss-120b:free") == 0
    assert output_usd("openai-compatible", "claude-sonnet-5-5") is None
    assert output_usd("openai-compatible", "openai/gpt-oss-120b") is None
    assert output_usd("ollama", "gpt-oss:120b") == 0


def test_openrouter_has_models_of_the_vendors_that_its_own_list_lacks() -> None:
    assert known("openrouter", "anthropic/claude-fable-5.2").context_tokens == 1_000_000


def test_of_an_unknown_model_little_is_assumed() -> None:
    assert catalogue.default("openai", "m") == ModelInfo(provider="openai", name="m", context_tokens=128_000)
    free = Prices(input_usd=0.0, output_usd=0.0)
    assert catalogue.default("ollama", "m") == ModelInfo(provider="ollama", name="m", context_tokens=8_192, prices=free)
    served = [
        model for kind in VENDORS for model in catalogue.all_models(kind) if not model.is_retired(catalogue.as_of())
    ]
    assert min(model.context_tokens for model in served if model.context_tokens) == catalogue.HOSTED_WINDOW_TOKENS


def test_a_current_model_is_suggested_for_a_misspelt_one() -> None:
    assert catalogue.suggest("openai", "gpt-6.1-tera") == "gpt-6.1-terra"
    assert catalogue.suggest("anthropic", "claude-sonet") == "claude-sonnet-5-5"
    assert catalogue.suggest("ollama", "lama3.3") == "llama3.3"
    assert catalogue.suggest("openai", "zzz") is None


def test_every_model_that_goes_names_one_that_stays() -> None:
    for kind in (*VENDORS, "openrouter"):
        for model in catalogue.all_models(kind):
            successor = catalogue.replacement(kind, model.name)
            assert (successor is None) == (model.replaced_by is None), model.name
            assert model.retires_on is None or successor is not None, model.name
            assert successor is None or known(kind, successor).retires_on is None, model.name
    assert catalogue.replacement("openai", "o3-mini-2025-01-31") == "gpt-6.1-sol"
    assert catalogue.replacement("openai", "gpt-6-luna") is None
    assert catalogue.replacement("openai", "gpt-9") is None


def test_only_kinds_whose_models_are_all_known_have_a_catalogue() -> None:
    assert [kind for kind in (*VENDORS, "openrouter", "ollama", "offline") if catalogue.has_catalogue(kind)] == [
        *VENDORS,
        "openrouter",
    ]
    assert catalogue.all_models("openai-compatible") == ()
    assert "qwen3" in {model.name for model in catalogue.all_models("ollama")}
