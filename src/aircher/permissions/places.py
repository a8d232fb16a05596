"""What kind of place a path is: the one rule for tools, command lines and the sandbox alike.

Invariant: pure; a path is never opened, and in doubt a place is the worse kind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from aircher.domain.effects import Deletes, Reads, Writes
from aircher.support.secret_files import HARMLESS_NAMES, is_secret

SECRET_FOLDERS = frozenset({".ssh", ".aws", ".gnupg", ".azure", ".kube", ".docker", ".password-store", ".gcloud"})
"""Folders that hold keys wherever they are."""
SECRET_BELOW_HOME = (".config/gh", ".config/gcloud", ".local/share/keyrings", ".mozilla", ".config/google-chrome")
SECRET_PATHS = ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/etc/ssl/private/", "/root/")
"""What the paths of the machine's own secrets begin with."""
KEY_FOLDERS = frozenset({"certs", "cert", "certificates", "keys", "private", "secrets", "secret", "pki", "credentials"})
"""Folders whose files usually are keys: to read all of them is to read keys."""
PROTECTED_FOLDERS = frozenset({".git", ".aircher", ".vscode", ".idea", ".husky"})
"""What lies in these is run by git, by editors or by Aircher itself; it is never written without a question."""
START_FILES = frozenset(
    (
        *(".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc", ".zshenv"),
        *(".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc", ".login", ".inputrc", ".gitconfig"),
        *(".gitmodules", ".envrc", ".direnvrc", ".netrc"),
    )
)
"""What shells and their like run, or go by, when they start."""
HIDDEN_WITNESSES = (
    *(
        ".env",
        ".env.local",
        ".env.production",
        ".env.development",
        ".env.test",
        ".envrc",
        ".netrc",
        ".npmrc",
        ".pypirc",
    ),
    *(".htpasswd", ".git-credentials"),
)
KEY_WITNESSES = (
    *("server.pem", "ca.pem", "cert.pem", "key.pem", "private.pem", "server.key", "private.key", "tls.key", "id_rsa"),
    *("id_ed25519", "id_ecdsa", "prod.env", "prod.tfvars", "keystore.jks", "store.p12", "store.pfx", "passwords.kdbx"),
)
OTHER_WITNESSES = (
    *("secrets.json", "secrets.yaml", "secrets.yml", "secrets.toml", "secrets.ini", "credentials", "credentials.json"),
    "service-account.json",
)
"""Names that stand for all secret ones when a pattern is judged: any pattern may mean hidden ones; it means a key if it
spells a part of its name, and the others if it begins like them."""
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
    *("0a1b2c3d4e5f", "9f", "pack-1a2b.pack", "pack-1a2b.idx", ".git"),
)
"""Names inside ``.git``, for patterns that reach into every folder."""
_SPELT = 3  # letters: fewer are no sign of what is meant

_BRACKETS = re.compile(r"\[[^\]]+\]")
_SPECIAL = re.compile(r"[*?\[]")


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
        is_listing = isinstance(effect, Reads) and effect.is_listing
        if self._is_secret(effect, is_listing=is_listing):
            return Standing.SECRET
        root = next((root for root in self.roots if path.is_relative_to(root)), None)
        if root is None:
            is_readable = isinstance(effect, Reads) and any(path.is_relative_to(folder) for folder in self.readable)
            return Standing.WORKSPACE if is_readable else Standing.OUTSIDE
        if isinstance(effect, Reads):
            return Standing.WORKSPACE
        return Standing.PROTECTED if self._is_protected(effect, root) else Standing.WORKSPACE

    def _is_secret(self, effect: Reads | Writes | Deletes, *, is_listing: bool) -> bool:
        path = effect.path
        folders = path.parts[1:] if is_listing else path.parts[1:-1]
        if not SECRET_FOLDERS.isdisjoint(folders) or (path.name in SECRET_FOLDERS and not is_listing):
            return True
        text = f"{path}/"
        if text.startswith(SECRET_PATHS) or text.startswith(
            tuple(f"{self.home}/{name}/" for name in SECRET_BELOW_HOME)
        ):
            return True
        if is_listing:
            return False
        if effect.is_pattern and _SPECIAL.search(text):
            return self._may_match_secret(effect)
        if is_secret(path):
            return True
        if not isinstance(effect, Reads):
            return False
        if path.name.lower() in KEY_FOLDERS:
            return True
        return effect.is_recursive and any(root.is_relative_to(path) for root in self.roots)

    def _may_match_secret(self, effect: Reads | Writes | Deletes) -> bool:
        *folders, name = effect.path.parts[1:]
        if name.strip("*") in {"", "."} and "*" in name:  # everything that a folder holds
            return isinstance(effect, Reads) and self._is_wide(effect.path, folders)
        if name.lower() in HARMLESS_NAMES:
            return False
        matching = _matching(name)
        spelt = len(_BRACKETS.sub("", name).replace("*", "").replace("?", ""))
        if any(map(matching.match, HIDDEN_WITNESSES)):
            return True
        is_near_keys = any(map(_may_be_key_folder, folders[-1:]))
        if (spelt >= _SPELT or is_near_keys) and any(map(matching.match, KEY_WITNESSES)):
            return True
        begins = len(_BRACKETS.split(name)[0].partition("*")[0].partition("?")[0])
        if begins >= _SPELT and any(map(matching.match, OTHER_WITNESSES)):
            return True
        if any(_SPECIAL.search(folder) and folder.strip("*") and _may_be_key_folder(folder) for folder in folders):
            return True
        return not _SPECIAL.search(name) and is_secret(effect.path)

    def _is_wide(self, path: Path, folders: Sequence[str]) -> bool:
        """Tell whether all files of the folders include those that hold keys."""
        if folders and folders[-1].lower() in KEY_FOLDERS:
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
        if "**" in parts and not _fixed(parts) and any(map(_matching(parts[-1]).match, GIT_WITNESSES)):
            return True
        if _SPECIAL.search(parts[0]) and (not parts[0].strip("*?") or _means_hidden(parts[0])):
            return len(parts) == 1 or _is_everything(parts) or _means_hidden(parts[0])
        names = (*PROTECTED_FOLDERS, *START_FILES)
        hidden = [_matching(part) for part in parts if part.startswith(".") and _SPECIAL.search(part)]
        return any(matching.match(name) for matching in hidden for name in names)


def _means_hidden(pattern: str) -> bool:
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


def _may_be_key_folder(pattern: str) -> bool:
    matching = _matching(pattern)
    return any(map(matching.match, KEY_FOLDERS)) or any(map(matching.match, SECRET_FOLDERS))


@cache
def _matching(pattern: str) -> re.Pattern[str]:
    """Return an expression for at least the names that a pattern matches, in any case."""
    simple = _BRACKETS.sub("?", pattern)
    pieces = (
        ".*" if piece == "*" else "." if piece == "?" else re.escape(piece) for piece in re.split(r"([*?])", simple)
    )
    return re.compile("".join(pieces) + r"\Z", re.IGNORECASE | re.DOTALL)
