"""Products as the admin lists them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_

from mtc.catalog.queries.matching import CARD, P, found, with_type
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, encode_cursor


def admin_products(
    *, status: str = "", type_id: UUID | None = None, text: str = "", cursor: str = "", limit: int = 50
) -> Page[AnyRow]:
    """Products of any status, newest first, with the number of variants and keys left; one statement."""
    source = with_type()
    for part in found(text):
        source = source.join(part, part.c.product_id == P.c.id)
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
        .select_from(source.outerjoin(stock, stock.c.product_id == P.c.id))
        .where(P.c.tenant_id == tenant_id())
    )
    if status:
        query = query.where(P.c.status == status)
    if type_id is not None:
        query = query.where(P.c.product_type_id == type_id)
    if cursor:
        at, last = decode_cursor(cursor, (datetime, UUID))
        place = tuple_(literal(at, P.c.created_at.type), literal(last, P.c.id.type))
        query = query.where(tuple_(P.c.created_at, P.c.id) < place)
    rows = session.execute(query.order_by(P.c.created_at.desc(), P.c.id.desc()).limit(limit + 1)).all()
    more = encode_cursor([rows[limit - 1].created_at, rows[limit - 1].id]) if len(rows) > limit else None
    return Page(list(rows[:limit]), next=more)


def product_choices(limit: int = 200) -> list[tuple[UUID, str]]:
    """Ids and names of products that are not archived, for a picker."""
    query = select(P.c.id, P.c.name).where(P.c.tenant_id == tenant_id(), P.c.status != "archived")
    return [(row.id, row.name) for row in session.execute(query.order_by(P.c.name).limit(limit))]
