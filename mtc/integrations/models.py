"""Other systems: what is synchronised with them, and where they want to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED


class Integration(TenantModel, Base):
    """A connection to another system with its field mapping and schedule."""

    __tablename__ = "integrations"
    __entity__ = "integration"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    type: Mapped[str] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    credentials: Mapped[str | None] = mapped_column(Text, info=SEALED)
    field_mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    schedule: Mapped[str] = mapped_column(String(100), default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=False)
    last_run_at: Mapped[datetime | None] = mapped_column()


class WebhookEndpoint(TenantModel, Base):
    """An address of the merchant's that is told of events, signed with its own secret."""

    __tablename__ = "webhook_endpoints"
    __entity__ = "webhook_endpoint"
    __table_args__ = (
        tenant_foreign_key("integration_id", "integrations", ondelete="CASCADE"),
        Index("ix_webhook_endpoints_tenant_id_integration_id", "tenant_id", "integration_id"),
    )

    integration_id: Mapped[UUID | None] = mapped_column()
    url: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(String(200), default="")
    events: Mapped[list[Any]] = mapped_column(default=list)
    secret: Mapped[str] = mapped_column(Text, info=SEALED)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    disabled_at: Mapped[datetime | None] = mapped_column()
