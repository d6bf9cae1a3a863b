"""Periodic task: delete notifications to plugins that have been kept for long enough."""

from __future__ import annotations

from mtc.plugins.services.inbox import purge_notifications
from mtc.tasks.services import periodic

EVERY = 6 * 3600.0


@periodic("plugins.purge_inbox", seconds=EVERY, per_tenant=False)
def purge_inbox() -> None:
    """Delete notifications older than 30 days."""
    purge_notifications()
