"""Keys on their way: reserved at checkout, delivered on payment, revoked on refund; one buyer each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mtc.catalog.models import StockItem
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.services.stock_allocation import BUSY, StockRequest, Units, change, take
from mtc.catalog.services.stock_counters import put_back
from mtc.catalog.services.stock_import import ImportReport, add_keys
from mtc.catalog.services.stock_items import (
    RevealedKey,
    masked,
    quarantine,
    replace,
    reveal,
    reveal_many,
    value_of,
)
from mtc.core import clock
from mtc.core.row_locking import claim, lock_timeout_as_conflict

__all__ = [
    "ImportReport",
    "Returned",
    "RevealedKey",
    "StockRequest",
    "add_keys",
    "assign",
    "expire_reservations",
    "masked",
    "prolong",
    "quarantine",
    "release",
    "replace",
    "reserve",
    "reserve_many",
    "reveal",
    "reveal_many",
    "revoke",
    "take_many",
    "value_of",
]


@dataclass(frozen=True, slots=True)
class Returned:
    """The result for revoked keys: back in the pool, or revoked for good."""

    returned: int
    revoked: int


def reserve(variant_id: UUID, quantity: int, order_item_id: UUID, until: datetime) -> list[UUID]:
    """Reserve keys for one line; see reserve_many, which an order of several lines must use."""
    return reserve_many([StockRequest(variant_id, quantity, order_item_id)], until)[order_item_id]


def reserve_many(requests: Sequence[StockRequest], until: datetime) -> Units:
    """Reserve keys for all lines of an order until that moment: order line -> key ids.

    Lines of variants without a pool get an empty list. All or nothing: raises SoldOutError, and
    NotFoundError for an unknown variant.
    """
    return take(requests, {"status": "reserved", "reserved_until": until})


def take_many(requests: Sequence[StockRequest]) -> Units:
    """Deliver keys straight from the pool: late payments, manual orders. Raises as reserve_many does."""
    return take(requests, {"status": "delivered", "delivered_at": clock.now(), "reserved_until": None})


def assign(order_item_ids: Collection[UUID]) -> Units:
    """Deliver what the lines have reserved: order line -> ids of its delivered keys.

    A line whose reservation has run out has fewer than it paid for; the caller takes the rest with
    `take_many`. Safe to run twice.
    """
    units: Units = {order_item_id: [] for order_item_id in order_item_ids}
    with lock_timeout_as_conflict(BUSY):
        held = queries.lock_units(order_item_ids, ("reserved",))
        change([row.id for row in held], status="delivered", delivered_at=clock.now(), reserved_until=None)
    for row in queries.items_of(order_item_ids):
        if row.status == "delivered":
            units[row.order_item_id].append(row.id)
    return units


def prolong(order_item_ids: Collection[UUID], until: datetime) -> int:
    """Keep what the lines have reserved until a later moment; how many keys that are."""
    with lock_timeout_as_conflict(BUSY):
        held = queries.lock_units(order_item_ids, ("reserved",))
        change([row.id for row in held], reserved_until=until)
    return len(held)


def release(order_item_ids: Collection[UUID]) -> int:
    """Put what the lines have reserved back into the pool; how many keys that were."""
    with lock_timeout_as_conflict(BUSY):
        held = queries.lock_units(order_item_ids, ("reserved",))
        change([row.id for row in held], status="available", order_item_id=None, reserved_until=None)
        _back(held)
    return len(held)


def expire_reservations(now: datetime | None = None, limit: int = 1000) -> int:
    """Put reservations that have run out back into the pool, `limit` at most; how many keys that were."""
    with lock_timeout_as_conflict(BUSY):
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
    put_back(changes)


def revoke(order_item_id: UUID, quantity: int, *, to_pool: bool = True) -> Returned:
    """Take back up to `quantity` delivered or reserved keys of a line, unrevealed ones first.

    Unrevealed keys return to the pool as available unless `to_pool` is false (they were mailed);
    all others are revoked for good. Raises nothing when the line has fewer: compare the result.
    """
    with lock_timeout_as_conflict(BUSY):
        held = queries.lock_units([order_item_id], ("delivered", "reserved"))
        picked = sorted(held, key=lambda row: row.revealed_at is not None)[:quantity]
        back = [row for row in picked if to_pool and row.revealed_at is None]
        gone = [row for row in picked if not to_pool or row.revealed_at is not None]
        change(
            [row.id for row in back],
            status="available",
            order_item_id=None,
            reserved_until=None,
            delivered_at=None,
        )
        change([row.id for row in gone], status="revoked", reserved_until=None)
        _back(back)
    return Returned(len(back), len(gone))
