"""Where things live on this machine, after the XDG base directory specification and macOS custom.

Source: XDG Base Directory Specification 0.8.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from aircher.domain.records import dataclass

ROOT_MARKERS = (".git", "go.mod", "package.json", "pyproject.toml", "Cargo.toml")
"""A folder that holds one of these is a project's root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPaths:
    """The user's own folders for Aircher; none of them need exist."""

    config: Path
    data: Path
    cache: Path
    state: Path


def user_paths(environ: Mapping[str, str] | None = None) -> UserPaths:
    """Return the folders for these variables (default: the process's own)."""
    env = os.environ if environ is None else environ
    home = Path(env.get("HOME") or Path.home())

    def folder(variable: str, fallback: str) -> Path:
        value = env.get(variable, "")
        base = Path(value) if value and Path(value).is_absolute() else home / fallback
        return base / "aircher"

    config = ".config"
    if sys.platform == "darwin" and (home / "Library/Application Support/aircher").is_dir():
        config = "Library/Application Support"
    return UserPaths(
        config=folder("XDG_CONFIG_HOME", config),
        data=folder("XDG_DATA_HOME", ".local/share"),
        cache=folder("XDG_CACHE_HOME", ".cache"),
        state=folder("XDG_STATE_HOME", ".local/state"),
    )


def project_root(start: Path) -> Path:
    """Return the nearest folder at or above ``start`` with a root marker, else ``start`` itself, resolved."""
    start = start.resolve()
    home = Path.home()
    for folder in (start, *start.parents):
        if folder == home and folder != start:
            break
        if any((folder / marker).exists() for marker in ROOT_MARKERS):
            return folder
    return start


def project_id(root: Path) -> str:
    """Return a name for this root that is safe as a folder name and unique on this machine."""
    from hashlib import sha256

    digest = sha256(os.fsencode(root.resolve())).hexdigest()[:12]
    stem = "".join(char if char.isalnum() or char in "-_." else "-" for char in root.name)[:40].strip(".") or "root"
    return f"{stem}-{digest}"
