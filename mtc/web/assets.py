"""Addresses of static files that change with their content, so that they can be cached for ever."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

_FRESH_SECONDS = 1.0
_hashes: dict[tuple[str, float], str] = {}
_recent: dict[tuple[str, str], tuple[float, str]] = {}


def _version(folder: str, path: str) -> str:
    """The hash of a file, looked at again after a second: a page asks for some addresses a hundred times."""
    now = time.monotonic()
    known = _recent.get((folder, path))
    if known is not None and now - known[0] < _FRESH_SECONDS:
        return known[1]
    if len(_recent) > 2000:
        _recent.clear()
    version = _hash(Path(current_app.root_path, folder, path))
    _recent[(folder, path)] = (now, version)
    return version


def _hash(file: Path) -> str:
    try:
        changed = file.stat().st_mtime
    except OSError:
        return ""
    known = _hashes.get((str(file), changed))
    if known is None:
        known = _hashes[(str(file), changed)] = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return known


def asset_url(path: str) -> str:
    """The address of a file under static/."""
    return f"/static/{path}?v={_version('static', path)}"


def asset_urls(paths: Iterable[str]) -> dict[str, str]:
    """The addresses of files under static/ by those without a hash, as an import map has them."""
    return {f"/static/{path}": asset_url(path) for path in paths}


def theme_file_url(theme: str, path: str) -> str:
    """The address of a file of a theme's folder."""
    version = _version(f"themes/{theme}", path)
    return f"/themes/{theme}/{path}?v={version}"
