"""The work of payments that nobody waits for: asking for refunds, and the test provider's voice."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.core.db import scope_tenant, session, unit_of_work
from mtc.payments import queries
from mtc.payments.models import Refund
from mtc.payments.services.gateway_requests import ask_provider
from mtc.payments.services.gateways import credentials_of, takes_test_payments
from mtc.payments.services.refund_settlement import settle
from mtc.payments.services.webhooks import handle_webhook
from mtc.payments.types import gateways
from mtc.payments.types.base import RefundError, RefundRequest, StartError
from mtc.payments.types.test import signed
from mtc.tasks.registry import DELIVERY, task

log = logging.getLogger(__name__)
ATTEMPTS = 8


@task("payments.test.notify", priority=DELIVERY)
def notify(payload: dict[str, Any]) -> None:
    """The test provider's notification, signed now and received like any other."""
    gateway = queries.gateway_by_id(UUID(payload["gateway_id"]))
    if gateway is None or not takes_test_payments():
        return
    headers, body = signed(payload["said"], credentials_of(gateway).get("secret", ""))
    handle_webhook(gateway, headers, body)


@task("payments.start", transactional=False, max_attempts=ATTEMPTS)
def start(payload: dict[str, Any]) -> None:
    """Ask the provider for a payment that a request could not start; its order may have ended since."""
    try:
        ask_provider(scope_tenant(), UUID(payload["payment_id"]))
    except StartError as error:
        if not error.permanent:
            raise


@task("refund.send", transactional=False, max_attempts=ATTEMPTS)
def send_refund(payload: dict[str, Any]) -> None:
    """Ask the provider for a refund. Its id is the idempotency key: asking again does it once."""
    refund_id = UUID(payload["refund_id"])
    with unit_of_work():
        request = _ask(refund_id)
    if request is None:
        return
    gateway_type, giveback, attempts = request
    try:
        provider_ref = gateways.get(gateway_type).refund(giveback)
    except RefundError as error:
        if not error.permanent and attempts < ATTEMPTS:
            raise
        _settle(refund_id, "failed", reason=str(error))
    except Exception:
        # A gateway that breaks its promise: nobody knows what the provider did. Asking again does it once;
        # after the last attempt the merchant can, and is told so.
        if attempts < ATTEMPTS:
            raise
        log.exception("the gateway %s failed while refunding %s", gateway_type, refund_id)
        _settle(refund_id, "failed", reason="the provider gave no answer. Try again")
    else:
        _settle(refund_id, "succeeded", provider_ref=provider_ref)


def _settle(refund_id: UUID, status: str, **more: str) -> None:
    with unit_of_work():
        refund = queries.refund_by_id(refund_id)
        assert refund is not None
        settle(refund, status, **more)


def _ask(refund_id: UUID) -> tuple[str, RefundRequest, int] | None:
    refund = queries.refund_by_id(refund_id)
    if refund is None or refund.status != "pending":
        return None
    session.execute(
        update(Refund)
        .where(Refund.tenant_id == refund.tenant_id, Refund.id == refund.id)
        .values(attempts=Refund.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    payment = queries.payment_by_id(refund.payment_id)
    gateway = queries.gateway_by_id(payment.gateway_id) if payment else None
    assert payment is not None
    assert gateway is not None
    giveback = RefundRequest(
        refund_id=refund.id,
        provider_ref=payment.provider_ref or "",
        amount=refund.amount,
        currency=refund.currency,
        reason=refund.reason,
        config=gateway.config,
        credentials=credentials_of(gateway),
    )
    return gateway.type, giveback, refund.attempts + 1
