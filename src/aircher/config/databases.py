"""Where the four databases of a project are."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from aircher.config.loaded import Config
from aircher.support.paths import project_id, user_paths


class DatabasePaths(Struct, frozen=True, kw_only=True):
    """The files, whether they exist or not."""

    conversations: Path
    knowledge: Path
    sessions: Path
    file_index: Path


def database_paths(config: Config, environ: Mapping[str, str] | None = None) -> DatabasePaths:
    """Return the files for this project.

    ``storage.data_dir`` moves all four. Inside the project the index lies beside the others; in a folder that serves
    several projects each has its own.
    """
    paths = user_paths(environ)
    data, index = paths.data, paths.cache / "projects" / project_id(config.root)
    chosen = config.storage.data_dir
    if chosen:
        home = Path((os.environ if environ is None else environ).get("HOME") or Path.home())
        data = home / chosen[2:] if chosen.startswith("~/") else config.root / chosen
        data = Path(os.path.realpath(data))
        is_inside = data.is_relative_to(config.root.resolve())
        index = data if is_inside else data / "projects" / project_id(config.root)
    return DatabasePaths(
        conversations=data / "conversations.db",
        knowledge=data / "knowledge.db",
        sessions=data / "sessions.db",
        file_index=index / "file_index.db",
    )
