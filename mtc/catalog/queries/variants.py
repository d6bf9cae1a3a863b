"""Variants, and what pricing needs to know of them."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from sqlalchemy import and_, func, select

from mtc.catalog.models import ProductVariant
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import PRODUCTS as _P
from mtc.catalog.queries.tables import TYPES as _T
from mtc.catalog.queries.tables import VARIANTS as _V
from mtc.catalog.registry import Offer
from mtc.core.db import session


def variant(variant_id: UUID) -> ProductVariant | None:
    """One variant as an entity, or None."""
    query = select(ProductVariant).where(
        ProductVariant.tenant_id == tenant_id(), ProductVariant.id == variant_id
    )
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def variants_of(product_id: UUID) -> list[ProductVariant]:
    """The variants of a product as entities, in their order."""
    query = (
        select(ProductVariant)
        .where(ProductVariant.tenant_id == tenant_id(), ProductVariant.product_id == product_id)
        .order_by(ProductVariant.position, ProductVariant.id)
    )
    return list(session.execute(query).scalars())


def next_position(product_id: UUID) -> int:
    """The position after the last variant of a product."""
    query = select(func.max(_V.c.position)).where(
        _V.c.tenant_id == tenant_id(), _V.c.product_id == product_id
    )
    last = session.execute(query).scalar()
    return 0 if last is None else int(last) + 1


def offers(variant_ids: Collection[UUID]) -> dict[UUID, Offer]:
    """Return the offers of the variants for pricing, in one statement; unknown ones are left out."""
    query = (
        select(
            _V.c.id, _V.c.product_id, _V.c.sku, _V.c.price, _V.c.price_data, _P.c.currency, _P.c.card,
            _T.c.slug.label("type_slug"),
        )
        .join(_P, and_(_P.c.tenant_id == _V.c.tenant_id, _P.c.id == _V.c.product_id))
        .join(_T, and_(_T.c.tenant_id == _P.c.tenant_id, _T.c.id == _P.c.product_type_id))
        .where(_V.c.tenant_id == tenant_id(), _V.c.id.in_(variant_ids))
    )  # fmt: skip
    return {
        row.id: Offer(
            variant_id=row.id,
            product_id=row.product_id,
            type_slug=row.type_slug,
            collection_ids=collection_ids(row.card),
            price=row.price,
            compare_at=(row.price_data or {}).get("compare_at"),
            currency=row.currency,
            sku=row.sku,
        )
        for row in session.execute(query)
    }


# A listing reads the same few hundred ids again and again, and parsing one is slow.
parsed_id = lru_cache(4096)(UUID)


def collection_ids(card: dict[str, list[dict[str, str]]]) -> frozenset[UUID]:
    """Return the collections that a product's card repeats."""
    return frozenset(parsed_id(collection["id"]) for collection in (card or {}).get("collections", ()))


def pool_by_sku(sku: str) -> UUID | None:
    """The variant with this SKU whose stock is a pool of keys, or None."""
    query = select(_V.c.id).where(_V.c.tenant_id == tenant_id(), _V.c.sku == sku, _V.c.stock_source == "pool")
    return session.execute(query).scalar_one_or_none()
