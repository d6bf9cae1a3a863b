"""Tables of what a store sells: product types, products with attributes and variants, stock."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED, HIDDEN
from mtc.core.db import Base, TenantModel, belongs_to, has_many, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED, hash_of
from mtc.core.stock_value_parts import KEY_SEARCH, PARTS

STOCK_HASH = "stock"


def _part(name: str) -> dict[str, Any]:
    return hash_of("value", KEY_SEARCH, PARTS[name])


class ProductType(TenantModel, Base):
    """A kind of product that the merchant defined: its fields, its form, its workflows.

    delivery_data {method, label, instant} and `stock_source` are what new variants of the type begin with.
    """

    __tablename__ = "product_types"
    __entity__ = "product_type"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    schema: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ui_config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    workflows: Mapped[list[Any]] = mapped_column(default=list)
    delivery_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime | None] = mapped_column()
    description: Mapped[str] = mapped_column(String(500), default="", server_default="")
    icon: Mapped[str] = mapped_column(String(40), default="", server_default="")
    stock_source: Mapped[str] = mapped_column(String(20), default="pool", server_default="pool")


class Product(TenantModel, Base):
    """A thing for sale.

    `price_from`, `price_to`, `compare_at`, `in_stock` and `card` repeat variants, attributes and
    collections, so that a listing reads this table only. card {offers: [{id, sku, price, compare_at}],
    badges: [text], collections: [{id, slug, name}]}.
    """

    __tablename__ = "products"
    __entity__ = "product"
    __label__ = ("name",)
    __table_args__ = (
        tenant_foreign_key("product_type_id", "product_types"),
        UniqueConstraint("tenant_id", "slug"),
        CheckConstraint("status IN ('draft', 'active', 'archived')", name="status"),
        Index("ix_products_tenant_id_status_created_at", "tenant_id", "status", "created_at", "id"),
        Index("ix_products_tenant_id_status_price", "tenant_id", "status", "price_from", "id"),
        Index("ix_products_tenant_id_status_sold", "tenant_id", "status", "sold_count", "id"),
        Index("ix_products_tenant_id_status_name_key", "tenant_id", "status", "name_key", "id"),
        Index("ix_products_tenant_id_product_type_id", "tenant_id", "product_type_id"),
    )

    product_type_id: Mapped[UUID] = mapped_column()
    name: Mapped[str] = mapped_column(String(200))
    slug: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(20), default="draft")
    summary: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    image: Mapped[dict[str, Any]] = mapped_column(default=dict)
    gallery: Mapped[list[Any]] = mapped_column(default=list)
    badge: Mapped[str] = mapped_column(String(60), default="")
    is_featured: Mapped[bool] = mapped_column(Boolean, default=False)
    currency: Mapped[str] = mapped_column(String(3))
    price_from: Mapped[int] = mapped_column(BigInteger, default=0)
    price_to: Mapped[int] = mapped_column(BigInteger, default=0)
    compare_at: Mapped[int | None] = mapped_column(BigInteger)
    in_stock: Mapped[bool] = mapped_column(Boolean, default=True)
    card: Mapped[dict[str, Any]] = mapped_column(default=dict, info=DERIVED)
    sold_count: Mapped[int] = mapped_column(BigInteger, default=0)
    version: Mapped[int] = mapped_column(Integer, default=1, info=DERIVED)
    published_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime | None] = mapped_column()
    # What names are sorted by, in byte order; empty while it has to be made (jobs.py).
    name_key: Mapped[str] = mapped_column(
        String(200).with_variant(String(200, collation="C"), "postgresql"), default="", server_default=""
    )

    product_type = belongs_to("Product", "ProductType", "product_type_id")
    attributes = has_many("Product", "ProductAttribute", "product_id", back="product")
    variants = has_many("Product", "ProductVariant", "product_id", back="product", order_by="position")


class ProductAttribute(TenantModel, Base):
    """One value of one attribute (EAV): the JSON for display, a typed column for filters.

    Decimals are stored in `value_number` times 10,000; a multi-select has one row per choice.
    """

    __tablename__ = "product_attributes"
    __entity__ = "product_attribute"
    __table_args__ = (
        tenant_foreign_key("product_id", "products", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "product_id", "attribute_key", "position"),
        Index("ix_product_attributes_text", "tenant_id", "attribute_key", "value_text", "product_id"),
        Index("ix_product_attributes_number", "tenant_id", "attribute_key", "value_number", "product_id"),
        Index("ix_product_attributes_time", "tenant_id", "attribute_key", "value_time", "product_id"),
    )

    product_id: Mapped[UUID] = mapped_column()
    attribute_key: Mapped[str] = mapped_column(String(40))
    attribute_type: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer, default=0)
    attribute_value: Mapped[dict[str, Any]] = mapped_column()
    value_text: Mapped[str | None] = mapped_column(String(200))
    value_number: Mapped[int | None] = mapped_column(BigInteger)
    value_flag: Mapped[bool | None] = mapped_column(Boolean)
    value_time: Mapped[datetime | None] = mapped_column()

    product = belongs_to("ProductAttribute", "Product", "product_id", back="attributes")


class ProductVariant(TenantModel, Base):
    """One combination of a product's options with its price, stock and delivery; carts hold variants.

    price_data {amount, compare_at}; inventory_data {source: pool|unlimited|none, low_at};
    delivery_data {method, files: [media ids], max_downloads, days}. `stock_source` and `low_at` repeat
    inventory_data for queries; `available` counts the available keys of a pool.
    """

    __tablename__ = "product_variants"
    __entity__ = "product_variant"
    __label__ = ("name", "sku")
    __table_args__ = (
        tenant_foreign_key("product_id", "products", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "sku"),
        Index("ix_product_variants_tenant_id_product_id", "tenant_id", "product_id", "position"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("available >= 0", name="available"),
        CheckConstraint("stock_source IN ('pool', 'unlimited', 'none')", name="stock_source"),
        Index("ix_product_variants_low", "tenant_id", "stock_source", "available", "id"),
    )

    product_id: Mapped[UUID] = mapped_column()
    sku: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    price: Mapped[int] = mapped_column(BigInteger, default=0)
    price_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    inventory_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    delivery_data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stock_source: Mapped[str] = mapped_column(String(20), default="pool")
    low_at: Mapped[int] = mapped_column(Integer, default=5)
    available: Mapped[int] = mapped_column(Integer, default=0)

    product = belongs_to("ProductVariant", "Product", "product_id", back="variants")


class StockItem(TenantModel, Base):
    """One key of a pool: the value is sealed, its keyed hash finds duplicates.

    The hashes of its parts find it by what is typed into a search; they are empty for keys that are too
    short, and none while a key is not indexed yet (decision 0080).
    """

    __tablename__ = "stock_items"
    __entity__ = "stock_item"
    __table_args__ = (
        tenant_foreign_key("variant_id", "product_variants"),
        UniqueConstraint("tenant_id", "value_hash"),
        CheckConstraint(
            "status IN ('available', 'reserved', 'delivered', 'revoked', 'quarantined')", name="status"
        ),
        Index("ix_stock_items_pool", "tenant_id", "variant_id", "status", "id"),
        Index("ix_stock_items_tenant_id_order_item_id", "tenant_id", "order_item_id"),
        Index("ix_stock_items_tenant_id_status_reserved_until", "tenant_id", "status", "reserved_until"),
        *(Index(f"ix_stock_items_{name}", "tenant_id", name, "id") for name in PARTS),
    )

    variant_id: Mapped[UUID] = mapped_column()
    value: Mapped[str] = mapped_column(Text, info=SEALED)
    value_hash: Mapped[str] = mapped_column(String(64), info=hash_of("value", STOCK_HASH))
    full_hash: Mapped[str | None] = mapped_column(String(64), info=_part("full_hash"))
    begin4_hash: Mapped[str | None] = mapped_column(String(64), info=_part("begin4_hash"))
    begin8_hash: Mapped[str | None] = mapped_column(String(64), info=_part("begin8_hash"))
    end4_hash: Mapped[str | None] = mapped_column(String(64), info=_part("end4_hash"))
    end8_hash: Mapped[str | None] = mapped_column(String(64), info=_part("end8_hash"))
    hint: Mapped[str] = mapped_column(String(20), default="", info=HIDDEN)
    batch: Mapped[str] = mapped_column(String(80), default="")
    status: Mapped[str] = mapped_column(String(20), default="available")
    order_item_id: Mapped[UUID | None] = mapped_column()
    reserved_until: Mapped[datetime | None] = mapped_column()
    delivered_at: Mapped[datetime | None] = mapped_column()
    revealed_at: Mapped[datetime | None] = mapped_column()
