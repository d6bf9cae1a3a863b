"""Representations of the API, and the schema of each: amounts in minor units, moments in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mtc.api.v1.endpoint import always
from mtc.catalog.queries import Details
from mtc.catalog.services.warning_levels import own_level
from mtc.core.paging import Page
from mtc.orders.models import STATUSES, Order, OrderItem
from mtc.payments.models import Refund

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
FLAG: dict[str, Any] = {"type": "boolean"}
ID: dict[str, Any] = {"type": "string", "format": "uuid"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
MAYBE_NUMBER: dict[str, Any] = {"type": ["integer", "null"]}
MAYBE_MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}


def texts(words: Iterable[str]) -> dict[str, Any]:
    """The schema of one of these words."""
    return {"type": "string", "enum": list(words)}


PAGING: dict[str, Any] = {
    "cursor": {"type": "string", "maxLength": 1000, "description": "`next` of the page before."},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
}


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


_ORDER: dict[str, Any] = {
    "id": ID, "number": TEXT, "status": texts(STATUSES), "email": TEXT, "country": TEXT, "currency": TEXT,
    "total": NUMBER, "paid": NUMBER, "refunded": NUMBER, "created_at": MOMENT, "paid_at": MAYBE_MOMENT,
    "test": FLAG,
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
    **_ORDER, locale=TEXT, reference=MAYBE_TEXT, subtotal=NUMBER, discount=NUMBER,
    lines={"type": "array", "items": LINE},
    refunds={"type": "array", "items": REFUND, "description": "The newest 25."},
    refunds_next={**MAYBE_TEXT, "description": "The cursor of those before, for the list of refunds."},
)  # fmt: skip
STOCK_STATES = ("available", "reserved", "delivered", "revoked", "quarantined")
_PRODUCT: dict[str, Any] = {
    "id": ID, "slug": TEXT, "name": TEXT, "summary": TEXT, "type": TEXT,
    "status": texts(("draft", "active", "archived")), "currency": TEXT, "price_from": NUMBER,
    "price_to": NUMBER, "in_stock": FLAG, "created_at": MOMENT, "updated_at": MOMENT,
}  # fmt: skip
PRODUCT_ROW = always(**_PRODUCT)
VARIANT = always(
    id=ID, sku=TEXT, name=TEXT, options={"type": "object", "additionalProperties": TEXT}, price=NUMBER,
    compare_at=MAYBE_NUMBER, stock_source=texts(("pool", "unlimited", "none")), available=NUMBER,
    low_at=NUMBER, own_low_at=MAYBE_NUMBER, active=FLAG,
)  # fmt: skip
PRODUCT = always(
    **_PRODUCT, description=TEXT, attributes={"type": "object"},
    variants={"type": "array", "items": VARIANT},
)  # fmt: skip
POOL = always(
    variant_id=ID, product_id=ID, product=TEXT, variant=TEXT, sku=TEXT, available=NUMBER, low_at=NUMBER,
    own_low_at=MAYBE_NUMBER, counts=always(**dict.fromkeys(STOCK_STATES, NUMBER)),
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
        "test": row.is_test,
    }


def order_whole(order: Order, refunds: Page[Refund]) -> dict[str, Any]:
    """One order with its lines and newest refunds; keys and secret links are not shown."""
    return {
        **order_row(order),
        "locale": order.locale,
        "reference": order.reference,
        "subtotal": order.subtotal,
        "discount": order.discount,
        "lines": [_line(item) for item in order.items],
        "refunds": [refund_shape(refund) for refund in refunds.items],
        "refunds_next": refunds.next,
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


def refund_shape(refund: Refund) -> dict[str, Any]:
    """Money on its way back."""
    return {
        "id": str(refund.id),
        "amount": refund.amount,
        "currency": refund.currency,
        "status": refund.status,
        "reason": refund.reason,
        "created_at": moment(refund.created_at),
    }


def product_row(row: Any) -> dict[str, Any]:
    """A product of a list."""
    return {
        "id": str(row.id),
        "slug": row.slug,
        "name": row.name,
        "summary": row.summary,
        "type": row.type_slug,
        "status": row.status,
        "currency": row.currency,
        "price_from": row.price_from,
        "price_to": row.price_to,
        "in_stock": row.in_stock,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def product_whole(details: Details) -> dict[str, Any]:
    """One product with all its variants, also those that are not on sale."""
    return {
        **product_row(details.product),
        "description": details.product.description,
        "attributes": {row.attribute_key: row.attribute_value.get("value") for row in details.attributes},
        "variants": [_variant(row) for row in details.variants],
    }


def _variant(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "sku": row.sku,
        "name": row.name,
        "options": {str(label): str(value) for label, value in (row.attributes or {}).items()},
        "price": row.price,
        "compare_at": (row.price_data or {}).get("compare_at"),
        "stock_source": row.stock_source,
        "available": row.available,
        "low_at": row.low_at,
        "own_low_at": own_level(row.inventory_data),
        "active": row.is_active,
    }


def pool_shape(row: Any, counts: dict[str, int]) -> dict[str, Any]:
    """A pool of keys, without any of them."""
    return {
        "variant_id": str(row.variant_id),
        "product_id": str(row.product_id),
        "product": row.product,
        "variant": row.variant,
        "sku": row.sku,
        "available": row.available,
        "low_at": row.low_at,
        "own_low_at": own_level(row.inventory_data),
        "counts": {state: counts.get(state, 0) for state in STOCK_STATES},
    }
