"""Periodic task: delete entries that have been kept for long enough."""

from __future__ import annotations

from flask import current_app

from mtc.audit.services import purge
from mtc.tasks.services import periodic

EVERY = 6 * 3600.0


@periodic("audit.purge", seconds=EVERY, per_tenant=False)
def purge_entries() -> None:
    """Delete entries older than MTC_AUDIT_DAYS."""
    purge(current_app.config["MTC"].audit_days)
