"""Queries of the jobs of plugins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from mtc.core.db import session
from mtc.plugins.models import Plugin, PluginSchedule, TenantPlugin
from mtc.tenants.models import Tenant


def tenants_with_due_jobs(now: datetime) -> Sequence[UUID]:
    """The active tenants that have a job of a plugin to do; needs a platform scope."""
    query = select(PluginSchedule.tenant_id).join(Tenant, Tenant.id == PluginSchedule.tenant_id)
    query = query.where(PluginSchedule.next_at <= now, Tenant.status == "active")
    return session.scalars(query.distinct()).all()


def tenants_without_schedule(slug: str, job: str) -> Sequence[UUID]:
    """The active tenants that have the plugin on and no row for its job; needs a platform scope."""
    schedule = and_(
        PluginSchedule.tenant_id == TenantPlugin.tenant_id,
        PluginSchedule.plugin_id == TenantPlugin.plugin_id,
        PluginSchedule.job == job,
    )
    query = (
        select(TenantPlugin.tenant_id)
        .join(Plugin, Plugin.id == TenantPlugin.plugin_id)
        .join(Tenant, Tenant.id == TenantPlugin.tenant_id)
        .outerjoin(PluginSchedule, schedule)
        .where(
            Plugin.slug == slug,
            Plugin.status == "available",
            TenantPlugin.status == "active",
            Tenant.status == "active",
            PluginSchedule.id.is_(None),
        )
    )
    return session.scalars(query).all()


def scheduled_jobs(tenant_id: UUID) -> dict[str, set[str]]:
    """The jobs of the tenant that have a row, by plugin."""
    query = select(Plugin.slug, PluginSchedule.job).join(Plugin, Plugin.id == PluginSchedule.plugin_id)
    jobs: dict[str, set[str]] = {}
    for row in session.execute(query.where(PluginSchedule.tenant_id == tenant_id)):
        jobs.setdefault(row.slug, set()).add(row.job)
    return jobs


def due_jobs(tenant_id: UUID, now: datetime) -> Sequence[Any]:
    """(id, slug, job, next_at) of the tenant's jobs whose time has come."""
    query = (
        select(PluginSchedule.id, Plugin.slug, PluginSchedule.job, PluginSchedule.next_at)
        .join(Plugin, Plugin.id == PluginSchedule.plugin_id)
        .where(PluginSchedule.tenant_id == tenant_id, PluginSchedule.next_at <= now)
    )
    return session.execute(query.order_by(PluginSchedule.id)).all()


def schedules(tenant_id: UUID) -> Sequence[PluginSchedule]:
    """The jobs of the tenant's plugins, the next one first."""
    query = select(PluginSchedule).where(PluginSchedule.tenant_id == tenant_id)
    return session.scalars(query.order_by(PluginSchedule.next_at, PluginSchedule.id)).all()
