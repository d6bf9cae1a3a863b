"""Everything about one product, for its page and for the admin."""

from __future__ import annotations

from collections.abc import Collection as Many
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from mtc.catalog.models import Product
from mtc.catalog.queries.matching import CARD, A, P, T, visible, with_type
from mtc.catalog.queries.scope import tenant_id
from mtc.catalog.queries.tables import ATTRIBUTES, AnyRow
from mtc.catalog.queries.tables import VARIANTS as V
from mtc.core.db import session


@dataclass(frozen=True, slots=True)
class Details:
    """The rows that a product page is made of."""

    product: AnyRow
    variants: list[AnyRow]
    attributes: list[AnyRow]


def by_slug(slug: str, *, hidden: bool = False) -> Details | None:
    """A product that shoppers may see (`hidden`: any), or None; three statements."""
    return _details(P.c.slug == slug, hidden)


def by_id(product_id: UUID, *, hidden: bool = False) -> Details | None:
    """A product by its id, as by_slug."""
    return _details(P.c.id == product_id, hidden)


def _details(which: ColumnElement[bool], hidden: bool) -> Details | None:
    query = (
        select(
            *CARD, P.c.description, P.c.gallery, P.c.metadata, P.c.status, P.c.version, P.c.updated_at,
            P.c.product_type_id, P.c.is_featured, P.c.published_at, T.c.delivery_data.label("type_delivery"),
            T.c.schema, T.c.ui_config,
        )
        .select_from(with_type())
        .where(P.c.tenant_id == tenant_id() if hidden else visible(), which)
    )  # fmt: skip
    product = session.execute(query).first()
    if product is None:
        return None
    attributes = (
        select(A.c.attribute_key, A.c.attribute_type, A.c.attribute_value, A.c.value_text)
        .where(A.c.tenant_id == tenant_id(), A.c.product_id == product.id)
        .order_by(A.c.attribute_key, A.c.position)
    )
    variants = (
        select(V)
        .where(V.c.tenant_id == tenant_id(), V.c.product_id == product.id)
        .order_by(V.c.position, V.c.id)
    )
    if not hidden:
        variants = variants.where(V.c.is_active.is_(True))
    return Details(product, list(session.execute(variants).all()), list(session.execute(attributes).all()))


def product(product_id: UUID) -> Product | None:
    """One product as an entity, or None."""
    query = select(Product).where(Product.tenant_id == tenant_id(), Product.id == product_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def slugs_like(slug: str) -> set[str]:
    """The slugs in use that begin with this one."""
    query = select(P.c.slug).where(
        P.c.tenant_id == tenant_id(), P.c.slug >= slug, P.c.slug <= slug + "\U0010ffff"
    )
    return set(session.execute(query).scalars())


def attributes_of(product_ids: Many[UUID]) -> dict[UUID, dict[str, Any]]:
    """The stored values of the attributes of products, {product: {key: value}}."""
    table = ATTRIBUTES
    query = select(table.c.product_id, table.c.attribute_key, table.c.attribute_value).where(
        table.c.tenant_id == tenant_id(), table.c.product_id.in_(product_ids), table.c.position == 0
    )
    found: dict[UUID, dict[str, Any]] = {product_id: {} for product_id in product_ids}
    for row in session.execute(query):
        found[row.product_id][row.attribute_key] = row.attribute_value.get("value")
    return found


def count_products(status: str = "active") -> int:
    """How many products are in a status."""
    query = select(func.count()).where(and_(P.c.tenant_id == tenant_id(), P.c.status == status))
    return int(session.execute(query).scalar_one())


def appeared(since: datetime, until: datetime) -> bool:
    """Whether a product on sale was published for a moment between these."""
    query = select(P.c.id).where(
        P.c.tenant_id == tenant_id(),
        P.c.status == "active",
        P.c.published_at > since,
        P.c.published_at <= until,
    )
    return session.execute(query.limit(1)).first() is not None
