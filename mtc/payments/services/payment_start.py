"""Starting a payment: at once where nobody is asked, else in two steps around the call of the provider.

The order and a payment that is `starting` are committed; then `asking.ask_provider` calls the provider.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.orders.services import order_path
from mtc.orders.services.reservations import hold_longer, is_sample
from mtc.payments import queries
from mtc.payments.events import PaymentInstructed, PaymentStarted
from mtc.payments.hooks import PaymentDraft
from mtc.payments.models import Payment, PaymentGateway
from mtc.payments.services.drafts import new_payment
from mtc.payments.services.gateways import credentials_of, hold_minutes, kind_of
from mtc.payments.types.base import PaymentRedirect, PaymentRequest
from mtc.plugins.services import run_before
from mtc.tasks.services import enqueue

RESCUE_SECONDS = 60.0
"""So long after a payment was to start a task looks whether the provider was asked."""


def redirect_url(payment: Payment) -> str:
    """Return where the shopper pays; nothing while the provider is yet to be asked."""
    return str(payment.data.get("redirect_url", ""))


def beginning(gateway: PaymentGateway) -> dict[str, Any]:
    """Return the payment data of a new order."""
    state = "waiting" if kind_of(gateway.type).pays_later else "started"
    return {"state": state, "gateway": gateway.slug, "notice": ""}


def start_payment(
    order: Order, gateway: PaymentGateway, *, base_url: str = "", fresh: bool = False
) -> Payment:
    """Begin to pay; `base_url` is the store's address without a trailing slash.

    Where a provider has to be asked the payment is `starting`, for `ask_provider` once all is committed.
    An undecided payment of the same gateway is used again, so that a second press starts nothing; with
    `fresh` the caller knows that there is none. Raises ConflictError unless the order awaits payment, and
    Reject from a plugin.
    """
    if not fresh:  # of two who press at once, the second finds the payment of the first
        order = order_queries.lock_order(order.id) or order
    _check(order, gateway, fresh)
    open_payment = None if fresh else queries.open_payment(order.id, gateway.id)
    if open_payment is not None and open_payment.amount == order.total:
        return open_payment
    run_before(
        "before_payment_process",
        PaymentDraft(
            order.id,
            order.order_number,
            gateway.slug,
            order.total,
            order.currency,
            order.email,
            order.country,
        ),
    )
    payment = new_payment(order, gateway)
    if not fresh:
        _wait_longer(order, gateway)
    session.add(payment)
    gateway_type = kind_of(gateway.type)
    if gateway_type.outside:
        _put_off(order, gateway, payment, base_url)
    else:
        started = gateway_type.start(charge_of(order, gateway, payment, base_url))
        payment.provider_ref = started.provider_ref
        payment.data = data_of(started)
        note_begun(order, gateway, payment, started)
    return payment


def _put_off(order: Order, gateway: PaymentGateway, payment: Payment, base_url: str) -> None:
    """The provider is asked once the order is committed: by the request, or by a task if that ends before."""
    payment.status, payment.data = "starting", {"base_url": base_url}
    order.payment_data = beginning(gateway)
    session.flush()
    enqueue("payments.start", {"payment_id": str(payment.id)}, delay=RESCUE_SECONDS, entity_id=order.id)


def data_of(started: PaymentRedirect) -> dict[str, Any]:
    """Return the part of the provider's answer that a payment stores."""
    return {**started.data, "redirect_url": started.redirect_url}


def note_begun(order: Order, gateway: PaymentGateway, payment: Payment, started: PaymentRedirect) -> None:
    """Tell the order, and everybody else, that a payment has begun."""
    transfer = {"transfer": started.data["transfer"]} if "transfer" in started.data else {}
    notice = started.data.get("instructions") or ""
    order.payment_data = {**beginning(gateway), "notice": notice, **transfer}
    session.flush()
    emit(PaymentStarted(entity_id=order.id, payment_id=payment.id, gateway=gateway.slug))
    if transfer:
        emit(PaymentInstructed(entity_id=order.id, payment_id=payment.id, gateway=gateway.slug))


def _check(order: Order, gateway: PaymentGateway, fresh: bool) -> None:
    """Test money pays for tests only, and money never for a sample: raises ConflictError."""
    if order.status != "pending":
        raise ConflictError(_l("This order does not await a payment."))
    if fresh:
        return
    if gateway.is_test and not order.is_test:
        raise ConflictError(_l("This order is paid with money. Choose another way to pay."))
    if not gateway.is_test and is_sample(order.items):
        raise ConflictError(_l("This is a test order. It can be paid with test payments only."))


def _wait_longer(order: Order, gateway: PaymentGateway) -> None:
    """Keep the order and its keys as long as this way to pay takes; never shorter than promised before."""
    until = clock.now() + timedelta(minutes=hold_minutes(gateway))
    if order.expires_at is not None and order.expires_at < until:
        order.expires_at = until
        hold_longer(order.items, until)


def charge_of(order: Order, gateway: PaymentGateway, payment: Payment, base_url: str) -> PaymentRequest:
    """Return the request to the provider."""
    names = [item["name"] for item in order.items_data]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return PaymentRequest(
        payment_id=payment.id,
        order_number=order.order_number,
        amount=order.total,
        currency=order.currency,
        email=order.email,
        description=f"{names[0]}{more}" if names else "",
        return_url=f"{base_url}{order_path(order)}",
        notify_url=f"{base_url}/webhooks/payments/{gateway.slug}",
        config=gateway.config,
        credentials=credentials_of(gateway),
        reference=order.reference or "",
    )
