"""Installing, setting up and switching plugins of a tenant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.tenancy import platform_scope
from mtc.events.services import emit
from mtc.plugins import queries
from mtc.plugins.models import Plugin, PluginHook, TenantPlugin
from mtc.plugins.services.loader import LoadedPlugin, loaded


def sync_plugins() -> None:
    """Write the loaded plugins and their hooks into the platform's tables; unchanged ones cost one query."""
    with platform_scope("register plugins"), unit_of_work():
        known = {plugin.slug: plugin for plugin in queries.all_plugins()}
        for slug, plugin in loaded(current_app).items():
            row = known.get(slug)
            if row is not None and row.manifest == plugin.manifest:
                continue
            _write(row, plugin)


def _write(row: Plugin | None, plugin: LoadedPlugin) -> None:
    manifest = plugin.manifest
    if row is None:
        row = Plugin(slug=plugin.slug, name=manifest["name"], version=manifest["version"])
        session.add(row)
    row.name, row.version, row.manifest = manifest["name"], manifest["version"], manifest
    row.status, row.updated_at = "installed", clock.now()
    session.flush()
    session.execute(PluginHook.__table__.delete().where(PluginHook.plugin_id == row.id))  # type: ignore[attr-defined]
    for hook in manifest["hooks"]:
        function = getattr(plugin.module, hook)
        priority = getattr(function, "mtc_priority", 100)
        session.add(PluginHook(plugin_id=row.id, hook_name=hook, handler_function=hook, priority=priority))


def install_plugin(tenant_id: UUID, slug: str, config: dict[str, Any] | None = None) -> TenantPlugin:
    """Install a plugin for the tenant, switched off, with these settings; ValidationError if they are bad."""
    plugin = loaded(current_app).get(slug)
    row = queries.plugin_by_slug(slug)
    if plugin is None or row is None:
        raise NotFoundError("There is no such plugin.")
    values = plugin.settings.validate(config or {})
    installed = queries.installation(tenant_id, slug)
    if installed is None:
        installed = TenantPlugin(tenant_id=tenant_id, plugin_id=row.id, status="inactive")
        session.add(installed)
    installed.config, installed.updated_at = values, clock.now()
    session.flush()
    emit("plugin.installed", entity=installed, data={"plugin": slug})
    return installed


def activate(tenant_id: UUID, slug: str) -> None:
    """Switch the plugin on for the tenant; raises NotFoundError when it is not installed."""
    _switch(tenant_id, slug, "active")


def deactivate(tenant_id: UUID, slug: str) -> None:
    """Switch the plugin off for the tenant; its settings stay."""
    _switch(tenant_id, slug, "inactive")


def _switch(tenant_id: UUID, slug: str, status: str) -> None:
    installed = queries.installation(tenant_id, slug)
    if installed is None:
        raise NotFoundError("This plugin is not installed.")
    installed.status, installed.failures, installed.broken_until = status, 0, None
    installed.updated_at = clock.now()
    session.flush()
    emit(
        f"plugin.{'activated' if status == 'active' else 'deactivated'}",
        entity=installed,
        data={"plugin": slug},
    )
