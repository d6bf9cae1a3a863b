"""Keys of a variant and their numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from mtc.catalog.models import StockItem
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import STOCK as _S
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, page_of


def known_hashes(hashes: Sequence[str]) -> set[str]:
    """Return which of the hashes belong to keys that the tenant has already."""
    query = select(_S.c.value_hash).where(_S.c.tenant_id == tenant_id(), _S.c.value_hash.in_(hashes))
    return set(session.execute(query).scalars())


def item(item_id: UUID) -> StockItem | None:
    """One key as an entity, or None."""
    query = select(StockItem).where(StockItem.tenant_id == tenant_id(), StockItem.id == item_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def sources(variant_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return each variant's source of stock: pool, unlimited or none; unknown variants are left out."""
    query = select(_V.c.id, _V.c.stock_source).where(_V.c.tenant_id == tenant_id(), _V.c.id.in_(variant_ids))
    return {row.id: row.stock_source for row in session.execute(query)}


def in_pool(variant_id: UUID) -> list[ColumnElement[bool]]:
    """Return the condition for keys of a variant that can be taken; none fit when its stock is no pool."""
    tenant = tenant_id()
    source = select(_V.c.stock_source).where(_V.c.tenant_id == tenant, _V.c.id == variant_id)
    return [
        StockItem.tenant_id == tenant,
        StockItem.variant_id == variant_id,
        StockItem.status == "available",
        source.scalar_subquery() == "pool",
    ]


def available(variant_id: UUID) -> int:
    """The available keys of a variant, counted in the pool itself."""
    query = select(func.count()).where(
        _S.c.tenant_id == tenant_id(), _S.c.variant_id == variant_id, _S.c.status == "available"
    )
    return int(session.execute(query).scalar_one())


def items_of(order_item_ids: Collection[UUID]) -> list[AnyRow]:
    """The keys of order lines: id, order_item_id, status, hint, revealed_at, delivered_at; never values."""
    query = (
        select(
            _S.c.id, _S.c.order_item_id, _S.c.status, _S.c.hint, _S.c.revealed_at, _S.c.delivered_at,
            _S.c.variant_id,
        )
        .where(_S.c.tenant_id == tenant_id(), _S.c.order_item_id.in_(order_item_ids))
        .order_by(_S.c.id)
    )  # fmt: skip
    return list(session.execute(query).all())


def lock_units(order_item_ids: Collection[UUID], statuses: Sequence[str]) -> list[AnyRow]:
    """Lock the keys of order lines in these states: id, order_item_id, variant_id, revealed_at.

    In the order in which `claim` waits for keys: who locks them in another one may meet it half-way.
    """
    query = (
        select(_S.c.id, _S.c.order_item_id, _S.c.variant_id, _S.c.revealed_at)
        .where(
            _S.c.tenant_id == tenant_id(),
            _S.c.order_item_id.in_(order_item_ids),
            _S.c.status.in_(statuses),
        )
        .order_by(_S.c.variant_id, _S.c.id)
        .with_for_update()
    )
    return list(session.execute(query).all())


def delivered_values(order_item_ids: Collection[UUID]) -> list[AnyRow]:
    """The delivered keys of order lines, oldest first, with their sealed values, as the database has them."""
    query = (
        select(_S.c.id, _S.c.tenant_id, _S.c.order_item_id, _S.c.value)
        .where(
            _S.c.tenant_id == tenant_id(),
            _S.c.order_item_id.in_(order_item_ids),
            _S.c.status == "delivered",
        )
        .order_by(_S.c.delivered_at, _S.c.id)
    )
    return list(session.execute(query).all())


def stock_counts(variant_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many keys of each variant are in which state."""
    query = (
        select(_S.c.variant_id, _S.c.status, func.count().label("size"))
        .where(_S.c.tenant_id == tenant_id(), _S.c.variant_id.in_(variant_ids))
        .group_by(_S.c.variant_id, _S.c.status)
    )
    counts: dict[UUID, dict[str, int]] = {variant_id: {} for variant_id in variant_ids}
    for row in session.execute(query):
        counts[row.variant_id][row.status] = row[2]
    return counts


def batches(variant_id: UUID, cursor: str = "", limit: int = 25) -> Page[AnyRow]:
    """A page of the batches of a variant, newest first: batch, total, available, bound, first (when added).

    `bound` are keys that are or were on their way to a buyer: while there are none, it can be taken back.
    Raises ValidationError for a bad cursor.
    """
    query = (
        select(
            _S.c.batch,
            func.count().label("total"),
            func.sum(case((_S.c.status == "available", 1), else_=0)).label("available"),
            func.sum(case((_bound(), 1), else_=0)).label("bound"),
            _S.c.created_at.label("first"),
        )
        .where(_S.c.tenant_id == tenant_id(), _S.c.variant_id == variant_id)
        .group_by(_S.c.batch, _S.c.created_at)
        .order_by(_S.c.created_at.desc(), _S.c.batch.desc())
        .limit(limit + 1)
    )
    if cursor:
        at, name = decode_cursor(cursor, (datetime, str))
        query = query.where(or_(_S.c.created_at < at, and_(_S.c.created_at == at, _S.c.batch < name)))
    return page_of(session.execute(query).all(), limit, "first", "batch")


def _bound() -> ColumnElement[bool]:
    return or_(_S.c.status.notin_(("available", "quarantined")), _S.c.order_item_id.is_not(None))


def batch_state(variant_id: UUID, at: datetime) -> tuple[int, int]:
    """Return how many keys of a variant were added at that moment, and how many are bound to a buyer."""
    query = select(func.count(), func.coalesce(func.sum(case((_bound(), 1), else_=0)), 0)).where(
        _S.c.tenant_id == tenant_id(), _S.c.variant_id == variant_id, _S.c.created_at == at
    )
    row = session.execute(query).one()
    return int(row[0]), int(row[1])


def stock_items(
    variant_id: UUID, *, status: str = "", batch: str | None = None, cursor: str = "", limit: int = 50
) -> Page[AnyRow]:
    """The keys of a variant without their values, newest first."""
    query = select(
        _S.c.id, _S.c.status, _S.c.hint, _S.c.batch, _S.c.order_item_id, _S.c.created_at, _S.c.reserved_until,
        _S.c.delivered_at, _S.c.revealed_at,
    ).where(_S.c.tenant_id == tenant_id(), _S.c.variant_id == variant_id)  # fmt: skip
    if status:
        query = query.where(_S.c.status == status)
    if batch is not None:
        query = query.where(_S.c.batch == batch)
    if cursor:
        at, last = decode_cursor(cursor, (datetime, UUID))
        query = query.where(or_(_S.c.created_at < at, and_(_S.c.created_at == at, _S.c.id < last)))
    rows = session.execute(query.order_by(_S.c.created_at.desc(), _S.c.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit)
