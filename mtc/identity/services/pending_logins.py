"""Between the password and the second factor: a row that is no session and opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, update

from mtc.core import clock
from mtc.core.db import commit_batch, session
from mtc.core.ids import token
from mtc.core.retention import purge_rows
from mtc.core.row_locking import matched_rows
from mtc.identity.models import PendingLogin, User
from mtc.identity.queries import factors as queries
from mtc.identity.services.security_notifications import notify_user
from mtc.identity.services.sessions import key_hash

LASTS, FAILURES = timedelta(minutes=10), 5


@dataclass(frozen=True, slots=True)
class Pending:
    """A log-in that waits for its second factor."""

    id: UUID
    user: User
    target: str
    failures: int


def begin_pending(user: User, target: str) -> str:
    """The password was right: returns the key for the browser's cookie, worth ten minutes and five tries."""
    key = token()
    session.add(
        PendingLogin(
            key_hash=key_hash(key),
            user_id=user.id,
            auth_epoch=user.auth_epoch,
            target=target[:2000],
            expires_at=clock.now() + LASTS,
        )
    )
    session.flush()
    return key


def find_pending(key: str) -> Pending | None:
    """The log-in that waits in the browser with this key; a new password or a lock ends it."""
    if not 20 <= len(key) <= 100:
        return None
    row = queries.pending_login(key_hash(key), clock.now())
    if row is None or row.PendingLogin.failures >= FAILURES:
        return None
    return Pending(row.PendingLogin.id, row.User, row.PendingLogin.target, row.PendingLogin.failures)


def take_try(pending: Pending) -> bool:
    """Pay for one try before it is looked at; False when the five were used up, by whomever.

    That is committed at once, so that the refusal which may follow does not give it back.
    """
    taken = matched_rows(
        update(PendingLogin)
        .where(PendingLogin.id == pending.id, PendingLogin.failures < FAILURES)
        .values(failures=PendingLogin.failures + 1)
    )
    paid = taken == 1
    commit_batch()
    return paid


def warn_of_failures(pending: Pending, place: str) -> None:
    """Tell the person that somebody knows the password and failed at the second step; kept in any case."""
    notify_user(
        pending.user.id,
        "Somebody gave your password and then failed five times at the second step."
        " If this was not you, choose another password.",
        place=place,
    )
    commit_batch()


def finish_pending(pending: Pending) -> bool:
    """The second factor was right: the row goes; False when another request was first."""
    return matched_rows(delete(PendingLogin).where(PendingLogin.id == pending.id)) == 1


def purge_pending() -> None:
    """Delete what nobody finished; needs a platform scope."""
    purge_rows(PendingLogin, PendingLogin.expires_at <= clock.now())
