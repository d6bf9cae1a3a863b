"""One order as its page shows it: lines with keys that stay masked, money, what happened, the buyer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mtc.admin.layout import public_url, store
from mtc.admin.media.serve import picture_of
from mtc.admin.orders.lists import mails_part, payments_part, refunds_part
from mtc.admin.orders.parts import key_pages, timeline_part
from mtc.admin.orders.provided import actions_of
from mtc.checkout.services.countries import COUNTRIES
from mtc.core import clock
from mtc.core.bank_accounts import format_reference
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _, _l, pgettext, retold
from mtc.core.local_time import local, moment_text
from mtc.core.money import format_money, to_decimal
from mtc.core.relative_time import exact, when
from mtc.delivery import queries as deliveries
from mtc.identity import queries as people
from mtc.orders import queries
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import LABELS, OWNED, order_path
from mtc.payments.services.manual_bookings import BOOKABLE
from mtc.tenants.services import store_url

DELIVERY_LABELS = {
    "pending": _l("Not delivered yet"),
    "processing": _l("Being delivered"),
    "delivered": _l("Delivered"),
    "failed": _l("Delivery failed"),
    "revoked": _l("Withdrawn"),
    "returned": _l("Returned"),
}


def get_order(number: str) -> Order:
    """Return the order of that number; raises NotFoundError."""
    order = queries.order_by_number(number[:40])
    if order is None:
        raise NotFoundError(_l("There is no such order."))
    return order


def order_page(order: Order, revealed: dict[UUID, str] | None = None) -> dict[str, Any]:
    """Everything the page shows; a constant number of statements, and keys and steps of one page each."""
    ids = [item.id for item in order.items]
    units = key_pages(order, ids, revealed)
    sent = {delivery.order_item_id: delivery for delivery in deliveries.deliveries_of(order.id)}
    files = deliveries.downloads_of(ids)
    money = _Money(order.currency)
    return {
        "id": str(order.id),
        "number": order.order_number,
        "status": order.status,
        "label": LABELS[order.status],
        "at": when(order.created_at),
        "moment": exact(order.created_at),
        "lines": [
            {
                **_line(item, money),
                "key_page": units.get(item.id),
                "files": [_file(file) for file in files if file.order_item_id == item.id],
                **_delivery(sent.get(item.id), item),
            }
            for item in order.items
        ],
        "totals": _totals(order, money),
        "payments": payments_part(order),
        "refunds": refunds_part(order),
        "timeline": timeline_part(order),
        "actions": actions_of(order),
        "mails": mails_part(order),
        "customer": _customer(order),
        "store_url": store_url(store(), public_url()) + order_path(order) if order.secret else "",
        "can_refund": order.status in OWNED
        and any(item.refunded_quantity < item.quantity for item in order.items),
        "can_cancel": order.status == "pending",
        **_booking(order),
        "can_resend": order.status in OWNED,
        "trace": order.pricing_data.get("trace") or [],
    }


def _booking(order: Order) -> dict[str, Any]:
    """Return the values of the form "Mark as paid"."""
    waits = order.status == "pending"
    return {
        "can_book": order.status in BOOKABLE,
        "late": order.status in BOOKABLE and not waits,
        "test": order.is_test,
        "currency": order.currency,
        "total_plain": to_decimal(order.total, order.currency),
        "today": local(clock.now()).date().isoformat(),
        "reference": format_reference(order.reference) if order.reference else "",
        "until": moment_text(order.expires_at) if order.expires_at and waits else "",
    }


class _Money:
    """Formats amounts of one currency."""

    def __init__(self, currency: str) -> None:
        self._currency = currency

    def __call__(self, amount: int) -> str:
        return format_money(amount, self._currency)


def _line(item: OrderItem, money: _Money) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "product_id": str(item.product_id),
        "name": item.title,
        "variant": item.variant_title,
        "sku": item.sku,
        "quantity": item.quantity,
        "unit_price": money(item.unit_price),
        "total": money(item.total),
        "refunded_quantity": item.refunded_quantity,
        "refunded": money(item.refunded_amount) if item.refunded_amount else "",
        "image": picture_of(item.snapshot.get("image")),
        "trace": [
            {"label": step.get("label", ""), "amount": money(int(step.get("amount", 0)))}
            for step in item.price_trace
            if isinstance(step, dict)
        ],
    }


def _delivery(delivery: Any, item: OrderItem) -> dict[str, Any]:
    status = delivery.status if delivery is not None else item.delivery_status
    data = delivery.delivery_data if delivery is not None else {}
    errors = [
        entry for entry in (delivery.error_log if delivery is not None else []) if isinstance(entry, dict)
    ]
    return {
        "delivery": status,
        "delivery_label": DELIVERY_LABELS.get(status, status.capitalize()),
        "by_hand": data.get("kind") == "manual" and status in ("pending", "processing"),
        "can_retry": status == "failed",
        "problem": retold(str(errors[-1].get("error") or errors[-1].get("message") or "")) if errors else "",
        "message": data.get("message") or "",
    }


def _file(file: Any) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "name": file.filename,
        "used": file.used,
        "max": file.max_downloads,
        "revoked": file.revoked_at is not None,
        "last": when(file.last_used_at),
        "expires": when(file.expires_at),
    }


def _totals(order: Order, money: _Money) -> list[dict[str, str]]:
    rows = [(_("Subtotal"), order.subtotal, "")]
    if order.discount:
        rows.append((_("Discount"), -order.discount, ""))
    rows.append((_("Total"), order.total, "strong"))
    rows.append((_("Paid"), order.paid_amount, ""))
    if order.refunded_amount:
        rows.append((_("Refunded"), -order.refunded_amount, ""))
        rows.append((pgettext("money", "Kept"), order.paid_amount - order.refunded_amount, "strong"))
    return [{"label": label, "value": money(amount), "tone": tone} for label, amount, tone in rows]


def _customer(order: Order) -> dict[str, Any]:
    customer = people.customer(order.tenant_id, order.customer_id) if order.customer_id else None
    return {
        "email": order.email,
        "name": (customer.name if customer else "") or order.customer_data.get("name", ""),
        "country": COUNTRIES.get(order.country, order.country),
        "locale": order.locale,
        "account": customer is not None and customer.password_hash is not None,
        "since": when(customer.created_at) if customer else "",
    }
