"""Periodic task: check the domains that mail is sent from again."""

from __future__ import annotations

from mtc.senders.services import ask_due
from mtc.tasks.services import periodic

EVERY = 900.0


@periodic("senders.check", seconds=EVERY)
def check_senders() -> None:
    """Queue a check of each sender of the tenant that is due; the look-ups are done by a task."""
    ask_due()
