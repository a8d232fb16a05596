"""URLs that may be fetched, taken apart once: what is judged is what is connected to.

Invariant: pure; a `Target` has a host of plain characters, a port, and nothing that signs in. Not its job: whether
the host may be spoken to, or where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, urlsplit, urlunsplit

from aircher.support.addresses import normal_host

MAX_URL_CHARS = 4_096
_PORTS: Mapping[str, int] = MappingProxyType({"http": 80, "https": 443})
_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._")
_ADDRESS_CHARS = frozenset("0123456789abcdef:.")


class WebError(Exception):
    """Something could not be had; the text says what and why, for a model."""


class Target:
    """A URL, taken apart once: what is judged is what is connected to.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Lower case, ASCII; an address without brackets.
        port: The one that is meant, also where the URL names none.
        path: Path and query, ready to be sent.
    """

    __slots__ = ("host", "path", "port", "scheme")

    def __init__(self, scheme: str, host: str, port: int, path: str) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path

    @property
    def url(self) -> str:
        """The URL, in one spelling; without fragment."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        netloc = host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"
        return f"{self.scheme}://{netloc}{self.path}"

    def is_same_server(self, other: Target) -> bool:
        """Whether who may speak to this server may speak to the other: the same, or the same with encryption added."""
        has_encryption_added = (self.port, other.port, other.scheme) == (80, 443, "https")
        is_same = (self.port, self.scheme) == (other.port, other.scheme)
        return self.host == other.host and (is_same or has_encryption_added)


def target_of(url: str) -> Target:
    """Return what the URL means.

    Raises:
        WebError: It is none that may be fetched.
    """
    if len(url) > MAX_URL_CHARS:
        raise WebError(f"The URL is {len(url):,} characters long, and {MAX_URL_CHARS:,} are allowed.")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = normal_host(parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii")
    except (ValueError, UnicodeError) as exc:
        raise WebError(f"{url!r} is no URL: {exc}.") from exc
    name = host.decode()
    if parts.scheme not in _PORTS:
        raise WebError(f"Only http and https can be fetched, not {url!r}.")
    if parts.username is not None or parts.password is not None:
        raise WebError("The URL holds a user name or a password. Leave it out.")
    if not name or not (_ADDRESS_CHARS if ":" in name else _NAME_CHARS).issuperset(name):
        raise WebError(f"{url!r} names no host.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~", errors="replace")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?[]", errors="replace")
    return Target(parts.scheme, name, port or _PORTS[parts.scheme], urlunsplit(("", "", path, query, "")))
