"""The one table of what may become of an order, and the conditional update that obeys it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import case, update
from sqlalchemy.orm.attributes import set_committed_value

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.orders.events import OrderStatusChanged
from mtc.orders.models import Order

# (status, what happens) -> status
ARROWS: dict[tuple[str, str], str] = {
    ("pending", "pay"): "paid",
    ("expired", "pay_late"): "paid",
    ("cancelled", "pay_late"): "paid",
    ("pending", "cancel"): "cancelled",
    ("pending", "expire"): "expired",
    ("paid", "fulfil"): "fulfilled",
    ("partially_refunded", "fulfil"): "partially_refunded",
    ("paid", "refund_part"): "partially_refunded",
    ("fulfilled", "refund_part"): "partially_refunded",
    ("partially_refunded", "refund_part"): "partially_refunded",
    ("paid", "refund"): "refunded",
    ("fulfilled", "refund"): "refunded",
    ("partially_refunded", "refund"): "refunded",
}

LABELS = {
    "pending": _l("Awaiting payment"),
    "paid": _l("Paid"),
    "fulfilled": _l("Delivered"),
    "cancelled": _l("Cancelled"),
    "expired": _l("Expired"),
    "partially_refunded": _l("Partly refunded"),
    "refunded": _l("Refunded"),
}

# An order whose goods were paid for and not all given back.
OWNED = ("paid", "fulfilled", "partially_refunded")


def try_transition(
    order: Order, action: str, event: Callable[..., OrderStatusChanged], **values: Any
) -> str | None:
    """Move the order along its arrow and record the event; None when it has no such arrow (any more).

    `event` makes the event of what is known here, such as partial(OrderCancelled, reason=...); `values` are
    further columns of the order. The database decides: of two that race, one gets through.
    """
    arrows = {source: target for (source, name), target in ARROWS.items() if name == action}
    values = {**values, "updated_at": clock.now()}
    computed = [name for name, value in values.items() if hasattr(value, "compare")]
    statement = (
        update(Order)
        .where(Order.tenant_id == order.tenant_id, Order.id == order.id, Order.status.in_(sorted(arrows)))
        .values(status=case(arrows, value=Order.status), **values)
        .returning(Order.status, *(getattr(Order, name) for name in computed))
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(statement).all()
    if not rows:
        return None
    assert len(rows) == 1
    before = order.status
    for name, value in {**values, **rows[0]._mapping}.items():
        set_committed_value(order, name, value)
    emit(
        event(
            entity_id=order.id,
            number=order.order_number,
            previous=before,
            status=order.status,
            total=order.total,
            currency=order.currency,
        )
    )
    return order.status


def transition(order: Order, action: str, event: Callable[..., OrderStatusChanged], **values: Any) -> str:
    """The same for people: raises ConflictError, with the status that it has now, when it cannot be."""
    status = try_transition(order, action, event, **values)
    if status is None:
        session.refresh(order, ["status"])
        label = LABELS[order.status].source.lower() if order.status in LABELS else order.status
        raise ConflictError(
            _l(
                "Order %(order)s is %(label)s; this cannot be done with it now.",
                order=order.order_number,
                label=label,
            )
        )
    return status
