"""Whether a key would travel where everybody on the way can read it."""

from aircher.config.sections_providers import ProviderSettings
from aircher.domain.errors import ConfigError
from aircher.providers.route import route_to


def warning(name: str, section: ProviderSettings, *, has_key: bool) -> str | None:
    """Return what to say of a key that goes over plain HTTP to another machine; ``None`` = nothing."""
    if not has_key or not section.base_url.lower().startswith("http://"):
        return None
    try:
        route = route_to(section.base_url, key=f"providers.{name}.base_url", environ={})
    except ConfigError:
        return None  # whoever asks that server will hear what is wrong with its address
    if route.is_loopback:
        return None
    return f"the key of {name} goes to {route.shown} without encryption: everybody on the way can read it"
