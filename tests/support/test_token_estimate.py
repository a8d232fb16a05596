"""Estimates of tokens: right in size, never negative, growing with the text, linear in time."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aircher.support.exact_tokens import exact_counter
from aircher.support.token_estimate import GUESSED_FAMILIES, LAYERS, UNKNOWN, estimate, family_of, layers_of
from aircher.support.token_weights import FAMILIES, WEIGHTS, WIDE_WEIGHTS

ROOT = Path(__file__).parents[2]
ANY_TEXT = st.text(st.characters(), max_size=300)
"""Lone surrogates included."""
ANY_FAMILY = st.sampled_from(FAMILIES)
EDGE_TOKENS = 40
"""What the seam between two texts may change: each pattern once at most, and few of them fit one place."""


@given(text=ANY_TEXT, family=ANY_FAMILY)
def test_every_text_has_an_estimate_and_only_the_empty_one_has_none(text: str, family: str) -> None:
    tokens = estimate(text, family)
    assert (tokens > 0) == bool(text)


@given(beginning=ANY_TEXT, rest=ANY_TEXT, family=ANY_FAMILY)
def test_a_text_that_goes_on_has_no_fewer_tokens_than_its_beginning(beginning: str, rest: str, family: str) -> None:
    assert estimate(beginning + rest, family) >= estimate(beginning, family)


@given(one=ANY_TEXT, other=ANY_TEXT, family=ANY_FAMILY)
def test_two_texts_together_have_about_the_tokens_of_both(one: str, other: str, family: str) -> None:
    assert abs(estimate(one + other, family) - estimate(one, family) - estimate(other, family)) <= EDGE_TOKENS


def test_no_weight_is_negative_and_every_row_has_one_for_each_family() -> None:
    for layer, pattern, *weights in (*WEIGHTS, *WIDE_WEIGHTS):
        assert (0 <= layer < len(LAYERS), bool(pattern)) == (True, True)
        assert len(weights) == len(FAMILIES)
        assert min(weights) >= 0


@pytest.mark.parametrize("unit", ["a", " ", "\n", "0", "_", "/.", "bc", "qq", "aA", "é", "Ж", "字", "🎉", "\ud800"])
def test_the_work_for_a_hostile_text_is_linear(unit: str) -> None:
    """Work = bytes in the layers times bytes in the patterns: the most that counting can compare."""
    patterns = sum(len(pattern) for _, pattern, *_ in (*WEIGHTS, *WIDE_WEIGHTS))
    small, large = (sum(map(len, layers_of(unit * length))) for length in (1_000, 100_000))
    assert large <= 100 * small
    assert patterns < 250


@pytest.mark.parametrize("unit", ["a", " ", "0", "_", "字", "xkcd"])
def test_a_text_without_breaks_is_not_taken_for_nothing(unit: str) -> None:
    length = 1_000_000
    for family in FAMILIES:
        assert length / 200 < estimate(unit * (length // len(unit)), family) < 2 * length


@pytest.mark.parametrize(("family", "within"), [("o200k", 0.1), ("cl100k", 0.1)])
def test_estimates_of_this_repository_are_near_the_real_vocabulary(family: str, within: float) -> None:
    count = exact_counter(family)
    assert count is not None
    for folder in ("src", "tests", "docs"):
        files = (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in {".py", ".md"})
        text = "\n".join(path.read_text(encoding="utf-8") for path in files)
        assert estimate(text, family) == pytest.approx(count(text), rel=within), folder


def test_base64_is_far_denser_than_prose() -> None:
    noise = random.Random(1).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=4_000)
    prose = "The server answers each request in the order in which it came. " * 63
    assert estimate("".join(noise), "o200k") > 2 * estimate(prose, "o200k")


def test_a_family_without_weights_is_taken_for_unknown() -> None:
    assert estimate("some text", "no-such-family") == estimate("some text", UNKNOWN)


def test_the_families_without_a_vocabulary_are_known_as_such() -> None:
    assert set(FAMILIES) >= GUESSED_FAMILIES
    assert estimate("some text to count", "claude") > estimate("some text to count", "o200k")


@pytest.mark.parametrize(
    ("kind", "model", "family"),
    [
        ("openai", "gpt-5.6-terra", "o200k"),
        ("openai", "gpt-4o-mini", "o200k"),
        ("openai", "gpt-4.1", "o200k"),
        ("openai", "gpt-4-turbo", "cl100k"),
        ("openai", "gpt-3.5-turbo", "cl100k"),
        ("openai", "o3", "o200k"),
        ("openai", "something-new", "o200k"),
        ("openrouter", "openai/gpt-oss-120b", "o200k"),
        ("anthropic", "claude-sonnet-5-5", "claude"),
        ("anthropic", "claude-opus-4-8", "claude"),
        ("anthropic", "claude-opus-4-6", "claude-4"),
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-4"),
        ("openrouter", "anthropic/claude-sonnet-4.5", "claude-4"),
        ("openrouter", "anthropic/claude-opus-4.7", "claude"),
        ("anthropic", "something-new", "claude"),
        ("gemini", "models/gemini-3.8-flash", "gemma"),
        ("ollama", "gemma3:4b", "gemma"),
        ("ollama", "llama3.2:3b", "llama3"),
        ("ollama", "llama2:7b", "llama2"),
        ("openai-compatible", "meta-llama/Llama-3.3-70B-Instruct", "llama3"),
        ("openai-compatible", "Hermes-3-Llama-3.1-8B", "llama3"),
        ("openai-compatible", "deepseek-ai/DeepSeek-V3.1", "deepseek"),
        ("openai-compatible", "deepseek-r1-distill-llama-70b", "llama3"),
        ("ollama", "qwen3-coder:30b", "qwen"),
        ("openai-compatible", "mistralai/Devstral-Small", "mistral"),
        ("openrouter", "z-ai/glm-4.6", "glm"),
        ("openrouter", "moonshotai/kimi-k2", "kimi"),
        ("ollama", "phi4", "unknown"),
        ("ollama", "", "unknown"),
    ],
)
def test_the_family_follows_from_the_name_of_the_model(kind: str, model: str, family: str) -> None:
    assert family_of(kind, model) == family
    assert family in FAMILIES
