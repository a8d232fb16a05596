"""Any server that speaks Chat Completions: vLLM, llama.cpp, LM Studio, Ollama's ``/v1``, gateways."""

from aircher.domain.errors import ConfigError
from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind.

    Raises:
        ConfigError: The section does not say where the server is.
    """
    from aircher.providers._chat_provider import ChatProvider
    from aircher.providers._chat_request import COMPATIBLE

    if not settings.base_url:
        raise ConfigError(
            f"providers.{settings.name} has no base_url, and servers of kind openai-compatible have no common one",
            hint=f'set providers.{settings.name}.base_url, for instance to "http://localhost:8000/v1"',
            code="config.base_url",
        )
    return ChatProvider(settings, COMPATIBLE, default_base_url=settings.base_url)


PROVIDER = ProviderSpec(kind="openai-compatible", build=build)
