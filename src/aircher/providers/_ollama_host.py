"""Where an Ollama server is, told by the variable that its own programs read. Pure.

Source: https://docs.ollama.com/faq, ``OLLAMA_HOST``; the same variable tells a server where to listen.
"""

from collections.abc import Mapping

BASE_URL = "http://127.0.0.1:11434"
VARIABLE = "OLLAMA_HOST"
_DEFAULTS = frozenset({"", BASE_URL, "http://localhost:11434"})
_EVERY_INTERFACE = frozenset({"", "0.0.0.0", "[::]", "::"})  # noqa: S104 - nothing listens here
_PORTS = {"": "11434", "http": "80", "https": "443"}


def server_url(base_url: str | None, environ: Mapping[str, str]) -> str:
    """Return the configured address; if that is the usual one, the one in ``OLLAMA_HOST``, if there is one."""
    configured = (base_url or "").rstrip("/")
    host = environ.get(VARIABLE, "").strip().strip("\"'").strip()
    return _url(host) if host and configured in _DEFAULTS else configured or BASE_URL


def _url(host: str) -> str:
    """Return the URL for ``host``, ``host:port``, ``:port``, an IP address, or a URL.

    An address that means all interfaces is one to listen at; it is reached at this machine's own.
    """
    scheme, separator, rest = host.partition("://")
    if not separator:
        scheme, rest = "", host
    where, slash, path = rest.partition("/")
    name, port = _split(where)
    if name in _EVERY_INTERFACE:
        name = "127.0.0.1"
    return f"{scheme or 'http'}://{name}:{port or _PORTS.get(scheme, '')}{slash}{path}"


def _split(where: str) -> tuple[str, str]:
    """Return host and port; an IPv6 address comes out in brackets."""
    if where.startswith("["):
        name, _, rest = where.partition("]")
        return f"{name}]", rest.removeprefix(":")
    if where.count(":") > 1:
        return f"[{where}]", ""
    name, _, port = where.partition(":")
    return name, port
