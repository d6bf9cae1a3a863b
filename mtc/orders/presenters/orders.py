"""An order and rows of orders, the way pages show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from mtc.core.i18n import _, ngettext
from mtc.core.i18n.messages import translated
from mtc.core.money import format_money
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.orders.presenters.bank_transfer import transfer_view
from mtc.orders.presenters.lines import below, key_actions, line_views, moment, money, path_of
from mtc.orders.presenters.read_models import KeyActions, LineView, OrderRow, OrderView, StepView, TotalRow
from mtc.orders.presenters.timeline import ENDED, look_of
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services.progress import progress_of
from mtc.orders.services.state_machine import LABELS


def _totals(order: Order, locale: str) -> list[TotalRow]:
    rows = [(_("Subtotal"), order.subtotal)]
    if order.discount:
        rows.append((_("Discount"), -order.discount))
    if order.refunded_amount:
        rows.append((_("Refunded"), -order.refunded_amount))
    rows.append((_("Total"), order.total - order.refunded_amount))
    return [TotalRow(label, format_money(n, order.currency, locale)) for label, n in rows]


def _steps(order: Order) -> list[StepView]:
    steps: list[tuple[str, datetime | None]] = [(_("Ordered"), order.created_at)]
    if order.status in ("cancelled", "expired"):
        steps.append((str(LABELS[order.status]), _ended_at(order)))
    else:
        steps.append((_("Paid"), order.paid_at))
        if order.status != "refunded" or order.fulfilled_at:
            steps.append((_("Delivered"), order.fulfilled_at))
        if order.refunded_amount:
            steps.append((str(LABELS[order.status]), _ended_at(order)))
    ended = {str(LABELS[status]): status for status in ENDED}
    return [
        StepView(name, moment(at, time=True), at is not None, *look_of(ended.get(name, "")))
        for name, at in steps
    ]


def _ended_at(order: Order) -> datetime | None:
    """Return the time of the order's status; the row may be changed later, such as given to an account."""
    return queries.last_event_at(order.id, f"order.{order.status}") or order.updated_at


def masked_address(address: str) -> str:
    """An e-mail address of which its owner recognises the ends: `a•••@e•••.org`."""
    name, _at, host = address.partition("@")
    domain, dot, ending = host.rpartition(".")
    return f"{name[:1]}•••@{domain[:1]}•••{dot}{ending}"


def _notice(text: str) -> str:
    """Return the end of the last attempt to pay, with the provider's reason if any; stored in English."""
    reason, again, _end = text.rpartition(" Try again or use another card.")
    if again:
        return _("%(reason)s Try again or use another card.", reason=translated(reason))
    return translated(text)


def order_view(
    order: Order, locale: str = "en", *, locked: bool = False, window: KeyWindow | None = None
) -> OrderView:
    """The order (loaded with its lines) as components get it.

    `locked` is for a browser that holds the link and is not known: nothing that was delivered, no address.
    `window` says which keys of its lines are shown; `key_actions` is what can be done with all at once.
    """
    path = path_of(order)
    status = below(path, "status")
    state = order.payment_data.get("state", "")
    waiting = order.status == "pending"
    lines = line_views([(order, item) for item in order.items], locale, locked=locked, window=window)
    return OrderView(
        id=str(order.id),
        number=order.order_number,
        url=path,
        status_url=f"{status}{'&' if '?' in status else '?'}seen={progress_of(order).mark}",
        pay_url=below(path, "pay"),
        again_url=below(path, "again"),
        unpaid=order.paid_at is None and order.status in ("pending", "cancelled", "expired"),
        status=order.status,
        status_label=str(LABELS[order.status]),
        created=moment(order.created_at),
        locked=locked,
        code_url=below(path, "code"),
        unlock_url=below(path, "unlock"),
        email=masked_address(order.email) if locked else order.email,
        lines=lines,
        key_actions=_all_keys(path, lines),
        total=money(order.total, order.currency, locale),
        totals=_totals(order, locale),
        timeline=_steps(order),
        pending=waiting and state == "processing",
        payable=waiting and state != "processing",
        notice=_notice(str(order.payment_data.get("notice") or "")) if waiting else "",
        transfer=transfer_view(order, locale),
        transfer_late=order.status == "expired" and "transfer" in order.payment_data,
        test=order.is_test,
        consent={} if locked else order.customer_data.get("consent") or {},
    )


def _all_keys(path: str, lines: list[LineView]) -> KeyActions | None:
    """The actions for all keys of an order; None where those of its lines do."""
    held = [line.key_actions for line in lines if line.key_actions is not None]
    count = sum(window.count for window in held)
    return key_actions(path, count, count - sum(window.hidden for window in held)) if len(held) > 1 else None


def _summary(names: list[str]) -> str:
    """The first two of an order's items, and how many others there are."""
    first, more = ", ".join(names[:2]), len(names) - 2
    if more <= 0:
        return first
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=first)


def row_view(row: Row[Any], locale: str = "en") -> OrderRow:
    """A row of `queries.list_orders` or `customer_orders` as lists show it."""
    names = [item["name"] for item in row.items_data]
    return OrderRow(
        id=str(row.id),
        number=row.order_number,
        url=f"/orders/{row.order_number}",
        status=row.status,
        status_label=str(LABELS[row.status]),
        created=moment(row.created_at),
        email=row.email,
        total=money(row.total, row.currency, locale),
        count=sum(item["quantity"] for item in row.items_data),
        test=row.is_test,
        summary=_summary(names),
    )
