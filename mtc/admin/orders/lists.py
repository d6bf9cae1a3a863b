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
    return _part(order, "payments", page, lambda payment: _payment(payment, order.currency))


def refunds_part(order: Order) -> Part:
    """Refunds, newest first, from `refunds` of the address on; raises ValidationError for a bad one."""
    page = payments.refund_list(order.id, query_params.text("refunds", 1000), SHOWN)
    return _part(order, "refunds", page, lambda refund: _refund(refund, order.currency))


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
    return {"name": name, "rows": [shape(row) for row in page.items], **page_links(order, name, page)}


def _payment(payment: Payment, currency: str) -> dict[str, Any]:
    return {
        "status": payment.status,
        "amount": format_money(
            payment.captured if payment.status == "succeeded" else payment.amount, currency
        ),
        "refunded": format_money(payment.refunded, currency) if payment.refunded else "",
        "ref": payment.provider_ref or "",
        "received": payment.data.get("received_on", ""),
        "note": payment.data.get("note", ""),
        "at": when(payment.succeeded_at or payment.created_at),
    }


def _refund(refund: Refund, currency: str) -> dict[str, Any]:
    return {
        "id": str(refund.id),
        "status": refund.status,
        "amount": format_money(refund.amount, currency),
        "reason": refund.reason,
        "by": (refund.actor or {}).get("name") or "",
        "at": when(refund.created_at),
    }


def _mail(mail: Any) -> dict[str, Any]:
    return {"id": str(mail.id), "subject": mail.subject, "status": mail.status, "at": when(mail.created_at)}
