"""The list of orders: tabs by status, search by number, buyer, product or key, days, pages."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, listing
from mtc.admin.navigation import SALES, navigation
from mtc.admin.orders.rows import order_row
from mtc.core.i18n import _, _l
from mtc.core.urls import with_query
from mtc.orders import queries
from mtc.orders.models import STATUSES
from mtc.orders.services import LABELS
from mtc.orders.services.order_search import search_filters
from mtc.web import list_pages, query_params
from mtc.web.access import requires

PAGE = 25
TESTS = ("only", "no")
TABS = ("paid", "fulfilled", "pending", "partially_refunded", "refunded", "cancelled", "expired")


@admin.get("/orders")
@navigation.entry("orders", _l("Orders"), section=SALES, icon="receipt-text", order=10)
@requires("orders:read")
def orders(tenant: str) -> Response:
    """Orders, newest first."""
    del tenant
    params = {
        "status": query_params.one_of("status", STATUSES),
        "q": query_params.text("q"),
        "test": query_params.one_of("test", TESTS),
        "from": query_params.text("from", 20),
        "to": query_params.text("to", 20),
    }
    path = request.script_root + base() + "/orders"
    page = list_pages.find(
        lambda cursor: queries.list_orders(_filters(params), cursor, PAGE), list_pages.each(order_row)
    )
    return listing(
        "admin/orders/list.html",
        "admin/orders/_results.html",
        title=_("Orders"),
        active="orders",
        list_page=page,
        path=path,
        filters=params,
        orders=page.rows,
        tabs=_tabs(path, params, queries.status_counts(_is_test(params))),
        kinds=[("", _("All orders")), ("no", _("Without tests")), ("only", _("Test orders"))],
    )


def _filters(params: dict[str, str]) -> queries.OrderFilters:
    return search_filters(
        params["q"],
        queries.OrderFilters(
            status=params["status"],
            is_test=_is_test(params),
            since=query_params.day("from", _("First day")),
            until=query_params.day("to", _("Last day"), end=True),
        ),
    )


def _is_test(params: dict[str, str]) -> bool | None:
    return {"only": True, "no": False}.get(params["test"])


def _tabs(path: str, params: dict[str, str], counts: dict[str, int]) -> list[dict[str, Any]]:
    shared = {name: value for name, value in params.items() if name != "status"}
    tabs = [{"label": _("All"), "url": with_query(path, shared), "active": not params["status"]}]
    for status in TABS:
        if counts.get(status) or status == params["status"]:
            tabs.append(
                {
                    "label": LABELS[status],
                    "url": with_query(path, {**shared, "status": status}),
                    "active": status == params["status"],
                    "count": counts.get(status, 0),
                }
            )
    return tabs
