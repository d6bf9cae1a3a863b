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
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries
from mtc.plugins.events import PluginActivated, PluginDeactivated, PluginInstalled
from mtc.plugins.models import Plugin, PluginHook, TenantPlugin
from mtc.plugins.registry import LoadedPlugin, contribution_points, no_record
from mtc.plugins.services.active_plugins import SECRETS, forget_running
from mtc.plugins.services.callbacks import call_callback
from mtc.plugins.services.loader import broken, loaded
from mtc.plugins.services.migrate import outdated_plugins
from mtc.plugins.services.requirements import check_requirements
from mtc.plugins.services.upgrades import queue_upgrades
from mtc.tenants.services import bump_content_version

LONGEST_SLUG = 63


def sync_plugins() -> int:
    """Write the loaded plugins and their hooks into the platform's tables; returns how many were written.

    Unchanged ones cost three queries in all; one that cannot be loaded is marked `broken`, one whose folder
    is gone `missing`. Installations of older code are told (`on_upgrade`). Needs no scope.
    """
    written = _register_plugins()
    queue_upgrades()
    return written


def _register_plugins() -> int:
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

    Without settings it has those that are stored, or none: `activate` says what is missing. Secrets are
    stored sealed and stay when none is given. Raises NotFoundError, ValidationError, ConflictError, Reject.
    """
    plugin, row = _usable(slug)
    installed = queries.installation(tenant_id, slug)
    stored = SECRETS.read(installed) if installed else {}
    before = {**installed.config, **stored} if installed else {}
    fields = TypeSettings(plugin.settings)
    if config is not None:
        settings, secrets = fields.checked(config, stored)
    else:
        settings, secrets = (dict(installed.config) if installed else {}), stored
    if installed is None or installed.status not in ("active", "inactive"):
        _check_new(row, installed)
        call_callback(plugin, tenant_id, "on_install", {**settings, **secrets})
    elif (after := {**settings, **secrets}) != before:
        call_callback(plugin, tenant_id, "on_settings_change", after, before, after)
    if installed is None:
        installed = TenantPlugin(id=uuid7(), tenant_id=tenant_id, plugin_id=row.id, status="inactive")
        session.add(installed)
    if installed.status not in ("active", "inactive"):
        installed.status = "inactive"
    installed.version = installed.version or row.version
    installed.config = settings
    SECRETS.write(installed, secrets)
    installed.updated_at = clock.now()
    session.flush()
    _announce(tenant_id)
    emit(PluginInstalled(entity_id=installed.id, plugin=slug))
    return installed


def _usable(slug: str) -> tuple[LoadedPlugin, Plugin]:
    """The plugin whose code is there and not blocked; raises NotFoundError, ConflictError."""
    plugin, row = loaded(current_app).get(slug), queries.plugin_by_slug(slug)
    if plugin is None or row is None:
        problem = broken(current_app).get(slug)
        raise NotFoundError(
            _l("This plugin is broken. %(problem)s", problem=problem)
            if problem
            else _l("There is no such plugin.")
        )
    if row.block_reason:
        raise ConflictError(_l("The platform has blocked this plugin. %(reason)s", reason=row.block_reason))
    return plugin, row


def _check_new(row: Plugin, installed: TenantPlugin | None) -> None:
    if installed is not None and installed.status == "deleting":
        raise ConflictError(_l("What this plugin has stored is being deleted. Please try again in a minute."))
    if row.deprecation:
        raise ConflictError(_l("This plugin is not installed any more. %(reason)s", reason=row.deprecation))


def activate(tenant_id: UUID, slug: str) -> None:
    """Switch the plugin on for the tenant and close its breaker.

    Raises NotFoundError when it is not installed, ValidationError when settings are missing, ConflictError
    when it is blocked or other plugins stand in the way, and Reject.
    """
    installed = _installed(tenant_id, slug)
    plugin, _row = _usable(slug)
    installed.config, secrets = TypeSettings(plugin.settings).checked(
        installed.config, SECRETS.read(installed)
    )
    if installed.status != "active":
        check_requirements(plugin)
        call_callback(plugin, tenant_id, "on_activate", {**installed.config, **secrets})
    _switch(installed, slug, "active", PluginActivated)


def deactivate(tenant_id: UUID, slug: str) -> None:
    """Switch the plugin off for the tenant; its settings stay. NotFoundError when it is not installed."""
    installed = _installed(tenant_id, slug)
    plugin, row = loaded(current_app).get(slug), queries.plugin_by_slug(slug)
    if installed.status == "active" and plugin is not None and row is not None and not row.block_reason:
        settings = {**installed.config, **SECRETS.read(installed)}
        call_callback(plugin, tenant_id, "on_deactivate", settings, go_on=True)
    _switch(installed, slug, "inactive", PluginDeactivated)


def _installed(tenant_id: UUID, slug: str) -> TenantPlugin:
    installed = queries.installation(tenant_id, slug)
    if installed is None or installed.status not in ("active", "inactive"):
        raise NotFoundError(_l("This plugin is not installed."))
    return installed


def _switch(
    installed: TenantPlugin, slug: str, status: str, event: type[PluginActivated] | type[PluginDeactivated]
) -> None:
    installed.status, installed.failures, installed.broken_until = status, 0, None
    installed.last_error, installed.last_error_at = "", None
    installed.updated_at = clock.now()
    session.flush()
    _announce(installed.tenant_id)
    emit(event(entity_id=installed.id, plugin=slug))


def _announce(tenant_id: UUID) -> None:
    """Ask anew which plugins run, also for shoppers' pages that are kept."""
    forget_running(tenant_id)
    bump_content_version(tenant_id)
