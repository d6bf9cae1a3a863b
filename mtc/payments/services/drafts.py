"""A payment of an order, before anything is known of it."""

from __future__ import annotations

from mtc.core.ids import uuid7
from mtc.orders.models import Order
from mtc.payments.models import Payment, PaymentGateway


def new_payment(order: Order, gateway: PaymentGateway) -> Payment:
    """A payment of the order's total that has yet to begin; the caller names it and adds it."""
    return Payment(
        id=uuid7(),
        tenant_id=order.tenant_id,
        order_id=order.id,
        gateway_id=gateway.id,
        status="pending",
        amount=order.total,
        captured=0,
        refunded=0,
        currency=order.currency,
        data={},
    )
