"""Facets of a listing: the number of products for each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from mtc.catalog.queries.filters import A, Filters, P, T, among, conditions
from mtc.catalog.queries.listing import rows_for
from mtc.catalog.queries.scope_cache import TENANT
from mtc.core.db import is_postgresql

MOST_COUNTED = 2000


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of products: in all and per value; and the range of their prices.

    `many`: there are more than `total`, and so many were not counted by value nor asked for their prices.
    """

    total: int = 0
    price_min: int | None = None
    price_max: int | None = None
    values: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)
    many: bool = False


def counts(filters: Filters, keys: Sequence[str]) -> Counts:
    """Counts for the facets of these attribute keys and for product types; one statement.

    The values of a facet are counted without that facet's own filter, so that another value of it can
    be added; the total has all filters. What fits more than MOST_COUNTED products is not counted: each
    product has a dozen values, and nobody reads whether it is 61,007 or 61,008.
    """
    rows = rows_for(("counts", MOST_COUNTED, *keys), filters, lambda some: _counting(some, keys), {})
    values: dict[str, list[tuple[Any, int]]] = {}
    sums: dict[str, Any] = {}
    for row in rows:
        if row.key in ("#total", "#price"):
            sums[row.key] = row
        else:
            value = row.text if row.text is not None else row.number if row.number is not None else row.flag
            values.setdefault(row.key, []).append((value, row.many))
    total = sums["#total"].many
    prices = sums.get("#price", sums["#total"])
    if prices.many > MOST_COUNTED:
        return Counts(min(total, MOST_COUNTED), None, None, values, many=total > MOST_COUNTED)
    return Counts(min(total, MOST_COUNTED), prices.number, prices.top, values, many=total > MOST_COUNTED)


def _counting(filters: Filters, keys: Sequence[str]) -> Any:
    chosen = [key for key in filters.attributes if filters.attributes[key] and key in keys]
    every = _matching(filters, "fitting")
    branches = [_summary(every, "#total")]
    if others := [key for key in keys if key not in chosen]:
        branches.append(_values(every, others))
    for number, key in enumerate(chosen):
        branches.append(_values(_matching(filters, f"fitting_{number}", but=key), [key]))
    branches.append(_types(_matching(filters, "of_types", but="type") if filters.type_slugs else every))
    if filters.price_min is not None or filters.price_max is not None:
        branches.append(_summary(_matching(filters, "of_prices", but="price"), "#price"))
    return union_all(*branches)


def _matching(filters: Filters, name: str, but: str = "") -> CTE:
    """Return the products that fit, one more than are counted at most."""
    columns = (P.c.tenant_id, P.c.id, P.c.price_from, P.c.price_to, P.c.product_type_id)
    query = select(*columns).where(*conditions(filters, but=but))
    return query.limit(MOST_COUNTED + 1).cte(name)


def _few(matches: CTE) -> ColumnElement[bool]:
    """Return whether they are counted by value; asked once, before anything is read."""
    return select(func.count()).select_from(matches).scalar_subquery() <= MOST_COUNTED


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


def _summary(matches: CTE, key: str) -> Select[Any]:
    lowest, highest = func.min(matches.c.price_from), func.max(matches.c.price_to)
    return _branch(literal(key, String), func.count(), number=lowest, top=highest).select_from(matches)


def _types(matches: CTE) -> Select[Any]:
    query = _branch(literal("#type", String), func.count(), text=T.c.slug)
    types = matches.join(T, and_(T.c.tenant_id == matches.c.tenant_id, T.c.id == matches.c.product_type_id))
    return query.select_from(types).where(_few(matches)).group_by(T.c.slug)


def _values(matches: CTE, keys: Sequence[str]) -> Select[Any]:
    columns = (A.c.value_text, A.c.value_number, A.c.value_flag)
    query = _branch(A.c.attribute_key, func.count(), text=columns[0], number=columns[1], flag=columns[2])
    query = query.where(A.c.attribute_key.in_(keys), _few(matches)).group_by(A.c.attribute_key, *columns)
    if is_postgresql():
        return query.select_from(A).where(
            A.c.tenant_id == TENANT, among(A.c.product_id, select(matches.c.id))
        )
    # The tenant comes with the products: SQLite then goes from them to their values, not through all values.
    own = and_(A.c.tenant_id == matches.c.tenant_id, A.c.product_id == matches.c.id)
    return query.select_from(matches.join(A, own))
