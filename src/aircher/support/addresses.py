"""Which network addresses belong to the public internet, and how names of hosts are compared.

Invariant: pure; in doubt an address is not public. Not its job: resolving names; what a pattern of hosts means.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""What a network without version 4 writes its addresses as."""


def is_public(address: str) -> bool:
    """Whether the address is of the public internet: not private, loopback, link-local, multicast or reserved.

    An address that carries one of version 4 inside is public if that one is; tunnels (6to4, Teredo) are not.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _TRANSLATED:
            return is_public(str(IPv4Address(int(found) & 0xFFFFFFFF)))
        if found.sixtofour is not None or found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def normal_host(host: str) -> str:
    """Return the name as it is compared: lower case, without a final dot or the brackets of an address."""
    return host.strip("[]").rstrip(".").lower()
