"""The address that a store wants its mail to come from."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED

PLACE = {"table": "mail_senders", "column": "private_key"}
"""Where the private key is sealed for."""


class MailSender(TenantModel, Base):
    """A store's own From address; mail leaves with it while `status` is `verified`.

    `domain` is in ASCII form. `results` is what the last check found: [{key, state, found, note}].
    `asked_at` is when a check was last asked for, `check_at` when the next one is due by itself.
    `failing_since` is set while a verified domain no longer has what it needs; after days it is `lapsed`.
    """

    __tablename__ = "mail_senders"
    __entity__ = "mail_sender"
    __table_args__ = (
        tenant_foreign_key("store_id", "stores", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "store_id"),
        CheckConstraint("status IN ('pending', 'verified', 'lapsed')", name="status"),
        Index("ix_mail_senders_tenant_id_check_at", "tenant_id", "check_at"),
    )

    store_id: Mapped[UUID] = mapped_column()
    address: Mapped[str] = mapped_column(String(254))
    domain: Mapped[str] = mapped_column(String(253))
    token: Mapped[str] = mapped_column(String(64))
    selector: Mapped[str] = mapped_column(String(40))
    public_key: Mapped[str] = mapped_column(Text)
    private_key: Mapped[str] = mapped_column(Text, info=SEALED)
    status: Mapped[str] = mapped_column(String(20), default="pending")
    results: Mapped[list[Any]] = mapped_column(default=list)
    set_at: Mapped[datetime] = mapped_column()
    asked_at: Mapped[datetime | None] = mapped_column()
    checked_at: Mapped[datetime | None] = mapped_column()
    check_at: Mapped[datetime | None] = mapped_column()
    verified_at: Mapped[datetime | None] = mapped_column()
    failing_since: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime | None] = mapped_column()
