"""Addresses of static files that change with their content, so that they can be cached for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import current_app

_hashes: dict[tuple[str, float], str] = {}


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
    return f"/static/{path}?v={_hash(Path(current_app.root_path, 'static', path))}"


def theme_file_url(theme: str, path: str) -> str:
    """The address of a file of a theme's folder."""
    version = _hash(Path(current_app.root_path, "themes", theme, path))
    return f"/themes/{theme}/{path}?v={version}"
