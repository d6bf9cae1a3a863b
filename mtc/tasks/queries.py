"""Queries for tasks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from mtc.core.db import session
from mtc.tasks.models import Task
from mtc.tasks.registry import DELIVERY


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


def open_in_lane(tenant_id: UUID, lane: str, prefix: str) -> int:
    """Return how many tasks of a lane are still to be done whose names begin so."""
    query = select(func.count()).where(
        Task.tenant_id == tenant_id,
        Task.lane == lane,
        Task.status == "pending",
        Task.name.startswith(prefix, autoescape=True),
    )
    return int(session.execute(query).scalar_one())


def waits_for_delivery(tenant_id: UUID, entity_id: UUID, before: datetime) -> bool:
    """Return whether a delivery task of this order waits behind others since that moment."""
    query = select(Task.id).where(
        Task.tenant_id == tenant_id,
        Task.entity_id == entity_id,
        Task.status == "pending",
        Task.priority == DELIVERY,
        Task.next_at <= before,
    )
    return session.execute(query.limit(1)).first() is not None


def task_counts(tenant_id: UUID) -> dict[str, int]:
    """Return how many tasks of the tenant are in each status."""
    query = select(Task.status, func.count()).where(Task.tenant_id == tenant_id).group_by(Task.status)
    return {row[0]: row[1] for row in session.execute(query).all()}


def dead_tasks(tenant_id: UUID, limit: int = 50) -> list[Task]:
    """The tenant's tasks that were given up, newest first."""
    query = select(Task).where(Task.tenant_id == tenant_id, Task.status == "dead")
    return list(session.scalars(query.order_by(Task.created_at.desc(), Task.id.desc()).limit(limit)).all())
