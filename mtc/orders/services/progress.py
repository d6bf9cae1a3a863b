"""Progress of an order, which its page polls while something is under way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mtc.core.db import scope_tenant
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.orders.services.access_links import admitted
from mtc.orders.services.state_machine import OWNED


@dataclass(frozen=True, slots=True)
class Progress:
    """`mark` is another one as soon as the page would look different.

    `waits` says that a payment is being confirmed, or that lines are still to be delivered.
    """

    tenant_id: UUID
    order_id: UUID
    mark: str
    waits: bool


def progress_of(order: Order) -> Progress:
    """Of an order that was loaded with its lines."""
    lines = [(item.delivery_status, item.refunded_quantity) for item in order.items]
    return _progress(order.id, order.status, order.payment_data, order.updated_at, lines)


def find_progress(number: str, secret: str = "", customer_id: UUID | None = None) -> Progress:
    """Of the order that `open_order` would open, by one query; raises NotFoundError like that."""
    rows = queries.progress_rows(number)
    first = admitted(rows[0] if rows else None, secret, customer_id)
    lines = [(row.delivery_status, row.refunded_quantity) for row in rows]
    return _progress(first.id, first.status, first.payment_data, first.updated_at, lines)


def _progress(
    order_id: UUID,
    status: str,
    payment: dict[str, Any],
    changed_at: datetime | None,
    lines: list[tuple[str, int]],
) -> Progress:
    paying = status == "pending" and payment.get("state") == "processing"
    delivering = status in OWNED and any(delivery == "pending" for delivery, _ in lines)
    changed = changed_at.timestamp() if changed_at else 0
    seen = repr((status, payment.get("state"), payment.get("notice"), changed, lines))
    mark = hashlib.sha256(seen.encode()).hexdigest()[:16]
    return Progress(scope_tenant(), order_id, mark, paying or delivering)
