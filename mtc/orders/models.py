"""Orders and their lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED
from mtc.core.db import Base, TenantModel, belongs_to, has_many, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED, hash_of

LINK, CODE = "order.link", "order.code"
STATUSES = ("pending", "paid", "fulfilled", "cancelled", "expired", "partially_refunded", "refunded")


class Order(TenantModel, Base):
    """A sale. Amounts are minor units of `currency`; the JSON columns are what was agreed, kept as it was."""

    __tablename__ = "orders"
    __entity__ = "order"
    __label__ = ("order_number",)
    __table_args__ = (
        tenant_foreign_key("store_id", "stores"),
        tenant_foreign_key("customer_id", "customers"),
        UniqueConstraint("tenant_id", "order_number"),
        UniqueConstraint("tenant_id", "cart_id"),
        UniqueConstraint("tenant_id", "reference"),
        CheckConstraint(
            "status IN ('pending', 'paid', 'fulfilled', 'cancelled', 'expired', 'partially_refunded', "
            "'refunded')",
            name="status",
        ),
        CheckConstraint("refunded_amount >= 0 AND refunded_amount <= paid_amount", name="refunds"),
        CheckConstraint("total >= 0", name="total"),
        Index("ix_orders_tenant_id_status_created_at", "tenant_id", "status", "created_at", "id"),
        Index("ix_orders_tenant_id_created_at", "tenant_id", "created_at", "id"),
        Index("ix_orders_tenant_id_paid_at", "tenant_id", "paid_at"),
        Index("ix_orders_tenant_id_customer_id", "tenant_id", "customer_id", "created_at"),
        Index("ix_orders_tenant_id_email_lc", "tenant_id", "email_lc", "created_at"),
        Index("ix_orders_tenant_id_store_id", "tenant_id", "store_id"),
        Index(
            "ix_orders_tests", "tenant_id", "created_at", "id",
            sqlite_where=text("is_test IS 1"), postgresql_where=text("is_test IS true"),
        ),
    )  # fmt: skip

    store_id: Mapped[UUID] = mapped_column()
    customer_id: Mapped[UUID | None] = mapped_column()
    user_id: Mapped[UUID | None] = mapped_column()
    cart_id: Mapped[UUID | None] = mapped_column()
    order_number: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="pending")
    email: Mapped[str] = mapped_column(String(254))
    email_lc: Mapped[str] = mapped_column(String(254), info=DERIVED)
    country: Mapped[str] = mapped_column(String(2), default="")
    locale: Mapped[str] = mapped_column(String(10), default="en")
    currency: Mapped[str] = mapped_column(String(3))
    subtotal: Mapped[int] = mapped_column(BigInteger, default=0)
    discount: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    items_data: Mapped[list[Any]] = mapped_column(default=list)
    pricing_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    payment_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    customer_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secret_hash: Mapped[str] = mapped_column(String(64), default="", info=hash_of("secret", LINK))
    secret: Mapped[str] = mapped_column(String(400), default="", info=SEALED)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    is_test: Mapped[bool] = mapped_column(Boolean, default=False)
    reference: Mapped[str | None] = mapped_column(String(25))
    expires_at: Mapped[datetime | None] = mapped_column()
    paid_at: Mapped[datetime | None] = mapped_column()
    fulfilled_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime | None] = mapped_column()

    items = has_many("Order", "OrderItem", "order_id", back="order", order_by="position")


class OrderItem(TenantModel, Base):
    """One line: what was bought, at which price and why, and how its delivery stands."""

    __tablename__ = "order_items"
    __entity__ = "order_item"
    __label__ = ("title",)
    __table_args__ = (
        tenant_foreign_key("order_id", "orders", ondelete="CASCADE"),
        tenant_foreign_key("product_id", "products"),
        tenant_foreign_key("variant_id", "product_variants"),
        CheckConstraint("quantity > 0 AND quantity <= 1000", name="quantity"),
        CheckConstraint("refunded_quantity >= 0 AND refunded_quantity <= quantity", name="refunded_quantity"),
        Index("ix_order_items_tenant_id_order_id", "tenant_id", "order_id", "position"),
        Index("ix_order_items_tenant_id_product_id", "tenant_id", "product_id"),
        Index("ix_order_items_tenant_id_variant_id", "tenant_id", "variant_id", "order_id"),
    )

    order_id: Mapped[UUID] = mapped_column()
    product_id: Mapped[UUID] = mapped_column()
    variant_id: Mapped[UUID] = mapped_column()
    position: Mapped[int] = mapped_column(Integer, default=0)
    title: Mapped[str] = mapped_column(String(200))
    variant_title: Mapped[str] = mapped_column(String(200), default="")
    sku: Mapped[str] = mapped_column(String(80), default="")
    quantity: Mapped[int] = mapped_column(Integer)
    unit_price: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    refunded_quantity: Mapped[int] = mapped_column(Integer, default=0)
    refunded_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    price_trace: Mapped[list[Any]] = mapped_column(default=list)
    snapshot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    delivery_status: Mapped[str] = mapped_column(String(20), default="pending")

    order = belongs_to("OrderItem", "Order", "order_id", back="items")


class OrderDevice(TenantModel, Base):
    """A browser that may see what an order delivered: it placed the order, or showed a mailed code."""

    __tablename__ = "order_devices"
    __entity__ = "order_device"
    __table_args__ = (
        tenant_foreign_key("order_id", "orders", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "order_id", "token_hash"),
        Index("ix_order_devices_tenant_id_expires_at", "tenant_id", "expires_at"),
    )

    order_id: Mapped[UUID] = mapped_column()
    token_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column()


class OrderCode(TenantModel, Base):
    """The newest code mailed for opening an order in another browser; `tries` counts before comparing."""

    __tablename__ = "order_codes"
    __entity__ = "order_code"
    __table_args__ = (
        tenant_foreign_key("order_id", "orders", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "order_id"),
        Index("ix_order_codes_tenant_id_expires_at", "tenant_id", "expires_at"),
    )

    order_id: Mapped[UUID] = mapped_column()
    code: Mapped[str] = mapped_column(String(200), default="", info=SEALED)
    code_hash: Mapped[str] = mapped_column(String(64), default="", info=hash_of("code", CODE))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()


TERM = 40
NAME = 600
"""How long a term of the search is, and the names of what was sold."""

# What orders are found by: parts of words of the buyer's name and address, the number. Like that of the
# products it is a plain table whose b-tree serves prefixes under row-level security (decision 0112).
order_search = Table(
    "order_search",
    Base.metadata,
    Column("tenant_id", Uuid(), ForeignKey("tenants.id"), nullable=False),
    # Byte order, so that a prefix is a range on every database.
    Column("term", String(TERM).with_variant(String(TERM, collation="C"), "postgresql"), nullable=False),
    Column("order_id", Uuid(), nullable=False),
    PrimaryKeyConstraint("tenant_id", "term", "order_id"),
    tenant_foreign_key("order_id", "orders", ondelete="CASCADE"),
    # Whether an order at hand has a term, where many have it.
    Index("ix_order_search_tenant_id_order_id", "tenant_id", "order_id", "term"),
    sqlite_with_rowid=False,
)

# What each variant was called when it was sold, folded: as many rows as there were names, not orders.
sold_names = Table(
    "sold_names",
    Base.metadata,
    Column("tenant_id", Uuid(), ForeignKey("tenants.id"), nullable=False),
    Column("variant_id", Uuid(), nullable=False),
    Column("name", String(NAME), nullable=False),
    PrimaryKeyConstraint("tenant_id", "variant_id", "name"),
    tenant_foreign_key("variant_id", "product_variants", ondelete="CASCADE"),
    sqlite_with_rowid=False,
)
