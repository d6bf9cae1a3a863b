"""Static files of plugins, on the hosts of the platform and of stores."""

from __future__ import annotations

from flask import Response, current_app

from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.static_files import digest_of, static_file
from mtc.storefront.blueprint import files
from mtc.storefront.theme_files import IMMUTABLE
from mtc.web.access import file_only
from mtc.web.static import sent_file

_GONE = _l("There is no such file.")


@files.get("/x/<plugin>/static/<digest>/<path:path>")
@file_only
def plugin_file(plugin: str, digest: str, path: str) -> Response:
    """A file of a plugin's folder `static`; its address changes with its content."""
    code = loaded(current_app).get(plugin)
    file = static_file(code, path) if code is not None else None
    if code is None or file is None:
        raise NotFoundError(_GONE)
    response = sent_file(code.folder / "static", path)
    fresh = digest == digest_of(file)
    response.headers["Cache-Control"] = IMMUTABLE if fresh else "public, max-age=300"
    return response
