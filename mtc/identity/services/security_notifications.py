"""Notifications about one's own log-in: on the account page at once, and by mail soon after."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, update

from mtc.core import clock
from mtc.core.db import commit_batch, session
from mtc.core.retention import purge_rows
from mtc.core.row_locking import claim
from mtc.identity.models import SecurityNotification
from mtc.identity.queries import factors as queries
from mtc.infra import ports
from mtc.infra.mail import Message, automatic_headers

log = logging.getLogger(__name__)
BATCH, MOST, AGAIN, KEPT = 20, 8, timedelta(minutes=2), timedelta(days=365)


def notify_user(user_id: UUID, text: str, *, place: str = "") -> SecurityNotification:
    """Tell the user; `place` says from where it was done, such as "Firefox on Windows, 203.0.113.7"."""
    notice = SecurityNotification(user_id=user_id, text=text[:500], place=place[:200], next_at=clock.now())
    session.add(notice)
    session.flush()
    return notice


def send_notices(sender: str, public_url: str) -> int:
    """Mail what waits; no transaction is open while a mail goes. Twice is possible, never is not."""
    now = clock.now()
    taken = claim(
        SecurityNotification,
        SecurityNotification.next_at <= now,
        SecurityNotification.mailed_at.is_(None),
        order_by=[SecurityNotification.next_at],
        limit=BATCH,
        values={"attempts": SecurityNotification.attempts + 1, "next_at": now + AGAIN},
        returning=[SecurityNotification.id],
    )
    if not taken:
        return 0
    messages = [
        (row.id, _message(row, sender, public_url))
        for row in queries.notices_by_id([notice_row.id for notice_row in taken])
    ]
    commit_batch()
    sent = 0
    for notice_id, message in messages:
        try:
            ports.mail.send(message)
        except Exception:
            log.exception("a notice about a log-in could not be mailed")
            continue
        sent += 1
        _mark(notice_id)
        commit_batch()
    _give_up()
    return sent


def _message(row: Row[Any], sender: str, public_url: str) -> Message:
    where = f"From: {row.place}\n" if row.place else ""
    text = (
        f"Hello {row.name or 'there'},\n\n{row.text}\n\n{where}When: {row.created_at:%d %B %Y, %H:%M} UTC\n\n"
        "If this was you, there is nothing to do. If not, log in, change your password and end all other\n"
        f"sessions: {public_url}/account-settings\n"
    )
    headers = automatic_headers(sender, row.id)
    return Message(to=row.email, subject="Your log-in at MTC", text=text, from_=sender, headers=headers)


def _mark(notice_id: UUID) -> None:
    session.execute(
        update(SecurityNotification)
        .where(SecurityNotification.id == notice_id)
        .values(mailed_at=clock.now(), next_at=None)
        .execution_options(synchronize_session=False)
    )


def purge_notices() -> None:
    """Delete what was told more than a year ago; needs a platform scope."""
    purge_rows(SecurityNotification, SecurityNotification.created_at < clock.now() - KEPT)


def _give_up() -> None:
    session.execute(
        update(SecurityNotification)
        .where(SecurityNotification.attempts >= MOST, SecurityNotification.next_at.is_not(None))
        .values(next_at=None)
        .execution_options(synchronize_session=False)
    )
