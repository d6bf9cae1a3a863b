"""Orders: the list, one of them, and what may be done with it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response

from mtc.api.v1.blueprint import v1
from mtc.api.v1.endpoint import always, closed, endpoint, listed
from mtc.api.v1.schemas import (
    ID,
    MOMENT,
    NUMBER,
    ORDER,
    ORDER_ROW,
    PAGING,
    REFUND,
    TEXT,
    order_row,
    order_whole,
    refund_shape,
    texts,
)
from mtc.core.bank_accounts import parse_reference
from mtc.core.errors import NotFoundError, UnprocessableError
from mtc.core.i18n import _l
from mtc.delivery.services import resend
from mtc.orders import queries
from mtc.orders.models import STATUSES, Order
from mtc.orders.services import cancel_order
from mtc.orders.services.order_search import search_filters
from mtc.payments import queries as payments
from mtc.payments.services import mark_paid, missing_keys, refund
from mtc.web.access import for_programs
from mtc.web.audited import audited
from mtc.web.envelope import ok
from mtc.web.json_body import moment

BEGINNING: dict[str, Any] = {"type": "string", "maxLength": 254}
FILTERS = closed(
    {
        "status": texts(STATUSES),
        "email": {**BEGINNING, "description": "The beginning of the buyer's address."},
        "number": {**BEGINNING, "description": "The beginning of the number."},
        "q": {"type": "string", "maxLength": 200, "description": "Number, buyer, product, SKU or key."},
        "reference": {"type": "string", "maxLength": 40, "description": "Of a bank transfer, in full."},
        "test": {**texts(("only", "no")), "description": "Test orders only, or none; left out: all."},
        "since": {**MOMENT, "description": "Made at this moment or later."},
        "until": {**MOMENT, "description": "Made before this moment."},
        **PAGING,
    }
)
REASON: dict[str, Any] = {"type": "string", "maxLength": 300}
PIECES = always(id=ID, quantity={"type": "integer", "minimum": 1, "maximum": 1000})
REFUND_BODY = closed(
    {
        "lines": {
            "type": "array",
            "items": PIECES,
            "minItems": 1,
            "maxItems": 100,
            "description": "Pieces of lines; left out: everything that is left.",
        },
        "reason": REASON,
    }
)


BOOKING = closed(
    {
        "amount": {"type": "integer", "minimum": 1, "maximum": 10**15, "description": "In minor units."},
        "received_on": {"type": "string", "format": "date", "description": "Left out: today."},
        "note": REASON,
        "accept_less": {"type": "boolean", "description": "Less than the total is enough."},
    },
    required=("amount",),
)


@v1.get("/orders")
@for_programs("orders:read")
@endpoint(listed(ORDER_ROW), query=FILTERS)
def orders(query: dict[str, Any]) -> Response:
    """Orders, newest first."""
    filters = queries.OrderFilters(
        status=query.get("status", ""),
        email=query.get("email", ""),
        number=query.get("number", ""),
        reference=_reference(query.get("reference", "")),
        is_test={"only": True, "no": False}.get(query.get("test", "")),
        since=moment(query.get("since", "")),
        until=moment(query.get("until", "")),
    )
    filters = search_filters(query.get("q", ""), filters)
    page = queries.list_orders(filters, query.get("cursor", ""), query.get("limit", 25))
    return ok({"items": [order_row(row) for row in page.items], "next": page.next})


@v1.get("/orders/<number>")
@for_programs("orders:read")
@endpoint(ORDER)
def order(number: str) -> Response:
    """One order with its lines and newest refunds."""
    return ok(shown(order_of(number)))


@v1.get("/orders/<number>/refunds")
@for_programs("orders:read")
@endpoint(listed(REFUND), query=closed(PAGING))
def refunds(number: str, query: dict[str, Any]) -> Response:
    """The refunds of an order, newest first."""
    page = payments.refund_list(order_of(number).id, query.get("cursor", ""), query.get("limit", 25))
    return ok({"items": [refund_shape(refund) for refund in page.items], "next": page.next})


@v1.post("/orders/<number>/refunds")
@for_programs("orders:refund", idempotent=True)
@endpoint(always(refunds={"type": "array", "items": REFUND}, order=ORDER), body=REFUND_BODY, status=201)
@audited(_l("Gave money back"))
def refund_order(number: str, body: dict[str, Any]) -> Response:
    """Give money back; the provider is asked in the background, one refund for each charge."""
    lines = [(UUID(line["id"]), line["quantity"]) for line in body["lines"]] if "lines" in body else None
    made = refund(order_of(number).id, lines, body.get("reason", ""))
    data = {"refunds": [refund_shape(refund) for refund in made], "order": shown(order_of(number))}
    return ok(data, "The provider is asked in the background.", 201)


@v1.post("/orders/<number>/resend")
@for_programs("orders:write", idempotent=True)
@endpoint(always(email=TEXT), body=closed({}))
@audited(_l("Sent a delivery again"), always=True)
def resend_order(number: str, body: dict[str, Any]) -> Response:
    """Mail once more what was delivered."""
    del body
    order = order_of(number)
    resend(order.id)
    return ok({"email": order.email}, "The mail is on its way.")


@v1.post("/orders/<number>/cancel")
@for_programs("orders:write", idempotent=True)
@endpoint(ORDER, body=closed({"reason": REASON}))
@audited(_l("Cancelled an order"))
def cancel(number: str, body: dict[str, Any]) -> Response:
    """Cancel an order that nobody has paid; its keys are for sale again."""
    cancel_order(order_of(number).id, body.get("reason", ""))
    return ok(shown(order_of(number)))


@v1.post("/orders/<number>/payments")
@for_programs("orders:book", idempotent=True)
@endpoint(always(order=ORDER, missing_keys=NUMBER), body=BOOKING, status=201)
@audited(_l("Booked a payment by hand"))
def book(number: str, body: dict[str, Any]) -> Response:
    """Book money that came in, such as a bank transfer; the order is paid and delivered by it."""
    day = body.get("received_on")
    mark_paid(
        order_of(number).id,
        body.get("note", ""),
        amount=body["amount"],
        received_on=date.fromisoformat(day) if day else None,
        accept_less=body.get("accept_less", False),
    )
    order = order_of(number)
    return ok({"order": shown(order), "missing_keys": missing_keys(order)}, "The delivery has started.", 201)


def _reference(text: str) -> str:
    reference = parse_reference(text) if text else ""
    if reference is None:
        raise UnprocessableError("Correct the named fields.", {"reference": ["This is no reference."]})
    return reference


def order_of(number: str) -> Order:
    """Return the order of that number with its lines; raises NotFoundError."""
    order = queries.order_by_number(number[:40])
    if order is None:
        raise NotFoundError("There is no order of this number.")
    return order


def shown(order: Order) -> dict[str, Any]:
    """The order as it is now."""
    return order_whole(order, payments.refund_list(order.id))
