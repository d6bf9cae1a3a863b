"""Which network address counts as one caller."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

# What carries an IPv4 address in its last 32 bits, and stands for it: mapped, and translated (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")


@lru_cache(4096)
def client_network(address: str) -> str:
    """What counts as one caller: an IPv4 address, or an IPv6 network of 64 bits, since every line has one.

    IPv6 that stands for an IPv4 address counts as that; a text that is no address stays as it is.
    """
    try:
        found = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    if found in _TRANSLATED:
        return str(ip_address(int(found) & 0xFFFFFFFF))
    return str(IPv6Network((int(found), 64), strict=False))
