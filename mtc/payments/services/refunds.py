"""Giving money back, line by line: booked by conditional updates first, asked of the provider afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.orders import queries as order_queries
from mtc.orders.events import OrderPartiallyRefunded, OrderRefunded
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import OWNED, transition
from mtc.payments import queries
from mtc.payments.events import RefundCreated
from mtc.payments.hooks import RefundDraft
from mtc.payments.models import Payment, Refund
from mtc.plugins.services import run_before
from mtc.tasks.services import enqueue

TOO_MUCH = _l("This was refunded meanwhile. Look at the order again.")


@dataclass(frozen=True, slots=True)
class Share:
    """So many pieces of a line, and what they are worth in minor units."""

    item: OrderItem
    quantity: int
    amount: int


def refund_amount(item: OrderItem, quantity: int) -> int:
    """Return the amount of the next `quantity` pieces of a line: all together give exactly its total."""
    before, after = item.refunded_quantity, item.refunded_quantity + quantity
    return item.total * after // item.quantity - item.total * before // item.quantity


def limited(order: Order, amount: int) -> int:
    """The amount, or what is left of the payment where less than the total was accepted."""
    return min(amount, order.paid_amount - order.refunded_amount)


def refundable(order: Order) -> list[dict[str, Any]]:
    """The lines of an order of which something is left: id, name, quantity, amount (all that is left)."""
    return [
        {
            "id": str(item.id),
            "name": item.title,
            "variant_name": item.variant_title,
            "quantity": item.quantity - item.refunded_quantity,
            "amount": refund_amount(item, item.quantity - item.refunded_quantity),
        }
        for item in order.items
        if item.refunded_quantity < item.quantity
    ]


def pieces_back(order: Order) -> int:
    """Return how many pieces of an order have been given back."""
    return sum(item.refunded_quantity for item in order.items)


def refund(
    order_id: UUID,
    lines: Sequence[tuple[UUID, int]] | None = None,
    reason: str = "",
    *,
    seen: int | None = None,
) -> list[Refund]:
    """Refund pieces of lines, (order item id, quantity); None is everything that is left.

    `seen` is what `pieces_back` said when a person chose: who presses twice must not give back twice.
    One Refund per charge that the money came with; normally one, none for lines that cost nothing.
    Raises NotFoundError, ValidationError (bad quantities), ConflictError (refunded meanwhile, not paid)
    and Reject from a plugin.
    """
    order = order_queries.lock_order(order_id)
    if order is None:
        raise NotFoundError(_l("There is no such order."))
    if order.status not in OWNED:
        raise ConflictError(_l("Only a paid order can be refunded."))
    if seen is not None and seen != pieces_back(order):
        raise ConflictError(TOO_MUCH)
    shares = _shares(order, lines)
    amount = limited(order, sum(share.amount for share in shares))
    requested = tuple((share.item.id, share.quantity) for share in shares)
    draft = RefundDraft(order.id, amount, order.currency, requested, scrub(reason, multiline=False)[:300])
    draft = run_before("before_refund", draft)
    draft = replace(draft, reason=scrub(draft.reason, multiline=False)[:300])
    _book(order, shares, amount)
    refunds = _from_payments(order, shares, amount, draft.reason)
    listed = [{"id": str(share.item.id), "quantity": share.quantity} for share in shares]
    _emit_created(order, amount, listed, draft.reason, refunds)
    left = any(
        item.quantity > item.refunded_quantity + sum(s.quantity for s in shares if s.item is item)
        for item in order.items
    )
    action, event_type = ("refund_part", OrderPartiallyRefunded) if left else ("refund", OrderRefunded)
    transition(order, action, partial(event_type, amount=amount, lines=listed, reason=draft.reason))
    session.expire(order)
    return refunds


def _shares(order: Order, lines: Sequence[tuple[UUID, int]] | None) -> list[Share]:
    items = {item.id: item for item in order.items}
    if lines is None:
        lines = [(item.id, item.quantity - item.refunded_quantity) for item in order.items]
        lines = [(item_id, quantity) for item_id, quantity in lines if quantity]
    if not lines:
        raise ValidationError(_l("Choose at least one item to refund."))
    if len({item_id for item_id, _ in lines}) != len(lines):
        raise ValidationError(_l("Name each item once."))
    shares = []
    for item_id, quantity in lines:
        item = items.get(item_id)
        if item is None:
            raise NotFoundError(_l("This item is not part of the order."))
        left = item.quantity - item.refunded_quantity
        if not 1 <= quantity <= left:
            message = (
                _l("Of “%(title)s” %(left)s can be refunded.", title=item.title, left=left)
                if left
                else _l("“%(title)s” is refunded.", title=item.title)
            )
            raise ValidationError(message, {str(item_id): [message]})
        shares.append(Share(item, quantity, refund_amount(item, quantity)))
    return shares


def _book(order: Order, shares: Sequence[Share], amount: int) -> None:
    """The database says whether there is still so much to give back; two who race cannot both be right."""
    statement = (
        update(Order)
        .where(
            Order.tenant_id == order.tenant_id,
            Order.id == order.id,
            Order.paid_amount - Order.refunded_amount >= amount,
        )
        .values(refunded_amount=Order.refunded_amount + amount, updated_at=clock.now())
        .returning(Order.id)
        .execution_options(synchronize_session=False)
    )
    if len(session.execute(statement).all()) != 1:
        raise ConflictError(TOO_MUCH)
    for share in sorted(shares, key=lambda entry: entry.item.id):
        item = share.item
        line = (
            update(OrderItem)
            .where(
                OrderItem.tenant_id == order.tenant_id,
                OrderItem.id == item.id,
                OrderItem.refunded_quantity == item.refunded_quantity,
            )
            .values(
                refunded_quantity=OrderItem.refunded_quantity + share.quantity,
                refunded_amount=OrderItem.refunded_amount + share.amount,
            )
            .returning(OrderItem.id)
            .execution_options(synchronize_session=False)
        )
        if len(session.execute(line).all()) != 1:
            raise ConflictError(TOO_MUCH)


def _from_payments(order: Order, shares: Sequence[Share], amount: int, reason: str) -> list[Refund]:
    refunds, rest = [], amount
    actor = current().actor
    for payment in queries.payments_of(order.id):
        part = min(rest, payment.captured - payment.refunded)
        if part <= 0:
            continue
        _take(payment, part)
        row = Refund(
            id=uuid7(),
            tenant_id=order.tenant_id,
            payment_id=payment.id,
            order_id=order.id,
            amount=part,
            currency=order.currency,
            status="pending",
            reason=reason,
            lines=[{"id": str(s.item.id), "quantity": s.quantity, "amount": s.amount} for s in shares],
            attempts=0,
            actor={"kind": actor.kind, "id": str(actor.id) if actor.id else None, "name": actor.name},
        )
        session.add(row)
        enqueue("refund.send", {"refund_id": str(row.id)})
        refunds.append(row)
        rest -= part
    if rest:
        raise ConflictError(TOO_MUCH)
    session.flush()
    return refunds


def _take(payment: Payment, amount: int) -> None:
    statement = (
        update(Payment)
        .where(
            Payment.tenant_id == payment.tenant_id,
            Payment.id == payment.id,
            Payment.captured - Payment.refunded >= amount,
        )
        .values(refunded=Payment.refunded + amount)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    if len(session.execute(statement).all()) != 1:
        raise ConflictError(TOO_MUCH)


def refund_surplus(order_id: UUID, reason: str = "Paid twice") -> list[Refund]:
    """Give back what came in beyond the price, such as a second charge; the goods stay with the buyer.

    Raises NotFoundError, and ConflictError when there is no surplus.
    """
    order = order_queries.lock_order(order_id)
    if order is None:
        raise NotFoundError(_l("There is no such order."))
    owed = sum(refund_amount(item, item.quantity - item.refunded_quantity) for item in order.items)
    surplus = order.paid_amount - order.refunded_amount - (owed if order.status in OWNED else 0)
    if surplus <= 0:
        raise ConflictError(_l("Nothing was paid beyond the price."))
    reason = scrub(reason, multiline=False)[:300]
    draft = run_before("before_refund", RefundDraft(order.id, surplus, order.currency, (), reason))
    reason = scrub(draft.reason, multiline=False)[:300]
    _book(order, [], surplus)
    refunds = _from_payments(order, [], surplus, reason)
    _emit_created(order, surplus, [], reason, refunds)
    session.expire(order)
    return refunds


def _emit_created(
    order: Order, amount: int, lines: list[dict[str, Any]], reason: str, refunds: list[Refund]
) -> None:
    created = RefundCreated(
        entity_id=order.id,
        amount=amount,
        currency=order.currency,
        lines=lines,
        reason=reason,
        refunds=[row.id for row in refunds],
    )
    emit(created)


def retry_refund(refund_id: UUID) -> Refund:
    """Ask the provider once more for a refund that failed; raises NotFoundError, ConflictError."""
    row = queries.refund_by_id(refund_id)
    if row is None:
        raise NotFoundError(_l("There is no such refund."))
    statement = (
        update(Refund)
        .where(Refund.tenant_id == row.tenant_id, Refund.id == row.id, Refund.status == "failed")
        .values(status="pending", attempts=0)
        .returning(Refund.id)
        .execution_options(synchronize_session=False)
    )
    if len(session.execute(statement).all()) != 1:
        raise ConflictError(_l("Only a failed refund can be tried again."))
    enqueue("refund.send", {"refund_id": str(row.id)})
    session.refresh(row)
    return row
