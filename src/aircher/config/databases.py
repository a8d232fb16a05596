"""Where the four databases of a project are."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aircher.config.loaded import Config
from aircher.support.paths import project_id, user_paths

NAMES = ("conversations.db", "knowledge.db", "sessions.db", "file_index.db")
BESIDE_EARLIER = "v2"
"""Subfolder that is used where databases of the earlier Go program lie, which had the same names."""

_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\0"


class DatabasePaths(Struct, frozen=True, kw_only=True):
    """The files, whether they exist or not."""

    conversations: Path
    knowledge: Path
    sessions: Path
    file_index: Path


def database_paths(config: Config, environ: Mapping[str, str] | None = None) -> DatabasePaths:
    """Return the files for this project.

    ``storage.data_dir`` moves all four. Inside the project the index lies beside the others; in a folder that serves
    several projects each has its own. Where the folder holds databases of the earlier program, they are left alone and
    these lie in `BESIDE_EARLIER` below it, also later, when the earlier ones are gone.
    """
    paths = user_paths(environ)
    data, index = paths.data, paths.cache / "projects" / project_id(config.root)
    chosen = config.storage.data_dir
    if chosen:
        home = Path((os.environ if environ is None else environ).get("HOME") or Path.home())
        data = home / chosen[2:] if chosen.startswith("~/") else config.root / chosen
        data = Path(os.path.realpath(data))
        is_inside = data.is_relative_to(config.root.resolve())
        data = _beside_earlier(data)
        index = data if is_inside else data / "projects" / project_id(config.root)
    return DatabasePaths(
        conversations=data / "conversations.db",
        knowledge=data / "knowledge.db",
        sessions=data / "sessions.db",
        file_index=index / "file_index.db",
    )


def _beside_earlier(folder: Path) -> Path:
    below = folder / BESIDE_EARLIER
    is_in_use = any(map(_is_file, (below / name for name in NAMES)))
    return below if is_in_use or any(map(_is_earlier, (folder / name for name in NAMES))) else folder


def _is_earlier(file: Path) -> bool:
    """Say whether a file is a database with tables and without a schema version: not one of this program's.

    Both facts are in the first page. While a new database of this program is only in its write-ahead log, that page
    says that there are no further ones. Source: https://www.sqlite.org/fileformat2.html#the_database_header
    """
    if not _is_file(file):
        return False
    try:
        with file.open("rb") as stream:
            header = stream.read(_HEADER_BYTES)
    except OSError:
        return False  # opening it as a database says what is wrong
    pages, version = (int.from_bytes(header[at : at + 4]) for at in (28, 60))
    return header.startswith(_MAGIC) and version == 0 and pages > 1


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  # unlike Path.is_file it takes names that are too long
