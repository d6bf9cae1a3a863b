"""Putting right who buys, while nobody has paid."""

from __future__ import annotations

from mtc.core import clock
from mtc.core.db import session
from mtc.core.email_addresses import address_key
from mtc.core.errors import ConflictError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.orders import queries
from mtc.orders.events import OrderCorrected
from mtc.orders.hooks import OrderDraft
from mtc.orders.models import Order
from mtc.orders.services.access import forget_code
from mtc.orders.services.search_index import index_buyer_again, terms_of_order
from mtc.plugins.services import run_before


def correct_buyer(order: Order, draft: OrderDraft) -> None:
    """Give a pending order the address, country, name and consent of the draft; its lines and prices stay.

    Raises ConflictError when it awaits no payment any more, and Reject from a plugin.
    """
    draft = run_before("before_order_create", draft)
    queries.lock_order(order.id)
    if order.status != "pending":
        raise ConflictError(_l("This order does not await a payment."))
    moved = order.email_lc != address_key(draft.email)
    if not moved and (order.country, order.customer_data.get("name")) == (draft.country, draft.name):
        return  # a plugin has changed what was typed into what the order says already
    terms = terms_of_order(order)
    order.email, order.email_lc = draft.email, address_key(draft.email)
    order.country = draft.country
    if moved:
        order.customer_id = draft.customer_id  # whoever owned the mistyped address may have claimed it
    order.customer_data = {"name": draft.name, **draft.customer_data}
    order.updated_at = clock.now()
    session.flush()
    index_buyer_again(order, terms)
    if moved:
        forget_code(order)
    emit(OrderCorrected(entity_id=order.id, number=order.order_number))
