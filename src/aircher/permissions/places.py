"""What kind of place a path is: the one rule for tools, command lines and the sandbox alike.

Invariant: pure; a path is never opened, and in doubt a place is the worse kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.support.secret_files import is_secret, may_be_secret

START_UP_NAMES = frozenset(
    {
        ".bashrc",
        ".bash_profile",
        ".bash_login",
        ".bash_logout",
        ".bash_aliases",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".zprofile",
        ".zlogin",
        ".zlogout",
        ".kshrc",
        ".mkshrc",
        ".cshrc",
        ".tcshrc",
        ".login",
        ".logout",
        ".inputrc",
        ".xprofile",
        ".xinitrc",
        ".xsession",
        ".pam_environment",
        ".gitconfig",
        "config.fish",
    }
)
"""Files that a shell, a session or git reads before it does anything else; whoever writes them runs code later."""
START_UP_PLACES = (
    ".config/fish",
    ".config/git",
    ".config/autostart",
    ".config/systemd/user",
    ".config/environment.d",
    "Library/LaunchAgents",
)
"""Folders of the same kind, relative to the home."""
START_UP_IN_ETC = ("profile", "bash", "zsh", "environment", "cron", "systemd", "aircher")
"""What begins the names of such files in ``/etc``."""
OWN_FOLDER = ".aircher"
_GIT = ".git"
_GUARDED = frozenset({_GIT, OWN_FOLDER})
_WILD = frozenset("*?/")


class Standing(StrEnum):
    """How a path stands to the workspace."""

    WORKSPACE = "workspace"
    OUTSIDE = "outside"
    SECRET = "secret"  # noqa: S105 - a kind of place
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders that matter.

    Attributes:
        roots: Absolute, resolved folders that make up the workspace; the first one is the project's.
        home: The user's home.
        own: Aircher's own files: configuration, databases, checkpoints. Never written by a tool.
        readable: Folders outside the workspace that may be read like it, such as saved outputs of tools.
    """

    roots: Sequence[Path]
    home: Path
    own: Sequence[Path] = ()
    readable: Sequence[Path] = ()

    def standing(self, effect: Reads | Writes | Deletes) -> Standing:
        """Return the worst kind of place that the effect may touch."""
        path = str(effect.path)
        is_read = isinstance(effect, Reads)
        if not is_read and self._is_protected(path, is_pattern=effect.is_pattern):
            return Standing.PROTECTED
        is_listing = isinstance(effect, Reads) and effect.is_listing
        if not is_listing and (may_be_secret(path) if effect.is_pattern else is_secret(path)):
            return Standing.SECRET
        if _is_below(path, self.roots) or (is_read and _is_below(path, self.readable)):
            return Standing.WORKSPACE
        return Standing.OUTSIDE

    def why_protected(self, path: Path) -> str:
        """Return what the path belongs to, in words that follow "is"; ``path`` stands on `Standing.PROTECTED`."""
        names = [name.lower() for name in path.parts]
        if any(_may_be(name, (_GIT,)) for name in names):
            return "git's own data"
        if any(path.is_relative_to(own) for own in self.own) or OWN_FOLDER in names:
            return "Aircher's own configuration or data"
        if any(root.is_relative_to(path) for root in (*self.roots, self.home)) or self._sweeps(str(path)):
            return "a whole workspace, or above one"
        return "read by a shell or session when it starts"

    def _is_protected(self, path: str, *, is_pattern: bool) -> bool:
        """Letter case does not matter: on some file systems ``.GIT`` is ``.git``."""
        if any(_is_below(str(root), (path,)) for root in (*self.roots, self.home)):
            return True
        if is_pattern and self._sweeps(path):
            return True
        names = path.lower().split("/")
        if any(name[:1] == "." and _may_be(name, _GUARDED) for name in names) or _may_be(names[-1], START_UP_NAMES):
            return True
        if any(_is_below(path, (own,)) or _is_below(str(own), (path,)) for own in self.own):
            return True
        if names[1] == "etc" and len(names) > len(("", "etc")) and names[2].startswith(START_UP_IN_ETC):
            return True
        home = str(self.home)
        return path.startswith(home) and _is_below(path, tuple(f"{home}/{place}" for place in START_UP_PLACES))

    def _sweeps(self, path: str) -> bool:
        """Say whether a pattern means everything directly in a root, as in ``rm -rf *``."""
        return any(
            path != str(root) and _is_below(path, (root,)) and set(path[len(str(root)) :]) <= _WILD
            for root in self.roots
        )


def _is_below(path: str, folders: Sequence[Path | str]) -> bool:
    """Say whether a path is one of the folders or below one. Texts are compared: this is asked of every effect."""
    for folder in map(str, folders):
        if path == folder or (path.startswith(folder) and (path[len(folder)] == "/" or folder == "/")):
            return True
    return False


def _may_be(name: str, wanted: Sequence[str] | frozenset[str]) -> bool:
    """Say whether a name, or what it may stand for as a pattern, is one of these.

    A pattern means names with a leading dot only if it begins with one itself, as in a shell.
    """
    if name in wanted:
        return True
    is_pattern = name.startswith(".") and any(sign in name for sign in "*?[")
    return is_pattern and any(fnmatchcase(one, name) for one in wanted)
