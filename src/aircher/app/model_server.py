"""The server that keeps the models: an Ollama server, which pulls and loads them when it is told to."""

from collections.abc import Mapping

from msgspec.structs import replace

from aircher.app.build_provider import build_provider
from aircher.app.choice import choose_provider
from aircher.app.keys import find_key
from aircher.config import Config
from aircher.config.quantities import Duration
from aircher.domain.errors import UsageError
from aircher.providers._ollama_provider import OllamaProvider

LONGEST_SILENCE_S = 900.0
"""How long such a server may say nothing: it checks the digest of a file of many gigabytes in one go."""
_KIND = "ollama"


def model_server(config: Config, environ: Mapping[str, str], *, requested: str | None) -> OllamaProvider:
    """Return the server: the one asked for, else the default provider if it is one, else ``ollama``.

    Raises:
        ConfigError: There is no such provider.
        UsageError: It keeps no models of its own.
    """
    default = config.providers.named.get(config.providers.default)
    usual = config.providers.default if default is not None and default.kind == _KIND else _KIND
    name, section = choose_provider(config, environ, requested=requested or usual)
    patient = replace(section, timeout=Duration(max(section.timeout, LONGEST_SILENCE_S)))
    if section.kind == _KIND:
        server = build_provider(name, patient, key=find_key(name, section, environ), environ=environ)
        if isinstance(server, OllamaProvider):
            return server
    others = [other for other, its in config.providers.named.items() if its.kind == _KIND]
    raise UsageError(
        f"{name} is of kind {section.kind}: models are pulled and unloaded on servers of kind {_KIND} only",
        hint=f"--provider {' or '.join(others) or _KIND}",
        code="usage.model_server",
    )
