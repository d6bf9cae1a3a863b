"""Collections and what stands in them."""

from __future__ import annotations

from collections.abc import Collection as Many
from uuid import UUID

from sqlalchemy import and_, case, func, select

from mtc.catalog.models import Collection, CollectionProduct
from mtc.catalog.queries.facets import MOST_COUNTED
from mtc.catalog.queries.filters import CP, P, each, visible
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import COLLECTIONS as C
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session


def collection(collection_id: UUID) -> Collection | None:
    """One collection as an entity, or None."""
    query = select(Collection).where(Collection.tenant_id == tenant_id(), Collection.id == collection_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def collection_by_slug(slug: str) -> AnyRow | None:
    """One collection as a row, or None."""
    return session.execute(select(C).where(C.c.tenant_id == tenant_id(), C.c.slug == slug)).first()


def collections(slugs: Many[str] | None = None, limit: int = 100) -> list[AnyRow]:
    """Collections in their order with the number of visible products; `slugs` narrows and orders them.

    Of a collection of more than MOST_COUNTED products, the hidden ones are counted too.
    """
    seen = select(P.c.id).where(visible(), P.c.id == CP.c.product_id).correlate(CP)
    counted = (
        select(func.count())
        .select_from(CP)
        .where(CP.c.tenant_id == tenant_id(), CP.c.collection_id == C.c.id, each(seen))
        .correlate(C)
        .scalar_subquery()
    )
    # In a large one nobody misses the few that are hidden, and looking at each of thousands takes long.
    size = case((C.c.product_count > MOST_COUNTED, C.c.product_count), else_=counted).label("size")
    query = select(C.c.id, C.c.slug, C.c.name, C.c.description, C.c.image, C.c.position, size).where(
        C.c.tenant_id == tenant_id()
    )
    if slugs:
        query = query.where(C.c.slug.in_(slugs))
    rows = session.execute(query.order_by(C.c.position, C.c.name, C.c.id).limit(limit)).all()
    if slugs:
        order = {slug: number for number, slug in enumerate(slugs)}
        return sorted(rows, key=lambda row: order[row.slug])
    return list(rows)


def by_names(names: Many[str | UUID]) -> list[AnyRow]:
    """The collections with these ids or slugs: id, slug, name."""
    ids = [name for name in names if isinstance(name, UUID)]
    slugs = [name for name in names if isinstance(name, str)]
    query = select(C.c.id, C.c.slug, C.c.name).where(
        C.c.tenant_id == tenant_id(), C.c.id.in_(ids) | C.c.slug.in_(slugs)
    )
    return list(session.execute(query).all())


def members(collection_id: UUID) -> list[UUID]:
    """The products of a collection in their order."""
    query = (
        select(CollectionProduct.product_id)
        .where(CollectionProduct.tenant_id == tenant_id(), CollectionProduct.collection_id == collection_id)
        .order_by(CollectionProduct.position, CollectionProduct.id)
    )
    return list(session.execute(query).scalars())


def memberships(product_ids: Many[UUID]) -> dict[UUID, list[AnyRow]]:
    """Return the collections that each product stands in: id, slug, name, by position."""
    query = (
        select(CP.c.product_id, C.c.id, C.c.slug, C.c.name)
        .join(C, and_(C.c.tenant_id == CP.c.tenant_id, C.c.id == CP.c.collection_id))
        .where(CP.c.tenant_id == tenant_id(), CP.c.product_id.in_(product_ids))
        .order_by(C.c.position, C.c.name, C.c.id)
    )
    collections: dict[UUID, list[AnyRow]] = {product_id: [] for product_id in product_ids}
    for row in session.execute(query):
        collections[row.product_id].append(row)
    return collections
