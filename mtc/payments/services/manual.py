"""Money that came another way."""

from __future__ import annotations

from uuid import UUID

from mtc.core.errors import ConflictError
from mtc.orders.models import Order
from mtc.orders.services import get_order
from mtc.payments import queries
from mtc.payments.models import Payment, PaymentGateway
from mtc.payments.services.receive import book_success
from mtc.payments.services.setup import save_gateway
from mtc.payments.services.start import start_payment


def _gateway() -> PaymentGateway:
    for gateway in queries.all_gateways():
        if gateway.type == "manual":
            return gateway
    return save_gateway("manual", "manual", "Bank transfer", is_active=False)


def mark_paid(order_id: UUID, note: str = "") -> Payment:
    """Book an order as paid by other means; NotFoundError, ConflictError unless it awaits payment."""
    order: Order = get_order(order_id)
    if order.status != "pending":
        raise ConflictError("This order does not await a payment.")
    payment = start_payment(order, _gateway())
    payment.data = {**payment.data, "note": note.strip()[:300]}
    if not book_success(payment, order):
        raise ConflictError("This order was paid meanwhile.")
    return payment
