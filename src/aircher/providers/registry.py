"""From the word ``kind = "…"`` to the provider that it names.

Invariant: only the module of the kind that is asked for is imported: a run with one vendor does not pay for others.
"""

from aircher.domain.errors import ConfigError
from aircher.domain.provider import Provider
from aircher.providers.spec import ProviderSettings, ProviderSpec
from aircher.support.discovery import entry_points, module_names, value_of
from aircher.support.suggest import nearest

PACKAGE = "aircher.providers"
ENTRY_POINTS = "aircher.providers"


def find(kind: str) -> ProviderSpec:
    """Return the spec of this kind: a built-in one, else a plugin's.

    Raises:
        ConfigError: There is none; the hint names the nearest.
    """
    module = kind.replace("-", "_")
    if module in module_names(PACKAGE):
        spec = value_of(PACKAGE, module, "PROVIDER")
        if isinstance(spec, ProviderSpec):
            return spec
    known = specs()
    if kind in known:
        return known[kind]
    guess = nearest(kind, known)
    meant = f"did you mean {guess!r}? " if guess else ""
    raise ConfigError(
        f"there is no provider of kind {kind!r}",
        hint=f"{meant}known: {', '.join(sorted(known))}",
        code="config.provider",
    )


def specs() -> dict[str, ProviderSpec]:
    """Return every kind there is; imports all of them. A plugin cannot take a built-in's name."""
    found = [value for _, value in entry_points(ENTRY_POINTS)]
    found += [value_of(PACKAGE, module, "PROVIDER") for module in module_names(PACKAGE)]
    return {spec.kind: spec for spec in found if isinstance(spec, ProviderSpec)}


def build(settings: ProviderSettings) -> Provider:
    """Return the provider of a section; it has opened nothing yet.

    Raises:
        ConfigError: The kind is unknown, or the section lacks something.
    """
    return find(settings.kind).build(settings)
