"""Queries of plugins, of what tenants have installed, and of what plugins keep."""

from mtc.plugins.queries.calls import calls, full_call_logs
from mtc.plugins.queries.installations import (
    active_counts,
    active_plugins,
    installation,
    installations,
    installations_behind,
    tenant_by_slug,
    tenants_by_plugin,
    tenants_with,
)
from mtc.plugins.queries.kept_data import batch_of, ids_in, notification, rows_in, state, states
from mtc.plugins.queries.plugins import all_plugins, broken_plugins, hooks_by_plugin, plugin_by_slug, revision
from mtc.plugins.queries.schedules import (
    due_jobs,
    scheduled_jobs,
    schedules,
    tenants_with_due_jobs,
    tenants_without_schedule,
)

__all__ = [
    "active_counts", "active_plugins", "all_plugins", "batch_of", "broken_plugins", "calls", "due_jobs",
    "full_call_logs", "hooks_by_plugin", "ids_in", "installation", "installations",
    "installations_behind", "notification", "plugin_by_slug", "revision", "rows_in", "scheduled_jobs",
    "schedules", "state", "states", "tenant_by_slug", "tenants_by_plugin", "tenants_with",
    "tenants_with_due_jobs", "tenants_without_schedule",
]  # fmt: skip
