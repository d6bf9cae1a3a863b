"""Long parts of an order, a page at a time: keys of its lines, steps of its timeline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask import request

from mtc.admin.layout import base
from mtc.admin.orders.provided import notes_of
from mtc.catalog.services import stock_reservation
from mtc.core.i18n import _l
from mtc.core.paging import Page
from mtc.core.relative_time import when
from mtc.core.urls import with_query
from mtc.orders.models import Order
from mtc.orders.presenters import EventView, timeline_view
from mtc.orders.queries.stock_items import KeyWindow, keys_shown
from mtc.web import query_params

KEYS_SHOWN = 50
UNIT_LABELS = {
    "reserved": _l("Reserved"),
    "delivered": _l("Delivered"),
    "revoked": _l("Withdrawn"),
    "quarantined": _l("Replaced"),
}


def key_pages(
    order: Order, item_ids: Collection[UUID], revealed: dict[UUID, str] | None = None
) -> dict[UUID, dict[str, Any]]:
    """The keys of lines that are shown, whatever became of them, by line; the address says which page."""
    line, number = query_params.line_page()
    window = KeyWindow(KEYS_SHOWN, line, number)
    rows = keys_shown(item_ids, window, delivered_only=False)
    pages = groupby(rows, attrgetter("order_item_id"))
    return {item_id: _keys(order, list(some), revealed or {}) for item_id, some in pages}


def _keys(order: Order, rows: list[Any], revealed: dict[UUID, str]) -> dict[str, Any]:
    first, last, total = rows[0].rank, rows[-1].rank, rows[0].total
    line, number = rows[0].order_item_id, (first - 1) // KEYS_SHOWN + 1

    def page(number: int) -> str:
        return f"{_address(order)}?line={line}&page={number}#line-{line}"

    return {
        "units": [_unit(row, revealed) for row in rows],
        "first": first,
        "last": last,
        "total": total,
        # A form of these keys leads back to them.
        "query": f"?line={line}&page={number}" if number > 1 else "",
        "previous_url": page(number - 1) if number > 1 else "",
        "next_url": page(number + 1) if last < total else "",
    }


def _unit(unit: Any, shown: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": str(unit.id),
        "masked": stock_reservation.masked(unit.hint),
        "value": shown.get(unit.id, ""),
        "status": unit.status,
        "label": UNIT_LABELS.get(unit.status, unit.status.capitalize()),
        "seen": when(unit.revealed_at),
        "open": unit.status == "delivered",
    }


def timeline_part(order: Order) -> dict[str, Any]:
    """Return a page of the timeline, newest first, from `before` on; raises ValidationError for a bad one."""
    page = timeline_view(order.id, query_params.text("before", 1000))
    steps = [_step(step) for step in page.items]
    if not query_params.text("before", 1000):
        steps = [*notes_of(order), *steps]
    return {"items": steps, **page_links(order, "before", page)}


def page_links(order: Order, name: str, page: Page[Any]) -> dict[str, str]:
    """The addresses of the next page of a list whose cursor is the parameter `name`, and of its first."""
    path = _address(order)
    return {
        "older_url": with_query(path, {name: page.next}) if page.next else "",
        "newest_url": path if query_params.text(name, 1000) else "",
    }


def _address(order: Order) -> str:
    return request.script_root + f"{base()}/orders/{order.order_number}"


def _step(step: EventView) -> EventView:
    by = f"by {step.by}" if step.by and step.by not in ("system", "MTC", "anonymous") else ""
    return replace(step, text=", ".join(filter(None, (step.text, by))))
