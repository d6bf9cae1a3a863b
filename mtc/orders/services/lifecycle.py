"""Transitions of orders: paid, cancelled, expired, fulfilled, claimed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.db import scope_tenant, session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _l, source_text
from mtc.identity.models import Customer
from mtc.orders import queries
from mtc.orders.events import (
    OrderAttention,
    OrderCancelled,
    OrderClaimed,
    OrderExpired,
    OrderFulfilled,
    OrderPaid,
)
from mtc.orders.models import Order
from mtc.orders.services.hook_views import ask_about_order
from mtc.orders.services.reservations import assign_to_buyer, release_reservations
from mtc.orders.services.state_machine import transition, try_transition


def get_order(order_id: UUID) -> Order:
    """The order with its lines; raises NotFoundError."""
    order = queries.order_by_id(order_id)
    if order is None:
        raise NotFoundError(_l("There is no such order."))
    return order


def flag_for_review(
    order: Order, reason: Sentence, *, amount: int | None = None, missing: dict[str, int] | None = None
) -> None:
    """Tell the merchant that a person has to look at the order."""
    noted = OrderAttention(
        entity_id=order.id,
        number=order.order_number,
        reason=source_text(reason),
        amount=amount,
        missing=missing,
    )
    emit(noted)


def pay_order(order: Order, amount: int, *, payment_id: UUID | None = None, **values: Any) -> bool:
    """Book money that came in for an order (minor units) and, the first time, make it paid.

    Without a payment the order cost nothing. `values` are further columns of the order.

    A late payment (expired, cancelled) makes it paid all the same: stock is reserved again, and where
    none is left the order is marked for attention. Further money is booked and marked too. Returns
    whether the order became paid by it.
    """
    added = {**values, "paid_amount": Order.paid_amount + amount}
    event = partial(OrderPaid, payment_id=payment_id, free=None if payment_id else True)
    paid = try_transition(order, "pay", event, paid_at=clock.now(), **added)
    late = False
    if paid is None:
        late = try_transition(order, "pay_late", event, paid_at=clock.now(), **added) is not None
    if paid is None and not late:
        _change(order, **added)
        flag_for_review(order, _l("It was paid more than once. Refund what is too much."), amount=amount)
        return False
    missing = assign_to_buyer(order, queries.items_of(order.id))
    if missing:
        flag_for_review(
            order, _l("It is paid, but some keys were sold meanwhile. Add keys or refund."), missing=missing
        )
    return True


def _change(order: Order, **values: Any) -> None:
    statement = update(Order).where(Order.tenant_id == order.tenant_id, Order.id == order.id)
    session.execute(
        statement.values(**values, updated_at=clock.now()).execution_options(synchronize_session=False)
    )
    session.refresh(order, list(values))


def pay_free(order: Order) -> None:
    """Make an order paid that costs nothing; raises ConflictError when it costs something."""
    if order.total != 0:
        raise ConflictError(_l("This order has to be paid."))
    pay_order(order, 0)


def cancel_order(order_id: UUID, reason: Sentence = "") -> Order:
    """Cancel an order that nobody has paid; its stock returns.

    Raises NotFoundError, ConflictError, Reject.
    """
    order = get_order(order_id)
    ask_about_order("before_order_cancel", order)
    transition(
        order, "cancel", partial(OrderCancelled, reason=scrub(source_text(reason), multiline=False)[:300])
    )
    release_reservations(order.items)
    return order


def expire_pending(now: datetime | None = None) -> int:
    """Expire the tenant's orders that were not paid in time; returns how many. Their stock returns."""
    tenant_id = scope_tenant()
    due = queries.overdue_orders(tenant_id, now or clock.now())
    gone = [order for order in due if try_transition(order, "expire", OrderExpired) is not None]
    # All at once: keys and counters are locked in one order by everybody.
    release_reservations([item for order in gone for item in queries.items_of(order.id)])
    return len(gone)


def fulfil(order: Order) -> bool:
    """Everything that was kept has been delivered; False when that was known."""
    if order.fulfilled_at is not None:
        return False
    return try_transition(order, "fulfil", OrderFulfilled, fulfilled_at=clock.now()) is not None


def claim_orders(customer: Customer) -> int:
    """Give guest orders of a customer's verified address to the customer; returns how many."""
    if customer.verified_at is None:
        return 0
    statement = (
        update(Order)
        .where(
            Order.tenant_id == customer.tenant_id,
            Order.email_lc == customer.email_lc,
            Order.customer_id.is_(None),
        )
        .values(customer_id=customer.id, updated_at=clock.now())
        .returning(Order.id)
        .execution_options(synchronize_session=False)
    )
    claimed = session.execute(statement).all()
    if claimed:
        emit(OrderClaimed(entity_id=customer.id, orders=len(claimed)))
    return len(claimed)
