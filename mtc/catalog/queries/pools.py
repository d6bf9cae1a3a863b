"""Pools of keys as the admin lists them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Row, Select, and_, func, literal, or_, select, tuple_

from mtc.catalog.models import Product, ProductVariant, StockItem
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.core.db import session
from mtc.core.like import plain
from mtc.core.paging import Page, decode_cursor, page_of

_V = ProductVariant.__table__
_P = Product.__table__
_S = StockItem.__table__
_LOW = (_V.c.available <= _V.c.low_at, _V.c.is_active.is_(True))


def _pools() -> Select[Any]:
    return (
        select(
            _V.c.id.label("variant_id"),
            _V.c.sku,
            _V.c.name.label("variant"),
            _V.c.available,
            _V.c.low_at,
            _V.c.inventory_data,
            _P.c.id.label("product_id"),
            _P.c.name.label("product"),
        )
        .join(_P, and_(_P.c.tenant_id == _V.c.tenant_id, _P.c.id == _V.c.product_id))
        .where(_V.c.tenant_id == tenant_id(), _V.c.stock_source == "pool", _P.c.status != "archived")
    )


def pools(*, text: str = "", low: bool = False, cursor: str = "", limit: int = 25) -> Page[Row[Any]]:
    """The pools of products not archived, the emptiest first; `low`: those at their warning level."""
    query = _pools()
    if text:
        words = plain(text.lower())
        query = query.where(
            or_(
                func.lower(_P.c.name).like(f"%{words}%", escape="\\"),
                func.lower(_V.c.sku).like(f"{words}%", escape="\\"),
            )
        )
    if low:
        query = query.where(*_LOW)
    if cursor:
        left, last = decode_cursor(cursor, (int, UUID))
        place = tuple_(literal(left, BigInteger()), literal(last, _V.c.id.type))
        query = query.where(tuple_(_V.c.available, _V.c.id) > place)
    rows = session.execute(query.order_by(_V.c.available, _V.c.id).limit(limit + 1)).all()
    return page_of(rows, limit, "available", "variant_id")


def low_stock(limit: int = 20) -> list[Row[Any]]:
    """Pools at or below their warning level, emptiest first, of products that are on sale."""
    query = _pools().where(*_LOW, _P.c.status == "active")
    return list(session.execute(query.order_by(_V.c.available, _V.c.id).limit(limit)).all())


def pool(variant_id: UUID) -> Row[Any] | None:
    """One pool with its product's name, or None."""
    return session.execute(_pools().where(_V.c.id == variant_id)).first()


def holds(variant_id: UUID, item_id: UUID) -> bool:
    """Return whether the key is for sale in this pool."""
    query = select(_S.c.id).where(
        _S.c.tenant_id == tenant_id(),
        _S.c.id == item_id,
        _S.c.variant_id == variant_id,
        _S.c.status == "available",
    )
    return session.execute(query).first() is not None


def above_level() -> Select[tuple[UUID]]:
    """The variants of which more keys are left than their warning level."""
    return select(_V.c.id).where(_V.c.tenant_id == tenant_id(), _V.c.available > _V.c.low_at)
