"""Queries for events."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from mtc.core.db import session
from mtc.events.models import Event


def events_of(tenant_id: UUID, entity_type: str, entity_id: UUID, limit: int = 200) -> list[Event]:
    """Return the events of one entity, oldest first."""
    query = select(Event).where(
        Event.tenant_id == tenant_id, Event.entity_type == entity_type, Event.entity_id == entity_id
    )
    return list(session.scalars(query.order_by(Event.created_at, Event.id).limit(limit)).all())


def recent_events(tenant_id: UUID, limit: int = 50) -> list[Event]:
    """The tenant's latest facts, newest first."""
    query = select(Event).where(Event.tenant_id == tenant_id)
    return list(session.scalars(query.order_by(Event.created_at.desc(), Event.id.desc()).limit(limit)).all())
