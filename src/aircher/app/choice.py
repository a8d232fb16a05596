"""Which provider and which model answer."""

from collections.abc import Mapping

from aircher.app.models import custom_model, describe
from aircher.config import Config
from aircher.config.providers import default_provider, provider_settings
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.domain.models import ModelInfo


def chosen_by_default(config: Config, environ: Mapping[str, str]) -> str:
    """Return the section that answers when none is named."""
    return default_provider(config.providers, environ)


def choose_provider(
    config: Config, environ: Mapping[str, str], *, requested: str | None
) -> tuple[str, ProviderSettings]:
    """Return the section's name and content: the one asked for, else the default.

    Raises:
        ConfigError: There is no such section.
    """
    return provider_settings(config.providers, requested or chosen_by_default(config, environ))


def model_info(
    provider: str, section: ProviderSettings, *, requested: str | None, environ: Mapping[str, str] | None = None
) -> ModelInfo:
    """Return the model to ask, the one requested or else the section's, with all that is known of it.

    ``environ`` leads to the cache folder; ``None`` = the process's own.

    Raises:
        ConfigError: Neither names one.
    """
    name = requested or section.model
    if not name:
        raise ConfigError(
            f"provider {provider} has no model",
            hint=f"--model NAME, or aircher config set providers.{provider}.model NAME",
        )
    return describe(provider, section, name, environ)


def custom_models(provider: str, section: ProviderSettings) -> tuple[ModelInfo, ...]:
    """Return the models that the section describes itself."""
    return tuple(custom_model(provider, name, model) for name, model in section.custom_models.items())
