"""A page of products: filtered, searched, sorted, by keyset; and the counts of its facets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from mtc.catalog.queries.matching import CARD, A, Filters, P, T, among, conditions, ranked, with_type
from mtc.catalog.queries.scope import TENANT, prepared
from mtc.catalog.queries.tables import AnyRow
from mtc.catalog.queries.words import asked
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, encode_cursor

SORTS = ("relevance", "newest", "bestselling", "price-asc", "price-desc", "name")


@dataclass(frozen=True, slots=True)
class Counts:
    """What the facets show: how many products there are in all, per value, and between which prices."""

    total: int = 0
    price_min: int | None = None
    price_max: int | None = None
    values: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Order:
    """What a listing is sorted by; `key` breaks ties, in the same direction."""

    column: ColumnElement[Any]
    key: ColumnElement[Any]
    kind: type
    descending: bool = True

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
    "name": _Order(P.c.name, P.c.id, str, descending=False),
}


def products(
    filters: Filters, *, sort: str = "newest", after: str = "", before: str = "", limit: int = 24
) -> Page[AnyRow]:
    """One page of card rows with the cursors of its neighbours; one statement.

    Raises ValidationError for a cursor that is not of this sort.
    """
    backwards = bool(before)
    cursor = before or after
    best = sort == "relevance" and bool(asked(filters.text))
    order = _ORDERS.get(sort, _ORDERS["newest"])
    place = decode_cursor(cursor, (int if best else order.kind, UUID)) if cursor else ()

    def build(filters: Filters) -> Select[Any]:
        if best:
            return _best(filters, place, backwards, limit)
        return _sorted(filters, order, place, backwards).limit(limit + 1)

    values = dict(zip(("cursor_value", "cursor_id"), place, strict=False))
    kind = ("page", sort, bool(place), backwards, limit)
    rows = _rows(kind, filters, build, values)
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


def _rows(
    kind: tuple[Any, ...], filters: Filters, build: Callable[[Filters], Any], values: dict[str, Any]
) -> Sequence[AnyRow]:
    """Run the statement for the filters; the plain ones that most visitors ask for are built once."""
    prices = (filters.price_min, filters.price_max)
    if filters.text or filters.type_slugs or filters.attributes or prices != (None, None):
        return session.execute(build(filters)).all()
    key = (*kind, filters.collection_id is not None, filters.in_stock)
    if filters.collection_id is None:
        return session.execute(prepared(key, lambda: build(filters)), values).all()
    of = replace(filters, collection_id=bindparam("collection", type_=Uuid()))
    values = {**values, "collection": filters.collection_id}
    return session.execute(prepared(key, lambda: build(of)), values).all()


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
    query, score, product_id = ranked(filters.text, conditions(filters))
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


def counts(filters: Filters, keys: Sequence[str]) -> Counts:
    """Counts for the facets of these attribute keys and for product types; one statement.

    The values of a facet are counted without that facet's own filter, so that another value of it can
    be added; the total has all filters.
    """
    rows = _rows(("counts", *keys), filters, lambda some: _counting(some, keys), {})
    values: dict[str, list[tuple[Any, int]]] = {}
    total, prices = 0, {}
    for row in rows:
        if row.key in ("#total", "#price"):
            prices[row.key] = (row.number, row.top)
            total = row.many if row.key == "#total" else total
        else:
            value = row.text if row.text is not None else row.number if row.number is not None else row.flag
            values.setdefault(row.key, []).append((value, row.many))
    lowest, highest = prices.get("#price", prices["#total"])
    return Counts(total, lowest, highest, values)


def _counting(filters: Filters, keys: Sequence[str]) -> Any:
    chosen = [key for key in filters.attributes if filters.attributes[key] and key in keys]
    branches = [_summary(filters, "#total")]
    if others := [key for key in keys if key not in chosen]:
        branches.append(_values(filters, others))
    branches += [_values(filters, [key], but=key) for key in chosen]
    branches.append(_types(filters))
    if filters.price_min is not None or filters.price_max is not None:
        branches.append(_summary(filters, "#price", but="price"))
    return union_all(*branches)


def _branch(
    key: ColumnElement[Any],
    count: ColumnElement[Any],
    *,
    text: ColumnElement[Any] | None = None,
    number: ColumnElement[Any] | None = None,
    flag: ColumnElement[Any] | None = None,
    top: ColumnElement[Any] | None = None,
) -> Select[Any]:
    # A bare null has no type, and the branches of a union must agree on theirs.
    return select(
        key.label("key"),
        (text if text is not None else cast(null(), String)).label("text"),
        (number if number is not None else cast(null(), BigInteger)).label("number"),
        (flag if flag is not None else cast(null(), Boolean)).label("flag"),
        (top if top is not None else cast(null(), BigInteger)).label("top"),
        count.label("many"),
    )


def _summary(filters: Filters, key: str, but: str = "") -> Select[Any]:
    lowest, highest = func.min(P.c.price_from), func.max(P.c.price_from)
    query = _branch(literal(key, String), func.count(), number=lowest, top=highest)
    return query.select_from(P).where(*conditions(filters, but=but))


def _types(filters: Filters) -> Select[Any]:
    query = _branch(literal("#type", String), func.count(), text=T.c.slug)
    return query.select_from(with_type()).where(*conditions(filters, but="type")).group_by(T.c.slug)


def _values(filters: Filters, keys: Sequence[str], but: str = "") -> Select[Any]:
    columns = (A.c.value_text, A.c.value_number, A.c.value_flag)
    query = _branch(A.c.attribute_key, func.count(), text=columns[0], number=columns[1], flag=columns[2])
    return (
        query.select_from(A)
        .where(A.c.tenant_id == TENANT, A.c.attribute_key.in_(keys))
        .where(among(A.c.product_id, select(P.c.id).where(*conditions(filters, but=but))))
        .group_by(A.c.attribute_key, *columns)
    )
