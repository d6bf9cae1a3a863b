"""Orders: the list, one of them."""

from __future__ import annotations

from typing import Any

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import closed, endpoint, listed
from mtc.api.v1.shapes import MOMENT, ORDER, ORDER_ROW, PAGING, order_row, order_whole, texts
from mtc.core.errors import NotFoundError
from mtc.orders import queries
from mtc.orders.models import STATUSES, Order
from mtc.payments import queries as payments
from mtc.web.access import for_programs
from mtc.web.bodies import moment
from mtc.web.rest import ok

BEGINNING: dict[str, Any] = {"type": "string", "maxLength": 254}
FILTERS = closed(
    {
        "status": texts(STATUSES),
        "email": {**BEGINNING, "description": "The beginning of the buyer's address."},
        "number": {**BEGINNING, "description": "The beginning of the number."},
        "since": {**MOMENT, "description": "Made at this moment or later."},
        "until": {**MOMENT, "description": "Made before this moment."},
        **PAGING,
    }
)


@v1.get("/orders")
@for_programs("orders:read")
@endpoint(listed(ORDER_ROW), query=FILTERS)
def orders(asked: dict[str, Any]) -> Response:
    """Orders, newest first."""
    filters = queries.OrderFilters(
        status=asked.get("status", ""),
        email=asked.get("email", ""),
        number=asked.get("number", ""),
        since=moment(asked.get("since", "")),
        until=moment(asked.get("until", "")),
    )
    page = queries.list_orders(filters, asked.get("cursor", ""), asked.get("limit", 25))
    return ok({"items": [order_row(row) for row in page.items], "next": page.next})


@v1.get("/orders/<number>")
@for_programs("orders:read")
@endpoint(ORDER)
def order(number: str) -> Response:
    """One order with its lines and refunds."""
    return ok(shown(found(number)))


def found(number: str) -> Order:
    """The order of that number with its lines; raises NotFoundError."""
    order = queries.order_by_number(number[:40])
    if order is None:
        raise NotFoundError("There is no order of this number.")
    return order


def shown(order: Order) -> dict[str, Any]:
    """The order as it is now."""
    return order_whole(order, payments.refunds_of(order.id))
