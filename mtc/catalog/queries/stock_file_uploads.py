"""Uploaded files of keys, by their pieces."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from mtc.catalog.queries.scope_cache import tenant_id
from mtc.catalog.queries.tables import IMPORTS as _I
from mtc.catalog.queries.tables import UPLOADS as _U
from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session


def first_piece(variant_id: UUID, upload_id: UUID, user_id: UUID, since: datetime) -> AnyRow | None:
    """filename and batch of a file that this person sent for the variant since then, or None."""
    query = select(_U.c.filename, _U.c.batch).where(
        _U.c.tenant_id == tenant_id(),
        _U.c.upload_id == upload_id,
        _U.c.number == 0,
        _U.c.variant_id == variant_id,
        _U.c.user_id == user_id,
        _U.c.created_at >= since,
    )
    return session.execute(query).first()


def piece(upload_id: UUID, number: int) -> AnyRow | None:
    """id and content of one piece, or None after the last."""
    query = select(_U.c.id, _U.c.content).where(
        _U.c.tenant_id == tenant_id(), _U.c.upload_id == upload_id, _U.c.number == number
    )
    return session.execute(query).first()


def being_read() -> Select[tuple[UUID]]:
    """Return the uploads that unfinished imports read."""
    return select(_I.c.id).where(_I.c.tenant_id == tenant_id(), _I.c.status.in_(("waiting", "running")))
