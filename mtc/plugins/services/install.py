"""Installing, setting up and switching plugins of a tenant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import delete

from mtc.core import clock
from mtc.core.configured import TypeSettings
from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries
from mtc.plugins.events import PluginActivated, PluginDeactivated, PluginInstalled
from mtc.plugins.models import Plugin, PluginHook, TenantPlugin
from mtc.plugins.registry import LoadedPlugin, contribution_points, no_record
from mtc.plugins.services.active_plugins import SECRETS, forget_running
from mtc.plugins.services.loader import broken, loaded
from mtc.plugins.services.migrate import outdated_plugins
from mtc.tenants.services import bump_content_version

LONGEST_SLUG = 63


def sync_plugins() -> int:
    """Write the loaded plugins and their hooks into the platform's tables; returns how many were written.

    Unchanged ones cost two queries in all; one that cannot be loaded is marked `broken`, one whose folder is
    gone `missing`. Needs no scope.
    """
    with platform_scope("register plugins"), unit_of_work():
        outdated = outdated_plugins(session.connection())
        plugins = {slug: plugin for slug, plugin in loaded(current_app).items() if slug not in outdated}
        rows = {plugin.slug: plugin for plugin in queries.all_plugins()}
        hooks = queries.hooks_by_plugin()
        written = 0
        for slug, plugin in plugins.items():
            row = rows.get(slug)
            if (
                row is not None
                and row.status == "available"
                and row.manifest == plugin.manifest
                and hooks.get(row.id, {}) == plugin.priorities
            ):
                continue
            _write(row, plugin)
            written += 1
        written += _record_parts(plugins)
        problems = {**broken(current_app), **outdated}
        written += sum(_write_broken(rows.get(slug), slug, text) for slug, text in problems.items())
        for slug, row in rows.items():
            if slug not in plugins and slug not in problems and row.status != "missing":
                row.status, row.updated_at = "missing", clock.now()
                written += 1
        return written


def _record_parts(plugins: Mapping[str, LoadedPlugin]) -> int:
    """Let the parts of the manifests write their rows; returns how many were written."""
    parts = [
        (plugin, point)
        for plugin in plugins.values()
        for name, point in contribution_points.items()
        if name in plugin.manifest and point.record is not no_record
    ]
    ids = {row.slug: row.id for row in queries.all_plugins()} if parts else {}
    return sum(point.record(plugin, ids[plugin.slug]) for plugin, point in parts)


def _write_broken(row: Plugin | None, slug: str, problem: str) -> bool:
    """Write down what is wrong with a plugin; its name and version stay as they were when it was whole."""
    if row is None:
        if len(slug) > LONGEST_SLUG:
            return False
        row = Plugin(slug=slug, name=slug, version="", manifest={})
        session.add(row)
    elif (row.status, row.problem) == ("broken", problem):
        return False
    row.status, row.problem, row.updated_at = "broken", problem, clock.now()
    return True


def _write(row: Plugin | None, plugin: LoadedPlugin) -> None:
    manifest = plugin.manifest
    if row is None:
        row = Plugin(slug=plugin.slug, name=manifest["name"], version=manifest["version"])
        session.add(row)
    row.name, row.version, row.manifest = manifest["name"], manifest["version"], manifest
    row.status, row.problem, row.updated_at = "available", "", clock.now()
    session.flush()
    session.execute(delete(PluginHook).where(PluginHook.plugin_id == row.id))
    for hook, priority in plugin.priorities.items():
        session.add(PluginHook(plugin_id=row.id, hook_name=hook, handler_function=hook, priority=priority))


def install_plugin(tenant_id: UUID, slug: str, config: dict[str, Any] | None = None) -> TenantPlugin:
    """Install a plugin for the tenant, switched off, or give an installed one these settings.

    Secrets are stored sealed and stay when none is given. Raises NotFoundError, ValidationError.
    """
    plugin = loaded(current_app).get(slug)
    row = queries.plugin_by_slug(slug)
    if plugin is None or row is None:
        problem = broken(current_app).get(slug)
        raise NotFoundError(
            _l("This plugin is broken. %(problem)s", problem=problem)
            if problem
            else _l("There is no such plugin.")
        )
    installed = queries.installation(tenant_id, slug)
    stored = SECRETS.read(installed) if installed else {}
    settings, secrets = TypeSettings(plugin.settings).checked(config or {}, stored)
    if installed is None:
        installed = TenantPlugin(id=uuid7(), tenant_id=tenant_id, plugin_id=row.id, status="inactive")
        session.add(installed)
    installed.config = settings
    SECRETS.write(installed, secrets)
    installed.updated_at = clock.now()
    session.flush()
    forget_running(tenant_id)
    bump_content_version(tenant_id)  # pages that are kept show what plugins say
    emit(PluginInstalled(entity_id=installed.id, plugin=slug))
    return installed


def activate(tenant_id: UUID, slug: str) -> None:
    """Switch the plugin on for the tenant and close its breaker; NotFoundError when it is not installed."""
    _switch(tenant_id, slug, "active", PluginActivated)


def deactivate(tenant_id: UUID, slug: str) -> None:
    """Switch the plugin off for the tenant; its settings stay. NotFoundError when it is not installed."""
    _switch(tenant_id, slug, "inactive", PluginDeactivated)


def _switch(
    tenant_id: UUID, slug: str, status: str, event: type[PluginActivated] | type[PluginDeactivated]
) -> None:
    installed = queries.installation(tenant_id, slug)
    if installed is None:
        raise NotFoundError(_l("This plugin is not installed."))
    installed.status, installed.failures, installed.broken_until = status, 0, None
    installed.updated_at = clock.now()
    session.flush()
    forget_running(tenant_id)
    bump_content_version(tenant_id)
    emit(event(entity_id=installed.id, plugin=slug))
