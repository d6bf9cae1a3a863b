"""The outbox of each tenant."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import HIDDEN
from mtc.core.db import Base, TenantModel


class Email(TenantModel, Base):
    """An email of a tenant, written with the fact that causes it and sent by a task."""

    __tablename__ = "emails"
    __entity__ = "email"
    __label__ = ("subject", "recipient")
    __table_args__ = (
        UniqueConstraint("tenant_id", "dedupe_key"),
        Index("ix_emails_tenant_id_created_at", "tenant_id", "created_at"),
        Index("ix_emails_tenant_id_entity_id", "tenant_id", "entity_id"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    sender: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(300))
    body_text: Mapped[str] = mapped_column(Text, info=HIDDEN)
    body_html: Mapped[str] = mapped_column(Text, default="", info=HIDDEN)
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    entity_type: Mapped[str] = mapped_column(String(40), default="")
    entity_id: Mapped[UUID | None] = mapped_column()
    status: Mapped[str] = mapped_column(String(20), default="queued")  # queued sent failed
    provider_id: Mapped[str] = mapped_column(String(200), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column()
