"""Rows of work to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import HIDDEN
from mtc.core.db import Base, TenantModel, tenant_foreign_key


def _pending_index(name: str, *columns: str) -> Index:
    """An index of the tasks that are still to be done: small, however many were done."""
    pending = text("status = 'pending'")
    return Index(name, *columns, sqlite_where=pending, postgresql_where=pending)


class Task(TenantModel, Base):
    """Work to do: this row is the queue. `attempts` is also the fencing token of a lease.

    `lane` is empty for MTC's own tasks and the plugin's id for a plugin's: each lane has workers of its own.
    Tasks of a lower `priority` are leased first. `entity_id` is what the task is about, such as an order.
    """

    __tablename__ = "tasks"
    __entity__ = "task"
    __label__ = ("name",)
    __table_args__ = (
        tenant_foreign_key("event_id", "events"),
        UniqueConstraint("tenant_id", "dedupe_key"),
        Index("ix_tasks_status_next_at", "status", "next_at"),
        Index("ix_tasks_tenant_id_status_created_at", "tenant_id", "status", "created_at"),
        _pending_index("ix_tasks_due", "tenant_id", "lane", "priority", "next_at"),
        _pending_index("ix_tasks_pending_entity", "tenant_id", "entity_id"),
    )

    event_id: Mapped[UUID | None] = mapped_column()
    name: Mapped[str] = mapped_column(String(120))
    lane: Mapped[str] = mapped_column(String(120), default="", server_default="")
    priority: Mapped[int] = mapped_column(SmallInteger, default=50, server_default="50")
    entity_id: Mapped[UUID | None] = mapped_column()
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, info=HIDDEN)
    dedupe_key: Mapped[str | None] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20), default="pending")  # pending done dead
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    max_attempts: Mapped[int] = mapped_column(Integer, default=8)
    next_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    dead_at: Mapped[datetime | None] = mapped_column()
    error: Mapped[str] = mapped_column(Text, default="")
