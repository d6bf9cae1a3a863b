"""Product types, and the facets that their fields make."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from mtc.catalog.models import Product, ProductType
from mtc.catalog.queries.scope import Remembered, tenant_id
from mtc.core.db import session
from mtc.core.fields import Field, FieldSet


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """A product type ready for use."""

    id: UUID
    slug: str
    name: str
    fields: FieldSet


@dataclass(frozen=True, slots=True)
class TypeBook:
    """The types of a tenant."""

    types: tuple[TypeInfo, ...]

    def get(self, type_id: UUID) -> TypeInfo | None:
        """The type of that id, or None."""
        return next((one for one in self.types if one.id == type_id), None)

    def facets(self) -> dict[str, Field]:
        """The filterable fields of all types by key; the first type that has a key names it."""
        found: dict[str, Field] = {}
        for one in self.types:
            for field in one.fields.fields:
                if field.filterable and is_facet(field):
                    found.setdefault(field.key, field)
        return found


def is_facet(field: Field) -> bool:
    """Whether the values of a field can be counted and chosen from."""
    return field.type in ("boolean", "integer", "number") or field.kind in (
        "choice",
        "choices",
        "list",
        "text",
    )


def _load() -> TypeBook:
    query = (
        select(ProductType.id, ProductType.slug, ProductType.name, ProductType.schema, ProductType.ui_config)
        .where(ProductType.tenant_id == tenant_id())
        .order_by(ProductType.created_at, ProductType.id)
    )
    return TypeBook(
        tuple(
            TypeInfo(row.id, row.slug, row.name, FieldSet(row.schema, row.ui_config))
            for row in session.execute(query)
        )
    )


type_book: Remembered[TypeBook] = Remembered(_load, across=True)


def product_type(type_id: UUID) -> ProductType | None:
    """One type as an entity, or None."""
    query = select(ProductType).where(ProductType.tenant_id == tenant_id(), ProductType.id == type_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def product_types() -> list[ProductType]:
    """All types as entities, by name."""
    query = select(ProductType).where(ProductType.tenant_id == tenant_id())
    return list(session.execute(query.order_by(ProductType.name, ProductType.id)).scalars())


def type_is_used(type_id: UUID) -> bool:
    """Whether a product is of the type."""
    query = select(Product.id).where(Product.tenant_id == tenant_id(), Product.product_type_id == type_id)
    return session.execute(query.limit(1)).first() is not None


def products_of_type(type_id: UUID) -> list[UUID]:
    """The ids of all products of a type."""
    query = select(Product.id).where(Product.tenant_id == tenant_id(), Product.product_type_id == type_id)
    return list(session.execute(query.order_by(Product.id)).scalars())
