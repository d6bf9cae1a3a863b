"""Membership of products in collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from mtc.catalog.queries import collection_members
from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import COLLECTIONS as _C
from mtc.catalog.queries.tables import MEMBERS as _CP
from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.ids import uuid7


def set_collections(product_id: UUID, names: Sequence[Any]) -> None:
    """Put a product into exactly these collections (ids or slugs), at the end of those that are new.

    Raises ValidationError for an unknown one.
    """
    collection_ids = {row.id for row in _resolve(names)}
    before = {row.id for row in collection_members.memberships([product_id])[product_id]}
    gone, fresh = before - collection_ids, collection_ids - before
    if gone:
        session.execute(
            delete(_CP).where(
                _CP.c.tenant_id == tenant_id(),
                _CP.c.product_id == product_id,
                _CP.c.collection_id.in_(gone),
            )
        )
    if fresh:
        session.execute(
            insert(_CP), [membership(collection_id, product_id, 1_000_000) for collection_id in sorted(fresh)]
        )
    recount(gone | fresh)


def membership(collection_id: UUID, product_id: UUID, position: int) -> dict[str, Any]:
    """Return the row that puts a product into a collection."""
    return {
        "tenant_id": tenant_id(),
        "id": uuid7(),
        "created_at": clock.now(),
        "collection_id": collection_id,
        "product_id": product_id,
        "position": position,
    }


def recount(collection_ids: set[UUID]) -> None:
    """Bring `product_count` of the collections up to date."""
    if not collection_ids:
        return
    count = (
        select(func.count())
        .where(_CP.c.tenant_id == tenant_id(), _CP.c.collection_id == _C.c.id)
        .correlate(_C)
        .scalar_subquery()
    )
    session.execute(
        update(_C)
        .where(_C.c.tenant_id == tenant_id(), _C.c.id.in_(collection_ids))
        .values(product_count=count)
        .execution_options(synchronize_session=False)
    )


def _resolve(names: Sequence[Any]) -> list[Any]:
    ids_or_slugs: list[str | UUID] = []
    for name in names:
        try:
            ids_or_slugs.append(name if isinstance(name, UUID) else UUID(str(name)))
        except ValueError:
            ids_or_slugs.append(str(name))
    rows = collection_members.by_names(ids_or_slugs)
    if len({row.id for row in rows}) < len(set(ids_or_slugs)):
        raise ValidationError(
            _l("Correct the marked fields."), {"collections": [_l("Choose collections of this store.")]}
        )
    return rows
