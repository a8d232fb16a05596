"""Which files usually hold keys, judged by their path: they are neither read for a model nor indexed nor shown.

Invariant: pure; a path is never opened, and letter case does not matter.
"""

import re
from fnmatch import translate
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
    "credentials",
    "credentials.json",
    "service-account*.json",
)
"""File names that usually hold keys; reading them sends them to the model's vendor."""

SECRET_PLACES = ((".docker", "config.json"), (".kube", "config"))
"""Folder and file name of what holds keys only there."""

HARMLESS_NAMES = (".env.example", ".env.sample", ".env.template", "*.pub")
"""Names that look like secrets by `SECRET_NAMES` but are made to be shared."""

_SECRET = re.compile("|".join(map(translate, SECRET_NAMES)))  # one expression: an index asks this of every file
_HARMLESS = re.compile("|".join(map(translate, HARMLESS_NAMES)))


def is_secret(path: PurePath | str) -> bool:
    """Whether a file of this name usually holds keys; ``path`` has ``/`` between its parts."""
    *folders, name = fspath(path).split("/")
    name = name.lower()
    if _HARMLESS.match(name):
        return False
    if name == "config" and ".git" in folders:
        return True
    if folders and (folders[-1].lower(), name) in SECRET_PLACES:
        return True
    return _SECRET.match(name) is not None
