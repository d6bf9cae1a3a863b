"""A page of products: filtered, searched, sorted, by keyset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, Uuid, bindparam, func, literal, select, tuple_

from mtc.catalog.queries.filters import (
    CARD,
    Filters,
    P,
    buyable,
    conditions,
    own_variants,
    ranked,
    with_type,
)
from mtc.catalog.queries.scope_cache import TENANT, prepared
from mtc.catalog.queries.search_terms import query_terms
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.registry import unit_price
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, encode_cursor

SORTS = ("relevance", "newest", "bestselling", "price-asc", "price-desc", "name")


@dataclass(frozen=True, slots=True)
class _Order:
    """An order of a listing; `key` breaks ties, in the same direction."""

    column: ColumnElement[Any]
    key: ColumnElement[Any]
    column_type: type
    descending: bool = True
    is_cacheable: bool = True  # whether a statement that is sorted by it is the same for everybody

    def beyond(self, value: Any, last: UUID, *, backwards: bool) -> ColumnElement[bool]:
        """The rows after a cursor, or before it."""
        # As one row value: the index is entered at the cursor instead of being read from its beginning.
        place = tuple_(self.column, self.key)
        cursor = tuple_(
            bindparam("cursor_value", value, self.column.type), bindparam("cursor_id", last, self.key.type)
        )
        return place < cursor if self.descending != backwards else place > cursor

    def by(self, *, backwards: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
        """For ORDER BY."""
        if self.descending != backwards:
            return self.column.desc(), self.key.desc()
        return self.column.asc(), self.key.asc()


_ORDERS = {
    "newest": _Order(P.c.created_at, P.c.id, datetime),
    "bestselling": _Order(P.c.sold_count, P.c.id, int),
    "price-asc": _Order(P.c.price_from, P.c.id, int, descending=False),
    "price-desc": _Order(P.c.price_from, P.c.id, int),
    "name": _Order(P.c.name_key, P.c.id, str, descending=False),
}


def products(
    filters: Filters, *, sort: str = "newest", after: str = "", before: str = "", limit: int = 24
) -> Page[AnyRow]:
    """One page of card rows with the cursors of its neighbours; one statement.

    Raises ValidationError for a cursor that is not of this sort.
    """
    backwards = bool(before)
    cursor = before or after
    best = sort == "relevance" and bool(query_terms(filters.text))
    order = _order(sort)
    place = decode_cursor(cursor, (int if best else order.column_type, UUID)) if cursor else ()

    def build(filters: Filters) -> Select[Any]:
        if best:
            return _best(filters, place, backwards, limit)
        return _sorted(filters, order, place, backwards).limit(limit + 1)

    values = dict(zip(("cursor_value", "cursor_id"), place, strict=False))
    statement_key = ("page", sort, bool(place), backwards, limit)
    rows = (
        rows_for(statement_key, filters, build, values)
        if order.is_cacheable
        else session.execute(build(filters)).all()
    )
    more = len(rows) > limit
    items = list(rows[:limit])
    if backwards:
        items.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(after))
    return Page(
        items,
        next=_cursor(items[-1]) if items and has_next else None,
        previous=_cursor(items[0]) if items and has_previous else None,
    )


def rows_for(
    statement_key: tuple[Any, ...], filters: Filters, build: Callable[[Filters], Any], values: dict[str, Any]
) -> Sequence[AnyRow]:
    """Run the statement for the filters; the plain ones that most visitors ask for are built once."""
    prices = (filters.price_min, filters.price_max)
    if filters.text or filters.type_slugs or filters.attributes or prices != (None, None):
        return session.execute(build(filters)).all()
    key = (*statement_key, filters.collection_id is not None, filters.in_stock, filters.on_sale)
    if filters.collection_id is None:
        return session.execute(prepared(key, lambda: build(filters)), values).all()
    of = replace(filters, collection_id=bindparam("collection", type_=Uuid()))
    values = {**values, "collection": filters.collection_id}
    return session.execute(prepared(key, lambda: build(of)), values).all()


def _order(sort: str) -> _Order:
    """The order of the name; by prices, where rules change them, by what the running shopper pays."""
    order = _ORDERS.get(sort, _ORDERS["newest"])
    unit = unit_price() if order.column is P.c.price_from else None
    if unit is None:
        return order
    lowest = [
        select(func.min(unit)).where(variants).correlate(P).scalar_subquery()
        for variants in (buyable(), own_variants())
    ]
    return replace(order, column=func.coalesce(*lowest, literal(0, BigInteger)), is_cacheable=False)


def _sorted(filters: Filters, order: _Order, place: tuple[Any, ...], backwards: bool) -> Select[Any]:
    query = (
        select(*CARD, order.column.label("sort_value"))
        .select_from(with_type())
        .where(*conditions(filters))
        .order_by(*order.by(backwards=backwards))
    )
    return query.where(order.beyond(*place, backwards=backwards)) if place else query


def _best(filters: Filters, place: tuple[Any, ...], backwards: bool, limit: int) -> Select[Any]:
    """The best matches: ranked in the search index alone, then joined with their products."""
    query, score, product_id = ranked(filters.text, conditions(replace(filters, text="")))
    order = _Order(score, product_id, int)
    if place:
        query = query.having(order.beyond(*place, backwards=backwards))
    best = query.order_by(*order.by(backwards=backwards)).limit(limit + 1).subquery("best")
    outer = _Order(best.c.score, best.c.product_id, int)
    return (
        select(*CARD, best.c.score.label("sort_value"))
        .select_from(with_type().join(best, best.c.product_id == P.c.id))
        .where(P.c.tenant_id == TENANT)
        .order_by(*outer.by(backwards=backwards))
    )


def _cursor(row: AnyRow) -> str:
    return encode_cursor([row.sort_value, row.id])
