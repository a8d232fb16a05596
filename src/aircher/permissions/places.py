"""What kind of place a path is: the one rule for tools, command lines and the sandbox alike.

Invariant: pure; a path is never opened, and in doubt a place is the worse kind.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.domain.records import dataclass
from aircher.support.secret_files import KEY_FOLDERS, is_secret, may_be_secret

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
        ".envrc",
        ".direnvrc",
        ".gitmodules",
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
RUN_FOLDERS = frozenset({_GIT, OWN_FOLDER, ".husky", ".vscode", ".idea"})
"""Folders whose files git, editors or Aircher itself run or go by."""
_WILDCARD = re.compile(r"[*?\[]")
_WILD = frozenset("*?/")
_BRACKETS = re.compile(r"\[[^\]/]+\]")

GIT_WITNESSES = (
    *(
        "HEAD",
        "ORIG_HEAD",
        "FETCH_HEAD",
        "COMMIT_EDITMSG",
        "config",
        "index",
        "index.lock",
        "packed-refs",
        "description",
    ),
    *("exclude", "main", "master", "hooks", "objects", "refs", "logs", "info", "pre-commit", "post-checkout.sample"),
    *(
        "heads",
        "tags",
        "remotes",
        "origin",
        "branches",
        "shallow",
        "modules",
        "worktrees",
        "pack",
        "stash",
        "alternates",
    ),
    *("MERGE_HEAD", "MERGE_MSG", "CHERRY_PICK_HEAD", "REBASE_HEAD", "commit-graph", "config.worktree", "update"),
    *("pre-push", "pre-rebase", "commit-msg", "prepare-commit-msg", "applypatch-msg", "post-commit", "update.sample"),
    *("0a1b2c3d4e5f", "0a1b2c3d4e5f60718293a4b5c6d7e8f9012345", "9f", "pack-1a2b.pack", "pack-1a2b.idx", ".git"),
)
"""Names inside ``.git``, for patterns that reach into every folder."""


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

    def standing(self, effect: Reads | Writes | Deletes, *, is_filtered: bool = False) -> Standing:
        """Return the worst kind of place that the effect may touch.

        Args:
            effect: What is done.
            is_filtered: Whoever reads a whole folder leaves out what may hold keys, as Aircher's own tools do.
        """
        path = str(effect.path)
        is_read = isinstance(effect, Reads)
        if not is_read and self._is_protected(path, is_pattern=effect.is_pattern):
            return Standing.PROTECTED
        is_listing = isinstance(effect, Reads) and effect.is_listing
        if not is_listing and (may_be_secret(path) if effect.is_pattern else is_secret(path)):
            return Standing.SECRET
        if isinstance(effect, Reads) and not is_listing and not is_filtered and self._holds_keys(effect, path):
            return Standing.SECRET
        if _is_below(path, self.roots) or (is_read and _is_below(path, self.readable)):
            return Standing.WORKSPACE
        return Standing.OUTSIDE

    def _holds_keys(self, effect: Reads, path: str) -> bool:
        """Say whether to read all that is meant is to read keys: a workspace, or a folder made for them."""
        wildcard = _WILDCARD.search(path) if effect.is_pattern else None
        if wildcard is None:
            is_all, folder = effect.is_recursive, path
        else:
            *_, parent, name = path.split("/")
            is_all = _WILD.issuperset(name) and (effect.is_recursive or _WILD.issuperset(parent))
            folder = path[: wildcard.start()].rpartition("/")[0]
        if not is_all:
            return False
        return folder.rpartition("/")[2] in KEY_FOLDERS or any(_is_below(str(root), (folder,)) for root in self.roots)

    def why_protected(self, path: Path) -> str:
        """Return what the path belongs to, in words that follow "is"; ``path`` stands on `Standing.PROTECTED`."""
        names = [name.lower() for name in path.parts]
        if any(_may_be(name, (_GIT,)) for name in names):
            return "git's own data"
        if any(path.is_relative_to(own) for own in self.own) or OWN_FOLDER in names:
            return "Aircher's own configuration or data"
        if any(root.is_relative_to(path) for root in (*self.roots, self.home)) or self._sweeps(str(path)):
            return "a whole workspace, or above one"
        return "run or read by a shell, a session, git or an editor"

    def _is_protected(self, path: str, *, is_pattern: bool) -> bool:
        """Letter case does not matter: on some file systems ``.GIT`` is ``.git``."""
        if any(_is_below(str(root), (path,)) for root in (*self.roots, self.home)):
            return True
        if is_pattern and (self._sweeps(path) or self._reaches_into_git(path)):
            return True
        names = path.lower().split("/")
        if any(name[:1] == "." and _may_be(name, RUN_FOLDERS) for name in names) or _may_be(names[-1], START_UP_NAMES):
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
            path != str(root)
            and _is_below(path, (root,))
            and set(_BRACKETS.sub("?", path[len(str(root)) :]).removesuffix(".*")) <= _WILD
            for root in self.roots
        )

    def _reaches_into_git(self, path: str) -> bool:
        """Say whether a pattern that means any depth of a root, as of ``find``, may mean one of git's own files."""
        *folders, name = path.split("/")
        if folders[-1] != "**":
            return False
        root = "/".join(folders[:-1])
        return any(root == str(one) for one in self.roots) and any(fnmatchcase(git, name) for git in GIT_WITNESSES)


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
