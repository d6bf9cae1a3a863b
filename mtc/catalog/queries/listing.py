"""A page of products: filtered, searched, sorted, by keyset; and the counts of its facets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    String,
    Subquery,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from mtc.catalog.queries.matching import CARD, A, Filters, P, T, found, narrowed, score, with_type
from mtc.catalog.queries.tables import AnyRow
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
    column: ColumnElement[Any]
    kind: type
    descending: bool


def _order(sort: str, parts: Sequence[Subquery]) -> _Order:
    if sort == "relevance" and parts:
        return _Order(score(parts), int, True)
    if sort in ("price-asc", "price-desc"):
        return _Order(P.c.price_from, int, sort == "price-desc")
    if sort == "name":
        return _Order(P.c.name, str, False)
    if sort == "bestselling":
        return _Order(P.c.sold_count, int, True)
    return _Order(P.c.created_at, datetime, True)


def products(
    filters: Filters, *, sort: str = "newest", after: str = "", before: str = "", limit: int = 24
) -> Page[AnyRow]:
    """One page of card rows with the cursors of its neighbours; one statement.

    Raises ValidationError for a cursor that is not of this sort.
    """
    parts = found(filters.text)
    order = _order(sort, parts)
    source, where = narrowed(with_type(), filters, parts)
    backwards = bool(before)
    query = select(*CARD, order.column.label("sort_value")).select_from(source).where(*where)
    if after or before:
        value, last = decode_cursor(before or after, (order.kind, UUID))
        query = query.where(_beyond(order, value, last, down=order.descending != backwards))
    rows = session.execute(_sorted(query, order, backwards).limit(limit + 1)).all()
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


def _cursor(row: AnyRow) -> str:
    return encode_cursor([row.sort_value, row.id])


def _beyond(order: _Order, value: Any, last: UUID, *, down: bool) -> ColumnElement[bool]:
    # As one row value: the index is entered at the cursor instead of being read from its beginning.
    place = tuple_(order.column, P.c.id)
    cursor = tuple_(literal(value, order.column.type), literal(last, P.c.id.type))
    return place < cursor if down else place > cursor


def _sorted(query: Select[Any], order: _Order, backwards: bool) -> Select[Any]:
    if order.descending != backwards:
        return query.order_by(order.column.desc(), P.c.id.desc())
    return query.order_by(order.column, P.c.id)


def counts(filters: Filters, keys: Sequence[str]) -> Counts:
    """Counts for the facets of these attribute keys and for product types; one statement.

    The values of a facet are counted without that facet's own filter, so that another value of it can
    be added; the total has all filters.
    """
    parts = found(filters.text)
    chosen = [key for key in filters.attributes if filters.attributes[key] and key in keys]
    branches = [_summary(filters, parts)]
    others = [key for key in keys if key not in chosen]
    if others:
        branches.append(_values(filters, parts, others))
    branches += [_values(filters, parts, [key], but=key) for key in chosen]
    branches.append(_types(filters, parts))
    if filters.price_min is not None or filters.price_max is not None:
        branches.append(_prices(filters, parts))
    result = Counts(values={})
    total, lowest, highest = 0, None, None
    for row in session.execute(union_all(*branches)):
        if row.key == "#total":
            total = row.many
            lowest, highest = (row.number, row.top) if lowest is None else (lowest, highest)
        elif row.key == "#price":
            lowest, highest = row.number, row.top
        else:
            value = row.text if row.text is not None else row.number if row.number is not None else row.flag
            result.values.setdefault(row.key, []).append((value, row.many))
    return Counts(total, lowest, highest, result.values)


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


def _summary(filters: Filters, parts: Sequence[Subquery]) -> Select[Any]:
    source, where = narrowed(P, filters, parts)
    query = _branch(
        literal("#total", String), func.count(), number=func.min(P.c.price_from), top=func.max(P.c.price_from)
    )
    return query.select_from(source).where(*where)


def _prices(filters: Filters, parts: Sequence[Subquery]) -> Select[Any]:
    source, where = narrowed(P, filters, parts, but="price")
    query = _branch(
        literal("#price", String), func.count(), number=func.min(P.c.price_from), top=func.max(P.c.price_from)
    )
    return query.select_from(source).where(*where)


def _types(filters: Filters, parts: Sequence[Subquery]) -> Select[Any]:
    source, where = narrowed(with_type(), filters, parts, but="type")
    query = _branch(literal("#type", String), func.count(), text=T.c.slug)
    return query.select_from(source).where(*where).group_by(T.c.slug)


def _values(filters: Filters, parts: Sequence[Subquery], keys: Sequence[str], but: str = "") -> Select[Any]:
    source, where = narrowed(P, filters, parts, but=but)
    source = source.join(A, and_(A.c.tenant_id == P.c.tenant_id, A.c.product_id == P.c.id))
    columns = (A.c.value_text, A.c.value_number, A.c.value_flag)
    query = _branch(A.c.attribute_key, func.count(), text=columns[0], number=columns[1], flag=columns[2])
    return (
        query.select_from(source)
        .where(*where, A.c.attribute_key.in_(keys))
        .group_by(A.c.attribute_key, *columns)
    )
