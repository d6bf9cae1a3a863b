"""Telling a plugin, once for each tenant, that its code has a newer version than its data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import update

from mtc.core.db import scope_tenant, unit_of_work
from mtc.core.row_locking import matched_rows
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.plugins import queries
from mtc.plugins.models import TenantPlugin
from mtc.plugins.services.active_plugins import SECRETS
from mtc.plugins.services.callback_rules import has_callback
from mtc.plugins.services.callbacks import CALLBACK_SECONDS, note_error, work_of
from mtc.plugins.services.calls import call_limited
from mtc.plugins.services.loader import loaded
from mtc.plugins.versions import is_newer
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue

_UPGRADE = "plugins.upgrade"


def queue_upgrades() -> int:
    """Queue a task for each installation whose version is not that of the code; returns how many are behind.

    Where there is nothing to call, the version is written at once. Needs no scope.
    """
    with platform_scope("which installations are behind", readonly=True), unit_of_work():
        behind = queries.installations_behind()
    for row in behind:
        plugin = loaded(current_app).get(row.slug)
        if plugin is None or plugin.manifest["version"] != row.code_version:
            continue
        with tenant_scope(row.tenant_id), unit_of_work():
            if is_newer(row.code_version, row.version) and has_callback(plugin, "on_upgrade"):
                key = f"{_UPGRADE} {row.id} {row.version} {row.code_version} {row.updated_at}"
                payload = {"plugin": row.slug, "from": row.version, "to": row.code_version}
                enqueue(_UPGRADE, payload, dedupe_key=key[:200])
            else:
                _write_version(row.tenant_id, row.id, row.version, row.code_version)
    return len(behind)


@task(_UPGRADE, transactional=False, lane=lambda payload: str(payload["plugin"]))
def upgrade(payload: dict[str, Any]) -> None:
    """Call `on_upgrade` for the tenant; version and what it writes are committed together, and only once.

    Raises RuntimeError while this process has another version of the code; whatever the callback raises.
    """
    tenant_id, slug = scope_tenant(), str(payload["plugin"])
    with unit_of_work():
        installed, row = queries.installation(tenant_id, slug), queries.plugin_by_slug(slug)
        if installed is None or row is None or row.block_reason or installed.version != payload["from"]:
            return
        settings = {**installed.config, **SECRETS.read(installed)}
        installation_id = installed.id
    plugin = loaded(current_app).get(slug)
    if plugin is None or plugin.manifest["version"] != payload["to"]:
        raise RuntimeError(f"{slug}: this process has not the version {payload['to']} of the code")

    def work() -> None:
        if _write_version(tenant_id, installation_id, payload["from"], payload["to"]):
            work_of(plugin, "on_upgrade", settings, payload["from"])()

    try:
        call_limited(slug, tenant_id, CALLBACK_SECONDS, work, "", "on_upgrade")
    except Exception as error:
        note_error(tenant_id, slug, "on_upgrade", error)
        raise


def _write_version(tenant_id: UUID, installation_id: UUID, before: str, after: str) -> bool:
    """Write the version; False where another process was first."""
    statement = (
        update(TenantPlugin)
        .where(
            TenantPlugin.tenant_id == tenant_id,
            TenantPlugin.id == installation_id,
            TenantPlugin.version == before,
        )
        .values(version=after)
    )
    return matched_rows(statement) == 1
