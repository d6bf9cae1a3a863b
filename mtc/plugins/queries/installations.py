"""Queries of what tenants have installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from mtc.core.db import session
from mtc.plugins.models import Plugin, TenantPlugin
from mtc.tenants.models import Tenant


def tenants_by_plugin() -> Sequence[Any]:
    """(slug, version, status, problem, block_reason, tenant or None) of plugins and who has them on.

    Needs a platform scope.
    """
    query = (
        select(
            Plugin.slug,
            Plugin.version,
            Plugin.status,
            Plugin.problem,
            Plugin.block_reason,
            Tenant.slug.label("tenant"),
        )
        .outerjoin(TenantPlugin, and_(TenantPlugin.plugin_id == Plugin.id, TenantPlugin.status == "active"))
        .outerjoin(Tenant, Tenant.id == TenantPlugin.tenant_id)
        .order_by(Plugin.slug, Tenant.slug)
    )
    return session.execute(query).all()


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
            Plugin.block_reason == "",
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


def tenants_with(plugin_id: UUID) -> Sequence[UUID]:
    """The tenants that have the plugin switched on; needs a platform scope."""
    query = select(TenantPlugin.tenant_id).where(
        TenantPlugin.plugin_id == plugin_id, TenantPlugin.status == "active"
    )
    return session.scalars(query).all()


def active_counts() -> dict[UUID, int]:
    """Numbers of tenants that have each plugin switched on, by the plugin's id; needs a platform scope."""
    query = (
        select(TenantPlugin.plugin_id, func.count().label("tenants"))
        .where(TenantPlugin.status == "active")
        .group_by(TenantPlugin.plugin_id)
    )
    return {row.plugin_id: row.tenants for row in session.execute(query)}


def installations(tenant_id: UUID) -> dict[UUID, TenantPlugin]:
    """The tenant's installations by the plugin's id."""
    rows = session.scalars(select(TenantPlugin).where(TenantPlugin.tenant_id == tenant_id))
    return {row.plugin_id: row for row in rows}


def installations_behind() -> Sequence[Any]:
    """(tenant_id, id, version, updated_at, slug, code_version) where data and code have other versions.

    Needs a platform scope.
    """
    query = (
        select(
            TenantPlugin.tenant_id,
            TenantPlugin.id,
            TenantPlugin.version,
            TenantPlugin.updated_at,
            Plugin.slug,
            Plugin.version.label("code_version"),
        )
        .join(Plugin, Plugin.id == TenantPlugin.plugin_id)
        .where(
            TenantPlugin.version != Plugin.version,
            TenantPlugin.status.in_(("active", "inactive")),
            Plugin.status == "available",
            Plugin.block_reason == "",
        )
    )
    return session.execute(query).all()
