"""Which ways to a model a session has: the one that was asked for, and those that may stand in for it.

Invariant: a provider is a fallback only if the user listed it in ``providers.fallback_order`` and asked for none that
is not in the list; nothing of a fallback is opened, not even its key, before it is needed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aircher.app.keys import key_source
from aircher.app.models import candidates
from aircher.config import Config
from aircher.config.providers import OFFLINE
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.domain.messages import ImagePart
from aircher.domain.models import ModelInfo
from aircher.domain.ports import Clock
from aircher.domain.provider import ModelRequest, Provider
from aircher.engine.routing import Route
from aircher.engine.token_counter import TokenCounter
from aircher.providers.router import Choose, Pace, ProviderRouter
from aircher.support.token_estimate import UNKNOWN, family_of

AUTO_MODEL = "auto"
ANSWER_ROOM_TOKENS = 8_000
"""What is kept free in a window for tools' results and the answer when a model is chosen: a few files and a page."""

if TYPE_CHECKING:  # imported when a model is chosen automatically
    from aircher.providers.auto_model import Needs


def route_to(
    provider: Provider, section: ProviderSettings, model: ModelInfo, *, max_output_tokens: int | None = None
) -> Route:
    """Return the way to a model of a section."""
    return Route(
        provider=provider,
        model=model,
        max_output_tokens=section.max_tokens or max_output_tokens,
        temperature=section.temperature,
        vocabulary=family_of(section.kind, model.name),
    )


def fallback_sections(
    config: Config, chosen: str, environ: Mapping[str, str], *, note: Callable[[str], None]
) -> dict[str, ProviderSettings]:
    """Return the sections that may stand in for the chosen one, in the user's order, without those that lack a key.

    One without a model cannot stand in, which ``note`` is told.
    """
    order, named = config.providers.fallback_order, config.providers.named
    found: dict[str, ProviderSettings] = {}
    for name in order if chosen in order else ():
        section = named[name]
        if name == chosen or not _can_be_asked(name, section, environ):
            continue
        if section.model:
            found[name] = section
        else:
            note(f"{name} cannot stand in for {chosen}: providers.{name}.model is not set")
    return found


def router_for(
    config: Config,
    routes: Sequence[Route],
    fallbacks: Sequence[Route],
    *,
    clock: Clock,
    choose: Choose | None = None,
) -> ProviderRouter:
    """Return the router over these ways, with the paces that the configuration sets."""
    return ProviderRouter(
        chosen=routes,
        fallbacks=fallbacks,
        clock=clock,
        choose=choose,
        paces={
            name: Pace(requests_per_min=section.requests_per_min, tokens_per_min=section.tokens_per_min)
            for name, section in config.providers.named.items()
            if section.requests_per_min or section.tokens_per_min
        },
        retry_after_s=float(config.providers.health_check_interval),
    )


def automatic_routes(
    sections: Mapping[str, ProviderSettings], providers: Mapping[str, Provider], environ: Mapping[str, str]
) -> list[Route]:
    """Return the ways to every model that an automatic choice may pick, those of the first section first.

    Raises:
        ConfigError: No model is known.
    """
    routes = [
        route_to(providers[name], section, model)
        for name, section in sections.items()
        if section.kind != OFFLINE
        for model in candidates(name, section, environ)
        if model.name != AUTO_MODEL
    ]
    if not routes:
        name = next(iter(sections))
        raise ConfigError(
            f"no model of {name} is known from which one could be chosen automatically",
            hint="--model NAME, or describe a model in "
            f"providers.{name}.custom_models; aircher models refresh --provider {name} asks the server for its list",
        )
    return routes


def choose_automatically(*, budget_usd: float | None) -> Choose:
    """Return what picks the cheapest model that satisfies a request and the weight of its task."""

    def choose(request: ModelRequest, routes: Sequence[Route]) -> Route:
        from aircher.providers.auto_model import choose as cheapest

        by_model = {(route.model.provider, route.model.name): route for route in routes}
        today = datetime.now(UTC).date()
        choice = cheapest([route.model for route in routes], _needs(request), budget_usd=budget_usd, on=today)
        if choice is None:
            within = "" if budget_usd is None else f" within {budget_usd:g} USD"
            raise ConfigError(
                f"none of {len(routes)} models is known to take this prompt{within}: {_wanted(_needs(request))}",
                hint="--model NAME names one; providers.NAME.custom_models says what a model of yours can do, "
                "for instance tools = true",
            )
        chosen = by_model[choice.model.provider, choice.model.name]
        return replace(chosen, reason=choice.reason.removeprefix(f"{choice.model.name}: "))  # the route names it

    return choose


def _needs(request: ModelRequest) -> "Needs":
    from aircher.providers.auto_model import Needs, weight_of

    prompt = request.messages[-1].text
    question = prompt.partition("<stdin>")[0] or prompt
    used = TokenCounter(UNKNOWN).count_request(request)
    return Needs(
        tools=bool(request.tools),
        images=any(isinstance(part, ImagePart) for message in request.messages for part in message.parts),
        thinking=request.thinking not in {None, "off"},
        context_tokens=round(used * 1.2) + ANSWER_ROOM_TOKENS,
        weight=weight_of(question, tools=bool(request.tools), files=question.count("@")),
    )


def _wanted(needs: "Needs") -> str:
    wanted = {"tools": needs.tools, "pictures": needs.images, "thinking": needs.thinking}
    also = "".join(f", {what}" for what, is_needed in wanted.items() if is_needed)
    return f"a window of {needs.context_tokens:,} tokens{also}"


def _can_be_asked(name: str, section: ProviderSettings, environ: Mapping[str, str]) -> bool:
    is_keyless = section.kind == OFFLINE or not section.api_key_env
    return is_keyless or key_source(name, section, environ) is not None
