"""Networks of clients: the addresses that count as one caller."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

# What carries an IPv4 address in its last 32 bits, and stands for it: mapped, and translated (RFC 6052).
_TRANSLATED = IPv6Network("64:ff9b::/96")


@lru_cache(4096)
def client_network(address: str) -> str:
    """Return the network of a caller: an IPv4 address, or an IPv6 network of 64 bits, as a line has one.

    IPv6 that stands for an IPv4 address counts as that; a text that is no address stays as it is.
    """
    try:
        ip = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    if ip in _TRANSLATED:
        return str(ip_address(int(ip) & 0xFFFFFFFF))
    return str(IPv6Network((int(ip), 64), strict=False))
