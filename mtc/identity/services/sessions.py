"""Server-side sessions: a random key in the cookie, its hash in the row, gone when logged out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update

from mtc.core import clock, security_log
from mtc.core.db import session
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.ids import token
from mtc.core.retention import purge_rows
from mtc.core.row_locking import matched_rows
from mtc.identity import queries
from mtc.identity.models import LoginSession
from mtc.identity.services.user_agents import device

STAFF_IDLE, STAFF_LONGEST = timedelta(hours=3), timedelta(hours=12)
CUSTOMER_IDLE, CUSTOMER_LONGEST = timedelta(days=14), timedelta(days=60)
TOUCH_AFTER = timedelta(minutes=5)
RECENT = timedelta(minutes=15)


@dataclass(slots=True)
class Login:
    """A session that was found: whose it is, and small things it remembers."""

    id: UUID
    key_hash: str
    tenant_id: UUID | None
    user_id: UUID | None
    customer_id: UUID | None
    name: str = ""
    email: str = ""
    is_super_admin: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    changed: bool = False
    stale: bool = False
    opened_at: datetime | None = None
    ends_at: datetime | None = None
    second_factor: str | None = None
    locale: str = ""

    @property
    def recent(self) -> bool:
        """Return whether the person authenticated a moment ago; `opened_at` says when."""
        return self.opened_at is not None and self.opened_at + RECENT > clock.now()

    def put(self, name: str, value: Any) -> None:
        """Remember a small thing in the session."""
        self.data = {**self.data, name: value}
        self.changed = True

    def pop(self, name: str, default: Any = None) -> Any:
        """Take a remembered thing out of the session."""
        if name not in self.data:
            return default
        value = self.data[name]
        self.data = {k: v for k, v in self.data.items() if k != name}
        self.changed = True
        return value


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it in the list; `device` is what the browser says about itself."""

    id: UUID
    device: str
    ip: str
    seen_at: datetime
    opened_at: datetime
    second_factor: str | None
    here: bool


def key_hash(key: str) -> str:
    """Return the stored hash of a session key: a leak of the table opens no session."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def open_session(
    *,
    tenant_id: UUID | None = None,
    user_id: UUID | None = None,
    customer_id: UUID | None = None,
    auth_epoch: int = 0,
    ip: str = "",
    user_agent: str = "",
    second_factor: str | None = None,
    data: dict[str, Any] | None = None,
    after: Login | None = None,
) -> str:
    """A new session, always under a new key; returns the key for the cookie.

    `second_factor` names the one that was shown; null lets a person for whom one is required do nothing
    but set one up. `after` is the session that this one takes the place of when nobody has logged in anew:
    it is as old, and ends when that would have.
    """
    key, now = token(), clock.now()
    opened, ends = now, now + (STAFF_LONGEST if user_id else CUSTOMER_LONGEST)
    if after is not None and after.opened_at is not None and after.ends_at is not None:
        opened, ends = after.opened_at, after.ends_at
    session.add(
        LoginSession(
            tenant_id=tenant_id,
            key_hash=key_hash(key),
            user_id=user_id,
            customer_id=customer_id,
            auth_epoch=auth_epoch,
            second_factor=second_factor,
            ip=ip[:45],
            user_agent=user_agent[:300],
            data=data or {},
            created_at=opened,
            last_seen_at=now,
            expires_at=ends,
        )
    )
    session.flush()
    return key


def find_session(key: str, tenant_id: UUID | None) -> Login | None:
    """The live session of that key at this tenant (None: at the platform); one statement."""
    if not 20 <= len(key) <= 100:
        return None
    row = (
        queries.customer_session(key_hash(key), tenant_id)
        if tenant_id
        else queries.staff_session(key_hash(key))
    )
    if row is None:
        return None
    now = clock.now()
    idle = CUSTOMER_IDLE if tenant_id else STAFF_IDLE
    if row.expires_at <= now or row.last_seen_at + idle <= now:
        return None
    if row.auth_epoch != row.owner_epoch or row.owner_status != "active":
        return None
    return Login(
        id=row.id,
        key_hash=row.key_hash,
        tenant_id=row.tenant_id,
        user_id=row.user_id,
        customer_id=row.customer_id,
        name=row.name,
        email=row.email,
        is_super_admin=bool(getattr(row, "is_super_admin", False)),
        data=dict(row.data or {}),
        stale=row.last_seen_at + TOUCH_AFTER <= now,
        opened_at=row.created_at,
        ends_at=row.expires_at,
        second_factor=row.second_factor,
        locale=getattr(row, "locale", None) or "",
    )


def save_session(login: Login) -> None:
    """Write back what the session remembers and that it was seen."""
    matched_rows(
        update(LoginSession)
        .where(LoginSession.key_hash == login.key_hash, LoginSession.tenant_id == login.tenant_id)
        .values(data=login.data, last_seen_at=clock.now())
    )


def close_session(login: Login) -> None:
    """Log out: the row goes, so that the cookie is worth nothing."""
    security_log.note("session.closed", account=str(login.user_id or login.customer_id))
    matched_rows(
        delete(LoginSession).where(
            LoginSession.key_hash == login.key_hash, LoginSession.tenant_id == login.tenant_id
        )
    )


def end_session(session_id: UUID, login: Login) -> None:
    """End one session of the person who is logged in; raises NotFoundError."""
    if matched_rows(delete(LoginSession).where(LoginSession.id == session_id, *_own(login))) != 1:
        raise NotFoundError(_l("There is no such session; it may have ended already."))
    _ended(login, "ended from another one")


def end_other_sessions(login: Login) -> int:
    """End every session of the person but this one; returns how many there were."""
    result = matched_rows(delete(LoginSession).where(LoginSession.id != login.id, *_own(login)))
    _ended(login, "all others were ended")
    return result


def live_sessions(login: Login) -> list[Listed]:
    """Return the sessions of the person that are open now, seen last first."""
    now = clock.now()
    if login.tenant_id is not None and login.customer_id is not None:
        rows = queries.sessions_of_customer(login.tenant_id, login.customer_id, now, now - CUSTOMER_IDLE)
    elif login.user_id is not None:
        rows = queries.sessions_of_user(login.user_id, now, now - STAFF_IDLE)
    else:
        rows = []
    return [
        Listed(
            row.id,
            device(row.user_agent),
            row.ip,
            row.last_seen_at,
            row.created_at,
            row.second_factor,
            row.id == login.id,
        )
        for row in rows
    ]


def _own(login: Login) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the person's sessions: staff on the platform, or a shopper of one tenant."""
    if login.tenant_id is None:
        return LoginSession.user_id == login.user_id, LoginSession.tenant_id.is_(None)
    return LoginSession.customer_id == login.customer_id, LoginSession.tenant_id == login.tenant_id


def _ended(login: Login, why: str) -> None:
    security_log.note("session.closed", account=str(login.user_id or login.customer_id), why=why)


def purge_sessions() -> int:
    """Delete what has run out; needs a platform scope."""
    return purge_rows(LoginSession, LoginSession.expires_at <= clock.now())
