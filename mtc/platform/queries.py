"""Queries of the people who run the platform: across tenants, always in a platform scope."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, func, or_, select

from mtc.catalog.queries.tables import AnyRow
from mtc.core.db import session
from mtc.core.like import plain
from mtc.core.paging import Page, older, page_of
from mtc.identity.models import TenantUser, User
from mtc.identity.services.roles import OWNER
from mtc.orders.models import Order
from mtc.tasks.models import Task
from mtc.team.models import Invitation
from mtc.tenants.models import Store, Tenant


def _pattern(text: str) -> str:
    return f"%{plain(text.lower())}%"


def _number_of(model: type[Order | Store | TenantUser]) -> ScalarSelect[int]:
    """Return how many rows of the class the tenant has."""
    rows = select(func.count()).select_from(model).where(model.tenant_id == Tenant.id)
    return rows.correlate(Tenant).scalar_subquery()


def _owned() -> ColumnElement[bool]:
    """Return whether somebody owns the tenant."""
    return (
        select(TenantUser.id)
        .join(User, User.id == TenantUser.user_id)
        .where(
            TenantUser.tenant_id == Tenant.id,
            TenantUser.role == OWNER,
            TenantUser.status == "active",
            User.status == "active",
        )
        .correlate(Tenant)
        .exists()
    )


def tenants(
    *, text: str = "", status: str = "", ownerless: bool = False, cursor: str = "", limit: int = 25
) -> Page[AnyRow]:
    """Tenants, newest first, with how many stores, people and orders they have, whether somebody owns them

    (`owned`) and until when an invitation to that waits (`invited_until`); one statement.
    """
    invited = (
        select(func.max(Invitation.expires_at))
        .where(Invitation.tenant_id == Tenant.id, Invitation.status == "open", Invitation.role == OWNER)
        .correlate(Tenant)
    ).scalar_subquery()
    query = select(
        Tenant.id,
        Tenant.slug,
        Tenant.name,
        Tenant.status,
        Tenant.plan,
        Tenant.created_at,
        _number_of(Order).label("orders"),
        _number_of(Store).label("stores"),
        _number_of(TenantUser).label("people"),
        _owned().label("owned"),
        invited.label("invited_until"),
    ).where(Tenant.status != "deleted")
    if text:
        like = _pattern(text)
        query = query.where(
            or_(
                func.lower(Tenant.name).like(like, escape="\\"),
                func.lower(Tenant.slug).like(like, escape="\\"),
            )
        )
    if status:
        query = query.where(Tenant.status == status)
    if ownerless:
        query = query.where(~_owned())
    query = query.where(*older(cursor, Tenant.created_at, Tenant.id))
    rows = session.execute(query.order_by(Tenant.created_at.desc(), Tenant.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit)


def status_counts() -> dict[str, int]:
    """Return how many tenants are in each status."""
    query = select(Tenant.status, func.count()).group_by(Tenant.status)
    return {row[0]: row[1] for row in session.execute(query).all()}


def ownerless_count() -> int:
    """Return how many tenants nobody owns."""
    query = select(func.count()).select_from(Tenant).where(Tenant.status != "deleted", ~_owned())
    return session.scalar(query) or 0


def people_of(tenant_id: UUID) -> list[AnyRow]:
    """(name, email, role, last_login_at) of who works for a tenant."""
    query = (
        select(User.name, User.email, TenantUser.role, User.last_login_at)
        .join(TenantUser, TenantUser.user_id == User.id)
        .where(TenantUser.tenant_id == tenant_id)
        .order_by(User.name, User.id)
    )
    return list(session.execute(query).all())


def task_counts(now: datetime, tenant_id: UUID | None = None) -> dict[str, int]:
    """Return how many tasks are due, waiting for later, and dead; of one tenant or of all."""
    due = func.sum(case((Task.next_at <= now, 1), else_=0))
    query = select(Task.status, func.count().label("count"), due.label("due")).group_by(Task.status)
    query = query.where(Task.status.in_(("pending", "dead")))
    if tenant_id is not None:
        query = query.where(Task.tenant_id == tenant_id)
    by_status = {row.status: (row[1], int(row.due or 0)) for row in session.execute(query).all()}
    pending, ready = by_status.get("pending", (0, 0))
    return {"due": ready, "later": pending - ready, "dead": by_status.get("dead", (0, 0))[0]}


def oldest_due(now: datetime) -> datetime | None:
    """Since when the task that has waited longest is due."""
    query = select(func.min(Task.next_at)).where(Task.status == "pending", Task.next_at <= now)
    oldest: datetime | None = session.execute(query).scalar()
    return oldest


def dead_by_tenant(limit: int = 20) -> list[AnyRow]:
    """(slug, name, dead) of the tenants with most dead tasks."""
    query = (
        select(Tenant.slug, Tenant.name, func.count().label("dead"))
        .join(Task, Task.tenant_id == Tenant.id)
        .where(Task.status == "dead")
        .group_by(Tenant.slug, Tenant.name)
        .order_by(func.count().desc(), Tenant.slug)
        .limit(limit)
    )
    return list(session.execute(query).all())


def users(*, text: str = "", cursor: str = "", limit: int = 25) -> Page[AnyRow]:
    """People with a log-in, newest first, with how many tenants they work for; one statement."""
    places = (
        select(func.count()).select_from(TenantUser).where(TenantUser.user_id == User.id).correlate(User)
    ).scalar_subquery()
    query = select(
        User.id,
        User.created_at,
        User.name,
        User.email,
        User.status,
        User.is_super_admin,
        User.last_login_at,
        places.label("places"),
    )
    if text:
        like = _pattern(text)
        query = query.where(
            or_(User.email_lc.like(like, escape="\\"), func.lower(User.name).like(like, escape="\\"))
        )
    query = query.where(*older(cursor, User.created_at, User.id))
    rows = session.execute(query.order_by(User.created_at.desc(), User.id.desc()).limit(limit + 1)).all()
    return page_of(rows, limit)
