"""Application behind the gateway, and what may be asked of it without a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
RawHeaders = list[tuple[bytes, bytes]]
MIB = 2**20


@dataclass(frozen=True)
class Site:
    """`forward` puts the client's address and scheme into the environ where proxies stand in front.

    `from_memory` is asked first, with the ASGI scope, and returns status, headers and body or None: it must
    neither wait nor compute.
    `network` tells which addresses are one client, for limits and fairness. `refused` is told of a request
    that the gateway refuses (address, status) and returns the headers of that answer. `largest_body` is in
    bytes: what is larger is an upload, read by the application while it arrives where
    `takes_upload` says that the path may be one for uploads, and refused otherwise.
    """

    wsgi_app: Callable[..., Iterable[bytes]]
    forward: Callable[[Environ], None] | None = None
    from_memory: Callable[[dict[str, Any]], tuple[int, RawHeaders, bytes] | None] | None = None
    network: Callable[[str], str] = str
    refused: Callable[[str, int], Headers] = lambda _who, _status: []
    largest_body: int = 2 * MIB
    takes_upload: Callable[[str], bool] = lambda _path: True


def as_site(application: Any) -> Site:
    """The site of a plain WSGI application."""
    return application if isinstance(application, Site) else Site(application)
