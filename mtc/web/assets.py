"""Addresses of static files that change with their content, so that they can be cached for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from mtc.core.local_cache import LocalCache

_hashes: LocalCache[tuple[str, float], str] = LocalCache(2000)
_recent: LocalCache[tuple[str, str], str] = LocalCache(2000, seconds=1.0)
_maps: LocalCache[tuple[str, ...], tuple[dict[str, str], Markup]] = LocalCache(20, seconds=1.0)


def _version(folder: str, path: str) -> str:
    """The hash of a file, looked at again after a second: a page asks for some addresses a hundred times."""
    recent = _recent.get((folder, path))
    if recent is None:
        recent = _recent.put((folder, path), _hash(Path(current_app.root_path, folder, path)))
    return recent


def _hash(file: Path) -> str:
    try:
        changed = file.stat().st_mtime
    except OSError:
        return ""
    return _hashes.get_or_make(
        (str(file), changed), lambda: hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    )


def asset_url(path: str) -> str:
    """The address of a file under static/."""
    return f"/static/{path}?v={_version('static', path)}"


def asset_urls(paths: tuple[str, ...]) -> dict[str, str]:
    """The addresses of files under static/ by those without a hash, as an import map has them."""
    return _map(paths)[0]


def import_map(paths: tuple[str, ...]) -> Markup:
    """The import map of scripts under static/ (HTML, section 8.1.5.4), as JSON that may stand in a page."""
    return _map(paths)[1]


def _map(paths: tuple[str, ...]) -> tuple[dict[str, str], Markup]:
    def make() -> tuple[dict[str, str], Markup]:
        urls = {f"/static/{path}": asset_url(path) for path in paths}
        return urls, htmlsafe_json_dumps({"imports": urls})

    return _maps.get_or_make(paths, make)


def theme_file_url(theme: str, path: str) -> str:
    """The address of a file of a theme's folder."""
    version = _version(f"themes/{theme}", path)
    return f"/themes/{theme}/{path}?v={version}"
