"""Lines of orders with what hangs on them, and the words and addresses that all pages of orders use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from mtc.catalog.presenters import delivery_promise, order_line_promise
from mtc.core.crypto import SealError
from mtc.core.local_time import day_text, moment_text
from mtc.core.money import ShownAmount, format_money
from mtc.core.registry import Registry
from mtc.orders.models import Order, OrderItem
from mtc.orders.presenters.read_models import KeyActions, LineDetails, LineView
from mtc.orders.queries.stock_items import KeyWindow
from mtc.orders.services.access_links import secret_of
from mtc.orders.services.state_machine import OWNED

FindDetails = Callable[[list[tuple[Order, OrderItem]], KeyWindow], dict[UUID, LineDetails]]
"""What a higher domain knows of lines, by line."""

line_details: Registry[FindDetails] = Registry("line details")


def money(amount: int, currency: str, locale: str = "en") -> ShownAmount:
    """An amount in minor units with its text."""
    return ShownAmount(amount, format_money(amount, currency, locale))


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
) -> list[LineView]:
    """Lines of one or more orders in the order given, with what hangs on them unless that is `locked`."""
    listed = list(pairs)
    by_item: dict[UUID, LineDetails] = {}
    for _name, details in () if locked else line_details.items():
        by_item |= details(listed, window or KeyWindow())
    return [_line(order, item, by_item.get(item.id), locale) for order, item in listed]


def _line(order: Order, item: OrderItem, details: LineDetails | None, locale: str) -> LineView:
    details = details or LineDetails()
    waiting, delay = _waiting(order, item, details.kind)
    return LineView(
        id=str(item.id),
        name=item.title,
        variant_name=item.variant_title,
        url=f"/p/{item.snapshot.get('slug', '')}",
        quantity=item.quantity,
        total=money(item.total, order.currency, locale),
        image=item.snapshot.get("image") or {},
        status=item.delivery_status,
        refunded=item.refunded_quantity >= item.quantity,
        trace=item.price_trace,
        waiting=waiting,
        delay=delay,
        **{entry.name: getattr(details, entry.name) for entry in fields(details)},
    )


def _waiting(order: Order, item: OrderItem, delivery_type: str) -> tuple[str, str]:
    """Return the sentence about a line until it is delivered, and once more where that is not at once."""
    source = str(item.snapshot.get("source") or "")
    promise = delivery_promise(source, item.snapshot.get("delivery"), {})
    paid = order.status in OWNED
    lacks_keys = paid and delivery_type == "keys" and source == "pool" and item.delivery_status == "failed"
    sentence = order_line_promise(promise, paid=paid, lacks_keys=lacks_keys)
    return sentence, sentence if lacks_keys or promise.state == "by_hand" else ""


def key_actions(path: str, count: int, seen: int, line: str = "") -> KeyActions:
    """Return the actions for the keys of a line, or for all of the order at `path`."""
    return KeyActions(
        line=line,
        count=count,
        hidden=count - seen,
        reveal_url=below(path, "reveal"),
        txt_url=below(path, "keys.txt"),
        csv_url=below(path, "keys.csv"),
    )
