"""Which way a provider's server is reached, for those who only want to know.

Not its job: to go there.
"""

from collections.abc import Mapping
from typing import NamedTuple

from aircher.providers._address import parse_address, proxy_for


class Route(NamedTuple):
    """The first host on the way to a server: its proxy if there is one, else itself.

    Attributes:
        host: What to connect to, and ``port``.
        shown: The server, and its proxy, without credentials: ``api.example.com:443 via proxy:3128``.
        is_loopback: Whether the server is this machine.
    """

    host: str
    port: int
    shown: str
    is_loopback: bool


def route_to(base_url: str, *, key: str, environ: Mapping[str, str]) -> Route:
    """Return the way to a server.

    Args:
        base_url: The server's address.
        key: Configuration key that it was read from; named in the error.
        environ: Variables; some name proxies.

    Raises:
        ConfigError: The address, or that of the proxy, is none.
    """
    address = parse_address(base_url, key=key)
    proxy = proxy_for(address, environ)
    first = proxy or address
    shown = f"{address.host}:{address.port}" + (f" via {proxy.host}:{proxy.port}" if proxy else "")
    return Route(host=first.host, port=first.port, shown=shown, is_loopback=address.is_loopback)
