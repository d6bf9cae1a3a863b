"""Money that came another way, such as a bank transfer: a person says that it is there."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _l
from mtc.core.ids import token
from mtc.core.local_time import local
from mtc.core.money import format_money
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.orders.services import flag_for_review
from mtc.orders.services.reservations import pooled, remaining_quantity
from mtc.payments import queries
from mtc.payments.hooks import ManualPayment
from mtc.payments.models import Payment, PaymentGateway
from mtc.payments.services.drafts import new_payment
from mtc.payments.services.gateways import save_gateway
from mtc.payments.services.webhooks import book_success
from mtc.payments.types.manual import KIND
from mtc.plugins.services import run_before

BOOKABLE = ("pending", "expired", "cancelled")
"""Orders that money may still come in for: it also comes when the time to pay has run out."""

MOST = 10**15


def _gateway() -> PaymentGateway:
    for gateway in queries.all_gateways():
        if gateway.type == KIND:
            return gateway
    return save_gateway(KIND, KIND, "Bank transfer", is_active=False)


def mark_paid(
    order_id: UUID,
    note: str = "",
    *,
    amount: int | None = None,
    received_on: date | None = None,
    accept_less: bool = False,
) -> Payment:
    """Book money that came in for an order, once; without an amount it is the total.

    `received_on` is the day that the bank statement names. What is more than the total is booked and
    marked for attention. Raises NotFoundError; ConflictError when the order has been paid; Reject;
    ValidationError by field, also for less than the total unless `accept_less`.
    """
    order = order_queries.lock_order(order_id)
    if order is None:
        raise NotFoundError(_l("There is no such order."))
    if order.status not in BOOKABLE:
        raise ConflictError(_l("This order does not await a payment: it has been paid."))
    received = order.total if amount is None else amount
    day = received_on or local(clock.now()).date()
    _check(order, received, day, accept_less)
    booking = ManualPayment(order.id, order.order_number, received, order.currency, day, note)
    note = run_before("before_payment_book", booking).note
    payment = _payment(order)
    facts = {"received_on": day.isoformat(), "note": scrub(note, multiline=False)[:300]}
    payment.data = {**payment.data, **facts}
    session.flush()
    if not book_success(payment, order, received):
        raise ConflictError(_l("This order was paid meanwhile."))
    session.refresh(payment)
    if received > order.total:
        more = format_money(received - order.total, order.currency)
        flag_for_review(
            order, _l("%(more)s more than the total came in. Give it back or ask the buyer.", more=more)
        )
    return payment


def missing_keys(order: Order) -> int:
    """Return how many keys a paid order still lacks, because they were sold to others meanwhile."""
    lines = pooled(order.items)
    have = sum(unit.status == "delivered" for unit in order_queries.units_of([item.id for item in lines]))
    return max(sum(remaining_quantity(item) for item in lines) - have, 0)


def _check(order: Order, received: int, day: date, accept_less: bool) -> None:
    errors: dict[str, list[Sentence]] = {}
    total = format_money(order.total, order.currency)
    if not 0 <= received <= MOST or (received == 0 and order.total > 0):
        errors["amount"] = [_l("Type what came in, more than 0.")]
    elif received < order.total and not accept_less:
        less = format_money(order.total - received, order.currency)
        errors["amount"] = [
            _l(
                "That is %(less)s less than the total of %(total)s. Confirm that it is enough.",
                less=less,
                total=total,
            )
        ]
    # Tomorrow is today somewhere; the day before the order too.
    first = local(order.created_at).date() - timedelta(days=1)
    if not first <= day <= local(clock.now()).date() + timedelta(days=1):
        errors["received_on"] = [_l("Choose a day between the order and today.")]
    if errors:
        raise ValidationError(_l("Check the marked fields."), errors)


def _payment(order: Order) -> Payment:
    """Return the payment that the buyer was asked for, or a new one where another way was chosen."""
    gateway = _gateway()
    open_payment = queries.open_payment(order.id, gateway.id)
    if open_payment is not None:
        return open_payment
    payment = new_payment(order, gateway)
    payment.provider_ref = f"manual_{token(12)}"
    session.add(payment)
    return payment
