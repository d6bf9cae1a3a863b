"""Queries for factors, pending log-ins, notifications and sessions; most need a platform scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from mtc.core.db import session
from mtc.identity.models import (
    Passkey,
    PendingLogin,
    RecoveryCode,
    SecurityNotification,
    TenantUser,
    TotpSecret,
    User,
)
from mtc.tenants.models import Tenant


def locked_user(user_id: UUID) -> User | None:
    """The user, whom nobody else changes until the transaction ends."""
    query = select(User).where(User.id == user_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def totp_of(user_id: UUID) -> TotpSecret | None:
    """The user's authenticator app."""
    return session.scalars(select(TotpSecret).where(TotpSecret.user_id == user_id)).first()


def passkeys_of(user_id: UUID) -> Sequence[Passkey]:
    """The user's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id)
    return session.scalars(query).all()


def passkey_by_credential(credential_id: str) -> Passkey | None:
    """The passkey of that credential id, whoever's it is."""
    return session.scalars(select(Passkey).where(Passkey.credential_id == credential_id)).first()


def codes_left(user_id: UUID) -> int:
    """Return how many recovery codes of the user were not used yet."""
    query = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def has_factor(user_id: UUID) -> bool:
    """Return whether the user has an authenticator app or a passkey."""
    query = select(
        select(TotpSecret.id).where(TotpSecret.user_id == user_id).exists()
        | select(Passkey.id).where(Passkey.user_id == user_id).exists()
    )
    return bool(session.scalar(query))


def with_factor(user_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these users have an authenticator app or a passkey; one statement."""
    apps = select(TotpSecret.user_id).where(TotpSecret.user_id.in_(user_ids))
    keys = select(Passkey.user_id).where(Passkey.user_id.in_(user_ids))
    return set(session.scalars(apps.union(keys)).all())


def settings_of_employers(user_id: UUID) -> Sequence[Row[Any]]:
    """(name, settings) of the tenants that the user works for."""
    query = (
        select(Tenant.name, Tenant.settings)
        .join(TenantUser, TenantUser.tenant_id == Tenant.id)
        .where(TenantUser.user_id == user_id, TenantUser.status == "active", Tenant.status != "deleted")
        .order_by(Tenant.name)
    )
    return session.execute(query).all()


def pending_login(key_hash: str, now: datetime) -> Any:
    """A log-in that waits for its second factor, with its user as it was when the password was given."""
    query = (
        select(PendingLogin, User)
        .join(User, User.id == PendingLogin.user_id)
        .where(
            PendingLogin.key_hash == key_hash,
            PendingLogin.expires_at > now,
            PendingLogin.auth_epoch == User.auth_epoch,
            User.status == "active",
        )
    )
    return session.execute(query).first()


def notices_of(user_id: UUID, most: int) -> Sequence[SecurityNotification]:
    """Return the latest notifications to the user, newest first."""
    query = (
        select(SecurityNotification)
        .where(SecurityNotification.user_id == user_id)
        .order_by(SecurityNotification.created_at.desc(), SecurityNotification.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def notices_by_id(ids: Sequence[UUID]) -> Sequence[Any]:
    """(id, text, place, created_at, email, name) of these notices."""
    query = (
        select(
            SecurityNotification.id,
            SecurityNotification.text,
            SecurityNotification.place,
            SecurityNotification.created_at,
            User.email,
            User.name,
        )
        .join(User, User.id == SecurityNotification.user_id)
        .where(SecurityNotification.id.in_(ids))
        .order_by(SecurityNotification.created_at, SecurityNotification.id)
    )
    return session.execute(query).all()
