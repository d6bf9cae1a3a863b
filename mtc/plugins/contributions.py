"""The contribution points of permissions, tables and other plugins, and what is kept for a plugin."""

from __future__ import annotations

from typing import Any

from flask import Flask

from mtc.core.db import add_models, bases_in, tables_of
from mtc.core.i18n import Sentence, _, formats, ngettext
from mtc.core.permissions import permissions
from mtc.plugins.errors import PluginError
from mtc.plugins.manifest import ID
from mtc.plugins.models import PluginCall, PluginInbox, PluginSchedule, PluginState
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points, plugin_data
from mtc.plugins.services.context_parts import register_context_parts
from mtc.plugins.services.held_data import RowsOfModel
from mtc.plugins.services.own_rows import RowsOfTables
from mtc.plugins.services.tables import prefix_of, revisions
from mtc.plugins.versions import RANGE

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


def _describe_permissions(plugin: LoadedPlugin) -> list[Sentence]:
    declared = plugin.manifest.get("permissions", {})
    needed = ((name, permissions.find_any(name)) for name in declared.get("uses", ()))
    uses = [_("Uses: %(what)s", what=each.label if each else name) for name, each in needed]
    brings = [
        _("Brings a permission: %(what)s", what=each.label)
        for name in declared.get("defines", ())
        if (each := permissions.find_any(name)) is not None
    ]
    return [*uses, *brings]


def _describe_tables(plugin: LoadedPlugin) -> list[Sentence]:
    return [
        ngettext(
            "Keeps data in a table of its own.",
            "Keeps data in %(num)s tables of its own.",
            len(plugin.tables),
        )
    ]


def _describe_requirements(plugin: LoadedPlugin) -> list[Sentence]:
    return [
        _("Needs the plugin %(other)s.", other=f"{each['plugin']} {each.get('version', '')}".strip())
        for each in plugin.manifest["requires"]
    ]


def _describe_conflicts(plugin: LoadedPlugin) -> list[Sentence]:
    return [
        _("Does not get along with the plugin %(other)s.", other=each)
        for each in plugin.manifest["conflicts"]
    ]


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
        describe=_describe_permissions,
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
        describe=_describe_tables,
    ),
)
_ID = {"type": "string", "pattern": ID}
contribution_points.register(
    "requires",
    ContributionPoint(
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["plugin"],
                "additionalProperties": False,
                "properties": {"plugin": _ID, "version": {"type": "string", "pattern": RANGE}},
            },
        },
        "Write a list of objects with `plugin`, an id, and perhaps `version`, such as >=1.2.",
        describe=_describe_requirements,
    ),
)
contribution_points.register(
    "conflicts",
    ContributionPoint(
        {"type": "array", "items": _ID, "uniqueItems": True},
        "Write a list of ids of plugins.",
        describe=_describe_conflicts,
    ),
)
plugin_data.register("tables", RowsOfTables())
plugin_data.register(
    "state",
    RowsOfModel(
        PluginState,
        lambda number: ngettext(
            "%(number)s stored value", "%(number)s stored values", number, number=formats.number(number)
        ),
    ),
)
plugin_data.register(
    "notifications",
    RowsOfModel(
        PluginInbox,
        lambda number: ngettext(
            "%(number)s notification of another system",
            "%(number)s notifications of other systems",
            number,
            number=formats.number(number),
        ),
        hidden=("headers", "body"),
    ),
)
plugin_data.register(
    "schedules",
    RowsOfModel(
        PluginSchedule,
        lambda number: ngettext(
            "%(number)s job by the clock",
            "%(number)s jobs by the clock",
            number,
            number=formats.number(number),
        ),
    ),
)
plugin_data.register(
    "calls",
    RowsOfModel(
        PluginCall,
        lambda number: ngettext(
            "%(number)s logged call", "%(number)s logged calls", number, number=formats.number(number)
        ),
    ),
)
register_context_parts()
