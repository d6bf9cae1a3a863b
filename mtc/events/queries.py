"""How facts, tasks and mails are found."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from mtc.core.db import scope_tenant, session
from mtc.core.paging import Page, older, page_of
from mtc.events.models import Event, IdempotencyKey, Mail, Task
from mtc.events.registry import DELIVERY


def tenants_with_work(now: datetime) -> list[UUID]:
    """Tenants that have a due task of MTC's own; needs a platform scope."""
    due = select(Task.tenant_id).where(Task.status == "pending", Task.next_at <= now, Task.lane == "")
    return list(session.scalars(due.distinct()).all())


def lanes_with_work(now: datetime) -> list[tuple[UUID, str]]:
    """(tenant, lane) of the plugins that have a due task; needs a platform scope."""
    due = select(Task.tenant_id, Task.lane).where(
        Task.status == "pending", Task.next_at <= now, Task.lane != ""
    )
    return [(row.tenant_id, row.lane) for row in session.execute(due.distinct()).all()]


def waits_for_delivery(tenant_id: UUID, entity_id: UUID, before: datetime) -> bool:
    """Whether a task that leads to the goods of this order waits behind others since that moment."""
    query = select(Task.id).where(
        Task.tenant_id == tenant_id,
        Task.entity_id == entity_id,
        Task.status == "pending",
        Task.priority == DELIVERY,
        Task.next_at <= before,
    )
    return session.execute(query.limit(1)).first() is not None


def task_counts(tenant_id: UUID) -> dict[str, int]:
    """How many tasks of the tenant are in each status."""
    query = select(Task.status, func.count()).where(Task.tenant_id == tenant_id).group_by(Task.status)
    return {row[0]: row[1] for row in session.execute(query).all()}


def dead_tasks(tenant_id: UUID, limit: int = 50) -> list[Task]:
    """The tenant's tasks that were given up, newest first."""
    query = select(Task).where(Task.tenant_id == tenant_id, Task.status == "dead")
    return list(session.scalars(query.order_by(Task.created_at.desc(), Task.id.desc()).limit(limit)).all())


def events_of(tenant_id: UUID, entity_type: str, entity_id: UUID, limit: int = 200) -> list[Event]:
    """What happened to one thing, oldest first."""
    query = select(Event).where(
        Event.tenant_id == tenant_id, Event.entity_type == entity_type, Event.entity_id == entity_id
    )
    return list(session.scalars(query.order_by(Event.created_at, Event.id).limit(limit)).all())


def recent_events(tenant_id: UUID, limit: int = 50) -> list[Event]:
    """The tenant's latest facts, newest first."""
    query = select(Event).where(Event.tenant_id == tenant_id)
    return list(session.scalars(query.order_by(Event.created_at.desc(), Event.id.desc()).limit(limit)).all())


def mails(tenant_id: UUID, cursor: str = "", limit: int = 25) -> Page[Any]:
    """The outbox without bodies, newest first. Raises ValidationError for a bad cursor."""
    query = select(
        Mail.id, Mail.created_at, Mail.kind, Mail.recipient, Mail.subject, Mail.status, Mail.sent_at
    )
    query = query.where(Mail.tenant_id == tenant_id, *older(cursor, Mail.created_at, Mail.id))
    rows = session.execute(query.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit)


def mail(tenant_id: UUID, mail_id: UUID) -> Mail | None:
    """One mail, or None."""
    return session.scalars(select(Mail).where(Mail.tenant_id == tenant_id, Mail.id == mail_id)).first()


def sent_as(tenant_ids: set[UUID], provider_ids: list[str]) -> set[str]:
    """Those of the provider's ids under which mails of these tenants left last; needs a platform scope."""
    query = select(Mail.provider_id).where(Mail.tenant_id.in_(tenant_ids), Mail.provider_id.in_(provider_ids))
    return set(session.scalars(query))


def mails_of(tenant_id: UUID, entity_id: UUID) -> list[Mail]:
    """The mails about one thing, newest first."""
    query = select(Mail).where(Mail.tenant_id == tenant_id, Mail.entity_id == entity_id)
    return list(session.scalars(query.order_by(Mail.created_at.desc())).all())


def idempotency_key(scope: str, key_hash: str) -> IdempotencyKey | None:
    """The row of a request that counts once, as the database has it now, or None."""
    query = select(IdempotencyKey).where(
        IdempotencyKey.tenant_id == scope_tenant(),
        IdempotencyKey.scope == scope,
        IdempotencyKey.key_hash == key_hash,
    )
    return session.scalars(query.execution_options(populate_existing=True)).first()


def idempotency_key_by_id(row_id: UUID) -> IdempotencyKey | None:
    """The row, or None."""
    query = select(IdempotencyKey).where(
        IdempotencyKey.tenant_id == scope_tenant(), IdempotencyKey.id == row_id
    )
    return session.scalars(query).first()
