"""Any server that speaks Chat Completions: vLLM, llama.cpp, LM Studio, Ollama's ``/v1``, gateways."""

from aircher.domain.errors import ConfigError
from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec


def build(settings: ProviderSettings) -> Provider:
    """Return the provider for a section of this kind.

    Raises:
        ConfigError: The section does not say where the server is.
    """
    from aircher.providers import _chat_vendor, _responses_vendor
    from aircher.providers._chat_request import COMPATIBLE
    from aircher.providers._http_provider import HttpProvider
    from aircher.providers._wire import Vendor

    if not settings.base_url:
        raise ConfigError(
            f"providers.{settings.name} has no base_url, and servers of kind openai-compatible have no common one",
            hint=f'set providers.{settings.name}.base_url, for instance to "http://localhost:8000/v1"',
            code="config.base_url",
        )
    return HttpProvider(
        settings,
        Vendor(
            base_url=settings.base_url,
            version_path="/v1",
            endpoints=_chat_vendor.ENDPOINTS,
            headers=_chat_vendor.bearer,
            ask=lambda request, settings: _responses_vendor.ask(request, settings, COMPATIBLE),
            count=lambda request, settings: _responses_vendor.count(request, settings, COMPATIBLE),
            models=_chat_vendor.models,
            embed=_chat_vendor.embed,
            needs_key=False,
        ),
    )


PROVIDER = ProviderSpec(kind="openai-compatible", build=build)
