"""Finding a sealed key by all of it, its beginning or its end. What was typed goes into no address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from mtc.admin.blueprints import admin
from mtc.admin.layout import base, page
from mtc.admin.stock.pools import STATES
from mtc.catalog.services import stock_reservation as service
from mtc.catalog.services.stock_search_index import search_keys
from mtc.core.context import current
from mtc.core.errors import ValidationError
from mtc.core.i18n import _, _l
from mtc.orders import queries as orders
from mtc.web.access import requires
from mtc.web.audited import audited


@admin.post("/stock/search")
@requires("products:read")
@audited(_l("Keys that fit, masked, with product, order and buyer"), always=True)
def find_keys(tenant: str) -> Response:
    """Keys that fit, masked, with product, order and buyer."""
    del tenant
    try:
        rows, more = search_keys(request.form.get("key", "")[:1000])
    except ValidationError as error:
        return _show([], problem=error.message, status=422)
    lines = [row.order_item_id for row in rows if row.order_item_id is not None]
    sold = orders.orders_of_lines(lines) if current().actor.may("orders:read") else {}
    return _show([_row(row, sold) for row in rows], more=more)


def _row(row: Any, sold: Mapping[UUID, Any]) -> dict[str, Any]:
    order = sold.get(row.order_item_id)
    return {
        "masked": service.masked(row.hint),
        "status": row.status,
        "label": STATES[row.status],
        "product": row.product,
        "variant": row.variant,
        "pool": str(row.variant_id),
        "order": order.order_number if order is not None else "",
        "email": order.email if order is not None else "",
    }


def _show(
    keys: list[dict[str, Any]], *, more: bool = False, problem: str = "", status: int = 200
) -> Response:
    return page(
        "admin/stock/search.html",
        title=_("Find a key"),
        active="stock",
        status=status,
        keys=keys,
        more=more,
        problem=problem,
        crumbs=[
            {"label": _("Key stock"), "url": f"{request.script_root}{base()}/stock"},
            {"label": _("Find a key"), "url": ""},
        ],
    )
