"""Which provider and which model answer."""

from collections.abc import Mapping

from aircher.app.models import custom_model, describe
from aircher.config import Config
from aircher.config.providers import OFFLINE, default_provider, provider_settings
from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.domain.models import ModelInfo
from aircher.providers import registry


def is_spoken(kind: str) -> bool:
    """Whether this version speaks the wire format ``kind``."""
    return kind == OFFLINE or registry.is_known(kind)


def chosen_by_default(config: Config, environ: Mapping[str, str]) -> str:
    """Return the section that answers when none is named, of those that this version can speak to."""
    return default_provider(config.providers, environ, is_spoken=is_spoken)


def choose_provider(
    config: Config, environ: Mapping[str, str], *, requested: str | None
) -> tuple[str, ProviderSettings]:
    """Return the section's name and content: the one asked for, else the default.

    Raises:
        ConfigError: There is no such section, or it is of a kind that this version does not speak.
    """
    name, section = provider_settings(config.providers, requested or chosen_by_default(config, environ))
    if not is_spoken(section.kind):
        raise ConfigError(
            f"this version does not speak the wire format {section.kind!r} of provider {name}",
            hint="--provider offline answers without a model; aircher providers list shows those it speaks",
            code="config.provider_kind",
        )
    return name, section


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
