"""The contribution points of components, slots and data sources."""

from __future__ import annotations

from typing import Any

from flask import Flask

from mtc.core.errors import ValidationError
from mtc.pages.registry import personal_sources, sources
from mtc.pages.services.component_registry import forget_books
from mtc.pages.services.plugin_components import (
    PluginComponent,
    declared_sources,
    keep_components,
    read_components,
)
from mtc.pages.services.plugin_rows import record_components
from mtc.pages.services.plugin_slots import forget_slots
from mtc.pages.services.resolve import forget_pages
from mtc.pages.services.slot_list import ADMIN, CACHES, SLOTS, STOREFRONT
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import ContributionPoint, LoadedPlugin, contribution_points

_NAME = {"type": "string", "minLength": 1, "maxLength": 63}


def _check_components(plugin: LoadedPlugin) -> None:
    read_components(plugin)


def _check_slots(plugin: LoadedPlugin) -> None:
    """Each slot must exist and each component must be the plugin's own and fit the slot."""
    declared = plugin.manifest.get("slots", [])
    components = read_components(plugin) if declared else {}
    pairs = [(each["slot"], each["component"]) for each in declared]
    for each in declared:
        where = f"{plugin.slug}: slots, {each['slot']}"
        slot, component = SLOTS.get(each["slot"]), components.get(each["component"])
        if slot is None:
            raise PluginError(f"{where}: MTC has no such slot (docs/plugins/slots.md).")
        if component is None:
            raise PluginError(f"{where}: it brings no component {each['component']}.")
        if pairs.count((slot.name, component.slug)) > 1:
            raise PluginError(f"{where}: {component.slug} is listed twice.")
        if component.surface != slot.surface:
            raise PluginError(f"{where}: {component.slug} is a component for the {component.surface}.")
        _check_cache(plugin, component, where, each.get("cache", "public"))
        _check_props(component, where, each.get("props", {}))


def _check_cache(plugin: LoadedPlugin, component: PluginComponent, where: str, cache: str) -> None:
    slot = SLOTS[where.rpartition(", ")[2]]
    if cache == "customer" and slot.is_kept and slot.repeated:
        raise PluginError(f"{where}: it is drawn for each product; `cache` cannot be customer there.")
    if cache == "public" and slot.is_kept and _is_personal(plugin, component):
        raise PluginError(
            f"{where}: {component.slug} has personal data and the page is kept; choose `cache`: customer."
        )


def _is_personal(plugin: LoadedPlugin, component: PluginComponent) -> bool:
    own = declared_sources(plugin)
    return any(
        own.get(binding["source"], {}).get("personal", False) or binding["source"] in personal_sources
        for binding in component.data
    )


def _check_props(component: PluginComponent, where: str, props: dict[str, Any]) -> None:
    try:
        component.fields.validate({**component.default_props, **props})
    except ValidationError as error:
        name, sentences = next(iter(error.details.items()))
        raise PluginError(f"{where}: props, {name}: {sentences[0]}") from error


def _check_sources(plugin: LoadedPlugin) -> None:
    """Manifest and code must name the same data sources."""
    odd = ", ".join(sorted(set(declared_sources(plugin)) ^ set(sources.names_of(plugin.slug))))
    if odd:
        raise PluginError(f"{plugin.slug}: manifest and code differ in these data sources: {odd}.")


def _keep(app: Flask, plugin: LoadedPlugin) -> None:
    with app.app_context():
        keep_components(app, plugin)
    for forget in (forget_books, forget_slots, forget_pages):
        forget()


contribution_points.register(
    "sources",
    ContributionPoint(
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "surface"],
                "additionalProperties": False,
                "properties": {
                    "name": _NAME,
                    "surface": {"enum": [STOREFRONT, ADMIN]},
                    "personal": {"type": "boolean"},
                },
            },
        },
        "Write a list of objects with `name`, `surface` (storefront or admin) and perhaps `personal`.",
        _check_sources,
    ),
)
contribution_points.register(
    "components",
    ContributionPoint(
        {"const": "components"},
        "Write components: the name of the folder.",
        _check_components,
        _keep,
        record_components,
    ),
)
contribution_points.register(
    "slots",
    ContributionPoint(
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["slot", "component"],
                "additionalProperties": False,
                "properties": {
                    "slot": _NAME,
                    "component": _NAME,
                    "props": {"type": "object"},
                    "order": {"type": "integer", "minimum": 0, "maximum": 10000},
                    "default": {"type": "boolean"},
                    "cache": {"enum": list(CACHES)},
                },
            },
        },
        "Write a list of objects with `slot`, `component` and perhaps `props`, `order`, `default`, `cache`.",
        _check_slots,
    ),
)
