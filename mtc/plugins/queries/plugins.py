"""Queries of the plugins of the installation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, column, select, table

from mtc.core.db import session
from mtc.plugins.models import Plugin, PluginHook, TenantPlugin


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


def broken_plugins(tenant_id: UUID | None = None) -> Sequence[Any]:
    """(slug, name, problem) of the plugins that cannot be loaded; of a tenant those that it has on."""
    query = select(Plugin.slug, Plugin.name, Plugin.problem).where(Plugin.status == "broken")
    if tenant_id is not None:
        query = query.join(TenantPlugin, TenantPlugin.plugin_id == Plugin.id)
        query = query.where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.status == "active")
    return session.execute(query.order_by(Plugin.slug)).all()


def revision(connection: Connection, version_table: str) -> str:
    """The revision that a plugin's table of revisions holds; empty when it has no row."""
    source = table(version_table, column("version_num"))
    return str(connection.execute(select(source.c.version_num)).scalar() or "")
