"""The stock of an order: reserved when it is made, the buyer's when it is paid, returned when it is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from mtc.catalog.errors import SoldOutError
from mtc.catalog.services import stock_reservation
from mtc.core.errors import ConflictError
from mtc.core.i18n import _l, lazy_ngettext
from mtc.orders.models import Order, OrderItem

# Reservations outlive their order a little, so that the order is what runs out first.
GRACE = timedelta(minutes=5)


def pooled(items: Iterable[OrderItem]) -> list[OrderItem]:
    """The lines whose keys come from a pool."""
    return [item for item in items if item.snapshot.get("source") == "pool"]


def remaining_quantity(item: OrderItem) -> int:
    """Return how many pieces of a line the buyer has paid for and not given back."""
    return item.quantity - item.refunded_quantity


def reserve_for_order(items: Sequence[OrderItem], until: datetime | None) -> None:
    """Reserve the keys of new lines; sold out is a ConflictError with details by variant id."""
    lines = pooled(items)
    if not lines or until is None:
        return
    requests = [stock_reservation.StockRequest(item.variant_id, item.quantity, item.id) for item in lines]
    try:
        stock_reservation.reserve_many(requests, until + GRACE)
    except SoldOutError as error:
        names = {item.variant_id: item.title for item in lines}
        name = names.get(error.variant_id) or _l("An item")
        sentence = (
            lazy_ngettext(
                "“%(name)s” is only %(num)s left. Change your cart to go on.",
                "“%(name)s” is only %(num)s left. Change your cart to go on.",
                error.available,
                name=name,
            )
            if error.available
            else _l("“%(name)s” is sold out. Change your cart to go on.", name=name)
        )
        raise ConflictError(sentence, {str(error.variant_id): [sentence]}) from error


def assign_to_buyer(order: Order, items: Sequence[OrderItem]) -> dict[str, int]:
    """Give the keys of a paid order to its buyer; returns how many are missing, by line id.

    What was reserved is assigned; what the reservation has lost meanwhile is taken from the pool again.
    """
    lines = pooled(items)
    if not lines:
        return {}
    units = stock_reservation.assign([item.id for item in lines])
    short = {item.id: remaining_quantity(item) - len(units[item.id]) for item in lines}
    lacking = sorted((item for item in lines if short[item.id] > 0), key=lambda item: item.variant_id)
    requests = [stock_reservation.StockRequest(item.variant_id, short[item.id], item.id) for item in lacking]
    if not requests or _taken(requests):
        return {}
    # Not all of it is left: each line gets what it can.
    return {
        str(request.order_item_id): request.quantity
        for request in requests
        if len(requests) == 1 or not _taken([request])
    }


def is_sample(items: Iterable[OrderItem]) -> bool:
    """Return whether the lines are those of a test order in a live store, which gets samples."""
    return any(item.snapshot.get("source") == "sample" for item in items)


def hold_longer(items: Iterable[OrderItem], until: datetime) -> None:
    """Keep what the lines have reserved until a later moment."""
    lines = pooled(items)
    if lines:
        stock_reservation.prolong([item.id for item in lines], until + GRACE)


def take_missing(item: OrderItem, have: int) -> int:
    """Take what a line still lacks from the pool, all or nothing; returns how many it lacks then."""
    short = remaining_quantity(item) - have
    if short <= 0 or _taken([stock_reservation.StockRequest(item.variant_id, short, item.id)]):
        return 0
    return short


def _taken(requests: Sequence[stock_reservation.StockRequest]) -> bool:
    """Return whether all of it was there to take; else nothing is taken."""
    try:
        stock_reservation.take_many(requests)
    except SoldOutError:
        return False
    return True


def release_reservations(items: Iterable[OrderItem]) -> int:
    """Put what an unpaid order has reserved back into the pools; returns how many keys."""
    ids: list[UUID] = [item.id for item in pooled(items)]
    return stock_reservation.release(ids) if ids else 0
