"""Anthropic. The wire is imported when a provider is built, not when its kind is looked up."""

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec

BASE_URL = "https://api.anthropic.com/v1"


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers import _messages_vendor
    from aircher.providers._http_provider import HttpProvider
    from aircher.providers._wire import Vendor

    return HttpProvider(
        settings,
        Vendor(
            base_url=BASE_URL,
            version_path="/v1",
            endpoints=_messages_vendor.ENDPOINTS,
            headers=_messages_vendor.headers,
            ask=_messages_vendor.ask,
            models=_messages_vendor.models,
            count=_messages_vendor.count,
        ),
    )


PROVIDER = ProviderSpec(kind="anthropic", build=build, default_key_variable="ANTHROPIC_API_KEY")
