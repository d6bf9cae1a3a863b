"""Current addresses of what has moved."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from mtc.catalog.queries.filters import P, visible
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import COLLECTIONS as C
from mtc.catalog.queries.tables import MOVED as M
from mtc.core.db import session


def present_product(slug: str) -> str | None:
    """The slug of the product that shoppers find under this one, in other capitals or from before."""
    slug = slug.lower()
    moved = select(M.c.product_id).where(
        M.c.tenant_id == tenant_id(), M.c.kind == "product", M.c.slug == slug
    )
    query = select(P.c.slug).where(visible(), or_(P.c.slug == slug, P.c.id == moved.scalar_subquery()))
    return session.execute(query.limit(1)).scalar_one_or_none()


def present_collection(slug: str) -> str | None:
    """The slug of the collection that is found under this one, in other capitals or from before."""
    slug = slug.lower()
    moved = select(M.c.collection_id).where(
        M.c.tenant_id == tenant_id(), M.c.kind == "collection", M.c.slug == slug
    )
    query = select(C.c.slug).where(
        and_(C.c.tenant_id == tenant_id(), or_(C.c.slug == slug, C.c.id == moved.scalar_subquery()))
    )
    return session.execute(query.limit(1)).scalar_one_or_none()
