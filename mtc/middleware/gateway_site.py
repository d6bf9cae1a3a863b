"""The application as the server's gateway serves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask

from mtc.config import Config
from mtc.core import security_log
from mtc.core.client_networks import client_network
from mtc.core.request_load import counted
from mtc.middleware.proxy_headers import read_forwarded
from mtc.middleware.security_headers import bare_headers
from mtc.server.served_app import Headers, Site
from mtc.web.access import access_of


def site_of(app: Flask) -> Site:
    """Return the facts of the application that the server's gateway needs."""
    config: Config = app.config["MTC"]
    hops, cache = config.trusted_hops, app.extensions["mtc.page_cache"]
    return Site(
        counted(app.wsgi_app),
        forward=partial(read_forwarded, hops=hops) if hops > 0 else None,
        from_memory=partial(cache.from_memory, hops=max(hops, 0)) if config.page_cache_mb else None,
        network=client_network,
        refused=partial(_refused, secure=config.secure),
        largest_body=config.max_body_mb * 2**20,
        takes_upload=_takes_upload(app),
    )


def _takes_upload(app: Flask) -> Callable[[str], bool]:
    """Return whether a path is one of a route with uploads; the others refuse them without a thread."""
    begins = tuple(
        {
            rule.rule.partition("<")[0]
            for rule in app.url_map.iter_rules()
            if (access := access_of(app.view_functions[rule.endpoint])) is not None and access.uploads
        }
    )

    def takes(path: str) -> bool:
        if path.startswith("/s/"):
            path = "/" + path[3:].partition("/")[2]
        return path.startswith(begins)

    return takes


def _refused(address: str, status: int, *, secure: bool) -> Headers:
    """Write down that a request was refused before the application saw it; the headers of that answer."""
    security_log.begin(ip=address)
    security_log.refuse("request.refused", status=status)
    return bare_headers(secure=secure)
