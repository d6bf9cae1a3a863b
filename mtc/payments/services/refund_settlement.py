"""Settlement of refunds at the provider."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mtc.core.db import session
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.orders import queries as order_queries
from mtc.orders.services import flag_for_review
from mtc.payments import queries
from mtc.payments.events import RefundFailed, RefundSucceeded
from mtc.payments.models import Payment, Refund
from mtc.payments.types.base import WebhookEvent


def settle(refund: Refund, status: str, *, provider_ref: str = "", reason: str = "") -> bool:
    """Book how a refund ended, once; a success also wins over a failure that was reported before it."""
    before = ("pending",) if status == "failed" else ("pending", "failed")
    values = {"status": status, **({"provider_ref": provider_ref[:200]} if provider_ref else {})}
    statement = (
        update(Refund)
        .where(Refund.tenant_id == refund.tenant_id, Refund.id == refund.id, Refund.status.in_(before))
        .values(**values)
        .returning(Refund.id)
        .execution_options(synchronize_session=False)
    )
    if len(session.execute(statement).all()) != 1:
        if provider_ref:
            _name(refund, provider_ref)
        return False
    order = order_queries.order_by_id(refund.order_id)
    assert order is not None
    event_type = RefundFailed if status == "failed" else RefundSucceeded
    emit(
        event_type(
            entity_id=order.id,
            refund_id=refund.id,
            amount=refund.amount,
            currency=refund.currency,
            reason=reason,
        )
    )
    if status == "failed":
        flag_for_review(
            order, _l("A refund did not go through: %(reason)s.", reason=reason or "the provider refused it")
        )
    return True


def _name(refund: Refund, provider_ref: str) -> None:
    """Keep the provider's name of a refund whose notification was faster than the answer."""
    statement = (
        update(Refund)
        .where(Refund.tenant_id == refund.tenant_id, Refund.id == refund.id, Refund.provider_ref == "")
        .values(provider_ref=provider_ref[:200])
        .execution_options(synchronize_session=False)
    )
    session.execute(statement)


def settle_refund(payment: Payment, said: WebhookEvent) -> str:
    """A provider's word about a refund of ours; order and amount must fit. What does not is shown."""
    order = order_queries.order_by_id(payment.order_id)
    assert order is not None
    try:
        refund = queries.refund_by_id(UUID(said.refund_id))
    except ValueError:
        refund = None
    if refund is None or refund.payment_id != payment.id:
        flag_for_review(
            order, _l("The provider reports a refund that was not made here. Check the provider.")
        )
        return "unknown"
    named = said.order_number in ("", order.order_number)
    if said.kind == "refund.succeeded":
        if not named or (said.amount, said.currency) != (refund.amount, refund.currency):
            flag_for_review(
                order, _l("A refund was reported that does not fit this order. Check the provider.")
            )
            return "mismatch"
        return "refunded" if settle(refund, "succeeded") else "ignored"
    if said.kind != "refund.failed":
        return "ignored"
    if settle(refund, "failed", reason=said.reason):
        return "failed"
    if refund.status == "succeeded":
        flag_for_review(order, _l("A refund is reported as failed and as made. Check the provider."))
        return "mismatch"
    return "ignored"
