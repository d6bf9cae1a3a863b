"""Products as the admin lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, literal, select, tuple_, union_all

from mtc.catalog.queries.filters import CARD, P, containing, with_type
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, page_of

STATUSES = ("active", "draft", "archived")
# How lists may be sorted: column, its type, and whether large values come first.
ADMIN_SORTS: dict[str, tuple[str, type, bool]] = {
    "newest": ("created_at", datetime, True),
    "name": ("name_key", str, False),
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
    column, column_type, falling = ADMIN_SORTS[sort]
    key = P.c[column]
    where = [P.c.tenant_id == tenant_id(), *containing(text)]
    if type_id is not None:
        where.append(P.c.product_type_id == type_id)
    if cursor:
        value, last = decode_cursor(cursor, (column_type, UUID))
        here, place = tuple_(key, P.c.id), tuple_(literal(value, key.type), literal(last, P.c.id.type))
        where.append(here < place if falling else here > place)
    shown = _first(where, [status] if status else STATUSES, column, falling, limit + 1)
    own = (_V.c.tenant_id == tenant_id(), _V.c.product_id == P.c.id)
    variants = select(func.count()).where(*own).scalar_subquery().label("variants")
    available = select(func.sum(_V.c.available)).where(*own).scalar_subquery().label("available")
    query = (
        select(*CARD, P.c.name_key, P.c.status, P.c.updated_at, P.c.published_at, variants, available)
        .select_from(with_type().join(shown, shown.c.id == P.c.id))
        .where(P.c.tenant_id == tenant_id())
        .order_by(*_order(key, P.c.id, falling))
    )
    return page_of(session.execute(query).all(), limit, column, "id")


def _first(
    where: Sequence[ColumnElement[bool]], statuses: Sequence[str], column: str, falling: bool, limit: int
) -> Subquery:
    """The ids of the first products. The indexes begin with the status, so each status gives its first, and
    only these are sorted.
    """
    key = P.c[column]
    firsts = [
        select(P.c.id, key.label("by"))
        .where(*where, P.c.status == status)
        .order_by(*_order(key, P.c.id, falling))
        .limit(limit)
        .subquery(status)
        for status in statuses
    ]
    some = union_all(*(select(first) for first in firsts)).subquery("some")
    return select(some).order_by(*_order(some.c.by, some.c.id, falling)).limit(limit).subquery("shown")


def _order(
    key: ColumnElement[Any], product_id: ColumnElement[Any], falling: bool
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (key.desc(), product_id.desc()) if falling else (key, product_id)


def product_choices(limit: int = 200) -> list[tuple[UUID, str]]:
    """Ids and names of products that are not archived, for a picker."""
    query = select(P.c.id, P.c.name).where(P.c.tenant_id == tenant_id(), P.c.status != "archived")
    return [(row.id, row.name) for row in session.execute(query.order_by(P.c.name_key, P.c.id).limit(limit))]
