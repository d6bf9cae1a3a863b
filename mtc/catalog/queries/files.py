"""Files of a store."""

from __future__ import annotations

from collections.abc import Collection as Many
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, tuple_

from mtc.catalog.models import Media
from mtc.catalog.queries.scope import tenant_id
from mtc.core.db import session
from mtc.core.paging import Page, decode_cursor, encode_cursor


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
    if cursor:
        at, last = decode_cursor(cursor, (datetime, UUID))
        place = tuple_(literal(at, Media.created_at.type), literal(last, Media.id.type))
        query = query.where(tuple_(Media.created_at, Media.id) < place)
    query = query.order_by(Media.created_at.desc(), Media.id.desc()).limit(limit + 1)
    rows = list(session.execute(query).scalars())
    more = encode_cursor([rows[limit - 1].created_at, rows[limit - 1].id]) if len(rows) > limit else None
    return Page(rows[:limit], next=more)
