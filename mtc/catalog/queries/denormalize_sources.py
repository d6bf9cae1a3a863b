"""Sources of the repeated columns and of the search terms of products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Many
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from mtc.catalog.queries.filters import A, P, T, with_type
from mtc.catalog.queries.scope_cache import Remembered, tenant_id
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.queries.tables import AnyRow
from mtc.core.collation import language_of
from mtc.core.db import session
from mtc.tenants.queries import stores_of

STATUSES = ("active", "draft", "archived")
Grouped = dict[UUID, list[AnyRow]]


def products(product_ids: Many[UUID]) -> list[AnyRow]:
    """The products with the slug and name of their types."""
    query = (
        select(
            P.c.id, P.c.name, P.c.summary, P.c.description, P.c.product_type_id, P.c.badge,
            T.c.name.label("type_name"),
        )
        .select_from(with_type())
        .where(P.c.tenant_id == tenant_id(), P.c.id.in_(product_ids))
    )  # fmt: skip
    return list(session.execute(query).all())


def active_variants(product_ids: Many[UUID]) -> Grouped:
    """The variants of the products that are switched on, in their order."""
    query = (
        select(
            _V.c.product_id,
            _V.c.id,
            _V.c.sku,
            _V.c.name,
            _V.c.price,
            _V.c.price_data,
            _V.c.stock_source,
            _V.c.available,
        )
        .where(_V.c.tenant_id == tenant_id(), _V.c.product_id.in_(product_ids), _V.c.is_active.is_(True))
        .order_by(_V.c.position, _V.c.id)
    )
    return _grouped(query)


def cards(product_ids: Many[UUID]) -> list[AnyRow]:
    """Return the columns that products repeat of their variants, and the rest of their cards."""
    mine = (P.c.tenant_id == tenant_id(), P.c.id.in_(product_ids))
    query = select(P.c.id, P.c.in_stock, P.c.card).where(*mine).order_by(P.c.id)
    return list(session.execute(query).all())


def attributes(product_ids: Many[UUID]) -> Grouped:
    """The attribute rows of the products."""
    query = (
        select(A.c.product_id, A.c.attribute_key, A.c.position, A.c.attribute_value, A.c.value_text)
        .where(A.c.tenant_id == tenant_id(), A.c.product_id.in_(product_ids))
        .order_by(A.c.attribute_key, A.c.position)
    )
    return _grouped(query)


def _language() -> str:
    stores = stores_of(tenant_id())
    return language_of(stores[0].locale) if stores else "en"


sorting_language: Remembered[str] = Remembered(_language)
"""The language in which names are sorted: that of the tenant's first store."""


def to_sort(limit: int) -> list[UUID]:
    """Products whose names have no key to be sorted by yet."""
    query = select(P.c.id).where(P.c.tenant_id == tenant_id(), P.c.status.in_(STATUSES), P.c.name_key == "")
    return list(session.execute(query.limit(limit)).scalars())


def latest_key() -> str:
    """The sort key of a product that has one, or an empty text."""
    query = select(P.c.name_key).where(P.c.tenant_id == tenant_id(), P.c.name_key != "")
    return str(session.execute(query.order_by(P.c.id.desc()).limit(1)).scalar() or "")


def _grouped(query: Any) -> Grouped:
    groups: Grouped = defaultdict(list)
    for row in session.execute(query):
        groups[row.product_id].append(row)
    return groups


def lock_variants(variant_ids: Many[UUID]) -> None:
    """Lock the variants against other changes, in the order of their ids, until the transaction ends."""
    _lock(_V, variant_ids)


def lock_products(product_ids: Many[UUID]) -> None:
    """Lock the products against other changes, in the order of their ids, until the transaction ends."""
    _lock(P, product_ids)


def _lock(table: Table, ids: Many[UUID]) -> None:
    query = select(table.c.id).where(table.c.tenant_id == tenant_id(), table.c.id.in_(ids))
    # No more than an update locks: the check of a foreign key may hold a row for both of two rivals.
    session.execute(query.order_by(table.c.id).with_for_update(key_share=True)).all()
