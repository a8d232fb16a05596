"""Ollama, on this machine or elsewhere, over its own wire. It is imported when a provider is built, not before."""

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers._ollama_provider import OllamaProvider

    return OllamaProvider(settings)


PROVIDER = ProviderSpec(kind="ollama", build=build)
