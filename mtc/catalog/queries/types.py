"""Product types, and the facets that their fields make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from mtc.catalog.models import Product, ProductType
from mtc.catalog.queries.scope_cache import Remembered, tenant_id
from mtc.core.db import session
from mtc.core.fields import Field, FieldSet


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """A product type ready for use."""

    id: UUID
    slug: str
    name: str
    fields: FieldSet
    description: str = ""
    icon: str = ""
    stock_source: str = "pool"
    delivery_data: Mapping[str, Any] = field(default_factory=dict)
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProductTypes:
    """The types of a tenant."""

    types: tuple[TypeInfo, ...]

    def get(self, type_id: UUID) -> TypeInfo | None:
        """Return the type of that id, or None."""
        return next((info for info in self.types if info.id == type_id), None)

    def facets(self) -> dict[str, Field]:
        """The filterable fields of all types by key; the first type that has a key names it."""
        facets: dict[str, Field] = {}
        for info in self.types:
            for spec in info.fields.fields:
                if spec.filterable and is_facet(spec):
                    facets.setdefault(spec.key, spec)
        return facets


def is_facet(field: Field) -> bool:
    """Return whether the values of a field can be counted and chosen from."""
    return field.type in ("boolean", "integer", "number") or field.kind in (
        "choice",
        "choices",
        "list",
        "text",
    )


def _load() -> ProductTypes:
    query = (
        select(
            ProductType.id, ProductType.slug, ProductType.name, ProductType.schema, ProductType.ui_config,
            ProductType.description, ProductType.icon, ProductType.stock_source, ProductType.delivery_data,
            ProductType.updated_at,
        )
        .where(ProductType.tenant_id == tenant_id())
        .order_by(ProductType.created_at, ProductType.id)
    )  # fmt: skip
    return ProductTypes(
        tuple(
            TypeInfo(
                row.id, row.slug, row.name, FieldSet(row.schema, row.ui_config), row.description, row.icon,
                row.stock_source, row.delivery_data, row.updated_at,
            )
            for row in session.execute(query)
        )
    )  # fmt: skip


type_book: Remembered[ProductTypes] = Remembered(_load, across=True)


def product_type(type_id: UUID) -> ProductType | None:
    """One type as an entity, or None."""
    query = select(ProductType).where(ProductType.tenant_id == tenant_id(), ProductType.id == type_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def lock_product_type(type_id: UUID) -> ProductType | None:
    """One type as an entity, locked until the transaction ends, or None; products wait that refer to it."""
    query = select(ProductType).where(ProductType.tenant_id == tenant_id(), ProductType.id == type_id)
    query = query.execution_options(populate_existing=True).with_for_update()
    return session.execute(query).scalar_one_or_none()


def hold_product_type(type_id: UUID) -> datetime | None:
    """Return when the type was changed last; it stays as it is until the transaction ends."""
    query = select(ProductType.updated_at).where(
        ProductType.tenant_id == tenant_id(), ProductType.id == type_id
    )
    return session.execute(query.with_for_update(read=True)).scalar_one_or_none()


def product_types() -> list[ProductType]:
    """All types as entities, by name."""
    query = select(ProductType).where(ProductType.tenant_id == tenant_id())
    return list(session.execute(query.order_by(ProductType.name, ProductType.id)).scalars())


def count_products_of_types() -> dict[UUID, int]:
    """Return how many products there are of each type that has any, whatever their status."""
    query = (
        select(Product.product_type_id, func.count())
        .where(Product.tenant_id == tenant_id())
        .group_by(Product.product_type_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def count_products_of_type(type_id: UUID) -> int:
    """Return how many products are of the type, whatever their status."""
    query = select(func.count()).where(Product.tenant_id == tenant_id(), Product.product_type_id == type_id)
    return int(session.execute(query).scalar_one())


def products_of_type(type_id: UUID, size: int = 500) -> Iterator[list[UUID]]:
    """The ids of all products of a type, so many at a time."""
    own = (Product.tenant_id == tenant_id(), Product.product_type_id == type_id)
    query = select(Product.id).where(*own).order_by(Product.id).limit(size)
    ids = list(session.execute(query).scalars())
    while ids:
        yield ids
        ids = list(session.execute(query.where(Product.id > ids[-1])).scalars())
