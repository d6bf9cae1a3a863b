"""Periodic work of plugins: jobs by the clock, and deleting logged calls and old notifications."""

from __future__ import annotations

from mtc.plugins.services import call_log
from mtc.plugins.services.inbox import purge_notifications
from mtc.plugins.services.schedules import queue_due_jobs
from mtc.tasks.services import periodic

OFTEN, SELDOM = 20.0, 6 * 3600.0


@periodic("plugins.jobs", seconds=OFTEN, per_tenant=False)
def jobs() -> None:
    """Queue the jobs of plugins whose time has come."""
    queue_due_jobs()


@periodic("plugins.purge_calls", seconds=SELDOM, per_tenant=False)
def purge_calls() -> None:
    """Delete logged calls that are old or too many."""
    call_log.purge_calls()


@periodic("plugins.purge_inbox", seconds=SELDOM, per_tenant=False)
def purge_inbox() -> None:
    """Delete notifications older than 30 days."""
    purge_notifications()
