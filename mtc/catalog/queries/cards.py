"""Rows for product cards: any number of shelves in one statement."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all

from mtc.catalog.queries.matching import CARD, CP, P, found, score, visible, with_type
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import COLLECTIONS as C
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session

MAX_CARDS = 48
SHELVES = ("featured", "newest", "sale", "bestsellers")


@dataclass(frozen=True, slots=True)
class Shelf:
    """So many products of a kind: featured, newest, sale, bestsellers or collection:<slug>."""

    source: str
    limit: int = 8


def shelves(wanted: Sequence[Shelf]) -> list[list[AnyRow]]:
    """The card rows of each shelf; one statement for all of them. An unknown source is empty."""
    distinct = list(dict.fromkeys(wanted))
    parts = [(number, _shelf(one)) for number, one in enumerate(distinct)]
    rows = _union([(number, query) for number, query in parts if query is not None])
    return [rows.get(distinct.index(one), []) for one in wanted]


def _shelf(shelf: Shelf) -> Select[Any] | None:
    query = select(*CARD).select_from(with_type()).where(visible())
    order: tuple[ColumnElement[Any], ...] = (P.c.created_at.desc(), P.c.id.desc())
    if shelf.source == "featured":
        query = query.where(P.c.is_featured.is_(True))
    elif shelf.source == "sale":
        query = query.where(P.c.compare_at.is_not(None))
    elif shelf.source == "bestsellers":
        order = (P.c.sold_count.desc(), P.c.id.desc())
    elif shelf.source.startswith("collection:"):
        query = (
            query.join(CP, and_(CP.c.tenant_id == P.c.tenant_id, CP.c.product_id == P.c.id))
            .join(C, and_(C.c.tenant_id == CP.c.tenant_id, C.c.id == CP.c.collection_id))
            .where(C.c.slug == shelf.source.partition(":")[2])
        )
        order = (CP.c.position, P.c.id.desc())
    elif shelf.source != "newest":
        return None
    return _ranked(query, order, shelf.limit)


def _ranked(query: Select[Any], order: tuple[ColumnElement[Any], ...], limit: int) -> Select[Any]:
    place = func.row_number().over(order_by=order).label("place")
    return query.add_columns(place).order_by(*order).limit(max(1, min(limit, MAX_CARDS)))


def _union(parts: Sequence[tuple[int, Select[Any]]]) -> dict[int, list[AnyRow]]:
    if not parts:
        return {}
    branches = [
        select(literal(number).label("shelf"), query.subquery(f"s{number}")) for number, query in parts
    ]
    statement = union_all(*branches) if len(branches) > 1 else branches[0]
    rows: dict[int, list[AnyRow]] = {}
    for row in session.execute(statement):
        rows.setdefault(row.shelf, []).append(row)
    return {number: sorted(some, key=lambda row: row.place) for number, some in rows.items()}


def related(product_ids: Sequence[UUID], limit: int = 8) -> list[list[AnyRow]]:
    """For each product, others of its collections, most shared shelves first, then of its type."""
    distinct = list(dict.fromkeys(product_ids))
    parts = [(number, _related(product_id, limit)) for number, product_id in enumerate(distinct)]
    rows = _union(parts)
    return [rows.get(distinct.index(product_id), []) for product_id in product_ids]


def _related(product_id: UUID, limit: int) -> Select[Any]:
    tenant = tenant_id()
    mine = CP.alias("mine")
    shared = (
        select(CP.c.product_id, func.count().label("shared"))
        .join(mine, and_(mine.c.tenant_id == CP.c.tenant_id, mine.c.collection_id == CP.c.collection_id))
        .where(CP.c.tenant_id == tenant, mine.c.tenant_id == tenant, mine.c.product_id == product_id)
        .group_by(CP.c.product_id)
        .subquery("shared")
    )
    own = P.alias("own")
    type_id = (
        select(own.c.product_type_id)
        .where(own.c.tenant_id == tenant, own.c.id == product_id)
        .scalar_subquery()
    )
    same_type = P.c.product_type_id == type_id
    query = (
        select(*CARD)
        .select_from(with_type().outerjoin(shared, shared.c.product_id == P.c.id))
        .where(visible(), P.c.id != product_id)
        .where((shared.c.shared > 0) | same_type)
    )
    order = (func.coalesce(shared.c.shared, 0).desc(), P.c.sold_count.desc(), P.c.id.desc())
    return _ranked(query, order, limit)


def suggestions(text: str, limit: int = 6) -> list[AnyRow]:
    """Card rows of products whose words begin with the words of the text, best first."""
    parts = found(text)
    if not parts:
        return []
    source = with_type()
    for part in parts:
        source = source.join(part, part.c.product_id == P.c.id)
    query = select(*CARD).select_from(source).where(visible())
    order = (score(parts).desc(), P.c.sold_count.desc(), P.c.id.desc())
    return list(session.execute(query.order_by(*order).limit(min(limit, 20))).all())


def by_ids(product_ids: Many[UUID]) -> dict[UUID, AnyRow]:
    """Card rows of these products, as far as shoppers may see them."""
    query = select(*CARD).select_from(with_type()).where(visible(), P.c.id.in_(product_ids))
    return {row.id: row for row in session.execute(query)}


def by_slugs(slugs: Many[str]) -> dict[str, AnyRow]:
    """Card rows by slug, as far as shoppers may see them."""
    query = select(*CARD).select_from(with_type()).where(visible(), P.c.slug.in_(slugs))
    return {row.slug: row for row in session.execute(query)}
