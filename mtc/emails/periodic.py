"""Deletion of old emails."""

from __future__ import annotations

from mtc.emails.services.outbox import purge_emails
from mtc.tasks.services import periodic

DAILY = 86_400.0


@periodic("mails.purge", seconds=DAILY)
def purge_mails() -> None:
    """Delete the tenant's emails of accounts and look-ups that are older than three months."""
    purge_emails()
