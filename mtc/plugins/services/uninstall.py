"""Uninstalling a plugin for a tenant: what it has stored stays for the next time, or is deleted by a task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.db import scope_tenant, session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.events import emit
from mtc.core.i18n import _l
from mtc.plugins import queries
from mtc.plugins.events import PluginDeactivated, PluginUninstalled
from mtc.plugins.models import TenantPlugin
from mtc.plugins.services.active_plugins import SECRETS, forget_running
from mtc.plugins.services.callbacks import call_callback
from mtc.plugins.services.held_data import delete_held, held_data, plugin_ref
from mtc.plugins.services.hooks import AFTER_SECONDS
from mtc.plugins.services.loader import loaded
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue
from mtc.tenants.services import bump_content_version

SWEEP_SECONDS = 2 * AFTER_SECONDS
"""So much later the task runs once more: a call that was running when the plugin was uninstalled may have

written something since."""
_DELETE = "plugins.delete"


def uninstall_plugin(tenant_id: UUID, slug: str, *, keep: bool) -> None:
    """Uninstall the plugin for the tenant; `keep` what it has stored, and its settings, or have it deleted.

    Without `keep` also what was kept earlier is deleted. Raises NotFoundError.
    """
    installed = queries.installation(tenant_id, slug)
    if installed is None or (keep and installed.status == "uninstalled"):
        raise NotFoundError(_l("This plugin is not installed."))
    if installed.status == "deleting":
        raise ConflictError(_l("What this plugin has stored is being deleted already."))
    _call_callbacks(installed, slug, keep)
    if installed.status == "active":
        emit(PluginDeactivated(entity_id=installed.id, plugin=slug))
    installed.failures, installed.broken_until = 0, None
    installed.status, installed.updated_at = "uninstalled" if keep else "deleting", clock.now()
    if not keep:
        installed.config = {}
        SECRETS.write(installed, {})
        for delay in (0, SWEEP_SECONDS):
            enqueue(_DELETE, {"plugin": slug}, delay=delay)
    session.flush()
    forget_running(tenant_id)
    bump_content_version(tenant_id)
    emit(PluginUninstalled(entity_id=installed.id, plugin=slug, kept=keep))


def _call_callbacks(installed: TenantPlugin, slug: str, keep: bool) -> None:
    """Tell the plugin, unless it cannot be called; what it raises is logged, and stops nothing."""
    plugin, row = loaded(current_app).get(slug), queries.plugin_by_slug(slug)
    if plugin is None or row is None or row.block_reason or installed.status == "uninstalled":
        return
    settings = {**installed.config, **SECRETS.read(installed)}
    if installed.status == "active":
        call_callback(plugin, installed.tenant_id, "on_deactivate", settings, go_on=True)
    call_callback(plugin, installed.tenant_id, "on_uninstall", settings, keep, go_on=True)


@task(_DELETE, transactional=False)
def delete_stored(payload: dict[str, Any]) -> None:
    """Delete what a plugin has stored for the tenant, and then its installation.

    Nothing is done when the tenant has installed it again. Raises RuntimeError when something is left.
    """
    tenant_id, slug = scope_tenant(), str(payload["plugin"])
    with unit_of_work():
        plugin, installed = plugin_ref(slug), queries.installation(tenant_id, slug)
        if installed is not None and installed.status != "deleting":
            return
    delete_held(tenant_id, plugin)
    with unit_of_work():
        if left := held_data(tenant_id, slug):
            raise RuntimeError(
                f"{slug}: something was stored meanwhile ({', '.join(str(n.text) for n in left)})"
            )
        installed = queries.installation(tenant_id, slug)
        if installed is not None and installed.status == "deleting":
            session.delete(installed)
