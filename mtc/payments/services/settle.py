"""What becomes of a refund at the provider."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mtc.core.db import session
from mtc.events.services import emit
from mtc.orders import queries as order_queries
from mtc.orders.services import note_attention
from mtc.payments import queries
from mtc.payments.kinds.base import Notification
from mtc.payments.models import Payment, Refund


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
        return False
    order = order_queries.order_by_id(refund.order_id)
    assert order is not None
    facts = {"refund_id": str(refund.id), "amount": refund.amount, "currency": refund.currency}
    emit(f"refund.{status}", entity=order, data={**facts, "reason": reason})
    if status == "failed":
        note_attention(order, f"A refund did not go through: {reason or 'the provider refused it'}.")
    return True


def settle_refund(payment: Payment, said: Notification) -> str:
    """A provider's word about a refund of ours; amounts must fit."""
    try:
        refund = queries.refund_by_id(UUID(said.refund_id))
    except ValueError:
        refund = None
    if refund is None or refund.payment_id != payment.id:
        return "unknown"
    if said.kind == "refund.succeeded":
        if (said.amount, said.currency) != (refund.amount, refund.currency):
            return "mismatch"
        return "refunded" if settle(refund, "succeeded") else "ignored"
    return "failed" if settle(refund, "failed", reason=said.reason) else "ignored"
