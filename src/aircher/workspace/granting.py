"""What a command of a session is granted: the workspace, without what in it must stay, and none of the user's secrets.

Invariant: it only looks; every path it returns is absolute and without links. Not its job: hosts, which rules decide;
holding a command to it, which the sandbox does.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from aircher.workspace.confinement import Grants
from aircher.workspace.secret_scan import SecretScan

SECRETS_OF_HOME = (
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".kube",
    ".netrc",
    ".git-credentials",
    ".npmrc",
    ".pypirc",
    ".pgpass",
    ".my.cnf",
    ".password-store",
    ".vault-token",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".psql_history",
    ".mozilla",
    ".thunderbird",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".config/chromium",
    ".config/gcloud",
    ".config/gh",
    ".config/git/credentials",
    ".config/google-chrome",
    ".config/op",
    ".docker/config.json",
    ".gem/credentials",
    ".local/share/keyrings",
    ".terraform.d/credentials.tfrc.json",
    "Library/Application Support/Google/Chrome",
    "Library/Cookies",
    "Library/Keychains",
)
"""Files and folders below the home that hold keys, passwords, or what was typed."""
SECRETS_OF_SYSTEM = ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssl/private")
"""What root can read, and a command of root must not."""
START_UP_FILES = (
    ".bash_login",
    ".bash_logout",
    ".bash_profile",
    ".bashrc",
    ".config/fish",
    ".gitconfig",
    ".profile",
    ".zlogin",
    ".zprofile",
    ".zshenv",
    ".zshrc",
)
"""What runs whenever the user opens a shell or uses git; it matters where the home is the workspace."""


def standard_grants(
    roots: Sequence[Path],
    *,
    home: Path,
    own: Sequence[Path],
    hosts: tuple[str, ...] = (),
    denied_hosts: tuple[str, ...] = (),
    temporary: Path | None = None,
    scan: SecretScan | None = None,
) -> Grants:
    """Return the grants for a workspace of these folders.

    Args:
        roots: The folders of the workspace.
        home: The user's home.
        own: Aircher's own folders: configuration, databases, checkpoints; they are hidden.
        hosts: As in `Grants`.
        denied_hosts: As in `Grants`.
        temporary: As in `Grants`.
        scan: What knows of an earlier look, and takes less time for this one.
    """
    scan = scan or SecretScan()
    writable = tuple(root.resolve() for root in roots)
    hidden = [
        *(home / name for name in SECRETS_OF_HOME),
        *map(Path, SECRETS_OF_SYSTEM),
        *own,
        *(path for root in writable for path in scan.look(root)),
    ]
    is_at_home = any(home.resolve().is_relative_to(root) for root in writable)
    at_start = (home / name for name in START_UP_FILES)
    readonly = [path for root in writable for path in _protected(root)]
    readonly += (path for path in at_start if is_at_home or os.path.lexists(path))
    inside = [path for path in _resolved(readonly) if any(path.is_relative_to(root) for root in writable)]
    return Grants(
        writable=writable,
        readonly=tuple(inside),
        hidden=tuple(path for path in _resolved(_existing(hidden)) if path.exists() and path not in writable),
        hosts=hosts,
        denied_hosts=denied_hosts,
        temporary=temporary,
    )


def _protected(root: Path) -> Iterator[Path]:
    git = root / ".git"
    if git.is_dir():
        yield from (git / "hooks", git / "config")
    elif git.exists():
        yield git
    if (own := root / ".aircher").exists():
        yield own


def _existing(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if os.path.lexists(path)]


def _resolved(paths: Sequence[Path]) -> list[Path]:
    return list(dict.fromkeys(path.resolve() for path in paths))
