"""Periodic work of plugins: their jobs by the clock."""

from __future__ import annotations

from mtc.plugins.services.schedules import queue_due_jobs
from mtc.tasks.services import periodic

OFTEN = 20.0


@periodic("plugins.jobs", seconds=OFTEN, per_tenant=False)
def jobs() -> None:
    """Queue the jobs of plugins whose time has come."""
    queue_due_jobs()
