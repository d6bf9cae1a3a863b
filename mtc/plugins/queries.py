"""How plugins and their installations are found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from mtc.core import clock
from mtc.core.db import session
from mtc.plugins.models import Plugin, PluginState, TenantPlugin


def plugin_by_slug(slug: str) -> Plugin | None:
    """The plugin of that name, or None."""
    return session.scalars(select(Plugin).where(Plugin.slug == slug)).first()


def all_plugins() -> Sequence[Plugin]:
    """Every plugin known to the platform."""
    return session.scalars(select(Plugin).order_by(Plugin.name)).all()


def active_plugins(tenant_id: UUID) -> Sequence[Any]:
    """(slug, config) of the plugins that are switched on for the tenant and whose breaker is closed."""
    query = (
        select(Plugin.slug, TenantPlugin.config)
        .join(TenantPlugin, TenantPlugin.plugin_id == Plugin.id)
        .where(
            TenantPlugin.tenant_id == tenant_id,
            TenantPlugin.status == "active",
            or_(TenantPlugin.broken_until.is_(None), TenantPlugin.broken_until <= clock.now()),
        )
    )
    return session.execute(query).all()


def installation(tenant_id: UUID, slug: str) -> TenantPlugin | None:
    """What the tenant has made of the plugin, or None when it is not installed."""
    query = (
        select(TenantPlugin)
        .join(Plugin, Plugin.id == TenantPlugin.plugin_id)
        .where(TenantPlugin.tenant_id == tenant_id, Plugin.slug == slug)
    )
    return session.scalars(query).first()


def state(tenant_id: UUID, plugin_id: UUID, key: str) -> PluginState | None:
    """What the plugin remembers under a key, or None."""
    query = select(PluginState).where(
        PluginState.tenant_id == tenant_id, PluginState.plugin_id == plugin_id, PluginState.key == key
    )
    return session.scalars(query).first()
