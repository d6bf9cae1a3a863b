"""Rows for product cards: any number of product lists in one statement."""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    UnaryExpression,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from mtc.catalog.queries.filters import CARD, CP, P, each, led_by, ranked, visible, with_type
from mtc.catalog.queries.scope_cache import TENANT, prepared
from mtc.catalog.queries.search_terms import query_terms
from mtc.catalog.queries.tables import COLLECTIONS as C
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session

MAX_CARDS = 48
NEIGHBOURS = 2000
"""So many products of the same collections are looked at, to find the nearest among them."""
SHELVES = ("featured", "newest", "sale", "bestsellers")


@dataclass(frozen=True, slots=True)
class ProductListSource:
    """So many products of a kind: featured, newest, sale, bestsellers or collection:<slug>."""

    source: str
    limit: int = 8


def shelves(sources: Sequence[ProductListSource]) -> list[list[AnyRow]]:
    """The card rows of each list; one statement for all of them. An unknown source is empty."""
    distinct = tuple(dict.fromkeys(sources))
    parts = [(number, shelf) for number, shelf in enumerate(distinct) if _is_known(shelf)]
    if not parts:
        return [[] for _ in sources]
    # Which list a collection is comes as a value, so that equal pages of all tenants share a statement.
    key = ("shelves", *((number, source.source.partition(":")[0], source.limit) for number, source in parts))
    names = {_slug_name(number): source.source.partition(":")[2] for number, source in parts}
    statement = prepared(
        key, lambda: _union([(number, _list_query(number, source)) for number, source in parts])
    )
    rows = _by_shelf(statement, {name: slug for name, slug in names.items() if slug})
    return [rows.get(distinct.index(source), []) for source in sources]


def _is_known(shelf: ProductListSource) -> bool:
    return shelf.source in SHELVES or shelf.source.startswith("collection:")


def _slug_name(number: int) -> str:
    return f"collection_{number}"


def _list_query(number: int, shelf: ProductListSource) -> Select[Any]:
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
            .where(C.c.slug == bindparam(_slug_name(number)))
        )
        order = (CP.c.position, P.c.id.desc())
    return _ranked(query, order, shelf.limit)


def _ranked(query: Select[Any], order: tuple[ColumnElement[Any], ...], limit: int) -> Select[Any]:
    """The first rows with their places, told of these alone: a window is made of all that it is given."""
    sorting = [column.element if isinstance(column, UnaryExpression) else column for column in order]
    first = (
        query.add_columns(*(column.label(f"by_{number}") for number, column in enumerate(sorting)))
        .order_by(*order)
        .limit(max(1, min(limit, MAX_CARDS)))
        .subquery()
    )
    again = [
        first.c[f"by_{number}"].desc() if isinstance(column, UnaryExpression) else first.c[f"by_{number}"]
        for number, column in enumerate(order)
    ]
    shown = [column for column in first.c if not str(column.key).startswith("by_")]
    return select(*shown, func.row_number().over(order_by=again).label("place"))


def _union(parts: Sequence[tuple[int, Select[Any]]]) -> Executable:
    branches = [
        select(literal(number).label("shelf"), query.subquery(f"s{number}")) for number, query in parts
    ]
    return union_all(*branches) if len(branches) > 1 else branches[0]


def _by_shelf(statement: Executable, values: dict[str, Any]) -> dict[int, list[AnyRow]]:
    rows: dict[int, list[AnyRow]] = {}
    for row in session.execute(statement, values):
        rows.setdefault(row.shelf, []).append(row)
    return {number: sorted(some, key=lambda row: row.place) for number, some in rows.items()}


def related(product_ids: Sequence[UUID], limit: int = 8) -> list[list[AnyRow]]:
    """For each product, others of its collections, most shared collections first, then of its type."""
    distinct = list(dict.fromkeys(product_ids))
    if not distinct:
        return []
    many = range(len(distinct))
    key = ("related", len(distinct), limit)
    statement = prepared(key, lambda: _union([(number, _related(number, limit)) for number in many]))
    rows = _by_shelf(statement, {f"product_{number}": distinct[number] for number in many})
    return [rows.get(distinct.index(product_id), []) for product_id in product_ids]


def _related(number: int, limit: int) -> Select[Any]:
    product = bindparam(f"product_{number}", type_=Uuid())
    mine = (
        select(CP.c.collection_id)
        .where(CP.c.tenant_id == TENANT, CP.c.product_id == product)
        .order_by(CP.c.position)
        .limit(NEIGHBOURS)
    )
    shown = select(P.c.id).where(visible(), P.c.id == CP.c.product_id).correlate(CP)
    beside = (
        select(CP.c.product_id)
        .where(CP.c.tenant_id == TENANT, led_by(CP.c.collection_id, mine), CP.c.product_id != product)
        .where(each(shown))
        .limit(NEIGHBOURS)
        .subquery("beside")
    )
    shared = func.count()
    neighbours = (
        select(beside.c.product_id, shared.label("shared"), literal(0).label("sold"))
        .group_by(beside.c.product_id)
        .order_by(shared.desc(), beside.c.product_id.desc())
        .limit(limit)
        .subquery("neighbours")
    )
    own = P.alias("own")
    type_id = select(own.c.product_type_id).where(own.c.tenant_id == TENANT, own.c.id == product)
    relatives = (
        select(P.c.id.label("product_id"), literal(0).label("shared"), P.c.sold_count.label("sold"))
        .where(visible(), P.c.id != product, P.c.product_type_id == type_id.scalar_subquery())
        .order_by(P.c.sold_count.desc(), P.c.id.desc())
        .limit(limit)
        .subquery("relatives")
    )
    both = union_all(select(neighbours), select(relatives)).subquery("both")
    best = (
        select(
            both.c.product_id,
            func.max(both.c.shared).label("shared"),
            func.max(both.c.sold).label("sold"),
        )
        .group_by(both.c.product_id)
        .subquery("best")
    )
    # Twice the limit at most by now, so the join has few rows whatever the planner thinks.
    query = select(*CARD).select_from(with_type().join(best, best.c.product_id == P.c.id))
    order = (best.c.shared.desc(), best.c.sold.desc(), P.c.id.desc())
    return _ranked(query.where(P.c.tenant_id == TENANT), order, limit)


def suggestions(text: str, limit: int = 6) -> list[AnyRow]:
    """Card rows of products whose words begin with the words of the text, best first."""
    if not query_terms(text):
        return []
    query, score, product_id = ranked(text, [visible()])
    best = query.order_by(score.desc(), product_id.desc()).limit(min(limit, 20)).subquery("best")
    source = with_type().join(best, best.c.product_id == P.c.id)
    cards = select(*CARD).select_from(source).where(P.c.tenant_id == TENANT)
    return list(session.execute(cards.order_by(best.c.score.desc(), P.c.id.desc())).all())


def by_ids(product_ids: Many[UUID]) -> dict[UUID, AnyRow]:
    """Card rows of these products, as far as shoppers may see them."""
    query = select(*CARD).select_from(with_type()).where(visible(), P.c.id.in_(product_ids))
    return {row.id: row for row in session.execute(query)}


def by_slugs(slugs: Many[str]) -> dict[str, AnyRow]:
    """Card rows by slug, as far as shoppers may see them."""
    query = select(*CARD).select_from(with_type()).where(visible(), P.c.slug.in_(slugs))
    return {row.slug: row for row in session.execute(query)}
