"""Which ways to a model a session has: consent to fallbacks, and the automatic choice."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from aircher.app.routing import (
    ANSWER_ROOM_TOKENS,
    automatic_routes,
    choose_automatically,
    fallback_sections,
    route_to,
    router_for,
)
from aircher.config import Config
from aircher.config.sections_providers import CustomModel, ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.domain.levels import Thinking
from aircher.domain.messages import ImagePart, Message, Part, Role, TextPart
from aircher.domain.models import Capabilities, ModelInfo, Prices
from aircher.domain.provider import ModelRequest, ToolSpec
from aircher.engine.routing import Route
from aircher.providers.router import Pace
from aircher.providers.scripted import ScriptedProvider
from aircher.testing.manual_clock import ManualClock

KEYS = {"OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k"}
TOOL = ToolSpec(name="t", description="d", parameters={})
ABLE = Capabilities(tools=True, images=True, thinking=True)


def order(*names: str, **sections: Mapping[str, object]) -> Config:
    return Config.build(providers={"fallback_order": [*names], **sections})


@pytest.mark.parametrize(
    ("fallback_order", "chosen", "standing_in"),
    [
        ((), "openai", []),  # nobody consented
        (("anthropic", "gemini"), "openai", []),  # the one that was asked for is not in the list
        (("openai",), "openai", []),
        (("gemini", "openai", "anthropic"), "openai", ["gemini", "anthropic"]),
        (("gemini", "openai", "anthropic"), "gemini", ["openai", "anthropic"]),
        (("openai", "ollama", "offline"), "openai", ["ollama", "offline"]),
        (("openai", "openrouter", "anthropic"), "openai", ["anthropic"]),  # no key
        (("offline", "openai"), "offline", ["openai"]),
    ],
)
def test_only_those_stand_in_whom_the_user_listed_together_with_the_chosen_one(
    fallback_order: tuple[str, ...], chosen: str, standing_in: list[str]
) -> None:
    config = order(*fallback_order)
    notes: list[str] = []
    sections = fallback_sections(config, chosen, KEYS, note=notes.append)
    assert (list(sections), notes) == (standing_in, [])
    assert sections == {name: config.providers.named[name] for name in standing_in}


def standing_in(config: Config, environ: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return who may stand in for openai, and what was told."""
    notes: list[str] = []
    return list(fallback_sections(config, "openai", environ, note=notes.append)), notes


def test_a_key_may_come_from_a_program_that_is_not_run_for_this() -> None:
    corp = {"base_url": "http://h", "api_key_env": "CORP", "api_key_command": "/no/such/program", "model": "m"}
    assert standing_in(order("openai", "corp", corp=corp), KEYS) == (["corp"], [])


def test_one_without_a_model_cannot_stand_in_and_is_told() -> None:
    told = "corp cannot stand in for openai: providers.corp.model is not set"
    assert standing_in(order("openai", "corp", "gemini", corp={"base_url": "http://h"}), KEYS) == (["gemini"], [told])


def test_an_empty_key_is_none() -> None:
    assert standing_in(order("openai", "anthropic"), {"ANTHROPIC_API_KEY": "  "}) == ([], [])


def test_a_way_carries_what_its_section_says_of_answers() -> None:
    provider = ScriptedProvider([])
    model = ModelInfo(provider="mine", name="gpt-6.1-terra")
    section = ProviderSettings(kind="openai", max_tokens=100, temperature=0.0)
    assert route_to(provider, section, model, max_output_tokens=7) == Route(
        provider=provider, model=model, max_output_tokens=100, temperature=0.0, vocabulary="o200k"
    )
    assert route_to(provider, ProviderSettings(kind="openai"), model, max_output_tokens=7).max_output_tokens == 7
    assert route_to(provider, ProviderSettings(kind="openai"), model) == Route(
        provider=provider, model=model, vocabulary="o200k"
    )


async def test_the_router_keeps_the_paces_and_the_patience_of_the_configuration() -> None:
    config = Config.build(
        providers={
            "health_check_interval": "7s",
            "openai": {"requests_per_min": 6},
            "gemini": {"tokens_per_min": 60},
        }
    )
    one, other = (way("openai", "m"), way("gemini", "m"))
    router = router_for(config, [one], [other], clock=ManualClock())
    assert (router.primary, router.retry_after_s) == (one, 7.0)
    assert router.paces == {"openai": Pace(requests_per_min=6), "gemini": Pace(tokens_per_min=60)}
    assert await router.routes(prompt()) == (one, other)


def way(provider: str, name: str, *, usd: float | None = 1.0, window: int = 100_000, can: Capabilities = ABLE) -> Route:
    prices = None if usd is None else Prices(input_usd=usd, output_usd=usd)
    info = ModelInfo(provider=provider, name=name, context_tokens=window, prices=prices, capabilities=can)
    return Route(provider=ScriptedProvider([], name=provider), model=info)


def prompt(
    text: str = "list the files", *more: Part, tools: tuple[ToolSpec, ...] = (), thinking: Thinking | None = None
) -> ModelRequest:
    message = Message(role=Role.USER, parts=(TextPart(text=text), *more))
    return ModelRequest(model="auto", system="be brief", messages=(message,), tools=tools, thinking=thinking)


def chosen(request: ModelRequest, *routes: Route, budget_usd: float | None = None) -> str:
    picked = choose_automatically(budget_usd=budget_usd)(request, routes)
    assert "; " in picked.reason
    assert not picked.reason.startswith(f"{picked.model.name}:")
    [original] = [route for route in routes if route.model is picked.model]
    assert replace(picked, reason="") == original
    return picked.model.name


def test_an_automatic_choice_is_among_all_models_of_all_sections_but_the_index_and_itself() -> None:
    local = {
        "base_url": "http://localhost:1",
        "custom_models": {"big": {"context_tokens": 9}, "auto": {}, "small": {}},
        "model": "small",
    }
    config = order("local", "other", "offline", local=local, other={**local, "model": "auto", "base_url": "http://h"})
    sections = {name: config.providers.named[name] for name in ("local", "other", "offline")}
    providers = {name: ScriptedProvider([], name=name) for name in sections}
    routes = automatic_routes(sections, providers, {"HOME": "/nonexistent"})
    assert [(route.model.provider, route.model.name) for route in routes] == [
        ("local", "small"),
        ("local", "big"),
        ("other", "big"),
        ("other", "small"),
    ]
    assert all(route.provider is providers[route.model.provider] for route in routes)
    assert routes[1].model.context_tokens == 9


def test_where_no_model_is_known_the_user_is_told_how_to_know_some() -> None:
    section = ProviderSettings(kind="openai-compatible", base_url="http://localhost:1", model="auto")
    with pytest.raises(ConfigError) as caught:
        automatic_routes({"local": section}, {"local": ScriptedProvider([])}, {"HOME": "/nonexistent"})
    assert caught.value.message == "no model of local is known from which one could be chosen automatically"
    assert caught.value.hint == (
        "--model NAME, or describe a model in providers.local.custom_models; "
        "aircher models refresh --provider local asks the server for its list"
    )
    with_own = ProviderSettings(kind="openai-compatible", custom_models={"mine": CustomModel()})
    [route] = automatic_routes({"local": with_own}, {"local": ScriptedProvider([])}, {"HOME": "/nonexistent"})
    assert route.model.name == "mine"


def test_the_cheapest_model_that_does_is_chosen() -> None:
    cheap, dear = way("a", "cheap", usd=1.0), way("a", "dear", usd=9.0)
    assert chosen(prompt(), dear, cheap) == "cheap"
    assert chosen(prompt("refactor the whole codebase", tools=(TOOL,)), dear, cheap) == "dear"


def test_two_providers_may_have_a_model_of_the_same_name() -> None:
    assert choose_automatically(budget_usd=None)(prompt(), [way("a", "m", usd=2.0), way("b", "m", usd=1.0)]).model == (
        way("b", "m", usd=1.0).model
    )


@pytest.mark.parametrize(
    ("request_", "lacking"),
    [
        (prompt(tools=(TOOL,)), Capabilities(images=True, thinking=True)),
        (prompt("what is it?", ImagePart(media_type="image/png", data_base64="AA==")), replace(ABLE, images=None)),
        (prompt(thinking="low"), replace(ABLE, thinking=False)),
    ],
)
def test_a_model_that_cannot_what_is_needed_is_not_chosen(request_: ModelRequest, lacking: Capabilities) -> None:
    assert chosen(request_, way("a", "unable", can=lacking), way("b", "able", usd=5.0)) == "able"
    assert chosen(prompt(thinking="off"), way("a", "unable", can=lacking), way("b", "able", usd=5.0)) == "unable"


def test_a_picture_earlier_in_the_conversation_is_needed_still() -> None:
    first = prompt("see", ImagePart(media_type="image/png", data_base64="AA=="))
    request = replace(first, messages=(*first.messages, *prompt("and now?").messages))
    assert chosen(request, way("a", "blind", can=Capabilities()), way("b", "able", usd=5.0)) == "able"


def test_the_prompt_and_room_for_the_answer_have_to_fit() -> None:
    words = "word " * 10_000
    assert chosen(prompt(words), way("a", "short", window=ANSWER_ROOM_TOKENS + 9_000), way("b", "long", usd=5.0)) == (
        "long"
    )
    assert (
        chosen(prompt("hi"), way("a", "short", window=ANSWER_ROOM_TOKENS + 100), way("b", "long", usd=5.0)) == "short"
    )


def test_how_heavy_a_task_is_is_told_by_the_question_not_by_what_is_piped_in() -> None:
    cheap, dear = way("a", "cheap", usd=1.0), way("a", "dear", usd=9.0)
    heavy = "refactor and redesign the architecture, migrate everywhere"
    assert chosen(prompt(f"what is this? <stdin>{heavy}</stdin>", tools=(TOOL,)), dear, cheap) == "cheap"
    assert chosen(prompt(f"<stdin>{heavy}</stdin>", tools=(TOOL,)), dear, cheap) == "dear"


def test_many_files_make_a_task_heavier() -> None:
    cheap, middle, dear = way("a", "cheap", usd=1.0), way("a", "middle", usd=5.0), way("a", "dear", usd=9.0)
    assert chosen(prompt("list the names", tools=(TOOL,)), dear, middle, cheap) == "cheap"
    assert chosen(prompt("names of @a @b @c @d", tools=(TOOL,)), dear, middle, cheap) == "middle"


@pytest.mark.parametrize(
    ("request_", "budget_usd", "message"),
    [
        (prompt(), 0.5, r"none of 2 models is known to take this prompt within 0\.5 USD: a window of 8,\d+ tokens"),
        (
            prompt("x", ImagePart(media_type="image/png", data_base64="AA=="), tools=(TOOL,), thinking="low"),
            None,
            r"none of 2 models is known to take this prompt: a window of \d+,\d+ tokens, tools, pictures, thinking",
        ),
    ],
)
def test_a_prompt_that_no_model_takes_is_told_with_what_it_needs(
    request_: ModelRequest, budget_usd: float | None, message: str
) -> None:
    routes = [way("a", "m", usd=1e6, can=Capabilities()), way("b", "m", usd=1e6, can=Capabilities())]
    with pytest.raises(ConfigError) as caught:
        choose_automatically(budget_usd=budget_usd)(request_, routes)
    assert re.fullmatch(message, caught.value.message)
    assert caught.value.hint == (
        "--model NAME names one; providers.NAME.custom_models says what a model of yours can do, "
        "for instance tools = true"
    )
