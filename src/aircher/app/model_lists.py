"""Asking servers for their models, and keeping what they said."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import structs

from aircher.app import model_cache
from aircher.app.build_provider import build_provider
from aircher.app.keys import find_key
from aircher.config.providers import OFFLINE
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import NetworkError, StorageError
from aircher.domain.models import ModelInfo

ANSWER_DEADLINE_S = 20.0  # OpenRouter's list is the longest: 500 kB, half a second


def fetch(name: str, section: ProviderSettings, environ: Mapping[str, str]) -> tuple[ModelInfo, ...]:
    """Return what the section's server offers, without what the user configured.

    Raises:
        AircherError: It did not say.
    """
    key = None if section.kind == OFFLINE else find_key(name, section, environ)
    provider = build_provider(name, structs.replace(section, custom_models={}), key=key, environ=environ)

    async def models() -> tuple[ModelInfo, ...]:
        try:
            async with asyncio.timeout(ANSWER_DEADLINE_S):
                return tuple(await provider.list_models())
        except TimeoutError as exc:
            raise NetworkError(
                f"{name} did not list its models within {ANSWER_DEADLINE_S:g} s",
                provider=name,
                hint=f"aircher providers test {name}",
            ) from exc
        finally:
            await provider.aclose()

    return asyncio.run(models())


def refresh(name: str, section: ProviderSettings, environ: Mapping[str, str]) -> tuple[ModelInfo, ...]:
    """Ask the section's server and keep its answer for `aircher.app.models`; return it.

    Raises:
        AircherError: It did not say, or the answer cannot be kept.
    """
    models = fetch(name, section, environ)
    try:
        model_cache.remember(name, models, base_url=section.base_url, at=datetime.now(UTC), environ=environ)
    except OSError as exc:
        path = model_cache.cache_path(environ)
        raise StorageError(
            f"the models of {name} cannot be kept: {path}: {exc.strerror}", hint=f"make {path.parent} writable"
        ) from exc
    return models
