"""Tables of deliveries, downloads and delivery methods."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED, HIDDEN
from mtc.core.db import Base, TenantModel, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED_VALUES


class DeliveryMethod(TenantModel, Base):
    """A way to deliver that the merchant has set up: its kind, its settings, its message."""

    __tablename__ = "delivery_methods"
    __entity__ = "delivery_method"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    type: Mapped[str] = mapped_column(String(20))  # email webhook file manual plugin
    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    config: Mapped[dict[str, Any]] = mapped_column(default=dict, info=SEALED_VALUES)
    template: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)


class Delivery(TenantModel, Base):
    """The delivery of one order line; there is one per line, so doing it twice changes nothing."""

    __tablename__ = "deliveries"
    __entity__ = "delivery"
    __table_args__ = (
        tenant_foreign_key("order_id", "orders", ondelete="CASCADE"),
        tenant_foreign_key("order_item_id", "order_items", ondelete="CASCADE"),
        tenant_foreign_key("delivery_method_id", "delivery_methods"),
        UniqueConstraint("tenant_id", "order_item_id"),
        CheckConstraint(
            "status IN ('pending', 'processing', 'delivered', 'failed', 'revoked')", name="status"
        ),
        Index("ix_deliveries_tenant_id_order_id", "tenant_id", "order_id"),
        Index("ix_deliveries_tenant_id_status_created_at", "tenant_id", "status", "created_at"),
    )

    order_id: Mapped[UUID] = mapped_column()
    order_item_id: Mapped[UUID] = mapped_column()
    delivery_method_id: Mapped[UUID | None] = mapped_column()
    status: Mapped[str] = mapped_column(String(20), default="pending")
    delivery_data: Mapped[dict[str, Any]] = mapped_column(default=dict, info=HIDDEN)
    error_log: Mapped[list[Any]] = mapped_column(default=list)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    delivered_at: Mapped[datetime | None] = mapped_column()


class Download(TenantModel, Base):
    """The right of one order line to fetch one file so many times until a date.

    `max_downloads` None is without limit. `progress` holds what of the copy in progress was sent, and the
    streams that are open (mtc/delivery/services/coverage.py).
    """

    __tablename__ = "downloads"
    __entity__ = "download"
    __label__ = ("filename",)
    __table_args__ = (
        tenant_foreign_key("order_id", "orders", ondelete="CASCADE"),
        tenant_foreign_key("order_item_id", "order_items", ondelete="CASCADE"),
        tenant_foreign_key("media_id", "media"),
        UniqueConstraint("tenant_id", "order_item_id", "media_id"),
        CheckConstraint("used >= 0 AND used <= max_downloads", name="used"),
        Index("ix_downloads_tenant_id_order_id", "tenant_id", "order_id"),
        Index("ix_downloads_tenant_id_media_id", "tenant_id", "media_id"),
    )

    order_id: Mapped[UUID] = mapped_column()
    order_item_id: Mapped[UUID] = mapped_column()
    media_id: Mapped[UUID] = mapped_column()
    filename: Mapped[str] = mapped_column(String(200))
    max_downloads: Mapped[int | None] = mapped_column(Integer, default=5)
    used: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime | None] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
    last_used_at: Mapped[datetime | None] = mapped_column()
    log: Mapped[list[Any]] = mapped_column(default=list)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}", info=DERIVED)
