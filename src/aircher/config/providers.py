"""Which provider is meant, where the configuration leaves it open."""

from collections.abc import Mapping

from aircher.config.earlier import provider_name
from aircher.config.merge import AUTO
from aircher.config.sections_providers import BUILTIN, Providers, ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.support.suggest import nearest

OFFLINE = "offline"


def default_provider(providers: Providers, environ: Mapping[str, str]) -> str:
    """Return the provider to ask when none is named.

    ``auto`` means: the first of ``fallback_order`` (or, if that is empty, of the providers with a section of their
    own and then of the built-in ones) whose key variable is set or whose key a command prints; else ``offline``.
    """
    if providers.default != AUTO:
        return providers.default
    own = [name for name in providers.named if name not in BUILTIN]
    for name in providers.fallback_order or [*own, *BUILTIN]:
        section = providers.named[name]
        if has_key(section, environ):
            return name
    return OFFLINE


def has_key(section: ProviderSettings, environ: Mapping[str, str]) -> bool:
    """Whether a key is at hand without starting a program or asking the keyring."""
    return bool(section.api_key_command or environ.get(section.api_key_env, "").strip())


def provider_settings(providers: Providers, name: str) -> tuple[str, ProviderSettings]:
    """Return today's name and the section of a provider that the user named.

    Raises:
        ConfigError: There is none of this name.
    """
    current = provider_name(name)
    if current in providers.named:
        return current, providers.named[current]
    guess = nearest(name, providers.named)
    raise ConfigError(
        f"There is no provider {name}; configured: {', '.join(providers.named)}",
        hint=f"--provider {guess}" if guess else f"aircher config set providers.{name}.base_url URL",
        code="config.unknown_provider",
    )
