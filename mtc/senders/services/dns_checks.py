"""Looking at a sender's domain: asked for by people or by the clock, done by a task, noted in the row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app

from mtc.core import clock
from mtc.core.db import scope_tenant, session, unit_of_work
from mtc.core.events import emit
from mtc.infra import ports
from mtc.senders import queries
from mtc.senders.events import MailSenderFailing, MailSenderLapsed, MailSenderVerified
from mtc.senders.models import MailSender
from mtc.senders.services.dns_records import FOUND, UNKNOWN, RequiredRecord, Result, check_records
from mtc.tasks.registry import FRONT, task
from mtc.tasks.services import enqueue

AGAIN_WHEN_GOOD = timedelta(hours=12)
AGAIN_WHEN_FAILING = timedelta(hours=3)
SOON, LATER = timedelta(hours=1), timedelta(hours=12)
KEEN, PATIENT = timedelta(days=3), timedelta(days=30)
"""A domain that was never verified is looked at every hour, later twice a day, and then left alone."""
LAPSES_AFTER = timedelta(days=3)
LAPSES_UNANSWERED = timedelta(days=7)
"""How long a verified domain may lack a record, or not answer, before mail no longer leaves from it."""
CHECKING = timedelta(minutes=2)
"""How long a check that was asked for is shown as under way."""


def ask_check(row: MailSender) -> None:
    """Have the domain looked at now; pressing the button again meanwhile asks for nothing more."""
    now = clock.now()
    if row.asked_at is not None and is_checking(row, now):
        return
    row.asked_at = now
    row.check_at = now + LATER  # in case the task is lost
    session.flush()
    enqueue("senders.check", {"sender_id": str(row.id)})


def is_checking(row: MailSender, now: datetime) -> bool:
    """Return whether a requested check has not come back."""
    asked_at = row.asked_at
    return (
        asked_at is not None
        and asked_at > now - CHECKING
        and (row.checked_at is None or row.checked_at < asked_at)
    )


def ask_due() -> None:
    """Queue a check of each sender of the tenant that is due by itself."""
    now = clock.now()
    for row in queries.due_senders(now):
        ask_check(row)


def wanted_by(row: MailSender) -> RequiredRecord:
    """Return the values that the sender's records are made of."""
    spf = tuple(current_app.config["MTC"].mail_spf.split())
    return RequiredRecord(row.domain, row.token, row.selector, row.public_key, spf)


@task("senders.check", transactional=False, priority=FRONT, max_attempts=3)
def check_sender(payload: dict[str, Any]) -> Callable[[], None] | None:
    """Look at the records of one sender while no transaction is open; returns what notes the outcome."""
    scope_tenant()
    with unit_of_work():
        row = queries.sender(UUID(payload["sender_id"]))
        if row is None:
            return None
        required = wanted_by(row)
        sender_id = row.id
    results = check_records(ports.dns, required)
    return lambda: note_results(sender_id, required, results)


def note_results(sender_id: UUID, required: RequiredRecord, results: list[Result]) -> None:
    """Keep what was found, unless the address has changed meanwhile; tells of what that changes."""
    row = queries.sender(sender_id)
    if row is None or row.token != required.token:
        return
    now = clock.now()
    row.results = [result.plain() for result in results]
    row.checked_at = row.updated_at = now
    if all(result.state == FOUND for result in results):
        _note_good(row, now)
    elif row.status == "verified":
        _note_failing(row, now, results)
    else:
        age = now - row.set_at
        row.check_at = now + (SOON if age < KEEN else LATER) if age < PATIENT else None
    session.flush()


def _note_good(row: MailSender, now: datetime) -> None:
    newly = row.status != "verified"
    row.status, row.failing_since, row.check_at = "verified", None, now + AGAIN_WHEN_GOOD
    if newly:
        row.verified_at = now
        emit(MailSenderVerified(entity_id=row.id, address=row.address))


def _note_failing(row: MailSender, now: datetime, results: list[Result]) -> None:
    """A record may be away for an hour while its owner moves it; days in a row are no accident."""
    lacking = [result.key for result in results if result.state != FOUND]
    answered = any(result.state not in (FOUND, UNKNOWN) for result in results)
    first = row.failing_since is None
    row.failing_since = row.failing_since or now
    row.check_at = now + AGAIN_WHEN_FAILING
    if now - row.failing_since >= (LAPSES_AFTER if answered else LAPSES_UNANSWERED):
        row.status, row.set_at = "lapsed", now  # looked at for a month more, as when it was new
        emit(MailSenderLapsed(entity_id=row.id, address=row.address, lacking=lacking))
    elif first:
        emit(MailSenderFailing(entity_id=row.id, address=row.address, lacking=lacking))
