"""Jobs of plugins by the clock: each slot is queued once among all processes, for tenants that have it on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import update

from mtc.core import clock
from mtc.core.context import SYSTEM, Context, use
from mtc.core.cron import parse_cron
from mtc.core.db import savepoint, scope_tenant, session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.local_time import zone_of
from mtc.core.row_locking import matched_rows, upsert
from mtc.core.timezones import zone_named
from mtc.plugins import queries
from mtc.plugins.errors import PluginError
from mtc.plugins.models import PluginSchedule
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.active_plugins import running_plugins
from mtc.plugins.services.background import check_functions, functions_of, run_in_context
from mtc.plugins.services.loader import broken, loaded
from mtc.tasks.errors import GiveUpError
from mtc.tasks.registry import task
from mtc.tasks.services import enqueue
from mtc.tenants.services import first_store

log = logging.getLogger(__name__)
SECONDS, LONGEST_SECONDS = 300, 600
_KEY = ("tenant_id", "plugin_id", "job")


def check_jobs(plugin: LoadedPlugin) -> None:
    """Raise PluginError where manifest and code differ in jobs, or a time cannot be read."""
    check_functions(plugin, "job", "jobs")
    for entry in plugin.manifest.get("jobs", ()):
        try:
            parse_cron(entry["cron"])
        except ValueError as error:
            raise PluginError(f"{plugin.slug}: jobs, {entry['name']}, cron: {error}") from error


def jobs_of(plugin: str) -> dict[str, dict[str, Any]]:
    """The jobs that a plugin declares, by name; none where it is not loaded."""
    code = loaded(current_app).get(plugin)
    return {entry["name"]: entry for entry in code.manifest.get("jobs", ())} if code is not None else {}


def queue_due_jobs() -> int:
    """Queue the jobs whose time has come, and write down when those come that have no row yet.

    Returns how many were queued. Needs a platform scope; several processes may do it at once.
    """
    tenants = set(queries.tenants_with_due_jobs(clock.now()))
    for slug in loaded(current_app):
        for name in jobs_of(slug):
            tenants.update(queries.tenants_without_schedule(slug, name))
    queued = 0
    for tenant_id in sorted(tenants):
        try:
            with use(Context(tenant_id=tenant_id, actor=SYSTEM)), savepoint():
                _add_schedules(tenant_id)
                queued += sum(_queue(tenant_id, row) for row in queries.due_jobs(tenant_id, clock.now()))
        except Exception:
            # What is wrong with one tenant must not keep the jobs from the others.
            log.exception("jobs of plugins could not be queued for the tenant %s", tenant_id)
    return queued


def _add_schedules(tenant_id: UUID) -> None:
    scheduled = queries.scheduled_jobs(tenant_id)
    for slug in running_plugins():
        for name in jobs_of(slug).keys() - scheduled.get(slug, set()):
            plugin = queries.plugin_by_slug(slug)
            assert plugin is not None
            now = clock.now()
            row = {
                "tenant_id": tenant_id,
                "id": uuid7(),
                "created_at": now,
                "plugin_id": plugin.id,
                "job": name,
                "next_at": _next(tenant_id, slug, name, now),
                "last_outcome": "",
                "last_ms": 0,
            }
            session.execute(upsert(PluginSchedule, row, _KEY, None))


def _queue(tenant_id: UUID, row: Any) -> bool:
    """Queue the slot of a due row and move it on, unless another process has; returns whether it was queued.

    Of several slots that were missed one is done. Those that pass while the plugin is off are not.
    """
    now = clock.now()
    known = row.job in jobs_of(row.slug)
    next_at = _next(tenant_id, row.slug, row.job, now) if known else _daily(now)
    moved = matched_rows(
        update(PluginSchedule)
        .where(
            PluginSchedule.tenant_id == tenant_id,
            PluginSchedule.id == row.id,
            PluginSchedule.next_at == row.next_at,
        )
        .values(next_at=next_at)
    )
    if not moved or not known or row.slug not in running_plugins():
        return False
    slot = row.next_at.isoformat()
    payload = {"plugin": row.slug, "job": row.job, "slot": slot, "schedule": str(row.id)}
    return enqueue("plugins.job", payload, dedupe_key=f"{row.slug}:{row.job}:{slot}") is not None


def _next(tenant_id: UUID, slug: str, name: str, after: datetime) -> datetime:
    entry = jobs_of(slug)[name]
    store = first_store(tenant_id) if entry.get("zone", "store") == "store" else None
    return parse_cron(entry["cron"]).next_after(after, zone_of(store) if store else zone_named("UTC"))


def _daily(now: datetime) -> datetime:
    """When to look again for a job whose plugin is not there."""
    return parse_cron("0 0 * * *").next_after(now, zone_named("UTC"))


@task(
    "plugins.job",
    transactional=False,
    max_attempts=3,
    lease_seconds=LONGEST_SECONDS + 5,
    lane=lambda payload: str(payload["plugin"]),
)
def run_due_job(payload: dict[str, Any]) -> Callable[[], None] | None:
    """Run one slot of a job; one that was switched off meanwhile is passed over."""
    slug, name, schedule_id = payload["plugin"], payload["job"], UUID(payload["schedule"])
    if problem := broken(current_app).get(slug):
        raise RuntimeError(problem)  # tried again later
    entry = jobs_of(slug).get(name)
    if entry is None:
        raise GiveUpError(f"there is no job {name} of {slug}")
    function = functions_of(loaded(current_app)[slug], "job")[name]
    started = time.monotonic()

    def note(outcome: str) -> None:
        lasted = round((time.monotonic() - started) * 1000)
        row = (PluginSchedule.tenant_id == scope_tenant(), PluginSchedule.id == schedule_id)
        values = {"last_at": clock.now(), "last_outcome": outcome, "last_ms": lasted}
        matched_rows(update(PluginSchedule).where(*row).values(values))

    try:
        if not run_in_context(slug, f"{slug}.{entry['name']}", entry.get("timeout", SECONDS), function):
            return None
    except Exception:
        with unit_of_work():
            note("failed")
        raise
    return lambda: note("ok")
