"""Google Gemini. The wire is imported when a provider is built, not when its kind is looked up.

Source: https://ai.google.dev/api
"""

from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec

BASE_URL = "https://generativelanguage.googleapis.com/v1"


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind."""
    from aircher.providers import _gemini_vendor
    from aircher.providers._http_provider import HttpProvider
    from aircher.providers._wire import Vendor

    return HttpProvider(
        settings,
        Vendor(
            base_url=BASE_URL,
            version_path="/v1",
            endpoints=("/models",),
            headers=_gemini_vendor.headers,
            ask=_gemini_vendor.ask,
            models=_gemini_vendor.models,
            count=_gemini_vendor.count,
            embed=_gemini_vendor.embed,
        ),
    )


PROVIDER = ProviderSpec(kind="gemini", build=build, default_key_variable="GEMINI_API_KEY")
