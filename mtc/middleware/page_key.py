"""Key of a cached page, from an ASGI scope (before an environ is made) or an environ."""

from __future__ import annotations

from typing import Any

from mtc.middleware.proxy_headers import forwarded_scheme
from mtc.server.environ import path_of
from mtc.web.page_parameters import declared_query

Key = tuple[str, ...]
_PERSONAL = ("HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_HX_REQUEST", "HTTP_HX_REQUEST_TYPE")
_SAFE = ("GET", "HEAD")
_HOST, _ACCEPT, _COOKIE, _SCHEME, _OWN = range(1, 6)
_READ = {b"host": _HOST, b"accept": _ACCEPT, b"cookie": _COOKIE, b"x-forwarded-proto": _SCHEME} | {
    name[5:].lower().replace("_", "-").encode(): _OWN for name in _PERSONAL
}


def key_of_scope(scope: dict[str, Any], hops: int = 0) -> Key | None:
    """The key of a request as in ASGI; None for one whose page has to be made for this visitor.

    `hops` trusted proxies tell the scheme, as in read_forwarded().
    """
    if scope["method"] not in _SAFE:
        return None
    host = accept = forwarded = ""
    for name, value in scope["headers"]:
        read = _READ.get(name)
        if read is None:
            continue
        if read == _HOST:
            host = f"{host},{value.decode('latin-1')}" if host else value.decode("latin-1")
        elif read == _ACCEPT:
            accept = accept or ("json" if b"application/json" in value else "")
        elif read == _COOKIE:
            if b"mtc_" in value or b"theme=" in value:
                return None
        elif read == _OWN:
            return None
        elif hops:
            forwarded = f"{forwarded},{value.decode('latin-1')}" if forwarded else value.decode("latin-1")
    scheme = scope["scheme"]
    if forwarded:
        scheme = forwarded_scheme(forwarded, hops) or scheme
    raw_query = scope["query_string"]
    query = declared_query(raw_query.decode("latin-1")) if raw_query else ""
    return scheme, host, path_of(scope), query, accept


def key_of_environ(environ: dict[str, Any]) -> Key | None:
    """The key of a request as in WSGI, whose scheme has been read already."""
    if environ["REQUEST_METHOD"] not in _SAFE or any(name in environ for name in _PERSONAL):
        return None
    cookies = environ.get("HTTP_COOKIE", "")
    if cookies and ("mtc_" in cookies or "theme=" in cookies):
        return None
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ.get("PATH_INFO", ""),
        declared_query(environ.get("QUERY_STRING", "")),
        "json" if "application/json" in environ.get("HTTP_ACCEPT", "") else "",
    )
