"""Products as the admin lists them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_

from mtc.catalog.queries.matching import CARD, P, containing, with_type
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, encode_cursor

# How lists may be sorted: column, its type, and whether large values come first.
ADMIN_SORTS: dict[str, tuple[str, type, bool]] = {
    "newest": ("created_at", datetime, True),
    "name": ("name", str, False),
    "price": ("price_from", int, False),
    "sold": ("sold_count", int, True),
}


def admin_products(
    *,
    status: str = "",
    type_id: UUID | None = None,
    text: str = "",
    sort: str = "newest",
    cursor: str = "",
    limit: int = 50,
) -> Page[AnyRow]:
    """Products of any status with the number of variants and keys left; one statement.

    `sort` is one of ADMIN_SORTS. Raises ValidationError for a cursor of another sort.
    """
    stock = (
        select(
            _V.c.product_id,
            func.count().label("variants"),
            func.sum(_V.c.available).label("available"),
        )
        .where(_V.c.tenant_id == tenant_id())
        .group_by(_V.c.product_id)
        .subquery("stock")
    )
    query = (
        select(*CARD, P.c.status, P.c.updated_at, P.c.published_at, stock.c.variants, stock.c.available)
        .select_from(with_type().outerjoin(stock, stock.c.product_id == P.c.id))
        .where(P.c.tenant_id == tenant_id(), *containing(text))
    )
    if status:
        query = query.where(P.c.status == status)
    if type_id is not None:
        query = query.where(P.c.product_type_id == type_id)
    column, kind, falling = ADMIN_SORTS[sort]
    key = P.c[column]
    if cursor:
        value, last = decode_cursor(cursor, (kind, UUID))
        here, place = tuple_(key, P.c.id), tuple_(literal(value, key.type), literal(last, P.c.id.type))
        query = query.where(here < place if falling else here > place)
    order = (key.desc(), P.c.id.desc()) if falling else (key, P.c.id)
    rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
    more = (
        encode_cursor([rows[limit - 1]._mapping[column], rows[limit - 1].id]) if len(rows) > limit else None
    )
    return Page(list(rows[:limit]), next=more)


def product_choices(limit: int = 200) -> list[tuple[UUID, str]]:
    """Ids and names of products that are not archived, for a picker."""
    query = select(P.c.id, P.c.name).where(P.c.tenant_id == tenant_id(), P.c.status != "archived")
    return [(row.id, row.name) for row in session.execute(query.order_by(P.c.name).limit(limit))]
