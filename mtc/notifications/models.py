"""Models of the staff's choices of emails, and of the stock alerts that have been sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, tenant_foreign_key


class NotificationChoice(TenantModel, Base):
    """A member of staff has switched one kind of email on or off; without a row its default counts."""

    __tablename__ = "notification_choices"
    __entity__ = "notification_choice"
    __table_args__ = (
        tenant_foreign_key("member_id", "tenant_users", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "member_id", "topic"),
    )

    member_id: Mapped[UUID] = mapped_column()
    topic: Mapped[str] = mapped_column(String(40))
    enabled: Mapped[bool] = mapped_column(Boolean)


class StockAlert(TenantModel, Base):
    """Staff were told that a variant runs low or is sold out; the row goes when it is refilled."""

    __tablename__ = "stock_alerts"
    __entity__ = "stock_alert"
    __table_args__ = (
        tenant_foreign_key("variant_id", "product_variants", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "variant_id"),
        CheckConstraint("level IN ('low', 'out')", name="level"),
    )

    variant_id: Mapped[UUID] = mapped_column()
    level: Mapped[str] = mapped_column(String(10), default="low")
    alerted_at: Mapped[datetime] = mapped_column()
