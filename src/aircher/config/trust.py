"""Whether a folder may name programs, servers, URLs and keys, and which of its settings need that.

Invariant: trust belongs to content. Whatever changes in the project's configuration files ends it.
"""

import os
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from aircher.config.layers import PROJECT_FILES, read_bytes
from aircher.config.reading import Setting
from aircher.config.shapes import KeyPath
from aircher.domain.errors import ConfigError
from aircher.support.paths import UserPaths

_WHO = "it chooses who gets your prompts and code"
_MONEY = "it changes what may be spent"
_UNASKED = "it changes what may happen unasked"
_GUARDED = (
    ("providers.default", _WHO),
    ("providers.fallback_order", _WHO),
    ("providers.*.kind", _WHO),
    ("providers.*.org_id", "it chooses whose account is charged and sees the requests"),
    ("providers.*.project", "it chooses whose account is charged and sees the requests"),
    ("providers.*.api_key_env", "it chooses a variable that is sent to a server as key"),
    ("providers.*.base_url", "it names a server that sees the prompt and the key"),
    ("providers.*.routing.*", _WHO),
    ("providers.*.location", _WHO),
    ("providers.*.model", "it chooses the model that you pay for"),
    ("providers.*.wire", "it chooses which API gets your prompts, and so what is kept of them"),
    ("providers.max_retries", _MONEY),
    ("providers.*.custom_models.*.price_*", "it changes what counts against the budget"),
    ("search.brave_api_key_env", "it chooses a variable that is sent to a server as key"),
    ("search.custom_url", "it names a server that sees what is searched for"),
    ("mcp.servers.*", "it starts a program or names a server"),
    ("mcp.registry_url", "it names a server"),
    ("mcp.permissions.*", _UNASKED),
    ("security.*", _UNASKED),
    ("storage.data_dir", "it chooses where your conversations are written"),
    ("storage.lifecycle.*", "it changes how long your conversations are kept"),
    ("storage.backup_enabled", "it changes how your conversations are kept safe"),
    ("costs.*", _MONEY),
)
_FREE = (("security", "ask"), ("security", "deny"), ("security", "require_confirmation"))
"""Keys that any folder may set, whatever the patterns say: they only take permissions away."""
_GUARDED_OUTSIDE = ("project.path", "memory.project_file")
_USER_ONLY = "providers.*.api_key_command"


def guarded_keys() -> tuple[tuple[str, str], ...]:
    """Return every pattern of keys that an untrusted folder may not set, with the reason; for the documentation."""
    free = ", ".join(f"`{path[-1]}`" for path in _FREE)
    taking = f"{_UNASKED}; {free} only take permissions away, so any folder may set them"
    return (
        *((pattern, taking if pattern == "security.*" else reason) for pattern, reason in _GUARDED),
        *((key, "it may point outside the project; inside it is allowed") for key in _GUARDED_OUTSIDE),
        (_USER_ONLY, "it runs a program that prints keys; no project may set it, trusted or not"),
    )


def objection(setting: Setting, root: Path) -> str | None:
    """Return why this setting needs a trusted folder; ``None`` if any folder may make it."""
    key = ".".join(setting.path)
    if setting.path in _FREE:
        return None
    for pattern, reason in _GUARDED:
        if fnmatchcase(key, pattern):
            return reason
    if key in _GUARDED_OUTSIDE and _is_outside(str(setting.value), root):
        return "it points outside the project"
    return None


def is_for_user_alone(path: KeyPath) -> bool:
    """Say whether only the user's own or the machine's configuration may set this key, trusted folder or not."""
    return fnmatchcase(".".join(path), _USER_ONLY)


def _is_outside(text: str, root: Path) -> bool:
    """Links count as what they lead to: a repository can bring them along."""
    return text.startswith("~") or not Path(os.path.realpath(root / text)).is_relative_to(root)


def digest(contents: Sequence[bytes | None]) -> str:
    """Return what stands for the project's configuration files, in the order of `PROJECT_FILES`."""
    from hashlib import sha256

    total = sha256()
    for content in contents:
        total.update(b"-" if content is None else sha256(content).digest())
    return total.hexdigest()


def is_trusted(root: Path, paths: UserPaths) -> bool:
    """Say whether the user trusts what the project's configuration files hold now."""
    return is_digest_trusted(root, paths, _digest_now(root))


def is_digest_trusted(root: Path, paths: UserPaths, content_digest: str) -> bool:
    """Say whether the user trusts this content in this folder: for content that was read already."""
    return _read(paths).get(str(root.resolve())) == content_digest


def trust(root: Path, paths: UserPaths) -> None:
    """Remember that the user trusts what the project's configuration files hold now.

    Raises:
        ConfigError: It cannot be written down, or a file cannot be read.
    """
    _write(paths, {**_read(paths), str(root.resolve()): _digest_now(root)})


def untrust(root: Path, paths: UserPaths) -> None:
    """Forget that this folder was trusted.

    Raises:
        ConfigError: It cannot be written down.
    """
    kept = _read(paths)
    if kept.pop(str(root.resolve()), None) is not None:
        _write(paths, kept)


def _digest_now(root: Path) -> str:
    contents = []
    for _, name in PROJECT_FILES:
        path = root / ".aircher" / name
        try:
            contents.append(read_bytes(path))
        except ValueError as error:
            raise ConfigError(f"{path} {error}", hint=f"mend or remove {path}") from error
    return digest(contents)


def _file(paths: UserPaths) -> Path:
    return paths.data / "trust.json"


def _read(paths: UserPaths) -> dict[str, str]:
    """Return the digest of each trusted folder; a file that cannot be read trusts nothing."""
    import json

    try:
        data = json.loads(_file(paths).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    folders = data.get("folders") if isinstance(data, Mapping) else None
    if not isinstance(folders, Mapping):
        return {}
    return {root: kept for root, kept in folders.items() if isinstance(root, str) and isinstance(kept, str)}


def _write(paths: UserPaths, folders: Mapping[str, str]) -> None:
    import json

    from aircher.support.atomic import write_atomically

    content = json.dumps({"version": 1, "folders": dict(folders)}, indent=2, sort_keys=True) + "\n"
    try:
        write_atomically(_file(paths), content.encode())
    except OSError as error:
        raise ConfigError(
            f"{_file(paths)} cannot be written: {error.strerror}", hint="free space there, or set XDG_DATA_HOME"
        ) from error
