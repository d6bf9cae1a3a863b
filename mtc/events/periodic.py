"""What comes round for the platform: rows that have served their time are deleted."""

from __future__ import annotations

from flask import current_app

from mtc.events.services import periodic, purge_done
from mtc.events.services.mail import purge_letters
from mtc.events.services.once import purge_answers
from mtc.identity.services.password_reset import send_links
from mtc.identity.services.pending_logins import purge_pending
from mtc.identity.services.security_notifications import purge_notices, send_notices
from mtc.identity.services.sessions import purge_sessions
from mtc.identity.services.webauthn_challenges import purge_challenges

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


@periodic("mails.purge", seconds=DAILY)
def purge_mails() -> None:
    """Delete the tenant's mails of accounts and look-ups that are older than three months."""
    purge_letters()


@periodic("platform.notices", seconds=SOON, per_tenant=False)
def notices() -> None:
    """Mail people links to new passwords, and what happened to their own log-in."""
    config = current_app.config["MTC"]
    send_links(config.mail_from, config.public_url)
    send_notices(config.mail_from, config.public_url)
