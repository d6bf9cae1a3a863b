"""Reading an address strictly: what two parsers could understand in two ways is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import quote

from mtc.core.i18n import _l
from mtc.core.normalization import ascii_host, split_url
from mtc.infra.http.base import RefusedUrlError

_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True)
class Target:
    """Target of a request: `host` is a lower-case ASCII name or a plain address, without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The Host header (RFC 9110 section 7.2); the scheme's own port is left out."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def parse_target(url: str, *, allow_http: bool = False) -> Target:
    """The parts of `url`; raises RefusedUrlError for what we do not call, without asking the network.

    Use it to check what people enter; where the name leads is only known, and checked, at the call.
    """
    if len(url) > 2_048 or "\\" in url or any(c.isspace() or ord(c) < 33 or ord(c) == 127 for c in url):
        raise RefusedUrlError(_l("The address contains characters that do not belong there."))
    try:
        parts = split_url(url)
        port = parts.port
        host = _host(parts.hostname or "")
    except (ValueError, UnicodeError) as error:
        raise RefusedUrlError(_l("The address is not complete.")) from error
    if parts.scheme not in _PORTS or (parts.scheme == "http" and not allow_http):
        raise RefusedUrlError(_l("The address has to start with https://."))
    if "@" in parts.netloc:
        raise RefusedUrlError(_l("The address must not contain a user name or a password."))
    port = _PORTS[parts.scheme] if port is None else port
    if port not in _PORTS.values():
        raise RefusedUrlError(_l("The address must use port 443 or 80."))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return Target(parts.scheme, host, port, path)


def _host(text: str) -> str:
    """A host in one spelling; ValueError for numbers in the dialects that only some resolvers understand."""
    if ":" in text:
        if "%" in text:
            raise ValueError("zone identifiers name an interface of this machine")
        return str(IPv6Address(text))
    host = ascii_host(text).lower().removesuffix(".")
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        # Only the canonical dotted quad: not 127.1, not 0x7f000001, not 0177.0.0.1.
        return str(ip_address(host))
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("not a host name")
    return host
