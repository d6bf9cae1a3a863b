"""Reach of a host name in the settings: this machine, its network or everybody."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

# Names that no public resolver answers (RFC 2606, 6761, 6762, 8375; .internal) and those of examples.
_PRIVATE_ZONES = (
    "localhost", "test", "example", "invalid", "local", "internal", "lan", "home.arpa",
    "example.com", "example.net", "example.org",
)  # fmt: skip


def is_address(host: str) -> bool:
    """Return whether the host is an IP address, which can have no subdomains."""
    return _address(host) is not None


def is_loopback(host: str) -> bool:
    """Return whether the host name or IP address always means the machine itself."""
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback


def is_private(host: str) -> bool:
    """Return whether only the machine or its own network can mean this host: a development server."""
    address = _address(host)
    if address is not None:
        return address.is_private or address.is_link_local
    return "." not in host or any(host == zone or host.endswith(f".{zone}") for zone in _PRIVATE_ZONES)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
