"""Files of theme folders, and the style sheet that a theme's settings make."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, make_response, request

from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.pages.services import kept_sheet, resolve_page
from mtc.storefront.blueprint import files, storefront
from mtc.storefront.view import current_store
from mtc.web.access import file_only, public
from mtc.web.assets import theme_file_url
from mtc.web.static import YEAR, sent_file

_ASSETS = {"css", "svg", "png", "webp", "jpg", "jpeg", "gif", "avif", "woff2", "ico"}
IMMUTABLE = f"public, max-age={YEAR}, immutable"
_GONE = _l("There is no such file.")


@files.get("/themes/<slug>/<path:path>")
@file_only
def theme_file(slug: str, path: str) -> Response:
    """A style sheet, picture or font of a theme; its settings and templates are not for the public."""
    if path.rpartition(".")[2].lower() not in _ASSETS or not slug.replace("-", "").isalnum():
        raise NotFoundError(_GONE)
    folder = Path(current_app.root_path) / "themes" / slug
    response = sent_file(folder, path)
    fresh = theme_file_url(slug, path).endswith(f"?v={request.args.get('v', '-')}")
    response.headers["Cache-Control"] = IMMUTABLE if fresh else "public, max-age=300"
    return response


@storefront.get("/theme/<digest>.css")
@public(when_closed=True)
def sheet(digest: str) -> Response:
    """The custom properties of a theme. Its address is the hash of its content."""
    css = kept_sheet(digest)
    if css is None:  # another process made it, or it is from before a change
        current = resolve_page(current_store(), "home")["theme"]["sheet"]
        css = kept_sheet(current) or ""
        exact = current == digest
    else:
        exact = True
    response = make_response(css)
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = IMMUTABLE if exact else "no-store"
    return response
