"""Files under static/, and what every template may call."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory

from mtc.core.i18n.messages import script_messages
from mtc.core.money import format_money
from mtc.infra import ports
from mtc.web.access import Access
from mtc.web.assets import asset_url, asset_urls, import_map
from mtc.web.compression import packed
from mtc.web.csrf import csrf_field, csrf_token
from mtc.web.picture_urls import served

YEAR = 31_536_000
_TEXTS = {"text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"}


def install_static(app: Flask) -> None:
    """Serve static/ on every host and name the globals of all templates; doing it twice changes nothing."""
    if "static_file" in app.view_functions:
        return
    app.jinja_env.globals.update(
        asset_url=asset_url,
        asset_urls=asset_urls,
        import_map=import_map,
        csrf_field=csrf_field,
        csrf_token=csrf_token,
        format_money=format_money,
        picture_formats=lambda: ports.pictures.formats,
        picture_types=lambda: ports.pictures.accepts,
        script_messages=script_messages,
        served=served,
    )
    app.add_url_rule("/static/<path:path>", "static_file", static_file, methods=["GET"])


def static_file(path: str) -> Response:
    """One file; addresses that carry its hash may be kept for ever."""
    response = sent_file(Path(current_app.root_path) / "static", path)
    has_hash = asset_url(path).endswith(f"?v={request.args.get('v', '-')}")
    response.headers["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if has_hash else "public, max-age=300"
    )
    return response


def sent_file(folder: Path, path: str) -> Response:
    """A file of the folder, compressed where it is text and the browser takes that; raises NotFound."""
    response = send_from_directory(folder, path)
    if response.mimetype not in _TEXTS or response.status_code != 200:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    response.close()
    file = folder / path
    content = packed(str(file), file.stat().st_mtime_ns, file.read_bytes)
    answer = Response(content, content_type=response.content_type)
    answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(f"{response.get_etag()[0]}-gzip")
    answer.make_conditional(request)
    return answer


static_file.mtc_access = Access("file")  # type: ignore[attr-defined]
