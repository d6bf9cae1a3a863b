"""The components that plugins and merchants put into slots, remembered while the store's content stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app

from mtc.core.local_cache import LocalCache
from mtc.core.store_info import StoreInfo
from mtc.pages import queries
from mtc.pages.services.plugin_components import PluginComponent, components_of
from mtc.pages.services.slot_list import SLOTS
from mtc.plugins.services import loaded
from mtc.plugins.services.active_plugins import running_plugins

GLOBAL_PAGE = "@global"
ORDER = 100


@dataclass(frozen=True, slots=True)
class SlotWidget:
    """A component in a slot: its settings, its place in the order, and whether the merchant shows it."""

    slot: str
    component: PluginComponent
    props: Mapping[str, Any]
    order: int = ORDER
    cache: str = "public"
    shown: bool = True


SlotWidgets = dict[str, tuple[SlotWidget, ...]]
_known: LocalCache[tuple[Any, ...], SlotWidgets] = LocalCache(2000, seconds=300.0)


def slot_widgets(store: StoreInfo) -> SlotWidgets:
    """The components in the slots of a store, by slot and in their order, hidden ones too.

    Costs nothing where no plugin brings components, and no statement while it is remembered.
    """
    if not any("slots" in plugin.manifest for plugin in loaded(current_app).values()):
        return {}
    key = (store.tenant_id, store.id, store.content_version, tuple(loaded(current_app)))
    return _known.get_or_make(key, lambda: _read(store))


def forget_slots() -> None:
    """Forget what this process remembers."""
    _known.clear()


def declared_slots(plugin: str, manifest: Mapping[str, Any]) -> list[SlotWidget]:
    """The components that a plugin puts into slots unless the merchant decides otherwise."""
    components = components_of(plugin)
    return [
        SlotWidget(
            each["slot"],
            components[each["component"]],
            {**components[each["component"]].default_props, **each.get("props", {})},
            each.get("order", ORDER),
            each.get("cache", "public"),
            each.get("default", True),
        )
        for each in manifest.get("slots", [])
        if each["component"] in components
    ]


def _read(store: StoreInfo) -> SlotWidgets:
    plugins = loaded(current_app)
    standing = {
        (widget.slot, widget.component.slug): widget
        for plugin in sorted(running_plugins())
        if plugin in plugins
        for widget in declared_slots(plugin, plugins[plugin].manifest)
    }
    if not standing:
        return {}
    for row in queries.widgets(GLOBAL_PAGE, store.id, store.tenant_id):
        widget = standing.get((row.region, row.slug))
        if widget is not None and row.store_id is not None:
            standing[row.region, row.slug] = replace(
                widget, order=row.position, shown=row.is_active, props={**widget.props, **(row.props or {})}
            )
    return by_slot(list(standing.values()))


def by_slot(widgets: Sequence[SlotWidget]) -> SlotWidgets:
    """The widgets by slot, each slot's in their order."""
    ordered = sorted(widgets, key=lambda widget: (widget.order, widget.component.slug))
    return {
        name: tuple(widget for widget in ordered if widget.slot == name)
        for name in SLOTS
        if any(widget.slot == name for widget in widgets)
    }
