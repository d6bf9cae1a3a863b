"""People and programs: staff of the platform, shoppers of a tenant, their sessions and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED
from mtc.core.db import Base, PlatformModel, TenantModel, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED, SEALED_VALUES


class User(PlatformModel, Base):
    """A person who works on the platform or for a tenant."""

    __tablename__ = "users"
    __entity__ = "user"
    __label__ = ("name", "email")

    email: Mapped[str] = mapped_column(String(254))
    email_lc: Mapped[str] = mapped_column(String(254), unique=True, info=DERIVED)
    name: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_super_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    status: Mapped[str] = mapped_column(String(20), default="active")
    auth_epoch: Mapped[int] = mapped_column(Integer, default=0)
    last_login_at: Mapped[datetime | None] = mapped_column(info=DERIVED)
    locale: Mapped[str | None] = mapped_column(String(35))


class TenantUser(TenantModel, Base):
    """A membership: this user works for this tenant, in this role, with these extra permissions."""

    __tablename__ = "tenant_users"
    __entity__ = "tenant_user"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id"),
        Index("ix_tenant_users_user_id", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(63))
    permissions: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(20), default="active")


class UserRole(TenantModel, Base):
    """A named set of permissions for staff (kind staff) or a price tier for customers (kind customer)."""

    __tablename__ = "user_roles"
    __entity__ = "user_role"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    kind: Mapped[str] = mapped_column(String(20), default="staff")
    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    permissions: Mapped[list[Any]] = mapped_column(default=list)
    pricing_tier: Mapped[str] = mapped_column(String(40), default="")


class Customer(TenantModel, Base):
    """A shopper of one tenant; without a password it is a guest who has ordered."""

    __tablename__ = "customers"
    __entity__ = "customer"
    __label__ = ("name", "email")
    __table_args__ = (
        UniqueConstraint("tenant_id", "email_lc"),
        tenant_foreign_key("role_id", "user_roles"),
        Index("ix_customers_tenant_id_created_at", "tenant_id", "created_at"),
    )

    email: Mapped[str] = mapped_column(String(254))
    email_lc: Mapped[str] = mapped_column(String(254), info=DERIVED)
    name: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role_id: Mapped[UUID | None] = mapped_column()
    country: Mapped[str] = mapped_column(String(2), default="")
    locale: Mapped[str] = mapped_column(String(10), default="en")
    status: Mapped[str] = mapped_column(String(20), default="active")
    auth_epoch: Mapped[int] = mapped_column(Integer, default=0)
    verified_at: Mapped[datetime | None] = mapped_column()
    last_login_at: Mapped[datetime | None] = mapped_column(info=DERIVED)


class LoginSession(PlatformModel, Base):
    """A server-side session; the cookie holds a random text whose hash is `key_hash`.

    `tenant_id` null is a session on the platform's host (staff); set, it is a shopper's at one tenant.
    `second_factor` says by which second factor it was opened, and is null where the password was all.
    """

    __tablename__ = "sessions"
    __entity__ = "login_session"
    __table_args__ = (
        Index("ix_sessions_tenant_id_customer_id", "tenant_id", "customer_id"),
        Index("ix_sessions_user_id", "user_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    customer_id: Mapped[UUID | None] = mapped_column()
    auth_epoch: Mapped[int] = mapped_column(Integer, default=0)
    second_factor: Mapped[str | None] = mapped_column(String(20))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, info=SEALED_VALUES)
    ip: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    last_seen_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()


class ApiKey(TenantModel, Base):
    """A program's key: the prefix is shown, the secret is stored as its SHA-256 only."""

    __tablename__ = "api_keys"
    __entity__ = "api_key"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("prefix"),)

    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(20))
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[Any]] = mapped_column(default=list)
    expires_at: Mapped[datetime | None] = mapped_column()
    last_used_at: Mapped[datetime | None] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()


class TotpSecret(PlatformModel, Base):
    """A user's authenticator app; `last_step` is the newest step that was used, so each code counts once."""

    __tablename__ = "totp_secrets"
    __entity__ = "totp_secret"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    sealed_secret: Mapped[str] = mapped_column(Text, info=SEALED)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)


class RecoveryCode(PlatformModel, Base):
    """A code for the day when the app and the passkeys are out of reach; only its hash is kept."""

    __tablename__ = "recovery_codes"
    __entity__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column()


class Passkey(PlatformModel, Base):
    """A WebAuthn credential of a user; ids and keys are base64url, `sign_count` tells copies."""

    __tablename__ = "passkeys"
    __entity__ = "passkey"
    __label__ = ("name",)
    __table_args__ = (Index("ix_passkeys_user_id", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[Any]] = mapped_column(default=list)
    backed_up: Mapped[bool] = mapped_column(Boolean, default=False)
    last_used_at: Mapped[datetime | None] = mapped_column()


class PendingLogin(PlatformModel, Base):
    """Somebody who gave the right password and has yet to show the second factor, in one browser."""

    __tablename__ = "pending_logins"
    __entity__ = "pending_login"
    __table_args__ = (Index("ix_pending_logins_expires_at", "expires_at"),)

    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    auth_epoch: Mapped[int] = mapped_column(Integer)
    target: Mapped[str] = mapped_column(String(2000), default="")
    failures: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column()


class WebAuthnChallenge(PlatformModel, Base):
    """A challenge that was given to one browser for one purpose; it goes when it is answered."""

    __tablename__ = "webauthn_challenges"
    __entity__ = "webauthn_challenge"
    __table_args__ = (Index("ix_webauthn_challenges_expires_at", "expires_at"),)

    challenge_hash: Mapped[str] = mapped_column(String(64), unique=True)
    holder_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime] = mapped_column()


class SecurityNotification(PlatformModel, Base):
    """Notification to a user about their own log-in, on their account page and by mail."""

    __tablename__ = "security_notifications"
    __entity__ = "security_notification"
    __table_args__ = (
        Index("ix_security_notifications_user_id_created_at", "user_id", "created_at"),
        Index("ix_security_notifications_next_at", "next_at"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(500))
    place: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column()
    mailed_at: Mapped[datetime | None] = mapped_column()


class PasswordRequest(PlatformModel, Base):
    """Somebody typed this address because its password is forgotten; it goes once a worker has looked."""

    __tablename__ = "password_requests"
    __entity__ = "password_request"
    __table_args__ = (Index("ix_password_requests_next_at", "next_at"),)

    email_lc: Mapped[str] = mapped_column(String(254), info=DERIVED)
    place: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column()
