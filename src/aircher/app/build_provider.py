"""From a section of the configuration to its provider."""

from collections.abc import Mapping

from aircher.app.choice import custom_models
from aircher.config.providers import OFFLINE
from aircher.config.sections_providers import ProviderSettings as Section
from aircher.domain.provider import Provider
from aircher.providers import registry
from aircher.providers.spec import ProviderSettings
from aircher.support.secret import Secret


def build_provider(name: str, section: Section, *, key: Secret | None, environ: Mapping[str, str]) -> Provider:
    """Return the provider of a section; nothing is opened yet. The offline one gets no project to answer from."""
    if section.kind == OFFLINE:
        from aircher.providers.offline import OfflineProvider

        return OfflineProvider(None)
    return registry.build(
        ProviderSettings(
            name=name,
            kind=section.kind,
            base_url=section.base_url or None,
            api_key=key,
            key_variable=section.api_key_env or None,
            organization=section.org_id or None,
            project=section.project or None,
            wire=section.wire,
            routing=section.routing.wishes(),
            keep_alive_s=float(section.keep_alive),
            window_tokens=section.num_ctx or None,
            answer_tokens=section.num_predict or None,
            idle_timeout_s=float(section.timeout),
            custom_models=custom_models(name, section),
            environ=environ,
        )
    )
