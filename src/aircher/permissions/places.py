"""What kind of place a path is: the one rule for tools, command lines and the sandbox alike.

Invariant: pure; a path is never opened, and in doubt a place is the worse kind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
<<<<<<< HEAD
from fnmatch import fnmatchcase
from pathlib import Path

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.support.secret_files import is_secret, may_be_secret

START_UP_NAMES = frozenset(
    """.bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout
    .kshrc .mkshrc .cshrc .tcshrc .login .logout .inputrc .xprofile .xinitrc .xsession .pam_environment .gitconfig
    config.fish""".split()
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
_WILD = frozenset("*?")
=======
from functools import cache
from pathlib import Path

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.support.secret_files import HARMLESS_NAMES, is_secret

SECRET_FOLDERS = frozenset({".ssh", ".aws", ".gnupg", ".azure", ".kube", ".docker", ".password-store", ".gcloud"})
"""Folders that hold keys wherever they are."""
SECRET_BELOW_HOME = (".config/gh", ".config/gcloud", ".local/share/keyrings", ".mozilla", ".config/google-chrome")
SECRET_PATHS = ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/sudoers.d", "/etc/ssl/private", "/root")
"""Secret in every case; below them too."""
KEY_FOLDERS = frozenset({"certs", "cert", "certificates", "keys", "private", "secrets", "secret", "pki", "credentials"})
"""Folders whose files usually are keys: to read all of them is to read keys."""
PROTECTED_FOLDERS = frozenset({".git", ".aircher", ".vscode", ".idea", ".husky"})
"""What lies in these is run by git, by editors or by Aircher itself; it is never written without a question."""
START_FILES = frozenset(
    ".bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout "
    ".kshrc .cshrc .tcshrc .login .inputrc .gitconfig .gitmodules .envrc .direnvrc .tool-versions .netrc".split()
)
"""What shells and their like run, or go by, when they start."""
SECRET_WITNESSES = (
    *(".env", ".env.local", ".env.production", ".env.development", ".env.test", ".envrc", "server.pem", "ca.pem"),
    *("cert.pem", "key.pem", "private.pem", "server.key", "private.key", "tls.key", "id_rsa", "id_ed25519", "id_ecdsa"),
    *(".netrc", ".npmrc", ".pypirc", ".htpasswd", ".git-credentials", "credentials", "credentials.json"),
    *("secrets.json", "secrets.yaml", "secrets.yml", "secrets.toml", "secrets.env", "prod.env", "prod.tfvars"),
    *("keystore.jks", "store.p12", "store.pfx", "service-account.json"),
)
"""Names that stand for all secret ones when a pattern is judged."""

_BRACKETS = re.compile(r"\[[^\]]+\]")
_SPECIAL = re.compile(r"[*?\[]")
>>>>>>> h/parse


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
        path = effect.path
<<<<<<< HEAD
        is_read = isinstance(effect, Reads)
        if not is_read and self._is_protected(path, is_pattern=effect.is_pattern):
            return Standing.PROTECTED
        is_listing = isinstance(effect, Reads) and effect.is_listing
        if not is_listing and (may_be_secret(path) if effect.is_pattern else is_secret(path)):
            return Standing.SECRET
        if any(path.is_relative_to(root) for root in self.roots):
            return Standing.WORKSPACE
        is_readable = is_read and any(path.is_relative_to(folder) for folder in self.readable)
        return Standing.WORKSPACE if is_readable else Standing.OUTSIDE

    def why_protected(self, path: Path) -> str:
        """Return what the path belongs to, in words that follow "is"; ``path`` stands on `Standing.PROTECTED`."""
        names = [name.lower() for name in path.parts]
        if any(_may_be(name, (_GIT,)) for name in names):
            return "git's own data"
        if any(path.is_relative_to(own) for own in self.own) or OWN_FOLDER in names:
            return "Aircher's own configuration or data"
        if any(root.is_relative_to(path) for root in (*self.roots, self.home)) or self._sweeps(path):
            return "a whole workspace, or above one"
        return "read by a shell or session when it starts"

    def _is_protected(self, path: Path, *, is_pattern: bool) -> bool:
        """Letter case does not matter: on some file systems ``.GIT`` is ``.git``."""
        if any(root.is_relative_to(path) for root in (*self.roots, self.home)):
            return True
        if is_pattern and self._sweeps(path):
            return True
        names = [name.lower() for name in path.parts]
        if any(_may_be(name, (_GIT, OWN_FOLDER)) for name in names) or _may_be(names[-1], START_UP_NAMES):
            return True
        if any(path.is_relative_to(own) or own.is_relative_to(path) for own in self.own):
            return True
        if names[1:2] == ["etc"] and len(names) > 2 and names[2].startswith(START_UP_IN_ETC):
            return True
        return any(path.is_relative_to(self.home / place) for place in START_UP_PLACES)

    def _sweeps(self, path: Path) -> bool:
        """Say whether a pattern means everything directly in a root, as in ``rm -rf *``."""
        return any(
            path != root and path.is_relative_to(root) and set("".join(path.relative_to(root).parts)) <= _WILD
            for root in self.roots
        )


def _may_be(name: str, wanted: Sequence[str] | frozenset[str]) -> bool:
    """Say whether a name, or what it may stand for as a pattern, is one of these.

    A pattern means names with a leading dot only if it begins with one itself, as in a shell.
    """
    if name in wanted:
        return True
    is_pattern = name.startswith(".") and any(sign in name for sign in "*?[")
    return is_pattern and any(fnmatchcase(one, name) for one in wanted)
=======
        is_listing = isinstance(effect, Reads) and effect.is_listing
        if self._is_secret(effect, is_listing=is_listing):
            return Standing.SECRET
        root = next((root for root in self.roots if self._is_below(path, root)), None)
        if root is None:
            is_readable = isinstance(effect, Reads) and any(path.is_relative_to(folder) for folder in self.readable)
            return Standing.WORKSPACE if is_readable else Standing.OUTSIDE
        if isinstance(effect, Reads):
            return Standing.WORKSPACE
        return Standing.PROTECTED if self._is_protected(effect, root) else Standing.WORKSPACE

    def _is_below(self, path: Path, root: Path) -> bool:
        return path.is_relative_to(root)

    def _is_secret(self, effect: Reads | Writes | Deletes, *, is_listing: bool) -> bool:
        path = effect.path
        folders = path.parts[1:-1] if not is_listing else path.parts[1:]
        if not SECRET_FOLDERS.isdisjoint(folders) or (path.name in SECRET_FOLDERS and not is_listing):
            return True
        below_home = (self.home / name for name in SECRET_BELOW_HOME)
        if any(path.is_relative_to(secret) for secret in (*map(Path, SECRET_PATHS), *below_home)):
            return True
        if is_listing:
            return False
        if effect.is_pattern and _SPECIAL.search(str(path)):
            return self._may_match_secret(effect)
        if is_secret(path) and not (isinstance(effect, Reads) and effect.is_recursive and path.name == "credentials"):
            return True
        return isinstance(effect, Reads) and effect.is_recursive and self._holds_keys(path)

    def _holds_keys(self, folder: Path) -> bool:
        """Tell whether to read everything below a folder is to read keys."""
        return folder.name.lower() in KEY_FOLDERS or any(root.is_relative_to(folder) for root in self.roots)

    def _may_match_secret(self, effect: Reads | Writes | Deletes) -> bool:
        parts = effect.path.parts[1:]
        *folders, name = parts
        is_reading = isinstance(effect, Reads)
        if name.strip("*") in {"", "."} and "*" in name:  # everything that a folder holds
            return is_reading and self._is_wide(effect.path, folders)
        if name.lower() in HARMLESS_NAMES:
            return False
        matching = _matching(name)
        if any(matching.match(witness) for witness in SECRET_WITNESSES):
            return True
        if any(_SPECIAL.search(folder) and _may_be_secret_folder(folder) for folder in folders):
            return True
        return not _SPECIAL.search(name) and is_secret(effect.path)

    def _is_wide(self, path: Path, folders: Sequence[str]) -> bool:
        """Tell whether all files of the folders include those that hold keys."""
        parent = folders[-1] if folders else ""
        if parent.lower() in KEY_FOLDERS:
            return True
        fixed = Path(path.parts[0], *_fixed(path.parts[1:]))
        if "**" in path.name or "**" in folders:
            return any(root.is_relative_to(fixed) for root in self.roots) or fixed.name.lower() in KEY_FOLDERS
        return any(root == fixed for root in self.roots) and len(path.parts) - len(fixed.parts) > 1

    def _is_protected(self, effect: Writes | Deletes, root: Path) -> bool:
        path = effect.path
        parts = path.relative_to(root).parts
        if any(path.is_relative_to(own) or own.is_relative_to(path) for own in self.own):
            return True
        if any(other.is_relative_to(path) for other in self.roots):  # the root itself, or a folder that holds one
            return True
        if any(part.lower() in PROTECTED_FOLDERS for part in parts) or parts[-1].lower() in START_FILES:
            return True
        if not effect.is_pattern or not _SPECIAL.search(str(path)):
            return False
        if _SPECIAL.search(parts[0]) and (parts[0].strip("*?") == "" or _names_protected(parts[0])):
            return len(parts) == 1 or _is_everything(parts) or _names_protected(parts[0])
        names = (*PROTECTED_FOLDERS, *START_FILES)
        return any(_SPECIAL.search(part) and _matching(part).match(name) for part in parts for name in names if part.startswith("."))


def _names_protected(pattern: str) -> bool:
    """Tell whether a pattern means hidden names, of which git's folder is one."""
    return pattern.startswith((".", "[")) and any(_matching(pattern).match(name) for name in PROTECTED_FOLDERS)


def _is_everything(parts: Sequence[str]) -> bool:
    return all(part.strip("*?.") == "" for part in parts)


def _fixed(parts: Sequence[str]) -> list[str]:
    """Return the folders in front of the first one that is a pattern."""
    found: list[str] = []
    for part in parts:
        if _SPECIAL.search(part):
            break
        found.append(part)
    return found


def _may_be_secret_folder(pattern: str) -> bool:
    if pattern.strip("*") == "":
        return False
    matching = _matching(pattern)
    return any(matching.match(name) for name in (*KEY_FOLDERS, *SECRET_FOLDERS))


@cache
def _matching(pattern: str) -> re.Pattern[str]:
    """Return an expression for at least the names that a pattern matches, in any case."""
    simple = _BRACKETS.sub("?", pattern)
    pieces = (".*" if piece == "*" else "." if piece == "?" else re.escape(piece) for piece in re.split(r"([*?])", simple))
    return re.compile("".join(pieces) + r"\Z", re.IGNORECASE | re.DOTALL)
>>>>>>> h/parse
