"""Which provider and which model answer."""

from collections.abc import Mapping

from aircher.config import Config
from aircher.config.providers import OFFLINE, default_provider, provider_settings
from aircher.config.sections_providers import CustomModel, ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.domain.models import ModelInfo, Prices
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


def model_info(provider: str, section: ProviderSettings, *, requested: str | None) -> ModelInfo:
    """Return the model to ask: the one requested, else the section's.

    Raises:
        ConfigError: Neither names one.
    """
    name = requested or section.model
    if not name:
        raise ConfigError(
            f"provider {provider} has no model",
            hint=f"--model NAME, or aircher config set providers.{provider}.model NAME",
        )
    if section.kind == OFFLINE:
        return ModelInfo(provider=provider, name=name, prices=Prices(input_usd=0.0, output_usd=0.0))
    return _described(provider, name, section.custom_models.get(name))


def custom_models(provider: str, section: ProviderSettings) -> tuple[ModelInfo, ...]:
    """Return the models that the section describes itself."""
    return tuple(_described(provider, name, model) for name, model in section.custom_models.items())


def _described(provider: str, name: str, custom: CustomModel | None) -> ModelInfo:
    if custom is None:
        return ModelInfo(provider=provider, name=name)
    prices = None
    if custom.price_input_usd is not None and custom.price_output_usd is not None:
        prices = Prices(
            input_usd=custom.price_input_usd, output_usd=custom.price_output_usd, cached_usd=custom.price_cached_usd
        )
    return ModelInfo(
        provider=provider,
        name=name,
        context_tokens=custom.context_tokens or None,
        output_tokens=custom.output_tokens or None,
        prices=prices,
    )
