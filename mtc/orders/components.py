"""What orders show on pages: one order, a customer's history, the library of what is owned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from mtc.core.context import current
from mtc.orders import queries
from mtc.orders.presenters import line_views, order_view, row_view
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services.access_links import order_path
from mtc.pages.registry import sources

MOST, KEYS_IN_LIBRARY = 100, 5


def _customer() -> UUID | None:
    actor = current().actor
    return actor.id if actor.kind == "customer" else None


@sources.add("orders.order")
def order(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """The order of the page: `page["order"]`, which the view has opened for its visitor (entity or view)."""
    shown = page.get("order")
    view = shown if shown is None or isinstance(shown, Mapping) else order_view(shown, current().locale)
    return [view for _ in requests]


@sources.add("orders.history")
def history(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """The latest orders of the customer who is logged in."""
    customer_id = _customer()
    if customer_id is None:
        return [[] for _ in requests]
    limits = [min(max(int(asked.get("limit") or 25), 1), MOST) for asked in requests]
    rows = queries.customer_orders(customer_id, limit=max(limits)).items
    views = [row_view(row, current().locale) for row in rows]
    return [views[:limit] for limit in limits]


@sources.add("orders.library")
def library(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """What the customer who is logged in has paid for and kept."""
    customer_id = _customer()
    if customer_id is None:
        return [[] for _ in requests]
    pairs = [(row.Order, row.OrderItem) for row in queries.library_lines(customer_id)]
    window = KeyWindow(KEYS_IN_LIBRARY)
    views = line_views(pairs, current().locale, window=window)
    for (owner, _), view in zip(pairs, views, strict=True):
        view["order"] = {"number": owner.order_number, "url": order_path(owner) if owner.secret else ""}
    return [views for _ in requests]
