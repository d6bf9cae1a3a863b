"""The lists at the side of an order that grow with each step: payments, refunds, mails; a page of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mtc.admin.orders.parts import page_links
from mtc.core.money import format_money
from mtc.core.paging import Page
from mtc.core.relative_time import when
from mtc.emails import queries as emails
from mtc.orders.models import Order
from mtc.payments import queries as payments
from mtc.payments.models import Payment, Refund
from mtc.web import query_params

SHOWN = 20
Part = dict[str, Any]


def payments_part(order: Order) -> Part:
    """Payments, newest first, from `payments` of the address on; raises ValidationError for a bad one."""
    page = payments.payment_list(order.id, query_params.text("payments", 1000), SHOWN)
    return _part(order, "payments", page, lambda one: _payment(one, order.currency))


def refunds_part(order: Order) -> Part:
    """Refunds, newest first, from `refunds` of the address on; raises ValidationError for a bad one."""
    page = payments.refund_list(order.id, query_params.text("refunds", 1000), SHOWN)
    return _part(order, "refunds", page, lambda one: _refund(one, order.currency))


def mails_part(order: Order) -> Part:
    """Mails, newest first, from `mails` of the address on; raises ValidationError for a bad one."""
    page = emails.emails_of(order.tenant_id, order.id, query_params.text("mails", 1000), SHOWN)
    return _part(order, "mails", page, _mail)


PARTS: Mapping[str, Callable[[Order], Part]] = {
    "payments": payments_part,
    "refunds": refunds_part,
    "mails": mails_part,
}


def _part(order: Order, name: str, page: Page[Any], shape: Callable[[Any], dict[str, Any]]) -> Part:
    return {"name": name, "rows": [shape(one) for one in page.items], **page_links(order, name, page)}


def _payment(one: Payment, currency: str) -> dict[str, Any]:
    return {
        "status": one.status,
        "amount": format_money(one.captured if one.status == "succeeded" else one.amount, currency),
        "refunded": format_money(one.refunded, currency) if one.refunded else "",
        "ref": one.provider_ref or "",
        "received": one.data.get("received_on", ""),
        "note": one.data.get("note", ""),
        "at": when(one.succeeded_at or one.created_at),
    }


def _refund(one: Refund, currency: str) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "status": one.status,
        "amount": format_money(one.amount, currency),
        "reason": one.reason,
        "by": (one.actor or {}).get("name") or "",
        "at": when(one.created_at),
    }


def _mail(one: Any) -> dict[str, Any]:
    return {"id": str(one.id), "subject": one.subject, "status": one.status, "at": when(one.created_at)}
