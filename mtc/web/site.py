"""Site of a request: the platform itself, or one store."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from flask import request

from mtc.core.normalization import ascii_host
from mtc.core.store_info import StoreInfo

KEY = "mtc.site"


@dataclass(frozen=True, slots=True)
class Site:
    """The surface a host stands for. `store` is set on a store's host; `problem` is raised once routed."""

    surface: str  # platform or store
    host: str
    store: StoreInfo | None = None
    in_place: bool = False
    problem: Exception | None = None

    @property
    def closed(self) -> bool:
        """Return whether the host is that of a store which sells nothing for now."""
        store = self.store
        return store is not None and (store.tenant_status != "active" or store.status != "open")


def site() -> Site:
    """The site of the running request."""
    current: Site = request.environ[KEY]
    return current


def clean_host(text: str) -> str:
    """The host of a Host header in its one spelling: small letters, no port, no final dot; '' for rubbish."""
    host = text.strip().lower()
    if not host or len(host) > 260 or any(c in host for c in "/@\\?#\"'<>% \t\r\n"):
        return ""
    if host.startswith("["):
        name, closed, rest = host[1:].partition("]")
        if not closed or ":" not in name or (rest and not (rest[0] == ":" and _is_port(rest[1:]))):
            return ""
        return str(ipaddress.ip_address(name)) if _is_ip(name) else ""
    name, colon, port = host.partition(":")
    if colon and not _is_port(port):
        return ""
    name = name.removesuffix(".")
    try:
        name = ascii_host(name)
    except UnicodeError:
        return ""
    return name if all(c.isalnum() or c in "-." for c in name) else ""


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_address(host: str) -> bool:
    """Return whether the host is an IP address, which can have no subdomains."""
    return _is_ip(host)
