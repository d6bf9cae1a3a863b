"""Files under `static/` of a plugin's folder, at addresses that change with their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import current_app

from mtc.core.local_cache import LocalCache
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.loader import loaded

FOLDER = "static"
_hashes: LocalCache[tuple[str, float], str] = LocalCache(2000)


def static_file(plugin: LoadedPlugin, path: str) -> Path | None:
    """The file of that path, or None: also for hidden files and whatever lies outside of the folder."""
    parts = path.split("/")
    if any(not part or part.startswith(".") for part in parts) or "\\" in path or "\0" in path:
        return None
    folder = (plugin.folder / FOLDER).resolve()
    try:
        file = folder.joinpath(*parts).resolve()
        return file if file.is_relative_to(folder) and file.is_file() else None
    except OSError:  # such as a name that is too long for the file system
        return None


def digest_of(file: Path) -> str:
    """The beginning of the file's hash."""
    key = (str(file), file.stat().st_mtime)
    return _hashes.get_or_make(key, lambda: hashlib.sha256(file.read_bytes()).hexdigest()[:12])


def asset_url(slug: str, path: str) -> str:
    """The address of a file under `static/` of the plugin. Raises ValueError where there is none."""
    plugin = loaded(current_app).get(slug)
    file = static_file(plugin, path) if plugin is not None else None
    if file is None:
        raise ValueError(f"{slug} has no file static/{path}")
    return f"/x/{slug}/static/{digest_of(file)}/{path}"
