"""Which network addresses belong to the public internet, and which names a list of hosts means.

Invariant: pure; in doubt an address is not public and a name is not listed. Not its job: resolving names.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_EMBEDDING = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96"))
"""Networks whose last 32 bits are an address of version 4 that a gateway translates to."""


def is_public(address: str) -> bool:
    """Whether the address is of the public internet: not private, loopback, link-local, multicast or reserved.

    An address that carries another one inside (mapped, 6to4, Teredo, NAT64) is public only if that one is as well.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if found.is_multicast or found.is_reserved or not found.is_global:
        return isinstance(found, IPv6Address) and found.ipv4_mapped is not None and is_public(str(found.ipv4_mapped))
    return all(is_public(str(inner)) for inner in _embedded(found))


def _embedded(address: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    if isinstance(address, IPv4Address):
        return
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in _EMBEDDING):
        yield IPv4Address(int(address) & 0xFFFFFFFF)


def normal_host(host: str) -> str:
    """Return the name as it is compared: lower case, without a final dot or the brackets of an address."""
    return host.strip("[]").rstrip(".").lower()


def is_listed(host: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of the patterns: exactly, below ``*.suffix``, or any where there is ``*``."""
    name = normal_host(host)
    return any(_matches(name, normal_host(pattern)) for pattern in patterns)


def _matches(name: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and len(name) > len(pattern) - 1
    return pattern in {"*", name}
