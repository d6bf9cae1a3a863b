"""Imports of large files of keys: how far one is, and what was wrong with its lines."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import IMPORT_LINES as _L
from mtc.catalog.queries.tables import IMPORTS as _I
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session

UNFINISHED = ("waiting", "running")
LISTED = 20


def find(import_id: UUID, variant_id: UUID | None = None) -> AnyRow | None:
    """The import, if there is one (of this variant)."""
    query = select(_I).where(_I.c.tenant_id == tenant_id(), _I.c.id == import_id)
    if variant_id is not None:
        query = query.where(_I.c.variant_id == variant_id)
    return session.execute(query).first()


def unfinished(variant_id: UUID) -> AnyRow | None:
    """Return the import that fills the pool of the variant at the moment."""
    query = select(_I).where(
        _I.c.tenant_id == tenant_id(), _I.c.variant_id == variant_id, _I.c.status.in_(UNFINISHED)
    )
    return session.execute(query).first()


def latest(variant_id: UUID) -> list[AnyRow]:
    """The imports of a variant that are kept, the newest twenty first."""
    query = (
        select(_I)
        .where(_I.c.tenant_id == tenant_id(), _I.c.variant_id == variant_id)
        .order_by(_I.c.created_at.desc())
        .limit(LISTED)
    )
    return list(session.execute(query).all())


def fills(variant_id: UUID, at: datetime) -> bool:
    """Return whether the batch of that moment is still being added."""
    query = select(_I.c.id).where(
        _I.c.tenant_id == tenant_id(),
        _I.c.variant_id == variant_id,
        _I.c.created_at == at,
        _I.c.status.in_(UNFINISHED),
    )
    return session.execute(query).first() is not None


def lines(import_id: UUID, after: int = -1, limit: int = 10) -> list[AnyRow]:
    """first and lines of the parts of a report behind that place, in their order."""
    query = (
        select(_L.c.first, _L.c.lines)
        .where(_L.c.tenant_id == tenant_id(), _L.c.import_id == import_id, _L.c.first > after)
        .order_by(_L.c.first)
        .limit(limit)
    )
    return list(session.execute(query).all())
