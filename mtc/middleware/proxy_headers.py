"""Address of the caller behind proxies: as the outermost trusted proxy has seen it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

_WITH_PORT = re.compile(r"\[([^\[\]]*)\](?::\d{1,5})?|([^:]*):\d{1,5}")
_LONGEST = 100


class Forwarded:
    """Reads X-Forwarded-For and X-Forwarded-Proto from the right: each trusted proxy has added one entry.

    Entries are split at commas and nothing else: a quotation mark that a visitor sends must not swallow what
    a proxy adds behind it. Where there are fewer entries than proxies, or the entry is no address, the
    connection's address stays, which a visitor cannot choose.
    """

    def __init__(self, wsgi_app: Any, *, hops: int) -> None:
        self._wsgi_app, self._hops = wsgi_app, hops

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        read_forwarded(environ, self._hops)
        answer: Iterable[bytes] = self._wsgi_app(environ, start_response)
        return answer


def read_forwarded(environ: dict[str, Any], hops: int) -> None:
    """Put the address and the scheme that the outermost of `hops` trusted proxies has seen in place.

    The gateway does it before it counts clients, the application again: the second time changes nothing.
    """
    seen = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(seen) >= hops and (address := plain_address(seen[-hops])):
        environ["REMOTE_ADDR"] = address
    if scheme := forwarded_scheme(environ.get("HTTP_X_FORWARDED_PROTO", ""), hops):
        environ["wsgi.url_scheme"] = scheme


def forwarded_scheme(entries: str, hops: int) -> str:
    """The scheme that the outermost of `hops` trusted proxies has seen; "" when it does not say."""
    # Proxies inside often pass the scheme on instead of adding theirs.
    scheme = entries.split(",")[-hops:][0].strip().lower()
    return scheme if scheme in ("http", "https") else ""


def plain_address(entry: str) -> str:
    """The address without port, brackets and zone, in its one spelling; "" when it is none."""
    text = entry.strip()[:_LONGEST]
    match = _WITH_PORT.fullmatch(text)
    if match:
        text = match[1] if match[1] is not None else match[2]
    try:
        return str(ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
