"""Addresses of static files that change with their content, so that they can be cached for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from flask import current_app

from mtc.core.local_cache import LocalCache

_hashes: LocalCache[tuple[str, float], str] = LocalCache(2000)
_recent: LocalCache[tuple[str, str], str] = LocalCache(2000, seconds=1.0)


def _version(folder: str, path: str) -> str:
    """The hash of a file, looked at again after a second: a page asks for some addresses a hundred times."""
    return _recent.get_or_make((folder, path), lambda: _hash(Path(current_app.root_path, folder, path)))


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


def asset_urls(paths: Iterable[str]) -> dict[str, str]:
    """The addresses of files under static/ by those without a hash, as an import map has them."""
    return {f"/static/{path}": asset_url(path) for path in paths}


def theme_file_url(theme: str, path: str) -> str:
    """The address of a file of a theme's folder."""
    version = _version(f"themes/{theme}", path)
    return f"/themes/{theme}/{path}?v={version}"
