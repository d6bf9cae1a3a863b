"""Asking a provider to start a payment, while no transaction is open."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.core.db import session, unit_of_work
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.core.retry import repeatable
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries as order_queries
from mtc.orders.models import Order
from mtc.payments import queries
from mtc.payments.events import PaymentFailed
from mtc.payments.models import Payment
from mtc.payments.services.gateways import kind_of
from mtc.payments.services.payment_start import charge_of, data_of, note_begun, redirect_url
from mtc.payments.types.base import Gateway, PaymentRedirect, PaymentRequest, StartError

log = logging.getLogger(__name__)
NO_ANSWER = _l(
    "The payment provider cannot be reached at the moment. Try again, or choose another way to pay."
)
REFUSED = _l("The payment provider did not accept this payment. Choose another way to pay.")


def ask_provider(tenant_id: UUID, payment_id: UUID) -> str:
    """Start the payment at its provider and return where the shopper pays.

    Opens scopes of its own. The payment's id is the idempotency key, and the first answer that is written
    down counts: any number of requests and tasks may ask. Empty when nothing is to be paid there any more.
    Raises StartError, once the order says so: `permanent` when the payment has failed, else it is to be asked
    again.
    """
    request = repeatable(lambda: _asked(tenant_id, payment_id))
    if isinstance(request, str):
        return request
    gateway_type, charge = request
    try:
        started = gateway_type.start(charge)
    except StartError as error:
        _note(tenant_id, payment_id, error)
        raise
    except Exception as error:
        # A kind that breaks its promise: nobody knows what the provider did. Asking again does it once.
        log.exception("the provider of payment %s gave no answer", payment_id)
        failure = StartError(_l("The provider gave no answer."), permanent=False)
        _note(tenant_id, payment_id, failure)
        raise failure from error
    return repeatable(lambda: _begin(tenant_id, payment_id, started))


def _asked(tenant_id: UUID, payment_id: UUID) -> tuple[Gateway, PaymentRequest] | str:
    with tenant_scope(tenant_id, readonly=True), unit_of_work():
        payment = queries.payment_by_id(payment_id)
        if payment is None:
            return ""
        if payment.status != "starting":
            return redirect_url(payment)
        order = order_queries.order_by_id(payment.order_id)
        gateway = queries.gateway_by_id(payment.gateway_id)
        assert gateway is not None
        if order is None or order.status != "pending":
            return ""
        base_url = str(payment.data.get("base_url", ""))
        return kind_of(gateway.type), charge_of(order, gateway, payment, base_url)


def _begin(tenant_id: UUID, payment_id: UUID, started: PaymentRedirect) -> str:
    """Write the answer down, unless another one was first; returns where the shopper pays."""
    with tenant_scope(tenant_id), unit_of_work():
        payment, order = _held(payment_id)
        values = {"status": "pending", "provider_ref": started.provider_ref, "data": data_of(started)}
        if not _change(payment, values):
            current_payment = queries.payment_by_id(payment_id)
            return redirect_url(current_payment) if current_payment is not None else ""
        gateway = queries.gateway_by_id(payment.gateway_id)
        assert gateway is not None
        if order.status == "pending":
            note_begun(order, gateway, payment, started)
    return started.redirect_url


def _note(tenant_id: UUID, payment_id: UUID, error: StartError) -> None:
    def note() -> None:
        with tenant_scope(tenant_id), unit_of_work():
            payment, order = _held(payment_id)
            if error.permanent and not _change(payment, {"status": "failed"}):
                return
            if order.status == "pending":
                state = {"state": "failed", "notice": (REFUSED if error.permanent else NO_ANSWER).source}
                order.payment_data = {**order.payment_data, **state}
            if error.permanent:
                emit(PaymentFailed(entity_id=order.id, payment_id=payment.id, reason=str(error)[:300]))

    repeatable(note)


def _held(payment_id: UUID) -> tuple[Payment, Order]:
    """The payment and its order, which is held: orders come before their payments."""
    payment = queries.payment_by_id(payment_id)
    assert payment is not None
    order = order_queries.lock_order(payment.order_id)
    assert order is not None
    return payment, order


def _change(payment: Payment, values: dict[str, Any]) -> bool:
    """Return whether the payment was still starting."""
    statement = (
        update(Payment)
        .where(Payment.tenant_id == payment.tenant_id, Payment.id == payment.id, Payment.status == "starting")
        .values(**values)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).first() is not None
