"""Public pictures of stores. Their keys are random and their content never changes."""

from __future__ import annotations

import re

from flask import Response, request

from mtc.core.errors import NotFoundError, UnavailableError
from mtc.core.i18n import _l
from mtc.infra import ports
from mtc.storefront.blueprint import files
from mtc.web.access import file_only
from mtc.web.compression import packed
from mtc.web.site import site

# What uploads accept, and nothing that a browser would run; keys of files for sale do not fit.
_KEY = re.compile(
    r"(?P<tenant>[0-9a-f-]{36})/(?P<whole>[A-Za-z0-9]{8,64}\.(?P<type>png|jpg|jpeg|webp|gif|avif|svg))"
    r"(?P<copy>\.w[1-9][0-9]{0,3}\.webp)?"
)
_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "svg": "image/svg+xml; charset=utf-8"}
POLICY = "default-src 'none'; frame-ancestors 'none'"
SVG_POLICY = f"sandbox; {POLICY}; style-src 'unsafe-inline'"
_GONE = _l("There is no such picture.")


@files.get("/media/<path:key>")
@file_only
def picture(key: str) -> Response:
    """One picture; on a store's host only the pictures of its tenant."""
    match = _KEY.fullmatch(key)
    store = site().store
    if site().closed:
        raise UnavailableError(_l("This store is closed at the moment. Please come back later."))
    if match is None or (store is not None and match["tenant"] != str(store.tenant_id)):
        raise NotFoundError(_GONE)
    extension = "webp" if match["copy"] else match["type"]
    if match["copy"] and not ports.storage.exists(key):
        return _whole_instead(f"{match['tenant']}/{match['whole']}")
    small = extension == "svg" and bool(request.accept_encodings["gzip"])
    info = ports.storage.stat(key)  # what was deleted is served neither from memory nor from a browser's
    etag = f'"{key.rpartition("/")[2]}-{info.size:x}{"-gzip" if small else ""}"'
    if request.headers.get("If-None-Match") == etag:
        response = Response(status=304)
    else:
        response = _packed(key) if small else _whole(key, info.size)
        response.headers["Content-Type"] = _TYPES.get(extension, f"image/{extension}")
    if extension == "svg":
        response.vary.add("Accept-Encoding")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = SVG_POLICY if extension == "svg" else POLICY
    return response


def _whole(key: str, size: int) -> Response:
    response = Response(ports.storage.read_range(key, 0), direct_passthrough=True)
    response.headers["Content-Length"] = str(size)
    return response


def _packed(key: str) -> Response:
    """A drawing, a third of its size; drawings come from MTC and themes only and are small."""
    response = Response(packed(f"media:{key}", 0, lambda: b"".join(ports.storage.read_range(key, 0))))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _whole_instead(key: str) -> Response:
    """The picture itself, for as long as its smaller copies are not made; all widths lead to one address."""
    response = Response(status=302)
    response.headers["Location"] = f"{request.script_root}/media/{key}"
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
