"""Queries of plugins and their installations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, and_, column, func, select, table

from mtc.core.db import session
from mtc.plugins.models import Plugin, PluginHook, PluginState, TenantPlugin
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


def state(tenant_id: UUID, plugin_id: UUID, key: str) -> PluginState | None:
    """Return the plugin's value under a key, or None."""
    query = select(PluginState).where(
        PluginState.tenant_id == tenant_id, PluginState.plugin_id == plugin_id, PluginState.key == key
    )
    # Changed by statements of its own: what was loaded before may be old.
    return session.scalars(query.execution_options(populate_existing=True)).first()


def revision(connection: Connection, version_table: str) -> str:
    """The revision that a plugin's table of revisions holds; empty when it has no row."""
    source = table(version_table, column("version_num"))
    return str(connection.execute(select(source.c.version_num)).scalar() or "")


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


def _rows(source: Table, tenant_id: UUID, plugin_id: UUID | None) -> list[ColumnElement[bool]]:
    conditions = [source.c.tenant_id == tenant_id]
    return conditions if plugin_id is None else [*conditions, source.c.plugin_id == plugin_id]


def rows_in(source: Table, tenant_id: UUID, plugin_id: UUID | None = None) -> int:
    """The number of rows of the table that are the tenant's, and the plugin's."""
    query = select(func.count()).select_from(source).where(*_rows(source, tenant_id, plugin_id))
    return int(session.execute(query).scalar_one())


def ids_in(source: Table, tenant_id: UUID, most: int, *conditions: ColumnElement[bool]) -> Sequence[UUID]:
    """The ids of some rows of the tenant."""
    query = select(source.c.id).where(source.c.tenant_id == tenant_id, *conditions).limit(most)
    return session.execute(query).scalars().all()


def batch_of(
    source: Table, tenant_id: UUID, after: UUID | None, most: int, plugin_id: UUID | None = None
) -> list[dict[str, Any]]:
    """The next rows of the table in the order of their ids."""
    query = select(source).where(*_rows(source, tenant_id, plugin_id)).order_by(source.c.id).limit(most)
    if after is not None:
        query = query.where(source.c.id > after)
    return [dict(row._mapping) for row in session.execute(query)]
