"""The parts that product statements are built from: what a shopper may see, what fits a filter or a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Subquery, and_, case, func, or_, select

from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import ATTRIBUTES as A
from mtc.catalog.queries.tables import MEMBERS as CP
from mtc.catalog.queries.tables import PRODUCTS as P
from mtc.catalog.queries.tables import SEARCH as S
from mtc.catalog.queries.tables import TYPES as T
from mtc.catalog.queries.words import asked
from mtc.core import clock

# What a card is made of; the type rides along in the same statement.
CARD = (
    P.c.id, P.c.slug, P.c.name, P.c.summary, P.c.image, P.c.badge, P.c.currency, P.c.price_from, P.c.price_to,
    P.c.compare_at, P.c.in_stock, P.c.card, P.c.sold_count, P.c.created_at, T.c.slug.label("type_slug"),
    T.c.name.label("type_name"),
)  # fmt: skip
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to. Prices are minor units; `attributes` maps a key to wanted values.

    A value is a text, an int (as stored in value_number) or a bool.
    """

    text: str = ""
    collection_id: UUID | None = None
    type_slugs: tuple[str, ...] = ()
    attributes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool = False


def with_type() -> FromClause:
    """Products joined with their types."""
    return P.join(T, and_(T.c.tenant_id == P.c.tenant_id, T.c.id == P.c.product_type_id))


def visible(now: datetime | None = None) -> ColumnElement[bool]:
    """The products that shoppers may see."""
    return and_(
        P.c.tenant_id == tenant_id(),
        P.c.status == "active",
        or_(P.c.published_at.is_(None), P.c.published_at <= (now or clock.now())),
    )


def found(text: str) -> list[Subquery]:
    """One sub-select (product_id, score) per word of the text; a word matches what begins with it."""
    parts = []
    for number, word in enumerate(asked(text)):
        score = func.max(case((S.c.term == word, S.c.weight * 2), else_=S.c.weight)).label("score")
        query = (
            select(S.c.product_id, score)
            .where(S.c.tenant_id == tenant_id(), S.c.term >= word, S.c.term <= word + _LAST)
            .group_by(S.c.product_id)
        )
        parts.append(query.subquery(f"w{number}"))
    return parts


def score(parts: Sequence[Subquery]) -> ColumnElement[int]:
    """How well a product fits the text: the scores of all words together."""
    total: ColumnElement[int] = parts[0].c.score
    for part in parts[1:]:
        total = total + part.c.score
    return total


def narrowed(
    source: FromClause, filters: Filters, parts: Sequence[Subquery], *, but: str = ""
) -> tuple[FromClause, list[ColumnElement[bool]]]:
    """The source joined with what the filters need, and the conditions; `but` leaves one facet out."""
    tenant = tenant_id()
    where: list[ColumnElement[bool]] = [visible()]
    for part in parts:
        source = source.join(part, part.c.product_id == P.c.id)
    if filters.collection_id is not None:
        source = source.join(CP, and_(CP.c.tenant_id == P.c.tenant_id, CP.c.product_id == P.c.id))
        where.append(CP.c.collection_id == filters.collection_id)
    if filters.type_slugs and but != "type":
        wanted = select(T.c.id).where(T.c.tenant_id == tenant, T.c.slug.in_(filters.type_slugs))
        where.append(P.c.product_type_id.in_(wanted.correlate(None)))
    for number, (key, values) in enumerate(filters.attributes.items()):
        if key == but or not values:
            continue
        column = _column(values[0])
        query = select(A.c.product_id).where(
            A.c.tenant_id == tenant, A.c.attribute_key == key, column.in_(values)
        )
        # Several values of one facet may all stand in the same product.
        part = (query.distinct() if len(values) > 1 else query).subquery(f"f{number}")
        source = source.join(part, part.c.product_id == P.c.id)
    if but != "price":
        if filters.price_min is not None:
            where.append(P.c.price_from >= filters.price_min)
        if filters.price_max is not None:
            where.append(P.c.price_from <= filters.price_max)
    if filters.in_stock:
        where.append(P.c.in_stock.is_(True))
    return source, where


def _column(value: Any) -> ColumnElement[Any]:
    if isinstance(value, bool):
        return A.c.value_flag
    return A.c.value_number if isinstance(value, int) else A.c.value_text
