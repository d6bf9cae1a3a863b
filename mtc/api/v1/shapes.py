"""How the API shows things, and the schema of each: amounts in minor units, moments in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mtc.api.v1.endpoint import always
from mtc.orders.models import STATUSES, Order, OrderItem
from mtc.payments.models import Refund

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
FLAG: dict[str, Any] = {"type": "boolean"}
ID: dict[str, Any] = {"type": "string", "format": "uuid"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}

PAGING: dict[str, Any] = {
    "cursor": {"type": "string", "maxLength": 1000, "description": "`next` of the page before."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
}


def texts(words: Iterable[str]) -> dict[str, Any]:
    """The schema of one of these words."""
    return {"type": "string", "enum": list(words)}


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


_ORDER: dict[str, Any] = {
    "id": ID, "number": TEXT, "status": texts(STATUSES), "email": TEXT, "country": TEXT, "currency": TEXT,
    "total": NUMBER, "paid": NUMBER, "refunded": NUMBER, "created_at": MOMENT, "paid_at": MAYBE_MOMENT,
}  # fmt: skip
ORDER_ROW = always(**_ORDER)
LINE = always(
    id=ID, product_id=ID, variant_id=ID, title=TEXT, variant=TEXT, sku=TEXT, quantity=NUMBER,
    unit_price=NUMBER, total=NUMBER, refunded_quantity=NUMBER, refunded=NUMBER, delivery=TEXT,
)  # fmt: skip
REFUND = always(
    id=ID, amount=NUMBER, currency=TEXT, status=texts(("pending", "succeeded", "failed")), reason=TEXT,
    created_at=MOMENT,
)  # fmt: skip
ORDER = always(
    **_ORDER, locale=TEXT, subtotal=NUMBER, discount=NUMBER, lines={"type": "array", "items": LINE},
    refunds={"type": "array", "items": REFUND},
)  # fmt: skip


def order_row(row: Any) -> dict[str, Any]:
    """An order of a list."""
    return {
        "id": str(row.id),
        "number": row.order_number,
        "status": row.status,
        "email": row.email,
        "country": row.country,
        "currency": row.currency,
        "total": row.total,
        "paid": row.paid_amount,
        "refunded": row.refunded_amount,
        "created_at": moment(row.created_at),
        "paid_at": moment(row.paid_at),
    }


def order_whole(order: Order, refunds: Iterable[Refund]) -> dict[str, Any]:
    """One order with its lines and refunds; keys and secret links are not shown."""
    return {
        **order_row(order),
        "locale": order.locale,
        "subtotal": order.subtotal,
        "discount": order.discount,
        "lines": [_line(item) for item in order.items],
        "refunds": [refund_shape(one) for one in refunds],
    }


def _line(item: OrderItem) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "product_id": str(item.product_id),
        "variant_id": str(item.variant_id),
        "title": item.title,
        "variant": item.variant_title,
        "sku": item.sku,
        "quantity": item.quantity,
        "unit_price": item.unit_price,
        "total": item.total,
        "refunded_quantity": item.refunded_quantity,
        "refunded": item.refunded_amount,
        "delivery": item.delivery_status,
    }


def refund_shape(one: Refund) -> dict[str, Any]:
    """Money on its way back."""
    return {
        "id": str(one.id),
        "amount": one.amount,
        "currency": one.currency,
        "status": one.status,
        "reason": one.reason,
        "created_at": moment(one.created_at),
    }
