"""What servers said of their models when they were last asked: one JSON file in the user's cache folder.

Written by ``aircher models refresh`` only. Invariant: it is a cache: missing, damaged or of another version, it is as
if nobody had been asked; a list counts only for the address that it came from.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import MsgspecError, Struct, json

from aircher.domain.models import ModelInfo
from aircher.support.atomic import write_atomically
from aircher.support.paths import user_paths

FORMAT = 1


class ServerList(Struct, frozen=True, kw_only=True):
    """The models of one section's server."""

    base_url: str
    fetched_at: datetime
    models: tuple[ModelInfo, ...]


class _File(Struct, frozen=True, kw_only=True):
    format: int
    servers: dict[str, ServerList]


def cache_path(environ: Mapping[str, str] | None) -> Path:
    """Return the file's place."""
    return user_paths(environ).cache / "models.json"


def reported(provider: str, *, base_url: str, environ: Mapping[str, str] | None) -> tuple[ModelInfo, ...]:
    """Return what the section's server last said; nothing if it was never asked at this address."""
    found = _read(cache_path(environ)).get(provider)
    return found.models if found is not None and found.base_url == base_url else ()


def remember(
    provider: str, models: Sequence[ModelInfo], *, base_url: str, at: datetime, environ: Mapping[str, str] | None
) -> None:
    """Replace what is kept of this section; the others stay.

    Raises:
        OSError: The file cannot be written.
    """
    path = cache_path(environ)
    servers = _read(path) | {provider: ServerList(base_url=base_url, fetched_at=at, models=tuple(models))}
    write_atomically(path, json.encode(_File(format=FORMAT, servers=servers)))


def _read(path: Path) -> dict[str, ServerList]:
    try:
        file = json.decode(path.read_bytes(), type=_File)
    except (OSError, MsgspecError, RecursionError):
        return {}
    return file.servers if file.format == FORMAT else {}
