"""Models of domain events that have happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel


class Event(TenantModel, Base):
    """Something that happened, named `noun.verb`: audit trail, workflow trigger and source of tasks."""

    __tablename__ = "events"
    __entity__ = "event"
    __label__ = ("name",)
    __table_args__ = (
        Index("ix_events_tenant_id_entity", "tenant_id", "entity_type", "entity_id", "created_at"),
        Index("ix_events_tenant_id_name_created_at", "tenant_id", "name", "created_at"),
    )

    name: Mapped[str] = mapped_column(String(80))
    entity_type: Mapped[str] = mapped_column(String(40), default="")
    entity_id: Mapped[UUID | None] = mapped_column()
    actor: Mapped[dict[str, Any]] = mapped_column(default=dict)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
