"""Entries of the audit log: written once, read, and deleted only when their time is over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, event
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, PlatformModel
from mtc.core.i18n import _l

KINDS = {"change": _l("Changes"), "account": _l("Log-ins and accounts"), "support": _l("Platform support")}


class AuditEntry(PlatformModel, Base):
    """One thing that a person did; `tenant_id` null is something of the platform, which no tenant sees.

    `changes` holds a list of {type, op, id, label, rows, fields: {name: [before, after]}} without secrets;
    `search_text` is what the search looks through.
    """

    __tablename__ = "audit_entries"
    __entity__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entries_tenant_id_created_at", "tenant_id", "created_at", "id"),
        Index("ix_audit_entries_tenant_id_object", "tenant_id", "object_type", "object_id", "created_at"),
        Index("ix_audit_entries_created_at", "created_at", "id"),
    )

    tenant_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[UUID | None] = mapped_column()
    actor_name: Mapped[str] = mapped_column(String(200), default="")
    actor_email: Mapped[str] = mapped_column(String(254), default="")
    visit_id: Mapped[UUID | None] = mapped_column()
    action: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(300))
    object_type: Mapped[str] = mapped_column(String(60), default="")
    object_id: Mapped[str] = mapped_column(String(80), default="")
    object_label: Mapped[str] = mapped_column(String(200), default="")
    changes: Mapped[list[Any]] = mapped_column(default=list)
    events: Mapped[list[Any]] = mapped_column(default=list)
    method: Mapped[str] = mapped_column(String(10), default="")
    path: Mapped[str] = mapped_column(String(500), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    request_id: Mapped[str] = mapped_column(String(40), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")


def _refuse(*_: Any) -> None:
    raise InvalidRequestError("entries of the audit log are not changed: write another one")


event.listen(AuditEntry, "before_update", _refuse)
event.listen(AuditEntry, "before_delete", _refuse)
