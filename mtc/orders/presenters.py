"""Orders as plain data, the way pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from mtc.catalog.presenters import delivery_promise, order_line_promise
from mtc.core.crypto import SealError
from mtc.core.events import label_of
from mtc.core.i18n import _, ngettext, retold
from mtc.core.i18n.messages import translated
from mtc.core.local_time import day_text, moment_text
from mtc.core.money import format_money
from mtc.core.paging import Page
from mtc.core.registry import Registry
from mtc.orders import queries
from mtc.orders.models import Order, OrderItem
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services.access_links import secret_of
from mtc.orders.services.bank_transfer import transfer_view
from mtc.orders.services.progress import progress_of
from mtc.orders.services.state_machine import LABELS, OWNED

LineDetails = Callable[[list[tuple[Order, OrderItem]], KeyWindow], dict[UUID, dict[str, Any]]]
"""What a higher domain knows of lines, by line: kind, units of the window, key_actions, files, how_to."""

line_details: Registry[LineDetails] = Registry("line details")


def money(amount: int, currency: str, locale: str = "en") -> dict[str, Any]:
    """An amount in minor units with its text."""
    return {"amount": amount, "formatted": format_money(amount, currency, locale)}


def moment(value: datetime | None, *, time: bool = False) -> str | None:
    """A moment for people on the store's clock: `22 November 2026`, with `time` also `, 21:14 UTC+1`."""
    if value is None:
        return None
    return moment_text(value) if time else day_text(value)


def path_of(order: Order) -> str:
    """The address of the order below the store's, with its secret where it can be read."""
    try:
        return f"/orders/{order.order_number}?t={secret_of(order)}"
    except SealError:  # demo rows without a link, or a key that has left the ring
        return f"/orders/{order.order_number}"


def below(path: str, name: str) -> str:
    """An address below an order's, with the same secret."""
    place, mark, secret = path.partition("?")
    return f"{place}/{name}{mark}{secret}"


def line_views(
    pairs: Iterable[tuple[Order, OrderItem]],
    locale: str = "en",
    *,
    locked: bool = False,
    window: KeyWindow | None = None,
) -> list[dict[str, Any]]:
    """Lines of one or more orders in the order given, with what hangs on them unless that is `locked`."""
    listed = list(pairs)
    more: dict[UUID, dict[str, Any]] = {}
    for _name, details in () if locked else line_details.items():
        for item_id, values in details(listed, window or KeyWindow()).items():
            more.setdefault(item_id, {}).update(values)
    return [
        {
            "id": str(item.id),
            "name": item.title,
            "variant_name": item.variant_title,
            "url": f"/p/{item.snapshot.get('slug', '')}",
            "quantity": item.quantity,
            "total": money(item.total, order.currency, locale),
            "image": item.snapshot.get("image") or {},
            "kind": "manual",
            "units": [],
            "files": [],
            "how_to": "",
            **_waiting(order, item, more.get(item.id, {}).get("kind", "")),
            "status": item.delivery_status,
            "refunded": item.refunded_quantity >= item.quantity,
            "trace": item.price_trace,
            **more.get(item.id, {}),
        }
        for order, item in listed
    ]


def _waiting(order: Order, item: OrderItem, kind: str) -> dict[str, Any]:
    """What is said of a line until it is delivered; `delay` where that is not at once."""
    source = str(item.snapshot.get("source") or "")
    promise = delivery_promise(source, item.snapshot.get("delivery"), {})
    paid = order.status in OWNED
    lacks_keys = paid and kind == "keys" and source == "pool" and item.delivery_status == "failed"
    told = order_line_promise(promise, paid=paid, lacks_keys=lacks_keys)
    return {"waiting": told, "delay": told if lacks_keys or promise.state == "by_hand" else ""}


def _totals(order: Order, locale: str) -> list[dict[str, str]]:
    rows = [(_("Subtotal"), order.subtotal)]
    if order.discount:
        rows.append((_("Discount"), -order.discount))
    if order.refunded_amount:
        rows.append((_("Refunded"), -order.refunded_amount))
    rows.append((_("Total"), order.total - order.refunded_amount))
    return [{"label": label, "formatted": format_money(n, order.currency, locale)} for label, n in rows]


def _steps(order: Order) -> list[dict[str, Any]]:
    steps: list[tuple[str, datetime | None]] = [(_("Ordered"), order.created_at)]
    if order.status in ("cancelled", "expired"):
        steps.append((str(LABELS[order.status]), _ended_at(order)))
    else:
        steps.append((_("Paid"), order.paid_at))
        if order.status != "refunded" or order.fulfilled_at:
            steps.append((_("Delivered"), order.fulfilled_at))
        if order.refunded_amount:
            steps.append((str(LABELS[order.status]), _ended_at(order)))
    ended = {str(LABELS[one]): one for one in ENDED}
    return [
        {"label": name, "at": moment(at, time=True), "done": at is not None, **look_of(ended.get(name, ""))}
        for name, at in steps
    ]


def _ended_at(order: Order) -> datetime | None:
    """When the order got the status that it has: it may be changed later, such as given to an account."""
    return queries.last_event_at(order.id, f"order.{order.status}") or order.updated_at


def masked_address(address: str) -> str:
    """An e-mail address of which its owner recognises the ends: `a•••@e•••.org`."""
    name, _at, host = address.partition("@")
    domain, dot, ending = host.rpartition(".")
    return f"{name[:1]}•••@{domain[:1]}•••{dot}{ending}"


def _notice(text: str) -> str:
    """How the last attempt to pay ended: kept in English, with the provider's reason if it gave one."""
    reason, again, _end = text.rpartition(" Try again or use another card.")
    if again:
        return _("%(reason)s Try again or use another card.", reason=translated(reason))
    return translated(text)


def order_view(
    order: Order, locale: str = "en", *, locked: bool = False, window: KeyWindow | None = None
) -> dict[str, Any]:
    """The order (loaded with its lines) as components get it.

    `locked` is for a browser that holds the link and is not known: nothing that was delivered, no address.
    `window` says which keys of its lines are shown; `key_actions` is what can be done with all at once.

    `pending` is True while a payment is under way; `payable` when the shopper may pay (again), by POST to
    `pay_url`; an `unpaid` one goes back into the cart by POST to `again_url`; `notice` says how the last
    attempt ended; `transfer` is how to pay by bank transfer; `test` says that no money moves.
    """
    path = path_of(order)
    status = below(path, "status")
    state = order.payment_data.get("state", "")
    waiting = order.status == "pending"
    lines = line_views([(order, item) for item in order.items], locale, locked=locked, window=window)
    return {
        "id": str(order.id),
        "number": order.order_number,
        "url": path,
        "status_url": f"{status}{'&' if '?' in status else '?'}seen={progress_of(order).mark}",
        "pay_url": below(path, "pay"),
        "again_url": below(path, "again"),
        "unpaid": order.paid_at is None and order.status in ("pending", "cancelled", "expired"),
        "status": order.status,
        "status_label": str(LABELS[order.status]),
        "created": moment(order.created_at),
        "locked": locked,
        "code_url": below(path, "code"),
        "unlock_url": below(path, "unlock"),
        "email": masked_address(order.email) if locked else order.email,
        "lines": lines,
        "key_actions": _all_keys(path, lines),
        "total": money(order.total, order.currency, locale),
        "totals": _totals(order, locale),
        "timeline": _steps(order),
        "pending": waiting and state == "processing",
        "payable": waiting and state != "processing",
        "notice": _notice(str(order.payment_data.get("notice") or "")) if waiting else "",
        "transfer": transfer_view(order, locale),
        "transfer_late": order.status == "expired" and "transfer" in order.payment_data,
        "test": order.is_test,
        "consent": {} if locked else order.customer_data.get("consent") or {},
    }


def key_actions(path: str, count: int, seen: int, line: str = "") -> dict[str, Any]:
    """What a page needs to act on many keys at once: those of a line, or all of the order at `path`.

    Forms are sent to `reveal_url` (shows them), `txt_url` and `csv_url` (files) by POST, with `line`.
    """
    urls = {"reveal_url": "reveal", "txt_url": "keys.txt", "csv_url": "keys.csv"}
    return {
        "line": line,
        "count": count,
        "hidden": count - seen,
        **{name: below(path, place) for name, place in urls.items()},
    }


def _all_keys(path: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The actions for all keys of an order; empty where those of its lines do."""
    held = [line["key_actions"] for line in lines if line.get("key_actions")]
    count = sum(one["count"] for one in held)
    return key_actions(path, count, count - sum(one["hidden"] for one in held)) if len(held) > 1 else {}


def _summary(names: list[str]) -> str:
    """The first two of an order's items, and how many others there are."""
    first, more = ", ".join(names[:2]), len(names) - 2
    if more <= 0:
        return first
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=first)


def row_view(row: Any, locale: str = "en") -> dict[str, Any]:
    """A row of `queries.list_orders` or `customer_orders` as lists show it."""
    names = [one["name"] for one in row.items_data]
    return {
        "id": str(row.id),
        "number": row.order_number,
        "url": f"/orders/{row.order_number}",
        "status": row.status,
        "status_label": str(LABELS[row.status]),
        "created": moment(row.created_at),
        "email": row.email,
        "total": money(row.total, row.currency, locale),
        "count": sum(one["quantity"] for one in row.items_data),
        "test": row.is_test,
        "summary": _summary(names),
    }


# What went wrong, by the verb of the event; with what ended or went back, these get no tick.
_BAD = {"failed", "mismatch", "attention", "unfulfilled"}
ENDED = ("cancelled", "expired", "refunded", "partially_refunded")


def look_of(verb: str) -> dict[str, str]:
    """Icon and tone of a step of a timeline that is not simply done; empty for all others."""
    if verb in _BAD:
        return {"icon": "alert-circle", "tone": "bad"}
    if verb in ("cancelled", "expired"):
        return {"icon": "x" if verb == "cancelled" else "timer", "tone": "quiet"}
    if verb in ("refunded", "partially_refunded"):
        return {"icon": "undo-2", "tone": "quiet"}
    return {}


def _told(data: dict[str, Any]) -> str:
    """What an event says of itself: of which item, and why."""
    words = [retold(str(data[name])) for name in ("title", "reason") if data.get(name)]
    return ": ".join(words) or str(data.get("text") or "")


def timeline_view(order_id: UUID, cursor: str = "") -> Page[dict[str, Any]]:
    """What happened to an order, newest first, for the merchant; a page of it."""
    page = queries.timeline(order_id, cursor)
    steps = [
        {
            "name": row.name,
            "label": label_of(row.name),
            "text": _told(row.data),
            "at": moment(row.created_at, time=True),
            "moment": row.created_at.isoformat(),
            "by": row.actor.get("name") or row.actor.get("kind") or "",
            "done": True,
            **look_of(row.name.rpartition(".")[2]),
        }
        for row in page.items
    ]
    return Page(steps, page.next)
