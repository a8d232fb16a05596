"""OpenRouter: many vendors' models behind one key. The wire is imported when a provider is built."""

from typing import TYPE_CHECKING

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec

if TYPE_CHECKING:
    from aircher.domain.messages import JsonValue
    from aircher.providers._wire import Exchange

BASE_URL = "https://openrouter.ai/api/v1"


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers import _chat_vendor, _openrouter_vendor
    from aircher.providers._http_provider import HttpProvider
    from aircher.providers._wire import Vendor

    return HttpProvider(
        settings,
        Vendor(
            base_url=BASE_URL,
            version_path="/api/v1",
            endpoints=_chat_vendor.ENDPOINTS,
            headers=_openrouter_vendor.headers,
            ask=_openrouter_vendor.ask,
            models=_openrouter_vendor.models,
            embed=_chat_vendor.embed,
            check=_openrouter_vendor.check_key(),
        ),
    )


def read_key() -> "Exchange[JsonValue]":
    """Return the call that tells what the key is good for; see `aircher.providers._openrouter_vendor.read_key`."""
    from aircher.providers import _openrouter_vendor

    return _openrouter_vendor.read_key()


PROVIDER = ProviderSpec(kind="openrouter", build=build, default_key_variable="OPENROUTER_API_KEY")
