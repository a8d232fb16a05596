"""Keeps secrets that strayed into the configuration off every screen.

Invariant: what `shown` returns holds no value of a key that may carry a secret, and nothing shaped like an API key.
"""

import re

import msgspec

from aircher.config.quantities import Duration, Size
from aircher.config.shapes import KeyPath
from aircher.support.secret_shapes import HIDDEN, URL_LOGIN, VENDOR_KEY

_LONGEST_SHOWN = 80  # characters: an error stays one line of an ordinary terminal
_JSON = (bool, int, float, type(None))
_NO_JSON = ("nan", "inf", "-inf")

_KEY_SHAPE = re.compile(rf"{VENDOR_KEY}|\b[A-Fa-f0-9]{{32,}}\b")
_LOGIN_IN_URL = re.compile(URL_LOGIN)
_SECRET_NAME = re.compile(r"(?i)(?:^|_)(?:api_?key|key|secret|token|password|passwd|credential)s?$")


def looks_like_key(text: str) -> bool:
    """Say whether the text holds something shaped like an API key, or a login in a URL."""
    return _KEY_SHAPE.search(text) is not None or _LOGIN_IN_URL.search(text) is not None


def hidden(path: KeyPath, value: object) -> object:
    """Return the value for showing: what is or may be a secret is replaced."""
    if isinstance(value, str):
        if "env" in path[:-1] or (path and (path[-1] == "api_key_command" or _SECRET_NAME.search(path[-1]))):
            return HIDDEN if value else ""
        readable = value.encode("utf-8", "backslashreplace").decode()  # a variable may hold bytes that are no text
        return _LOGIN_IN_URL.sub(HIDDEN, _KEY_SHAPE.sub(HIDDEN, readable))
    if isinstance(value, msgspec.Struct):
        return hidden(path, msgspec.to_builtins(value))
    if isinstance(value, dict):
        return {name: hidden((*path, str(name)), below) for name, below in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(path, item) for item in value]
    is_json = isinstance(value, _JSON) and not isinstance(value, Duration | Size) and str(value) not in _NO_JSON
    return value if is_json else str(value)


def shown(path: KeyPath, value: object) -> str:
    """Return the value as one short line, the way TOML would write it, without secrets."""
    text = msgspec.json.encode(hidden(path, value)).decode()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
