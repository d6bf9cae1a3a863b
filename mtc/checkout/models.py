"""Tables of carts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, belongs_to, has_many, tenant_foreign_key


class Cart(TenantModel, Base):
    """A cart of one visitor; once it has become an order it is closed."""

    __tablename__ = "carts"
    __entity__ = "cart"
    __table_args__ = (
        tenant_foreign_key("store_id", "stores", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "token_hash"),
        Index("ix_carts_tenant_id_customer_id", "tenant_id", "customer_id"),
        Index("ix_carts_tenant_id_status_updated_at", "tenant_id", "status", "updated_at"),
    )

    store_id: Mapped[UUID] = mapped_column()
    customer_id: Mapped[UUID | None] = mapped_column()
    token_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20), default="open")
    currency: Mapped[str] = mapped_column(String(3))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime] = mapped_column()

    lines = has_many("Cart", "CartLine", "cart_id", back="cart", order_by="created_at")


class CartLine(TenantModel, Base):
    """So many of one variant; prices are never stored here."""

    __tablename__ = "cart_lines"
    __entity__ = "cart_line"
    __table_args__ = (
        tenant_foreign_key("cart_id", "carts", ondelete="CASCADE"),
        tenant_foreign_key("variant_id", "product_variants", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "cart_id", "variant_id"),
        CheckConstraint("quantity > 0 AND quantity <= 100", name="quantity"),
        Index("ix_cart_lines_tenant_id_variant_id", "tenant_id", "variant_id"),
    )

    cart_id: Mapped[UUID] = mapped_column()
    variant_id: Mapped[UUID] = mapped_column()
    quantity: Mapped[int] = mapped_column(Integer)

    cart = belongs_to("CartLine", "Cart", "cart_id", back="lines")
