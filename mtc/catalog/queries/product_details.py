"""Everything about one product, for its page and for the admin."""

from __future__ import annotations

from collections.abc import Collection as Many
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from mtc.catalog.models import Product
from mtc.catalog.queries.filters import CARD, A, P, T, with_type
from mtc.catalog.queries.scope_cache import NOW, TENANT, tenant_id
from mtc.catalog.queries.tables import ATTRIBUTES, AnyRow
from mtc.catalog.queries.tables import VARIANTS as V
from mtc.core.db import session


@dataclass(frozen=True, slots=True)
class Details:
    """The rows of a product page."""

    product: AnyRow
    variants: list[AnyRow]
    attributes: list[AnyRow]


_COLUMNS = (
    *CARD, P.c.description, P.c.gallery, P.c.metadata, P.c.status, P.c.version, P.c.updated_at,
    P.c.product_type_id, P.c.is_featured, P.c.published_at, T.c.delivery_data.label("type_delivery"),
)  # fmt: skip
# Built once: for a small row, building a statement takes longer than running it.
_ANY = select(*_COLUMNS).select_from(with_type()).where(P.c.tenant_id == TENANT)
_SHOWN = _ANY.where(P.c.status == "active", or_(P.c.published_at.is_(None), P.c.published_at <= NOW))
_BY_SLUG = P.c.slug == bindparam("slug")
_BY_ID = P.c.id == bindparam("product")
_PRODUCT = {
    (which, hidden): (_ANY if hidden else _SHOWN).where(_BY_SLUG if which == "slug" else _BY_ID)
    for which in ("slug", "product")
    for hidden in (True, False)
}
_ATTRIBUTES = (
    select(A.c.attribute_key, A.c.attribute_type, A.c.attribute_value, A.c.value_text)
    .where(A.c.tenant_id == TENANT, A.c.product_id == bindparam("product"))
    .order_by(A.c.attribute_key, A.c.position)
)
_VARIANTS = (
    select(V)
    .where(V.c.tenant_id == TENANT, V.c.product_id == bindparam("product"))
    .order_by(V.c.position, V.c.id)
)
_ACTIVE_VARIANTS = _VARIANTS.where(V.c.is_active.is_(True))


def by_slug(slug: str, *, hidden: bool = False) -> Details | None:
    """A product that shoppers may see (`hidden`: any), or None; three statements."""
    return _details("slug", slug, hidden)


def by_id(product_id: UUID, *, hidden: bool = False) -> Details | None:
    """A product by its id, as by_slug."""
    return _details("product", product_id, hidden)


def _details(which: str, value: Any, hidden: bool) -> Details | None:
    product = session.execute(_PRODUCT[which, hidden], {which: value}).first()
    if product is None:
        return None
    own = {"product": product.id}
    variants = session.execute(_VARIANTS if hidden else _ACTIVE_VARIANTS, own).all()
    return Details(product, list(variants), list(session.execute(_ATTRIBUTES, own).all()))


def product(product_id: UUID) -> Product | None:
    """One product as an entity, or None."""
    query = select(Product).where(Product.tenant_id == tenant_id(), Product.id == product_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def attributes_of(product_ids: Many[UUID]) -> dict[UUID, dict[str, Any]]:
    """The stored values of the attributes of products, {product: {key: value}}."""
    table = ATTRIBUTES
    query = select(table.c.product_id, table.c.attribute_key, table.c.attribute_value).where(
        table.c.tenant_id == tenant_id(), table.c.product_id.in_(product_ids), table.c.position == 0
    )
    attributes: dict[UUID, dict[str, Any]] = {product_id: {} for product_id in product_ids}
    for row in session.execute(query):
        attributes[row.product_id][row.attribute_key] = row.attribute_value.get("value")
    return attributes


def count_products(status: str = "active") -> int:
    """Return how many products are in a status."""
    query = select(func.count()).where(and_(P.c.tenant_id == tenant_id(), P.c.status == status))
    return int(session.execute(query).scalar_one())


def appeared(since: datetime, until: datetime) -> bool:
    """Return whether a product on sale was published for a moment between these."""
    query = select(P.c.id).where(
        P.c.tenant_id == tenant_id(),
        P.c.status == "active",
        P.c.published_at > since,
        P.c.published_at <= until,
    )
    return session.execute(query.limit(1)).first() is not None
