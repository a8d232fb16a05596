"""OpenAI, over Responses or Chat Completions. The wires are imported when a provider is built."""

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec

BASE_URL = "https://api.openai.com/v1"


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers import _chat_vendor, _responses_vendor
    from aircher.providers._chat_request import OPENAI
    from aircher.providers._http_provider import HttpProvider
    from aircher.providers._wire import Vendor

    return HttpProvider(
        settings,
        Vendor(
            base_url=BASE_URL,
            version_path="/v1",
            endpoints=_chat_vendor.ENDPOINTS,
            headers=_chat_vendor.bearer,
            ask=lambda request, settings: _responses_vendor.ask(request, settings, OPENAI),
            models=_chat_vendor.models,
            count=lambda request, settings: _responses_vendor.count(request, settings, OPENAI),
            embed=_chat_vendor.embed,
        ),
    )


PROVIDER = ProviderSpec(kind="openai", build=build, default_key_variable="OPENAI_API_KEY")
