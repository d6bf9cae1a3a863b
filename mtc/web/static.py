"""Files under static/, and what every template may call."""

from __future__ import annotations

from flask import Flask, Response, current_app, request, send_from_directory

from mtc.core.money import format_money
from mtc.web.access import Access
from mtc.web.assets import asset_url
from mtc.web.csrf import csrf_field, csrf_token

YEAR = 31_536_000


def install_static(app: Flask) -> None:
    """Serve static/ on every host and name the globals of all templates; doing it twice changes nothing."""
    if "static_file" in app.view_functions:
        return
    app.jinja_env.globals.update(
        asset_url=asset_url, csrf_field=csrf_field, csrf_token=csrf_token, format_money=format_money
    )
    app.add_url_rule("/static/<path:path>", "static_file", static_file, methods=["GET"])


def static_file(path: str) -> Response:
    """One file; addresses that carry its hash may be kept for ever."""
    age = YEAR if request.args.get("v") else 300
    response = send_from_directory(f"{current_app.root_path}/static", path, max_age=age)
    response.headers["Cache-Control"] = f"public, max-age={age}" + (", immutable" if age == YEAR else "")
    return response


static_file.mtc_access = Access("file")  # type: ignore[attr-defined]
