"""Invitations to work for a tenant, and visits of platform support."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED
from mtc.core.db import Base, TenantModel


class Invitation(TenantModel, Base):
    """A place that was offered to an address; the mailed token is kept as its hash; `sent` counts."""

    __tablename__ = "invitations"
    __entity__ = "invitation"
    __label__ = ("email",)
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_invitations_tenant_id_status_created_at", "tenant_id", "status", "created_at"),
    )

    email: Mapped[str] = mapped_column(String(254))
    email_lc: Mapped[str] = mapped_column(String(254), info=DERIVED)
    role: Mapped[str] = mapped_column(String(63))
    token_hash: Mapped[str] = mapped_column(String(64))
    inviter_id: Mapped[UUID] = mapped_column()
    inviter_name: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(20), default="open")  # open accepted revoked
    sent: Mapped[int] = mapped_column(Integer, default=1)
    expires_at: Mapped[datetime] = mapped_column()
    closed_at: Mapped[datetime | None] = mapped_column()


class SupportSession(TenantModel, Base):
    """A super admin's look into a tenant's admin: for one session, with a reason, until `expires_at` at most.

    `raised_at` set means that changes are allowed.
    """

    __tablename__ = "support_sessions"
    __entity__ = "support_session"
    __table_args__ = (
        Index("ix_support_sessions_tenant_id_created_at", "tenant_id", "created_at"),
        Index("ix_support_sessions_session_id", "session_id"),
    )

    user_id: Mapped[UUID] = mapped_column()
    user_name: Mapped[str] = mapped_column(String(200), default="")
    user_email: Mapped[str] = mapped_column(String(254), default="")
    session_id: Mapped[UUID] = mapped_column()
    reason: Mapped[str] = mapped_column(String(300))
    expires_at: Mapped[datetime] = mapped_column()
    raised_at: Mapped[datetime | None] = mapped_column()
    raise_reason: Mapped[str] = mapped_column(String(300), default="")
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_by: Mapped[str] = mapped_column(String(200), default="")
