"""OpenAI. The wire is imported when a provider is built, not when its kind is looked up."""

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec

BASE_URL = "https://api.openai.com/v1"


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers import _chat_vendor
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
            ask=lambda request, _: _chat_vendor.ask_chat(request, OPENAI),
            models=_chat_vendor.models,
            embed=_chat_vendor.embed,
        ),
    )


PROVIDER = ProviderSpec(kind="openai", build=build, default_key_variable="OPENAI_API_KEY")
