"""OpenAI over Chat Completions. The wire is imported when a provider is built, not when its kind is looked up."""

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec

BASE_URL = "https://api.openai.com/v1"


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers._chat_provider import ChatProvider
    from aircher.providers._chat_request import OPENAI

    return ChatProvider(settings, OPENAI, default_base_url=BASE_URL)


PROVIDER = ProviderSpec(kind="openai", build=build, default_key_variable="OPENAI_API_KEY")
