"""Queries for emails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from mtc.core.db import session
from mtc.core.paging import Page, older, page_of
from mtc.emails.models import Email


def emails(tenant_id: UUID, cursor: str = "", limit: int = 25) -> Page[Any]:
    """The outbox without bodies, newest first. Raises ValidationError for a bad cursor."""
    query = select(
        Email.id, Email.created_at, Email.kind, Email.recipient, Email.subject, Email.status, Email.sent_at
    )
    query = query.where(Email.tenant_id == tenant_id, *older(cursor, Email.created_at, Email.id))
    rows = session.execute(query.order_by(Email.created_at.desc(), Email.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit)


def email(tenant_id: UUID, email_id: UUID) -> Email | None:
    """One email, or None."""
    return session.scalars(select(Email).where(Email.tenant_id == tenant_id, Email.id == email_id)).first()


def sent_as(tenant_ids: set[UUID], provider_ids: list[str]) -> set[str]:
    """Those of the provider's ids under which emails of these tenants left last; needs a platform scope."""
    query = select(Email.provider_id).where(
        Email.tenant_id.in_(tenant_ids), Email.provider_id.in_(provider_ids)
    )
    return set(session.scalars(query))


def emails_of(tenant_id: UUID, entity_id: UUID, cursor: str = "", limit: int = 25) -> Page[Email]:
    """A page of the emails about one thing, newest first. Raises ValidationError for a bad cursor."""
    query = select(Email).where(Email.tenant_id == tenant_id, Email.entity_id == entity_id)
    query = query.where(*older(cursor, Email.created_at, Email.id))
    query = query.order_by(Email.created_at.desc(), Email.id.desc()).limit(limit + 1)
    return page_of(session.scalars(query).all(), limit)
