"""Pictures of products."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String, cast, or_, select

from mtc.catalog.models import Product
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.core.db import session


def products_showing(media_id: UUID) -> list[Product]:
    """The products whose pictures name this one; reads the pictures of every product of the tenant."""
    mark = f"%{media_id}%"
    query = select(Product).where(
        Product.tenant_id == tenant_id(),
        or_(cast(Product.image, String).like(mark), cast(Product.gallery, String).like(mark)),
    )
    return list(session.scalars(query).all())
