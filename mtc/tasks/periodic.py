"""Periodic tasks of the platform: delete rows that have been kept long enough."""

from __future__ import annotations

from flask import current_app

from mtc.idempotency.services import purge_answers
from mtc.identity.services.password_reset import send_links
from mtc.identity.services.pending_logins import purge_pending
from mtc.identity.services.security_notifications import purge_notices, send_notices
from mtc.identity.services.sessions import purge_sessions
from mtc.identity.services.webauthn_challenges import purge_challenges
from mtc.tasks.services import periodic, purge_done

EVERY = 3600.0
DAILY = 86_400.0
SOON = 5.0


@periodic("platform.purge", seconds=EVERY, per_tenant=False)
def purge() -> None:
    """Delete what has run out of sessions, half log-ins, notices and kept answers, and tasks that ended."""
    purge_sessions()
    purge_pending()
    purge_challenges()
    purge_notices()
    purge_answers()
    purge_done()


@periodic("platform.notices", seconds=SOON, per_tenant=False)
def notices() -> None:
    """Mail people links to new passwords, and what happened to their own log-in."""
    config = current_app.config["MTC"]
    send_links(config.mail_from, config.public_url)
    send_notices(config.mail_from, config.public_url)
