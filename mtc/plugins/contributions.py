"""The contribution points of permissions and tables."""

from __future__ import annotations

from typing import Any

from flask import Flask

from mtc.core.db import add_models, bases_in, tables_of
from mtc.core.permissions import permissions
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points
from mtc.plugins.services.context_parts import register_context_parts
from mtc.plugins.services.tables import prefix_of, revisions

_TEXTS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": 200},
    "uniqueItems": True,
}


def _check_permissions(plugin: LoadedPlugin) -> None:
    """Manifest and code must name the same permissions: a merchant sees what a plugin brings."""
    declared = set(plugin.manifest.get("permissions", {}).get("defines", ()))
    odd = ", ".join(sorted(declared ^ set(permissions.names_of(plugin.slug))))
    if odd:
        raise PluginError(f"{plugin.slug}: manifest and code differ in these permissions: {odd}.")


def _check_tables(plugin: LoadedPlugin) -> None:
    """Manifest, models and migrations must name the same tables; those of a plugin begin with its id."""
    names = sorted(table.name for base in bases_in(plugin.package) for table in tables_of(base))
    start = prefix_of(plugin.slug)
    if strange := [name for name in names if not name.startswith(start)]:
        raise PluginError(f"{plugin.slug}: call its tables {start}…, not {strange[0]}.")
    if names != sorted(plugin.tables):
        odd = ", ".join(sorted(set(names) ^ set(plugin.tables)))
        raise PluginError(f"{plugin.slug}: manifest and code differ in these tables: {odd}.")
    if bool(names) and not revisions(plugin.folder):
        raise PluginError(f"{plugin.slug}: migrations/versions/0001_….py must make its tables.")


def _add_models(app: Flask, plugin: LoadedPlugin) -> None:
    del app
    add_models(bases_in(plugin.package))


contribution_points.register(
    "permissions",
    ContributionPoint(
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {"uses": _TEXTS, "defines": _TEXTS},
        },
        "Write an object with the lists `uses` and `defines`.",
        _check_permissions,
    ),
)
contribution_points.register(
    "tables",
    ContributionPoint(
        {
            "type": "array",
            "uniqueItems": True,
            "items": {"type": "string", "pattern": "^p_[a-z][a-z0-9_]{3,59}$"},
        },
        "Write a list of the tables it brings, each called p_<id>_ and a name.",
        _check_tables,
        _add_models,
    ),
)
register_context_parts()
