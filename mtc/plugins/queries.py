"""Queries of plugins and their installations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, column, func, select, table

from mtc.core.db import session
from mtc.plugins.models import (
    Plugin,
    PluginCall,
    PluginHook,
    PluginInbox,
    PluginSchedule,
    PluginState,
    TenantPlugin,
)
from mtc.tenants.models import Tenant


def plugin_by_slug(slug: str) -> Plugin | None:
    """Return the plugin of that name, or None."""
    return session.scalars(select(Plugin).where(Plugin.slug == slug)).first()


def all_plugins() -> Sequence[Plugin]:
    """Every plugin known to the platform."""
    return session.scalars(select(Plugin).order_by(Plugin.name)).all()


def hooks_by_plugin() -> dict[UUID, dict[str, int]]:
    """Priority by hook, by plugin, as registered."""
    counts: dict[UUID, dict[str, int]] = {}
    for row in session.execute(select(PluginHook.plugin_id, PluginHook.hook_name, PluginHook.priority)):
        counts.setdefault(row.plugin_id, {})[row.hook_name] = row.priority
    return counts


def tenants_by_plugin() -> Sequence[Any]:
    """(slug, version, status, problem, tenant or None) of every plugin and each tenant that has it on.

    Needs a platform scope.
    """
    query = (
        select(Plugin.slug, Plugin.version, Plugin.status, Plugin.problem, Tenant.slug.label("tenant"))
        .outerjoin(TenantPlugin, and_(TenantPlugin.plugin_id == Plugin.id, TenantPlugin.status == "active"))
        .outerjoin(Tenant, Tenant.id == TenantPlugin.tenant_id)
        .order_by(Plugin.slug, Tenant.slug)
    )
    return session.execute(query).all()


def broken_plugins(tenant_id: UUID | None = None) -> Sequence[Any]:
    """(slug, name, problem) of the plugins that cannot be loaded; of a tenant those that it has on."""
    query = select(Plugin.slug, Plugin.name, Plugin.problem).where(Plugin.status == "broken")
    if tenant_id is not None:
        query = query.join(TenantPlugin, TenantPlugin.plugin_id == Plugin.id)
        query = query.where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.status == "active")
    return session.execute(query.order_by(Plugin.slug)).all()


def tenant_by_slug(slug: str) -> UUID | None:
    """The id of the tenant of that slug, or None; needs a platform scope."""
    return session.scalars(select(Tenant.id).where(Tenant.slug == slug)).first()


def active_plugins(tenant_id: UUID) -> Sequence[Any]:
    """(slug, installation's id, config, secrets, failures, broken_until) of what is switched on."""
    query = (
        select(
            Plugin.slug,
            TenantPlugin.id,
            TenantPlugin.config,
            TenantPlugin.secrets,
            TenantPlugin.failures,
            TenantPlugin.broken_until,
        )
        .join(TenantPlugin, TenantPlugin.plugin_id == Plugin.id)
        .where(
            TenantPlugin.tenant_id == tenant_id,
            TenantPlugin.status == "active",
            Plugin.status == "available",  # not one whose tables are older than its code
        )
    )
    return session.execute(query).all()


def installation(tenant_id: UUID, slug: str) -> TenantPlugin | None:
    """Return the tenant's installation of the plugin, or None when it is not installed."""
    query = (
        select(TenantPlugin)
        .join(Plugin, Plugin.id == TenantPlugin.plugin_id)
        .where(TenantPlugin.tenant_id == tenant_id, Plugin.slug == slug)
    )
    return session.scalars(query).first()


def state(tenant_id: UUID, plugin_id: UUID, key: str) -> PluginState | None:
    """Return the plugin's value under a key, or None."""
    query = select(PluginState).where(
        PluginState.tenant_id == tenant_id, PluginState.plugin_id == plugin_id, PluginState.key == key
    )
    # Changed by statements of its own: what was loaded before may be old.
    return session.scalars(query.execution_options(populate_existing=True)).first()


def states(tenant_id: UUID, plugin_id: UUID, prefix: str, after: str, limit: int) -> Sequence[PluginState]:
    """The plugin's values under keys that begin so, by key, from behind the key `after`."""
    query = select(PluginState).where(
        PluginState.tenant_id == tenant_id,
        PluginState.plugin_id == plugin_id,
        PluginState.key.startswith(prefix, autoescape=True),
        PluginState.key > after,
    )
    query = query.order_by(PluginState.key).limit(limit)
    return session.scalars(query.execution_options(populate_existing=True)).all()


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


def notification(tenant_id: UUID, row_id: UUID) -> PluginInbox | None:
    """Return a notification to a plugin, or None."""
    return session.get(PluginInbox, (tenant_id, row_id))


def revision(connection: Connection, version_table: str) -> str:
    """The revision that a plugin's table of revisions holds; empty when it has no row."""
    source = table(version_table, column("version_num"))
    return str(connection.execute(select(source.c.version_num)).scalar() or "")


def calls(
    tenant_id: UUID, slug: str, *, outcomes: Sequence[str] = (), before: UUID | None = None, limit: int = 50
) -> Sequence[PluginCall]:
    """The logged calls of a plugin, newest first; those before an entry, for paging."""
    query = (
        select(PluginCall)
        .join(Plugin, Plugin.id == PluginCall.plugin_id)
        .where(PluginCall.tenant_id == tenant_id, Plugin.slug == slug)
    )
    if outcomes:
        query = query.where(PluginCall.outcome.in_(outcomes))
    if before is not None:
        query = query.where(PluginCall.id < before)
    return session.scalars(query.order_by(PluginCall.id.desc()).limit(limit)).all()


def full_call_logs(most: int) -> list[tuple[UUID, UUID, UUID]]:
    """(tenant, plugin, oldest entry to keep) of the logs with more than `most` entries."""
    counted = (
        select(PluginCall.tenant_id, PluginCall.plugin_id)
        .group_by(PluginCall.tenant_id, PluginCall.plugin_id)
        .having(func.count() > most)
    )
    full = []
    for tenant_id, plugin_id in session.execute(counted).all():
        oldest = (
            select(PluginCall.id)
            .where(PluginCall.tenant_id == tenant_id, PluginCall.plugin_id == plugin_id)
            .order_by(PluginCall.id.desc())
            .offset(most - 1)
            .limit(1)
        )
        full.append((tenant_id, plugin_id, session.scalars(oldest).one()))
    return full
