"""Which files usually hold keys, judged by their path: they are neither read for a model nor indexed nor shown.

Invariant: pure; a path is never opened, and letter case does not matter.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase, translate
from os import fspath
from pathlib import PurePath

SECRET_NAMES = (
    ".env",
    ".env.*",
    "*.env",
    ".envrc",
    "secrets.json",
    "secrets.y*ml",
    "secrets.toml",
    "secrets.ini",
    "secrets.env",
    "secrets.xml",
    "*.tfvars",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.kdbx",
    "id_rsa*",
    "id_ecdsa*",
    "id_ed25519*",
    ".netrc",
    ".htpasswd",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".pgpass",
    ".my.cnf",
    ".vault-token",
    "credentials",
    "credentials.json",
    "service-account*.json",
)
"""File names that usually hold keys; reading them sends them to the model's vendor."""

SECRET_PLACES = ((".docker", "config.json"), (".kube", "config"))
"""Folder and file name of what holds keys only there."""

SECRET_FOLDERS = frozenset({".ssh", ".aws", ".gnupg", ".azure", ".password-store", ".kube", ".gcloud", ".secrets"})
"""Folders of which every file counts as a secret, wherever they are."""

SECRET_TAILS = (
    ".config/gh",
    ".config/gcloud",
    ".config/op",
    ".config/google-chrome",
    ".mozilla",
    ".local/share/keyrings",
    "library/keychains",
    "etc/ssl/private",
    "etc/sudoers.d",
)
"""The same, named by a folder and those above it."""

SECRET_PATHS = frozenset({"/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers"})

KEY_FOLDERS = frozenset(
    {
        "cert",
        "certificates",
        "certs",
        "credentials",
        "keys",
        "pki",
        "private",
        "secret",
        "secrets",
        "ssl",
        "tls",
    }
)
"""Folders that usually hold keys: who reads all of one, or a pattern such as ``*`` in it, reads keys."""

HARMLESS_NAMES = (".env.example", ".env.sample", ".env.template", "*.pub")
"""Names that look like secrets by `SECRET_NAMES` but are made to be shared."""

_SECRET = re.compile("|".join(map(translate, SECRET_NAMES)))  # one expression: an index asks this of every file
_HARMLESS = re.compile("|".join(map(translate, HARMLESS_NAMES)))
_KEY_ENDINGS = ("env", "envrc", "pem", "key", "p12", "pfx", "jks", "kdbx", "tfvars")
_DOT_NAMES = (
    ".env",
    ".env.local",
    ".env.production",
    ".env.development",
    ".envrc",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".git-credentials",
    ".htpasswd",
)
_KEY_NAMES = ("id_rsa", "id_ecdsa", "id_ed25519", "credentials", "credentials.json", "secrets.json", "secrets.toml")
_KEY_STEMS = ("ca", "cert", "key", "private", "server", "tls", "id_rsa", "id_ed25519", "credentials", "secrets", "prod")
_KEY_FILES = tuple(f"{stem}.{ending}" for stem in ("ca", "cert", "key", "server", "tls") for ending in ("pem", "key"))
_TAILS = tuple(f"/{tail}/" for tail in SECRET_TAILS)
_BRACKETS = re.compile(r"\[[^]]*\]?")


def is_secret(path: PurePath | str) -> bool:
    """Whether a file of this name usually holds keys; ``path`` has ``/`` between its parts."""
    *folders, name = fspath(path).split("/")
    name = name.lower()
    if folders and _is_below_secrets(fspath(path)):
        return True
    if _HARMLESS.match(name):
        return False
    if name == "config" and any(folder.lower() == ".git" for folder in folders):
        return True
    if folders and (folders[-1].lower(), name) in SECRET_PLACES:
        return True
    return _SECRET.match(name) is not None


def may_be_secret(path: PurePath | str) -> bool:
    """Whether a pattern, as a shell expands it, names keys among others: more than that it *could* match one.

    ``*.py`` and a bare ``*`` are everyday; ``.e*``, ``*.p?m``, ``id_*`` and ``certs/*`` reach for keys.
    """
    *folders, name = fspath(path).lower().split("/")
    if is_secret(path) or any(_meets(folder, SECRET_FOLDERS) for folder in folders):
        return True
    if not _is_wild(name):
        return name == "config" and any(_meets(folder, (".git",)) for folder in folders)
    if name.startswith("."):
        return _meets(name, _DOT_NAMES)
    above = [folder for folder in folders if folder != "**"]
    if above and (above[-1] in KEY_FOLDERS or (_letters(above[-1]) and _meets(above[-1], KEY_FOLDERS))):
        return True
    if "**" in folders and _letters(name) >= _TELLING_LETTERS and any(fnmatchcase(dot, name) for dot in _DOT_NAMES):
        return True  # a program's own pattern, in which ``*`` matches a leading dot
    if above and _is_wild(above[-1]) and not _letters(above[-1]) and _letters(name) >= _TELLING_LETTERS:
        return _meets(name, _KEY_FILES) or _meets(name, _KEY_NAMES)
    stem, _, ending = name.rpartition(".")
    if not stem:
        return _letters(name) >= _TELLING_LETTERS and _meets(name, _KEY_NAMES)
    if _letters(ending):
        return _meets(ending, _KEY_ENDINGS)
    return _letters(stem) >= _TELLING_LETTERS and _meets(stem, _KEY_STEMS)


_TELLING_LETTERS = 2  # of a name: with fewer, ``i*`` would reach for keys


def _is_wild(name: str) -> bool:
    return "*" in name or "?" in name or "[" in name


def _letters(pattern: str) -> int:
    """Return how many signs of a pattern stand for themselves."""
    return len(_BRACKETS.sub("", pattern).replace("*", "").replace("?", ""))


def _meets(pattern: str, names: Iterable[str]) -> bool:
    """Say whether a pattern matches one of the names; a leading dot is matched by a dot alone, as in a shell."""
    return any(fnmatchcase(name, pattern) for name in names if name[:1] != "." or pattern[:1] == ".")


def _is_below_secrets(path: str) -> bool:
    path = path.lower()
    if path in SECRET_PATHS or not SECRET_FOLDERS.isdisjoint(path.split("/")):
        return True
    if path.startswith("/proc/") and path.endswith(("/environ", "/mem", "/maps")):
        return True
    return any(tail in f"{path}/" for tail in _TAILS)
