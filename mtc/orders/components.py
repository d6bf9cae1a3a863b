"""Data sources of orders for pages: one order, a customer's history, the library of what is owned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from mtc.core.context import current
from mtc.core.urls import with_query
from mtc.orders import queries
from mtc.orders.presenters import OrderLink, OrderView, line_views, order_view, row_view
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services.access_links import order_path
from mtc.pages.registry import personal_sources, sources

MOST, KEYS_IN_LIBRARY, PAGE = 100, 5, 25


def _customer() -> UUID | None:
    actor = current().actor
    return actor.id if actor.kind == "customer" else None


personal_sources.update(("orders.order", "orders.history", "orders.pages", "orders.library"))


@sources.add("orders.order")
def order(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """The order of the page: `page["order"]`, which the view has opened for its visitor (entity or view)."""
    shown = page.get("order")
    view = shown if shown is None or isinstance(shown, OrderView) else order_view(shown, current().locale)
    return [view for _ in requests]


@sources.add("orders.history")
def history(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """The latest orders of the customer who is logged in."""
    customer_id = _customer()
    if customer_id is None:
        return [[] for _ in requests]
    limits = [min(max(int(request.get("limit") or 25), 1), MOST) for request in requests]
    rows = queries.customer_orders(customer_id, limit=max(limits)).items
    views = [row_view(row, current().locale) for row in rows]
    return [views[:limit] for limit in limits]


@sources.add("orders.pages")
def pages(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """A page of all orders of the customer who is logged in, from `after` of the address on."""
    customer_id = _customer()
    if customer_id is None:
        return [{"orders": [], **_links(page, None, None)} for _ in requests]
    history_page = queries.customer_orders(customer_id, _after(page), PAGE)
    rows = [row_view(row, current().locale) for row in history_page.items]
    return [{"orders": rows, **_links(page, history_page.previous, history_page.next)} for _ in requests]


@sources.add("orders.library")
def library(requests: Sequence[Mapping[str, Any]], page: Mapping[str, Any]) -> list[Any]:
    """Return the paid and kept items of the customer who is logged in, a page of them from `after` on."""
    customer_id = _customer()
    if customer_id is None:
        return [{"lines": [], **_links(page, None, None)} for _ in requests]
    rows = queries.library_lines(customer_id, _after(page), PAGE)
    pairs = [(row.Order, row.OrderItem) for row in rows.items]
    window = KeyWindow(KEYS_IN_LIBRARY)
    views = [
        replace(view, order=OrderLink(owner.order_number, order_path(owner) if owner.secret else ""))
        for (owner, _), view in zip(pairs, line_views(pairs, current().locale, window=window), strict=True)
    ]
    first = "" if _after(page) else None
    return [{"lines": views, **_links(page, first, rows.next)} for _ in requests]


def _after(page: Mapping[str, Any]) -> str:
    cursor: str = page.get("params", {}).get("after", [""])[0]
    return cursor


def _links(page: Mapping[str, Any], previous: str | None, following: str | None) -> dict[str, str | None]:
    """The addresses of the neighbours of a page; the empty cursor is the beginning, None nothing."""
    path = page.get("path", "")
    shown = {"previous_url": previous, "next_url": following}
    return {
        name: None if cursor is None else with_query(path, {"after": cursor})
        for name, cursor in shown.items()
    }
