"""Parts of product statements: conditions of visibility, of filters and of a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    and_,
    or_,
    select,
    true,
)

from mtc.catalog.queries.scope_cache import NOW, TENANT
from mtc.catalog.queries.tables import ATTRIBUTES as A
from mtc.catalog.queries.tables import MEMBERS as CP
from mtc.catalog.queries.tables import PRODUCTS as P
from mtc.catalog.queries.tables import TYPES as T
from mtc.catalog.queries.tables import VARIANTS as V
from mtc.catalog.registry import Ranked, search_engine, unit_price
from mtc.core.db import is_postgresql
from mtc.core.money import LARGEST_AMOUNT

# What a card is made of; the type rides along in the same statement.
CARD = (
    P.c.id, P.c.slug, P.c.name, P.c.summary, P.c.image, P.c.badge, P.c.currency, P.c.price_from, P.c.price_to,
    P.c.compare_at, P.c.in_stock, P.c.card, P.c.sold_count, P.c.created_at, T.c.slug.label("type_slug"),
    T.c.name.label("type_name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that narrow a listing. Prices are minor units; `attributes` maps a key to accepted values.

    A value is a text, an int (as stored in value_number) or a bool.
    """

    text: str = ""
    collection_id: UUID | BindParameter[UUID] | None = None
    type_slugs: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool = False
    on_sale: bool = False


def with_type() -> FromClause:
    """Products joined with their types."""
    return P.join(T, and_(T.c.tenant_id == P.c.tenant_id, T.c.id == P.c.product_type_id))


def visible(now: datetime | None = None) -> ColumnElement[bool]:
    """Return the products that shoppers may see."""
    return and_(
        P.c.tenant_id == TENANT,
        P.c.status == "active",
        or_(P.c.published_at.is_(None), P.c.published_at <= (NOW if now is None else now)),
    )


def among(column: ColumnElement[Any], query: Select[Any]) -> ColumnElement[bool]:
    """Return whether the column is one of the values of the query, which is run once into a hash table.

    Said as IN … IS TRUE, which a planner does not turn into a join. As a join, PostgreSQL compares each
    row with each other one when it has no statistics yet, or takes a large tenant for a small one: two
    minutes for 500 products. This way the cost is linear whatever is known of the tables.
    """
    return column.in_(query.correlate(None)).is_(true())


def each(query: Select[Any]) -> ColumnElement[bool]:
    """Return whether the query has a match for the row: looked up by its key, row by row, never as a join."""
    return query.exists().is_(true())


def led_by(column: ColumnElement[Any], query: Select[Any]) -> ColumnElement[bool]:
    """As `among`, where the query finds little: SQLite then starts from what it finds."""
    return among(column, query) if is_postgresql() else column.in_(query.correlate(None))


def conditions(filters: Filters, *, but: str = "") -> list[ColumnElement[bool]]:
    """The conditions on products that fit the filters; `but` leaves one facet, or the price, out."""
    where: list[ColumnElement[bool]] = [visible()]
    where += containing(filters.text)
    if filters.collection_id is not None:
        query = select(CP.c.product_id).where(
            CP.c.tenant_id == TENANT, CP.c.collection_id == filters.collection_id
        )
        where.append(among(P.c.id, query))
    if filters.type_slugs and but != "type":
        type_ids = select(T.c.id).where(T.c.tenant_id == TENANT, T.c.slug.in_(filters.type_slugs))
        where.append(among(P.c.product_type_id, type_ids))
    for key, values in filters.attributes.items():
        if key != but and values:
            query = select(A.c.product_id).where(
                A.c.tenant_id == TENANT, A.c.attribute_key == key, _column(values[0]).in_(values)
            )
            where.append(among(P.c.id, query))
    if but != "price":
        where += priced_within(filters.price_min, filters.price_max)
    if filters.in_stock:
        where.append(P.c.in_stock.is_(True))
    if filters.on_sale:
        where.append(P.c.compare_at.is_not(None))
    return where


def buyable() -> ColumnElement[bool]:
    """The variants of the product at hand that can be bought now."""
    return and_(own_variants(), or_(V.c.stock_source != "pool", V.c.available > 0))


def own_variants() -> ColumnElement[bool]:
    """The variants of the product at hand that are switched on."""
    return and_(V.c.tenant_id == TENANT, V.c.product_id == P.c.id, V.c.is_active.is_(True))


def priced_within(lowest: int | None, highest: int | None) -> list[ColumnElement[bool]]:
    """The conditions on products of which a shopper can buy some variant for a price between these now."""
    if lowest is None and highest is None:
        return []
    least, most = lowest or 0, LARGEST_AMOUNT if highest is None else highest
    unit = unit_price()
    price = V.c.price if unit is None else unit
    fits = each(select(V.c.id).where(buyable(), price.between(least, most)).correlate(P))
    if unit is not None:
        return [P.c.in_stock.is_(True), fits]
    # Both ends are prices of variants that can be bought; only what lies between them is looked up.
    where = [P.c.in_stock.is_(True), P.c.price_from <= most, P.c.price_to >= least]
    if lowest is not None and highest is not None:
        where.append(or_(P.c.price_from >= least, P.c.price_to <= most, fits))
    return where


def containing(text: str) -> list[ColumnElement[bool]]:
    """The conditions on products that a text finds."""
    return search_engine().matching(text) if text.strip() else []


def _column(value: Any) -> ColumnElement[Any]:
    if isinstance(value, bool):
        return A.c.value_flag
    return A.c.value_number if isinstance(value, int) else A.c.value_text


def ranked(text: str, where: Sequence[ColumnElement[bool]]) -> Ranked:
    """Return the products that fit the conditions and a text with a word in it, with their scores."""
    return search_engine().ranked(text, where)
