"""Webhooks of providers: checked, written down once, booked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock, crypto
from mtc.core.db import session
from mtc.core.errors import UnauthorizedError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.orders.services import flag_for_review, pay_order
from mtc.payments import queries
from mtc.payments.events import PaymentCancelled, PaymentFailed, PaymentMismatch, PaymentSucceeded
from mtc.payments.models import Payment, PaymentEvent, PaymentGateway
from mtc.payments.services.gateways import credentials_of, kind_of
from mtc.payments.services.refund_settlement import settle_refund
from mtc.payments.types.base import WebhookEvent

LARGEST_BODY = 64 * 1024
_DECLINED, _CANCELLED = _l("The payment was declined."), _l("You cancelled the payment.")
_KEPT_HEADERS = 40


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of a notification; see docs/payments.md for the outcomes."""

    outcome: str
    payment_id: UUID | None = None


def handle_webhook(gateway: PaymentGateway, headers: Mapping[str, str], body: bytes) -> Receipt:
    """Take a notification of the gateway in; every outcome is an answer of 200 to the provider.

    Raises UnauthorizedError when it is forged, altered or too old; then nothing is written.
    NotFoundError where the kind of gateway is switched off.
    """
    if len(body) > LARGEST_BODY:
        raise UnauthorizedError("The notification is too large.")
    secrets = credentials_of(gateway)
    said = kind_of(gateway.type).verify(headers, body, gateway.config, secrets)
    _check_texts(said)
    account = secrets.get("account", "")
    if account and not crypto.same(said.account, account):
        raise UnauthorizedError("The notification is for another account.")
    payment = _payment_of(gateway, said)
    event = _first_time(gateway, payment, said, headers, body)
    if event is None:
        return Receipt("duplicate")
    event.outcome = _act(payment, said) if payment else "unknown"
    session.flush()
    return Receipt(event.outcome, event.payment_id)


def _payment_of(gateway: PaymentGateway, said: WebhookEvent) -> Payment | None:
    """Return the payment of an event: by the provider's name for it, or by ours while it has no other."""
    payment = queries.payment_by_ref(gateway.id, said.provider_ref) if said.provider_ref else None
    if payment is not None or said.payment_id is None:
        return payment
    payment = queries.payment_by_id(said.payment_id)
    if payment is None or payment.gateway_id != gateway.id or payment.provider_ref is not None:
        return None
    payment.provider_ref = said.provider_ref or None
    session.flush()
    return payment


def _check_texts(said: WebhookEvent) -> None:
    """Raise UnauthorizedError for what no text column holds: it came signed, but it says nothing."""
    for value in asdict(said).values():
        if isinstance(value, str) and ("\0" in value or value != value.encode("utf-8", "replace").decode()):
            raise UnauthorizedError("The notification cannot be read.")


def _first_time(
    gateway: PaymentGateway,
    payment: Payment | None,
    said: WebhookEvent,
    headers: Mapping[str, str],
    body: bytes,
) -> PaymentEvent | None:
    """The row of the notification, or None when its id was there: the constraint decides, not a look."""
    event = PaymentEvent(
        id=uuid7(),
        tenant_id=gateway.tenant_id,
        gateway_id=gateway.id,
        payment_id=payment.id if payment else None,
        provider_event_id=said.event_id,
        kind=said.kind,
        body=body.decode("utf-8", "replace").replace("\0", "\ufffd"),
        headers={key: value[:500] for key, value in list(headers.items())[:_KEPT_HEADERS]},
        outcome="",
    )
    try:
        with session.begin_nested():
            session.add(event)
    except IntegrityError:
        return None
    return event


def _act(payment: Payment, said: WebhookEvent) -> str:
    if said.kind.startswith("refund."):
        return settle_refund(payment, said)
    # The order first, then its payments: refunds lock in the same order.
    order = order_queries.lock_order(payment.order_id)
    assert order is not None
    if said.kind == "payment.succeeded":
        if (said.amount, said.currency, said.order_number) != (
            payment.amount,
            payment.currency,
            order.order_number,
        ):
            emit(
                PaymentMismatch(
                    entity_id=order.id,
                    payment_id=payment.id,
                    amount=said.amount,
                    currency=said.currency,
                    order=said.order_number[:40],
                )
            )
            flag_for_review(order, "A payment was reported that does not fit this order. Check the provider.")
            return "mismatch"
        return "succeeded" if book_success(payment, order) else "ignored"
    if said.kind in ("payment.failed", "payment.cancelled"):
        return _book_end(payment, order, said)
    return "ignored"


def book_success(payment: Payment, order: Order, received: int | None = None) -> bool:
    """Book that a payment came in, once; later notifications about it find nothing to do.

    `received` is what came in where that may be another amount than was asked for.

    A success also wins over a failure that was reported before it: the money is there.
    """
    amount = payment.amount if received is None else received
    statement = (
        update(Payment)
        .where(
            Payment.tenant_id == payment.tenant_id,
            Payment.id == payment.id,
            Payment.status.in_(("starting", "pending", "failed", "cancelled")),
        )
        .values(status="succeeded", captured=amount, succeeded_at=clock.now())
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    if len(session.execute(statement).all()) != 1:
        return False
    came_in = PaymentSucceeded(
        entity_id=order.id, payment_id=payment.id, amount=amount, currency=payment.currency
    )
    emit(came_in)
    state = {**order.payment_data, "state": "succeeded", "notice": ""}
    pay_order(order, amount, payment_id=payment.id, payment_data=state)
    return True


def _book_end(payment: Payment, order: Order, said: WebhookEvent) -> str:
    """Book that no money came, unless it did; a decline also counts after a cancellation, and not before."""
    status = said.kind.removeprefix("payment.")
    before = ("starting", "pending", *(["cancelled"] if status == "failed" else []))
    statement = (
        update(Payment)
        .where(Payment.tenant_id == payment.tenant_id, Payment.id == payment.id, Payment.status.in_(before))
        .values(status=status)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    if len(session.execute(statement).all()) != 1:
        return "ignored"
    # While another attempt is under way, its page must not invite the shopper to pay once more.
    if order.status == "pending" and queries.open_payment(order.id) is None:
        declined = said.reason or _DECLINED.source
        notice = f"{declined} Try again or use another card." if status == "failed" else _CANCELLED.source
        order.payment_data = {**order.payment_data, "state": status, "notice": notice}
    event_type = PaymentFailed if status == "failed" else PaymentCancelled
    emit(event_type(entity_id=order.id, payment_id=payment.id, reason=said.reason))
    return status
