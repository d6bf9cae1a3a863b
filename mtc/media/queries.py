"""Reads of files."""

from __future__ import annotations

from collections.abc import Collection as Many
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from mtc.core.db import scope_tenant, session
from mtc.core.paging import Page, older, page_of
from mtc.media.models import Media, OrphanedObject


def media(media_id: UUID) -> Media | None:
    """One file, or None."""
    query = select(Media).where(Media.tenant_id == scope_tenant(), Media.id == media_id)
    return session.execute(query).scalar_one_or_none()


def media_by_ids(ids: Many[UUID]) -> dict[UUID, Media]:
    """Files by id."""
    query = select(Media).where(Media.tenant_id == scope_tenant(), Media.id.in_(ids))
    return {row.id: row for row in session.execute(query).scalars()}


def media_page(*, private: bool = False, cursor: str = "", limit: int = 48) -> Page[Media]:
    """Files, newest first."""
    query = select(Media).where(Media.tenant_id == scope_tenant(), Media.is_private.is_(private))
    query = query.where(*older(cursor, Media.created_at, Media.id))
    query = query.order_by(Media.created_at.desc(), Media.id.desc()).limit(limit + 1)
    return page_of(session.scalars(query).all(), limit)


def media_by_key(key: str) -> Media | None:
    """The file whose content an object of the storage is, or None."""
    query = select(Media).where(Media.tenant_id == scope_tenant(), Media.storage_key == key)
    return session.execute(query).scalar_one_or_none()


def stored_bytes() -> int:
    """Return how much the tenant's files take, with the uploads that are on their way."""
    taken = func.coalesce(func.sum(Media.size + Media.rendition_bytes), 0)
    files = select(taken).where(Media.tenant_id == scope_tenant())
    pending = select(func.coalesce(func.sum(OrphanedObject.size), 0)).where(
        OrphanedObject.tenant_id == scope_tenant()
    )
    return int(session.execute(files).scalar_one()) + int(session.execute(pending).scalar_one())


def orphan(key: str) -> OrphanedObject | None:
    """Return the row that marks an object as perhaps unneeded, or None."""
    query = select(OrphanedObject).where(
        OrphanedObject.tenant_id == scope_tenant(), OrphanedObject.storage_key == key
    )
    return session.execute(query).scalar_one_or_none()


def orphans_due(now: datetime, limit: int = 100) -> list[OrphanedObject]:
    """Return the objects that may be deleted now, if nobody needs them; the longest due first."""
    query = select(OrphanedObject).where(
        OrphanedObject.tenant_id == scope_tenant(), OrphanedObject.delete_at <= now
    )
    return list(session.scalars(query.order_by(OrphanedObject.delete_at).limit(limit)).all())


def unprepared(level: int, before: datetime, *, after: UUID | None = None, limit: int = 20) -> list[UUID]:
    """Public pictures to which less was done than `level`, added before that moment, in the order of ids."""
    query = select(Media.id).where(
        Media.tenant_id == scope_tenant(), Media.is_private.is_(False), Media.prepared < level
    )
    query = query.where(Media.created_at < before, *([Media.id > after] if after else []))
    return list(session.scalars(query.order_by(Media.id).limit(limit)).all())
