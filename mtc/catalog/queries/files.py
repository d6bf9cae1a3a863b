"""Files of a store."""

from __future__ import annotations

from collections.abc import Collection as Many
from uuid import UUID

from sqlalchemy import select

from mtc.catalog.models import Media
from mtc.catalog.queries.scope import tenant_id
from mtc.core.db import session
from mtc.core.paging import Page, older, page_of


def media(media_id: UUID) -> Media | None:
    """One file, or None."""
    query = select(Media).where(Media.tenant_id == tenant_id(), Media.id == media_id)
    return session.execute(query).scalar_one_or_none()


def media_by_ids(ids: Many[UUID]) -> dict[UUID, Media]:
    """Files by id."""
    query = select(Media).where(Media.tenant_id == tenant_id(), Media.id.in_(ids))
    return {one.id: one for one in session.execute(query).scalars()}


def media_page(*, private: bool = False, cursor: str = "", limit: int = 48) -> Page[Media]:
    """Files, newest first."""
    query = select(Media).where(Media.tenant_id == tenant_id(), Media.is_private.is_(private))
    query = query.where(*older(cursor, Media.created_at, Media.id))
    query = query.order_by(Media.created_at.desc(), Media.id.desc()).limit(limit + 1)
    return page_of(session.scalars(query).all(), limit)
