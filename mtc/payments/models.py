"""Tables of payment methods, payments, events of providers, and refunds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import HIDDEN
from mtc.core.db import Base, TenantModel, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED


class PaymentGateway(TenantModel, Base):
    """A provider that a tenant has set up; its credentials are sealed."""

    __tablename__ = "payment_gateways"
    __entity__ = "payment_gateway"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    type: Mapped[str] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    is_test: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    credentials: Mapped[str | None] = mapped_column(Text, info=SEALED)


class Payment(TenantModel, Base):
    """One attempt to be paid for an order. Every charge has its own row.

    One that is `starting` waits for the provider's answer, which names it.
    """

    __tablename__ = "payments"
    __entity__ = "payment"
    __table_args__ = (
        tenant_foreign_key("order_id", "orders"),
        tenant_foreign_key("gateway_id", "payment_gateways"),
        UniqueConstraint("tenant_id", "gateway_id", "provider_ref"),
        CheckConstraint(
            "status IN ('starting', 'pending', 'succeeded', 'failed', 'cancelled')", name="status"
        ),
        CheckConstraint("refunded >= 0 AND refunded <= captured", name="refunds"),
        Index("ix_payments_tenant_id_order_id", "tenant_id", "order_id", "created_at"),
        Index("ix_payments_tenant_id_status_created_at", "tenant_id", "status", "created_at"),
    )

    order_id: Mapped[UUID] = mapped_column()
    gateway_id: Mapped[UUID] = mapped_column()
    status: Mapped[str] = mapped_column(String(20), default="pending")
    amount: Mapped[int] = mapped_column(BigInteger)
    captured: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    provider_ref: Mapped[str | None] = mapped_column(String(200))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, info=HIDDEN)
    succeeded_at: Mapped[datetime | None] = mapped_column()


class PaymentEvent(TenantModel, Base):
    """A notification of a provider as it came in; its id is unique, so it counts once."""

    __tablename__ = "payment_events"
    __entity__ = "payment_event"
    __table_args__ = (
        tenant_foreign_key("gateway_id", "payment_gateways"),
        UniqueConstraint("tenant_id", "gateway_id", "provider_event_id"),
        Index("ix_payment_events_tenant_id_payment_id", "tenant_id", "payment_id", "created_at"),
    )

    gateway_id: Mapped[UUID] = mapped_column()
    payment_id: Mapped[UUID | None] = mapped_column()
    provider_event_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text, info=HIDDEN)
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict, info=HIDDEN)
    outcome: Mapped[str] = mapped_column(String(40), default="")


class Refund(TenantModel, Base):
    """Money on its way back; the row exists before the provider is asked, its id is the idempotency key."""

    __tablename__ = "refunds"
    __entity__ = "refund"
    __table_args__ = (
        tenant_foreign_key("payment_id", "payments"),
        tenant_foreign_key("order_id", "orders"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("status IN ('pending', 'succeeded', 'failed')", name="status"),
        Index("ix_refunds_tenant_id_order_id", "tenant_id", "order_id", "created_at"),
        Index("ix_refunds_tenant_id_payment_id", "tenant_id", "payment_id"),
    )

    payment_id: Mapped[UUID] = mapped_column()
    order_id: Mapped[UUID] = mapped_column()
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(20), default="pending")
    reason: Mapped[str] = mapped_column(String(300), default="")
    lines: Mapped[list[Any]] = mapped_column(default=list)
    provider_ref: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    actor: Mapped[dict[str, Any]] = mapped_column(default=dict)
