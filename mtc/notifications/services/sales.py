"""The email to staff about an order that was paid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from mtc.core.i18n import _, current_locale
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

    def content() -> tuple[str, dict[str, Any]]:
        shown = order_view(order, current_locale())
        total, number = shown.total.formatted, order.order_number
        return _("New order %(number)s: %(total)s", number=number, total=total), {
            "order": replace(shown, lines=[replace(line, units=[], files=[]) for line in shown.lines]),
            "order_url": f"{admin_url(store)}/orders/{number}",
        }

    return email_staff("sale", "new-order", store, content, to, entity=order, once=f"sale:{order.id}")
