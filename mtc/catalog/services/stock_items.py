"""A single key: shown to its owner, put aside when faulty, replaced."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update

from mtc.catalog.errors import SoldOutError
from mtc.catalog.events import KeyQuarantined, KeyReplaced, KeyRevealed
from mtc.catalog.hooks import KeyView
from mtc.catalog.models import StockItem
from mtc.catalog.queries import stock as queries
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.services.stock_allocation import BUSY
from mtc.catalog.services.stock_counters import count
from mtc.core import clock
from mtc.core.crypto import open_sealed
from mtc.core.db import session
from mtc.core.errors import ConflictError, GoneError, NotFoundError
from mtc.core.events import emit, emit_many
from mtc.core.i18n import _l
from mtc.core.row_locking import claim, lock_timeout_as_conflict
from mtc.plugins.services import run_before


def masked(hint: str) -> str:
    """Return the part of a key that is shown before it is revealed."""
    return f"••••-••••-{hint}" if hint else "••••-••••-••••"


def _item(item_id: UUID) -> StockItem:
    item = queries.item(item_id)
    if item is None:
        raise NotFoundError(_l("There is no such key."))
    return item


def reveal(item: UUID | StockItem) -> str:
    """The value of a delivered key; the first time is written down.

    Raises NotFoundError, GoneError (revoked) and ConflictError (not delivered yet). Who may see it is
    the caller's question.
    """
    row = _item(item) if isinstance(item, UUID) else item
    if row.status in ("revoked", "quarantined"):
        raise GoneError(_l("This key is no longer valid."))
    if row.status != "delivered":
        raise ConflictError(_l("This key has not been delivered yet."))
    value = value_of(row)
    if row.revealed_at is None:
        # Conditional, and checked: a refund that runs now must not give an opened key to the next buyer.
        done = session.execute(
            update(_S)
            .where(_S.c.tenant_id == row.tenant_id, _S.c.id == row.id, _S.c.status == "delivered")
            .where(_S.c.order_item_id == row.order_item_id)
            .values(revealed_at=clock.now())
            .returning(_S.c.id)
        ).first()
        if done is None:
            raise GoneError(_l("This key is no longer valid."))
        assert row.order_item_id is not None
        emit(KeyRevealed(entity_id=row.id, order_item_id=row.order_item_id))
    return value


@dataclass(frozen=True, slots=True)
class RevealedKey:
    """A key in clear; `first` when nobody had seen it before."""

    id: UUID
    order_item_id: UUID
    value: str
    first: bool


def value_of(row: Any) -> str:
    """The value of a key (an entity or a row with id, tenant_id and value) in clear; writes nothing."""
    return open_sealed(row.value, tenant_id=row.tenant_id, table="stock_items", column="value", row_id=row.id)


def reveal_many(order_item_ids: Collection[UUID]) -> list[RevealedKey]:
    """All delivered keys of order lines, oldest first; the first time of each is written down.

    A constant number of statements. Who may see them is the caller's question.
    """
    with lock_timeout_as_conflict(BUSY):
        queries.lock_units(order_item_ids, ("delivered",))
        fresh = session.scalars(
            update(_S)
            .where(_S.c.tenant_id == tenant_id(), _S.c.order_item_id.in_(order_item_ids))
            .where(_S.c.status == "delivered", _S.c.revealed_at.is_(None))
            .values(revealed_at=clock.now())
            .returning(_S.c.id)
        )
        first = set(fresh.all())
    rows = queries.delivered_values(order_item_ids)
    opened = [RevealedKey(row.id, row.order_item_id, value_of(row), row.id in first) for row in rows]
    emit_many(
        KeyRevealed(entity_id=item.id, order_item_id=item.order_item_id) for item in opened if item.first
    )
    return opened


def quarantine(item_id: UUID) -> None:
    """Put a faulty key that nobody has bought aside for good.

    Raises NotFoundError, and ConflictError when it has been set aside already or delivered: a buyer's key
    goes only when another takes its place (`replace`).
    """
    before = _item(item_id)
    if before.status == "delivered":
        raise ConflictError(_l("This key has been delivered. Replace it on the page of its order."))
    run_before("before_key_quarantine", KeyView(before.id, before.variant_id, before.status))
    _set_aside(before, ("available", "reserved"))


def _set_aside(before: StockItem, statuses: tuple[str, ...]) -> None:
    status = before.status
    done = session.execute(
        update(_S)
        .where(_S.c.tenant_id == tenant_id(), _S.c.id == before.id, _S.c.status == status)
        .where(_S.c.status.in_(statuses))
        .values(status="quarantined", reserved_until=None)
        .returning(_S.c.variant_id)
    ).first()
    if done is None:
        raise ConflictError(_l("This key has been set aside already."))
    if status == "available":
        count({done.variant_id: -1})
    emit(KeyQuarantined(entity_id=before.id, was=status))


def replace(item_id: UUID) -> UUID:
    """Set a delivered key aside and deliver another one of its pool to the same order line.

    Returns the id of the new key. Raises NotFoundError, ConflictError and SoldOutError.
    """
    faulty = _item(item_id)
    if faulty.status != "delivered" or faulty.order_item_id is None:
        raise ConflictError(_l("Only a delivered key can be replaced."))
    with lock_timeout_as_conflict(BUSY):
        _set_aside(faulty, ("delivered",))
        fresh = _another(faulty.variant_id, faulty.order_item_id)
        emit(KeyReplaced(entity_id=faulty.id, by=fresh, order_item_id=faulty.order_item_id))
    return fresh


def _another(variant_id: UUID, line: UUID) -> UUID:
    """Deliver one more key of the variant to the line, even when the variant no longer sells keys."""
    for wait in (False, True):
        rows = claim(
            StockItem,
            StockItem.tenant_id == tenant_id(),
            StockItem.variant_id == variant_id,
            StockItem.status == "available",
            order_by=[StockItem.id],
            limit=1,
            values={"status": "delivered", "delivered_at": clock.now(), "order_item_id": line},
            returning=[StockItem.id],
            wait=wait,
        )
        if rows:
            count({variant_id: -1})
            return UUID(str(rows[0].id))
    raise SoldOutError(variant_id, 0)
