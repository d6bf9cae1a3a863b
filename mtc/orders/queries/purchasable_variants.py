"""Data of the catalogue about variants that somebody wants to buy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from mtc.catalog.models import Product, ProductType, ProductVariant
from mtc.catalog.presenters import lacks_files
from mtc.core.db import scope_tenant, session


@dataclass(frozen=True, slots=True)
class Sellable:
    """One variant with the facts of its product that a cart and an order line need."""

    variant_id: UUID
    product_id: UUID
    sku: str
    name: str
    options: dict[str, Any]
    position: int
    is_active: bool
    price: int
    price_data: dict[str, Any]
    inventory_data: dict[str, Any]
    variant_delivery: dict[str, Any]
    available: int
    product_name: str
    product_slug: str
    product_status: str
    product_image: dict[str, Any]
    currency: str
    product_card: dict[str, Any]
    stock_source: str
    type_id: UUID
    type_slug: str
    type_delivery: dict[str, Any]

    @property
    def source(self) -> str:
        """Return where its stock comes from: pool, unlimited or none."""
        return self.stock_source

    @property
    def on_sale(self) -> bool:
        """Return whether it may be bought at all, stock aside."""
        return self.is_active and self.product_status == "active" and not self.lacks_files

    @property
    def lacks_files(self) -> bool:
        """Return whether it is sold as files and has none, which nothing that is put on sale today can be."""
        return lacks_files(self.source, {**(self.type_delivery or {}), **(self.variant_delivery or {})})

    @property
    def most(self) -> int:
        """Return how many may be bought at once."""
        return min(self.available, 100) if self.source == "pool" else 100


def sellables(variant_ids: Iterable[UUID]) -> dict[UUID, Sellable]:
    """Return the variants that exist, by id; one statement."""
    distinct_ids = sorted(set(variant_ids))
    if not distinct_ids:
        return {}
    parameters = {"tenant_id": scope_tenant(), "wanted": distinct_ids}
    return {row.id: Sellable(*row) for row in session.execute(_sellables(), parameters).all()}


@cache
def _sellables() -> Any:
    """The statement, built once: that takes longer than to run it."""
    v, p, t = ProductVariant, Product, ProductType
    return (
        select(
            v.id,
            v.product_id,
            v.sku,
            v.name,
            v.attributes,
            v.position,
            v.is_active,
            v.price,
            v.price_data,
            v.inventory_data,
            v.delivery_data,
            v.available,
            p.name.label("product_name"),
            p.slug,
            p.status,
            p.image,
            p.currency,
            p.card,
            v.stock_source,
            t.id.label("type_id"),
            t.slug.label("type_slug"),
            t.delivery_data.label("type_delivery"),
        )
        .join(p, (p.tenant_id == v.tenant_id) & (p.id == v.product_id))
        .join(t, (t.tenant_id == p.tenant_id) & (t.id == p.product_type_id))
        .where(v.tenant_id == bindparam("tenant_id"), v.id.in_(bindparam("wanted", expanding=True)))
    )
