"""Mails to a buyer about what changed after the delivery: money sent back, a key replaced."""

from __future__ import annotations

from uuid import UUID

from mtc.core.i18n import _l
from mtc.core.money import format_money
from mtc.delivery import queries
from mtc.delivery.services.email_context import facts_of, key_mark, post
from mtc.emails.models import Email
from mtc.orders.models import Order


def mail_refund(order: Order, refund_id: UUID, amount: int) -> Email | None:
    """Tell the buyer that a refund has been sent, once for each refund."""
    formatted = format_money(amount, order.currency, order.locale)
    facts = facts_of(order) | {"amount": formatted}
    subject = _l("Refund of %(amount)s for order %(order)s", amount=formatted, order=order.order_number)
    return post(order, "refund-sent", subject, facts, f"refund:{refund_id}")


def mail_replaced(order: Order, order_item_id: UUID, unit_id: UUID) -> Email | None:
    """Tell the buyer that a key was replaced; the new one is in the mail where keys are mailed at all."""
    item = next((line for line in order.items if line.id == order_item_id), None)
    if item is None:
        return None
    delivery = queries.delivery_of(item.id)
    with_key = delivery is not None and bool(delivery.delivery_data.get("include_keys"))
    facts = facts_of(order) | {
        "product": item.title,
        "variant": item.variant_title,
        "key": key_mark(unit_id) if with_key else "",
    }
    subject = _l("A new key for order %(order)s", order=order.order_number)
    return post(order, "key-replaced", subject, facts, f"replaced:{unit_id}")
