"""Requests that carry an Idempotency-Key, and their answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel
from mtc.core.encrypted_columns import SEALED


class IdempotencyKey(TenantModel, Base):
    """A request that counts once: whose and where (`scope`), what was sent, and the answer, sealed.

    The row is written first in the transaction of the effects, so that both are there or neither; while
    `answer` is null the request is under way.
    """

    __tablename__ = "idempotency_keys"
    __entity__ = "idempotency_key"
    __table_args__ = (
        UniqueConstraint("tenant_id", "scope", "key_hash"),
        Index("ix_idempotency_keys_expires_at", "expires_at"),
    )

    scope: Mapped[str] = mapped_column(String(64))
    key_hash: Mapped[str] = mapped_column(String(64))
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str | None] = mapped_column(Text, info=SEALED)
    expires_at: Mapped[datetime] = mapped_column()
