"""Pictures of the store on the platform's host: the page's policy allows no other host's."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import base
from mtc.core.context import current
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.infra import ports
from mtc.media.services.media import PUBLIC_PATH
from mtc.web.access import requires
from mtc.web.picture_urls import smaller

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}


_COPY = re.compile(r"\.w[1-9][0-9]{0,3}\.webp$")


def picture_of(image: Any, width: int = 320) -> dict[str, Any] | None:
    """A product's picture about so many pixels wide, as the admin shows it, or None.

    Addresses of other hosts are left out.
    """
    if not isinstance(image, dict) or not image.get("src"):
        return None
    src = str(image["src"])
    if src.startswith(PUBLIC_PATH):
        src = smaller(image, width) or src
        src = f"{request.script_root}{base()}{PUBLIC_PATH}{src.removeprefix(PUBLIC_PATH).partition('/')[2]}"
    elif not src.startswith("/static/"):
        return None
    return {**image, "src": src, "alt": image.get("alt") or ""}


@admin.get("/media/<path:key>")
@requires("products:read")
def picture(tenant: str, key: str) -> Response:
    """A public picture of the tenant."""
    del tenant
    content_type = TYPES.get(key.rpartition(".")[2])
    if content_type is None or "/" in key:
        raise NotFoundError(_l("There is no such picture."))
    folder = f"{current().tenant_id}/"
    try:
        whole = _COPY.sub("", key)
        if whole != key and not ports.storage.exists(folder + key):  # not made yet
            key, content_type = whole, TYPES.get(whole.rpartition(".")[2])
        with ports.storage.open(folder + key) as stream:
            data = stream.read()
    except ValueError:
        raise NotFoundError(_l("There is no such picture.")) from None
    response = Response(data, mimetype=content_type)
    response.headers["Cache-Control"] = "private, max-age=86400"
    # A drawing may carry scripts; none of them runs, not even when the picture is opened by itself.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    )
    return response
