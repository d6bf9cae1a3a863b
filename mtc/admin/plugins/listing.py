"""Plugins: those that the store can have, and what each of them is and may do."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.navigation import SET_UP, navigation
from mtc.core.configured import CheckResult
from mtc.core.db import scope_tenant
from mtc.core.i18n import _, _l
from mtc.core.relative_time import when
from mtc.core.urls import with_query
from mtc.extensions import htmx
from mtc.plugins.presenters import (
    PluginView,
    abilities,
    categories_of,
    pages_of,
    plugin_view,
    plugin_views,
    settings_of,
)
from mtc.web.access import requires
from mtc.web.forms import SettingsForm, form_for
from mtc.web.query_params import text

PREFIX = "s"
LABELS = {
    "available": _l("Not installed"),
    "inactive": _l("Off"),
    "active": _l("On"),
    "uninstalled": _l("Uninstalled, data kept"),
    "deleting": _l("Being deleted"),
    "blocked": _l("Blocked"),
    "broken": _l("Broken"),
    "missing": _l("Missing"),
}
TONES = {"active": "ok", "inactive": "paused", "broken": "failed", "blocked": "failed", "missing": "failed"}


@admin.get("/plugins")
@navigation.entry("plugins", _l("Plugins"), section=SET_UP, icon="plug", order=25)
@requires("plugins:read")
def plugins(tenant: str) -> Response:
    """The plugins that the store can have, with what it has made of each."""
    del tenant
    path = address()
    filters = {"q": text("q"), "category": text("category")}
    every = plugin_views(scope_tenant())
    views = (
        plugin_views(scope_tenant(), filters["q"], filters["category"]) if any(filters.values()) else every
    )
    values: dict[str, Any] = {
        "path": path,
        "asked": filters,
        "filtered": any(filters.values()),
        "plugins": [row_of(view) for view in views],
        "categories": [
            {
                "label": category.replace("_", " ").capitalize() or _("All"),
                "url": with_query(path, {**filters, "category": category}),
                "active": filters["category"] == category,
            }
            for category in ("", *categories_of(every))
        ],
    }
    if htmx.partial:
        return make_response(render_template("admin/plugins/_list.html", **values))
    return page("admin/plugins/list.html", title=_("Plugins"), active="plugins", **values)


@admin.get("/plugins/<plugin>")
@requires("plugins:read")
def plugin_page(tenant: str, plugin: str) -> Response:
    """One plugin: what it may do, its settings, whether it works."""
    del tenant
    return show(plugin)


def show(
    slug: str,
    *,
    form: SettingsForm | None = None,
    errors: dict[str, list[str]] | None = None,
    result: CheckResult | None = None,
    problem: Any = "",
    status: int = 200,
) -> Response:
    """The page of a plugin; `form` is that of its settings as they were sent, `problem` refused a step."""
    view = plugin_view(scope_tenant(), slug[:63])
    if form is None and view.status in ("active", "inactive") and view.has_settings:
        form = settings_form(slug, errors)
    return page(
        "admin/plugins/detail.html",
        title=view.name,
        active="plugins",
        status=status,
        plugin=row_of(view),
        about=view,
        abilities=abilities(view.slug),
        pages=pages_of(view.slug),
        form=form,
        result=result,
        problem=problem,
        url=f"{address()}/{view.slug}",
        crumbs=[{"label": _("Plugins"), "url": address()}, {"label": view.name, "url": ""}],
    )


def settings_form(slug: str, errors: dict[str, list[str]] | None = None) -> SettingsForm:
    """The form of what is stored of a plugin's settings; secrets are never shown."""
    plugin, values, _secrets = settings_of(scope_tenant(), slug)
    return form_for(plugin.settings, values, errors, PREFIX)


def address() -> str:
    """The address of the list."""
    return f"{request.script_root}{base()}/plugins"


def row_of(view: PluginView) -> dict[str, Any]:
    """A plugin as lists show it."""
    return {
        "slug": view.slug,
        "name": view.name,
        "summary": view.summary,
        "version": view.version,
        "author": view.author,
        "icon": view.icon,
        "status": TONES.get(view.status, "draft"),
        "label": LABELS[view.status],
        "deprecated": bool(view.deprecation),
        "broken_until": when(view.broken_until),
        "last_error_at": when(view.last_error_at),
        "installed_at": when(view.installed_at),
    }
