"""Theme folders and component manifests become the system's rows; what has not changed is not written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.fields import check
from mtc.core.tenancy import platform_scope
from mtc.ui import queries
from mtc.ui.models import Component, Layout, Template, Theme

ROOT = Path(__file__).resolve().parents[3]
DEFAULT_THEME = "slate"
_THEME_SETTINGS = ("scheme", "cards", "version", "description")


def sync_all(root: Path = ROOT) -> int:
    """Bring the system's rows up to date; returns how many rows were written. Needs no scope."""
    with platform_scope("read themes and components into the system's rows"), unit_of_work():
        written = _sync(Component, ("slug",), {(slug,): row for slug, row in _components(root)})
        layouts: dict[tuple[str, ...], dict[str, Any]] = {}
        themes: dict[tuple[str, ...], dict[str, Any]] = {}
        pages: list[tuple[str, str, dict[str, Any]]] = []
        for theme in _themes(root):
            themes[(theme["slug"],)] = _theme_row(theme)
            for one in theme["layouts"]:
                layouts.setdefault((one["slug"],), _layout_row(one))
            pages += [(theme["slug"], key, page) for key, page in theme["pages"].items()]
        written += _sync(Theme, ("slug",), themes) + _sync(Layout, ("slug",), layouts)
        return written + _sync_templates(pages)


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _themes(root: Path) -> Iterator[dict[str, Any]]:
    for file in sorted((root / "themes").glob("*/theme.json")):
        theme = json.loads(file.read_text())
        yield {"layouts": [], "pages": {}, **theme, "slug": file.parent.name}


def _theme_row(theme: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": theme["name"],
        "is_default": theme["slug"] == DEFAULT_THEME,
        **{name: theme.get(name, {}) for name in ("colors", "fonts", "spacing", "borders", "shadows")},
        "settings": {
            "base": theme["slug"],
            **{name: theme[name] for name in _THEME_SETTINGS if name in theme},
        },
    }


def _layout_row(layout: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": layout["name"],
        "type": layout.get("type", "page"),
        "grid_config": layout.get("grid_config", {}),
        "regions": layout.get("regions", []),
        "responsive_config": layout.get("responsive_config", {}),
    }


def _components(root: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted((root / "templates").glob("*/components/*.json")):
        manifest = json.loads(file.read_text())
        surface = file.parent.parent.name
        yield (
            manifest.get("slug", file.stem),
            {
                "name": manifest["name"],
                "type": manifest.get("type", "widget"),
                "category": manifest.get("category", "content"),
                "props_schema": {k: v for k, v in manifest.get("props_schema", {}).items() if k != "$schema"},
                "default_props": manifest.get("default_props", {}),
                "render_config": {"surface": surface, "data": manifest.get("data", [])},
                "dependencies": manifest.get("dependencies", []),
            },
        )


def _sync(model: Any, key: tuple[str, ...], wanted: dict[tuple[Any, ...], dict[str, Any]]) -> int:
    """Write the rows whose source has changed; those that have no source any more stay."""
    known = queries.system_hashes(model, *key)
    changed = {name: row for name, row in wanted.items() if known.get(name) != _digest(row)}
    if not changed:
        return 0
    rows = {tuple(getattr(row, name) for name in key): row for row in queries.system_rows(model)}
    for name, values in changed.items():
        row = rows.get(name)
        if row is None:
            row = model(tenant_id=None, is_system=True, **dict(zip(key, name, strict=True)))
            session.add(row)
        digest = _digest(values)
        if "props_schema" in values:  # stored as `check` returns it: with the order of its settings
            values = {**values, "props_schema": check(values["props_schema"])}
        for attribute, value in values.items():
            setattr(row, attribute, value)
        row.source_hash, row.updated_at = digest, clock.now()
    session.flush()
    return len(changed)


def _sync_templates(pages: list[tuple[str, str, dict[str, Any]]]) -> int:
    themes = {row.slug: row.id for row in queries.system_rows(Theme)}
    layouts = {row.slug: row.id for row in queries.system_rows(Layout)}
    sources = {(themes[theme], key): (theme, page) for theme, key, page in pages}
    known = queries.system_hashes(Template, "theme_id", "page")
    changed = {name: one for name, one in sources.items() if known.get(name) != _digest(one)}
    if not changed:
        return 0
    rows = {(row.theme_id, row.page): row for row in queries.system_rows(Template)}
    for name, (theme, page) in changed.items():
        theme_id, key = name
        row = rows.get(name)
        if row is None:
            row = Template(
                tenant_id=None, is_system=True, theme_id=theme_id, page=key, name="", layout_id=None
            )
            session.add(row)
        row.name, row.layout_id = page["name"], layouts[page["layout"]]
        row.is_default = theme == DEFAULT_THEME
        row.override_config = {**page.get("override_config", {}), "widgets": page.get("widgets", [])}
        row.source_hash, row.updated_at = _digest((theme, page)), clock.now()
    session.flush()
    return len(changed)
