"""The email to staff about an order that was paid."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from mtc.delivery.services.email_context import store_of
from mtc.notifications.services.preferences import recipients
from mtc.notifications.services.staff_email import admin_url, email_staff
from mtc.orders.presenters import order_view
from mtc.orders.queries import order_by_id


def email_sale(order_id: UUID) -> int:
    """Tell the staff who want it of a paid order, once; returns how many emails."""
    to = recipients("sale")
    order = order_by_id(order_id) if to else None
    if order is None:
        return 0
    store = store_of(order)
    shown = order_view(order, store.locale)
    facts = {
        "order": replace(shown, lines=[replace(line, units=[], files=[]) for line in shown.lines]),
        "order_url": f"{admin_url(store)}/orders/{order.order_number}",
    }
    subject = f"New order {order.order_number}: {shown.total.formatted}"
    return email_staff("sale", "new-order", store, subject, facts, to, entity=order, once=f"sale:{order.id}")
