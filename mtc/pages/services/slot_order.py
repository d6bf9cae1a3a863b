"""Where a merchant wants the components of a slot: hidden, shown, and in which order."""

from __future__ import annotations

from dataclasses import replace

from mtc.core.db import session
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.store_info import StoreInfo
from mtc.pages import queries
from mtc.pages.models import Widget
from mtc.pages.services.component_registry import component_book
from mtc.pages.services.plugin_slots import GLOBAL_PAGE, SlotWidget, slot_widgets
from mtc.tenants.services import bump_content_version


def show_in_slot(store: StoreInfo, slot: str, component: str, *, shown: bool) -> None:
    """Show or hide a component of a slot; pages follow at once. Raises NotFoundError."""
    widgets, place = _place(store, slot, component)
    widgets[place] = replace(widgets[place], shown=shown)
    _write(store, slot, widgets)


def move_in_slot(store: StoreInfo, slot: str, component: str, *, up: bool) -> None:
    """Move a component one place up or down in its slot. Raises NotFoundError."""
    widgets, place = _place(store, slot, component)
    other = max(place - 1, 0) if up else min(place + 1, len(widgets) - 1)
    widgets[place], widgets[other] = widgets[other], widgets[place]
    _write(store, slot, widgets)


def _place(store: StoreInfo, slot: str, component: str) -> tuple[list[SlotWidget], int]:
    widgets = list(slot_widgets(store).get(slot, ()))
    names = [widget.component.slug for widget in widgets]
    if component not in names:
        raise NotFoundError(_l("This component is not there any more."))
    return widgets, names.index(component)


def _write(store: StoreInfo, slot: str, widgets: list[SlotWidget]) -> None:
    book = component_book()
    placed = queries.placed(GLOBAL_PAGE, slot, store.id, store.tenant_id)
    rows = {row.component_id: row for row in placed}
    for position, widget in enumerate(widgets):
        component_id = book[widget.component.slug].id
        row = rows.get(component_id)
        if row is None:
            row = Widget(
                tenant_id=store.tenant_id,
                store_id=store.id,
                component_id=component_id,
                page=GLOBAL_PAGE,
                region=slot,
                props={},
                visibility_rules={},
            )
            session.add(row)
        row.position, row.is_active = position, widget.shown
    session.flush()
    bump_content_version(store.tenant_id)
