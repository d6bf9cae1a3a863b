"""Which network address counts as one caller."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network


def network_of(text: str) -> str:
    """An IPv6 network of 64 bits, since every line has one; an IPv4 address; another text as it is."""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((address, 64), strict=False))
    return str(address)
