"""Addresses: what the user may write, and through which proxy they are reached. Pure.

Source: the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY as curl reads them.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from aircher.domain.errors import ConfigError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH = "/%:@!$&'()*+,;=~"  # characters that keep their meaning in a path, RFC 3986 §3.3


class Address(NamedTuple):
    """One URL, taken apart; ``path`` begins with a slash or is empty."""

    scheme: str
    host: str
    port: int
    path: str
    user_info: str = ""

    @property
    def netloc(self) -> str:
        """Host, and port where it is not the scheme's own, as it stands in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole, without credentials."""
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")

    def joined(self, suffix: str) -> "Address":
        """Return the address of something below this one."""
        return self._replace(path=self.path + suffix)


def parse_address(url: str, *, key: str) -> Address:
    """Return the parts of a URL.

    Args:
        url: With scheme ``http`` or ``https`` and a host.
        key: Configuration key or variable it was read from; named in the error.

    Raises:
        ConfigError: It is no such URL.
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme, (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        scheme, host, port = "", "", None
        parts = urlsplit("")
    if scheme not in _DEFAULT_PORTS or not host or not host.isprintable() or " " in host:
        shown = url.rpartition("@")[2]
        raise ConfigError(
            f"{key} is {shown!r}, which is no http:// or https:// address",
            hint=f'write it like this: {key} = "http://localhost:8000/v1"',
            code="config.base_url",
        )
    user_info = parts.netloc.rpartition("@")[0]
    return Address(scheme, host, port or _DEFAULT_PORTS[scheme], quote(parts.path, safe=_PATH).rstrip("/"), user_info)


def api_address(base_url: str, *, key: str, version_path: str, endpoints: tuple[str, ...]) -> Address:
    """Return the address that calls are appended to.

    A bare host gets the version path; an address with a path is taken as it is, with or without a slash at its end;
    the address of an endpoint is cut back to what it is an endpoint of.

    Args:
        base_url: What the user wrote.
        key: Configuration key it was read from; named in the error.
        version_path: Such as ``/v1``.
        endpoints: Such as ``/chat/completions``.

    Raises:
        ConfigError: It is no HTTP address.
    """
    address = parse_address(base_url, key=key)
    path = address.path
    for endpoint in endpoints:
        path = path.removesuffix(endpoint)
    return address._replace(path=path.rstrip("/") or version_path, user_info="")


def proxy_for(address: Address, environ: Mapping[str, str]) -> Address | None:
    """Return the proxy for this address, or ``None`` for a direct connection. Loopback never goes through one.

    Raises:
        ConfigError: The variable holds something that is no HTTP proxy.
    """
    if address.is_loopback or _is_exempt(address.host, _variable("no_proxy", environ)[1]):
        return None
    for name in (f"{address.scheme}_proxy", "all_proxy"):
        variable, value = _variable(name, environ)
        if value:
            return parse_address(value if "://" in value else f"http://{value}", key=variable)
    return None


def _variable(name: str, environ: Mapping[str, str]) -> tuple[str, str]:
    for spelling in (name, name.upper()):
        if environ.get(spelling):
            return spelling, environ[spelling]
    return name.upper(), ""


def _is_exempt(host: str, no_proxy: str) -> bool:
    names = (name.strip().lstrip(".").lower() for name in no_proxy.split(","))
    return any(name in {"*", host} or host.endswith(f".{name}") for name in names if name)
