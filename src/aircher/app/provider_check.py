"""Whether providers answer: the cheapest real call of each, and what it told.

Invariant: what goes wrong with one provider is an answer about that one; the others are asked all the same, all at
once, and nobody is waited for longer than the deadline.
"""

import asyncio
import time
from collections.abc import Mapping

from aircher.app.build_provider import build_provider
from aircher.app.keys import find_key
from aircher.config.providers import OFFLINE
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import AircherError, NetworkError
from aircher.domain.provider import Provider
from aircher.domain.records import dataclass

DEADLINE_S = 15.0  # a server that needs longer for its list of models is not one to work with


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a provider that answers told.

    Attributes:
        latency_ms: How long the cheapest call took, connecting included.
        facts: What it told, a phrase each.
        models: How many models are listed, the user's own included.
        default_model: The section's; empty = none is set.
        has_default_model: Whether it is listed; ``None`` = nothing is listed, or no model is set.
    """

    name: str
    latency_ms: int
    facts: tuple[str, ...]
    models: int
    default_model: str
    has_default_model: bool | None


def check_providers(
    sections: Mapping[str, ProviderSettings], environ: Mapping[str, str]
) -> dict[str, Findings | AircherError]:
    """Return what was found out about each section's provider, in their order."""

    async def check_all() -> list[Findings | AircherError]:
        return await asyncio.gather(*(_outcome(name, section, environ) for name, section in sections.items()))

    return dict(zip(sections, asyncio.run(check_all()), strict=True))


async def _outcome(name: str, section: ProviderSettings, environ: Mapping[str, str]) -> Findings | AircherError:
    try:
        key = None if section.kind == OFFLINE else await asyncio.to_thread(find_key, name, section, environ)
        return await _findings(build_provider(name, section, key=key, environ=environ), section)
    except AircherError as exc:
        return exc


async def _findings(provider: Provider, section: ProviderSettings) -> Findings:
    name = provider.name
    try:
        async with asyncio.timeout(DEADLINE_S):
            started_s = time.monotonic()
            facts = await provider.check()
            latency_ms = round((time.monotonic() - started_s) * 1000)
            listed = {model.name for model in await provider.list_models()}
    except TimeoutError as exc:
        raise NetworkError(
            f"{name} did not answer within {DEADLINE_S:g} s",
            provider=name,
            hint=f"check providers.{name}.base_url and the network: aircher doctor",
        ) from exc
    finally:
        await provider.aclose()
    is_known = bool(listed) and section.model not in {"", "auto"}
    return Findings(
        name=name,
        latency_ms=latency_ms,
        facts=facts,
        models=len(listed),
        default_model=section.model,
        has_default_model=bool(listed & _spellings(section.model)) if is_known else None,
    )


def _spellings(model: str) -> set[str]:
    """Return the names under which servers list a model: Gemini's have a folder, Ollama's have a tag."""
    return {model, f"models/{model}", f"{model}:latest"}
