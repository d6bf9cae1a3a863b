"""Addresses that change: the former one goes on leading to the thing."""

from __future__ import annotations

from sqlalchemy import delete, insert

from mtc.catalog.models import Collection, Product
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import MOVED as _M
from mtc.core import clock
from mtc.core.db import session
from mtc.core.ids import uuid7


def settle_address(entity: Product | Collection, before: str | None = None) -> None:
    """Note that the thing has its slug now, and had `before`; call it once the slug is written.

    Who had the slug earlier is found under it no longer.
    """
    entity_type = "product" if isinstance(entity, Product) else "collection"
    moved = before if before and before != entity.slug else None
    session.execute(
        delete(_M).where(
            _M.c.tenant_id == tenant_id(),
            _M.c.kind == entity_type,
            _M.c.slug.in_([slug for slug in (entity.slug, moved) if slug]),
        )
    )
    if moved is not None:
        values = {"tenant_id": tenant_id(), "id": uuid7(), "created_at": clock.now(), "kind": entity_type}
        session.execute(insert(_M).values(**values, slug=moved, **{f"{entity_type}_id": entity.id}))
