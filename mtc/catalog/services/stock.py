"""Keys on their way: reserved at checkout, delivered on payment, revoked on refund; one buyer each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.catalog.errors import SoldOutError
from mtc.catalog.models import StockItem
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.services.keys import AddReport, add_keys
from mtc.catalog.services.levels import count
from mtc.catalog.services.units import masked, quarantine, replace, reveal
from mtc.core import clock
from mtc.core.claims import claim
from mtc.core.db import attempt, session
from mtc.core.errors import NotFoundError, ValidationError

__all__ = [
    "AddReport",
    "Returned",
    "Wanted",
    "add_keys",
    "assign",
    "expire_reservations",
    "masked",
    "quarantine",
    "release",
    "replace",
    "reserve",
    "reserve_many",
    "reveal",
    "revoke",
    "take_many",
]

Units = dict[UUID, list[UUID]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many keys of a variant for an order line."""

    variant_id: UUID
    quantity: int
    order_item_id: UUID


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of revoked keys: back in the pool, or revoked for good."""

    returned: int
    revoked: int


def reserve(variant_id: UUID, quantity: int, order_item_id: UUID, until: datetime) -> list[UUID]:
    """Reserve keys for one line; see reserve_many, which an order of several lines must use."""
    return reserve_many([Wanted(variant_id, quantity, order_item_id)], until)[order_item_id]


def reserve_many(wanted: Sequence[Wanted], until: datetime) -> Units:
    """Reserve keys for all lines of an order until that moment: order line -> key ids.

    Lines of variants without a pool get an empty list. All or nothing: raises SoldOutError, and
    NotFoundError for an unknown variant.
    """
    return _move(wanted, {"status": "reserved", "reserved_until": until})


def take_many(wanted: Sequence[Wanted]) -> Units:
    """Deliver keys straight from the pool: late payments, manual orders. Raises as reserve_many does."""
    return _move(wanted, {"status": "delivered", "delivered_at": clock.now(), "reserved_until": None})


def _move(wanted: Sequence[Wanted], values: dict[str, Any]) -> Units:
    if any(one.quantity < 1 for one in wanted):
        raise ValidationError("Use a quantity of at least 1.", {"quantity": ["Use at least 1."]})
    sources = queries.sources({one.variant_id for one in wanted})
    units: Units = {one.order_item_id: [] for one in wanted}
    taken: dict[UUID, int] = defaultdict(int)
    # A savepoint: whoever catches SoldOutError goes on with nothing taken.
    with attempt():
        # One order of locks for everybody: keys by variant, then variants, then products.
        for one in sorted(wanted, key=lambda w: (w.variant_id, w.order_item_id)):
            source = sources.get(one.variant_id)
            if source is None:
                raise NotFoundError("This item is not for sale any more.")
            if source == "pool":
                ids = _claim(one, values)
                units[one.order_item_id] += ids
                taken[one.variant_id] -= len(ids)
        count(taken)
    return units


def _claim(one: Wanted, values: dict[str, Any]) -> list[UUID]:
    """Take all the keys of a line, or none and raise."""
    found = 0
    # Keys that a rival holds may come back when it rolls back: only the second look, which waits for
    # them, may say sold out.
    for wait in (False, True):
        # What was too little is given back before waiting: two buyers who each hold a part of what the
        # other waits for would wait for ever.
        with suppress(_TooFew), attempt():
            rows = claim(
                StockItem,
                StockItem.tenant_id == tenant_id(),
                StockItem.variant_id == one.variant_id,
                StockItem.status == "available",
                order_by=[StockItem.id],
                limit=one.quantity,
                values={**values, "order_item_id": one.order_item_id},
                returning=[StockItem.id],
                wait=wait,
            )
            found = len(rows)
            if found < one.quantity:
                raise _TooFew
            return sorted(row.id for row in rows)
    raise SoldOutError(one.variant_id, found)


class _TooFew(Exception):
    """A look found some keys but not all."""


def assign(order_item_ids: Collection[UUID]) -> Units:
    """Deliver what the lines have reserved: order line -> ids of its delivered keys.

    A line whose reservation has run out has fewer than it paid for; the caller takes the rest with
    `take_many`. Safe to run twice.
    """
    units: Units = {order_item_id: [] for order_item_id in order_item_ids}
    held = queries.lock_units(order_item_ids, ("reserved",))
    _set(held, status="delivered", delivered_at=clock.now(), reserved_until=None)
    for row in queries.items_of(order_item_ids):
        if row.status == "delivered":
            units[row.order_item_id].append(row.id)
    return units


def release(order_item_ids: Collection[UUID]) -> int:
    """Put what the lines have reserved back into the pool; how many keys that were."""
    held = queries.lock_units(order_item_ids, ("reserved",))
    _set(held, status="available", order_item_id=None, reserved_until=None)
    _back(held)
    return len(held)


def expire_reservations(now: datetime | None = None, limit: int = 1000) -> int:
    """Put reservations that have run out back into the pool, `limit` at most; how many keys that were."""
    rows = claim(
        StockItem,
        StockItem.tenant_id == tenant_id(),
        StockItem.status == "reserved",
        StockItem.reserved_until <= (now or clock.now()),
        order_by=[StockItem.reserved_until, StockItem.id],
        limit=limit,
        values={"status": "available", "order_item_id": None, "reserved_until": None},
        returning=[StockItem.variant_id],
    )
    _back(rows)
    return len(rows)


def _back(rows: Iterable[AnyRow]) -> None:
    changes: dict[UUID, int] = defaultdict(int)
    for row in rows:
        changes[row.variant_id] += 1
    count(changes)


def revoke(order_item_id: UUID, quantity: int, *, to_pool: bool = True) -> Returned:
    """Take back up to `quantity` delivered or reserved keys of a line, unrevealed ones first.

    Unrevealed keys return to the pool as available unless `to_pool` is false (they were mailed);
    all others are revoked for good. Raises nothing when the line has fewer: compare the result.
    """
    held = queries.lock_units([order_item_id], ("delivered", "reserved"))
    picked = sorted(held, key=lambda row: row.revealed_at is not None)[:quantity]
    back = [row for row in picked if to_pool and row.revealed_at is None]
    gone = [row for row in picked if not to_pool or row.revealed_at is not None]
    _set(back, status="available", order_item_id=None, reserved_until=None, delivered_at=None)
    _set(gone, status="revoked", reserved_until=None)
    _back(back)
    return Returned(len(back), len(gone))


def _set(rows: Sequence[AnyRow], **values: Any) -> None:
    """Change keys that are locked."""
    if rows:
        chosen = _S.c.id.in_([row.id for row in rows])
        session.execute(update(_S).where(_S.c.tenant_id == tenant_id(), chosen).values(**values))
