"""Periodic task: shorten the log of plugins' calls."""

from __future__ import annotations

from mtc.plugins.services import call_log
from mtc.tasks.services import periodic

EVERY = 6 * 3600.0


@periodic("plugins.purge_calls", seconds=EVERY, per_tenant=False)
def purge_calls() -> None:
    """Delete logged calls that are old or too many."""
    call_log.purge_calls()
