"""Theme folders and component manifests become the system's rows; what has not changed is not written."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.fields import check
from mtc.core.paths import ROOT
from mtc.core.tenancy import platform_scope
from mtc.pages import queries
from mtc.pages.models import Component, Layout, Template, Theme
from mtc.pages.services.theme_folders import ThemeFolder, read_themes
from mtc.tenants.services import bump_content_version

log = logging.getLogger(__name__)

DEFAULT_THEME = "slate"
_THEME_SETTINGS = ("scheme", "cards", "version", "description")


def sync_all(root: Path = ROOT) -> int:
    """Bring the system's rows up to date; returns how many rows were written. Needs no scope.

    A theme that cannot be used is written down with what is wrong with it; its stores have the default look.
    Pages of the stores concerned that are kept anywhere count no more.
    """
    with platform_scope("read themes and components into the system's rows"), unit_of_work():
        before = queries.system_hashes(Theme, "slug")
        components = _sync(Component, ("slug",), {(slug,): row for slug, row in _components(root)})
        folders = list(read_themes(root))
        default = _default([folder.slug for folder in folders if not folder.problem])
        layouts: dict[tuple[str, ...], dict[str, Any]] = {}
        themes: dict[tuple[str, ...], dict[str, Any]] = {}
        pages: list[tuple[str, str, dict[str, Any]]] = []
        for folder in folders:
            if folder.problem:
                log.error("The theme %s is left out. %s", folder.slug, folder.problem)
                continue
            themes[(folder.slug,)] = _theme_row(folder, default)
            for layout in folder.data["layouts"]:
                layouts.setdefault((layout["slug"],), _layout_row(layout))
            pages += [(folder.slug, key, page) for key, page in folder.data["pages"].items()]
        written = _sync(Theme, ("slug",), themes, before) + _sync(Layout, ("slug",), layouts)
        written += sum(_mark_broken(folder.slug, folder.problem) for folder in folders if folder.problem)
        templates = _sync_templates(pages, default)
        if components or written or templates:
            now = queries.system_hashes(Theme, "slug")
            changed = {slug for (slug,), digest in now.items() if before.get((slug,)) != digest}
            _renew_pages(None if components or templates or default in changed else changed)
        return components + written + templates


def _default(usable: list[str]) -> str:
    return DEFAULT_THEME if DEFAULT_THEME in usable or not usable else usable[0]


def _mark_broken(slug: str, problem: str) -> bool:
    row = next((theme for theme in queries.system_rows(Theme) if theme.slug == slug), None)
    if row is None:
        row = Theme(tenant_id=None, is_system=True, slug=slug[:63], name=slug[:100])
        session.add(row)
    elif row.problem == problem:
        return False
    # Another hash: the theme is read anew once it is mended.
    row.problem, row.is_default, row.source_hash = problem, False, _digest(problem)
    row.updated_at = clock.now()
    session.flush()
    return True


def _renew_pages(themes: set[str] | None) -> None:
    """Raise the content version of the tenants with a store that has one of the themes; of all for None."""
    for tenant_id in queries.tenants_with_theme(themes):
        bump_content_version(tenant_id)


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _theme_row(folder: ThemeFolder, default: str) -> dict[str, Any]:
    theme = folder.data
    return {
        "name": theme["name"],
        "is_default": folder.slug == default,
        "problem": "",
        **{name: theme.get(name, {}) for name in ("colors", "fonts", "spacing", "borders", "shadows")},
        "settings": {
            "base": folder.slug,
            "files": folder.files,
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


def _sync(
    model: Any,
    key: tuple[str, ...],
    target: dict[tuple[Any, ...], dict[str, Any]],
    hashes: dict[tuple[Any, ...], str] | None = None,
) -> int:
    """Write the rows whose source has changed; those that have no source any more stay."""
    if hashes is None:
        hashes = queries.system_hashes(model, *key)
    changed = {name: row for name, row in target.items() if hashes.get(name) != _digest(row)}
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


def _sync_templates(pages: list[tuple[str, str, dict[str, Any]]], default: str) -> int:
    themes = {row.slug: row.id for row in queries.system_rows(Theme)}
    layouts = {row.slug: row.id for row in queries.system_rows(Layout)}
    sources = {(themes[theme], key): (theme, theme == default, page) for theme, key, page in pages}
    hashes = queries.system_hashes(Template, "theme_id", "page")
    changed = {name: source for name, source in sources.items() if hashes.get(name) != _digest(source)}
    if not changed:
        return 0
    rows = {(row.theme_id, row.page): row for row in queries.system_rows(Template)}
    for name, (theme, is_default, page) in changed.items():
        theme_id, key = name
        row = rows.get(name)
        if row is None:
            row = Template(
                tenant_id=None, is_system=True, theme_id=theme_id, page=key, name="", layout_id=None
            )
            session.add(row)
        row.name, row.layout_id = page["name"], layouts[page["layout"]]
        row.is_default = is_default
        row.override_config = {**page.get("override_config", {}), "widgets": page.get("widgets", [])}
        row.source_hash, row.updated_at = _digest((theme, is_default, page)), clock.now()
    session.flush()
    return len(changed)
