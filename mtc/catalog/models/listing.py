"""Tables for finding products: collections, addresses that have moved, the search index."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, tenant_foreign_key


class Collection(TenantModel, Base):
    """Products that are shown together."""

    __tablename__ = "collections"
    __entity__ = "collection"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "slug"),)

    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="")
    image: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int] = mapped_column(Integer, default=0)
    product_count: Mapped[int] = mapped_column(Integer, default=0)


class CollectionProduct(TenantModel, Base):
    """A product in a collection."""

    __tablename__ = "collection_products"
    __entity__ = "collection_product"
    __table_args__ = (
        tenant_foreign_key("collection_id", "collections", ondelete="CASCADE"),
        tenant_foreign_key("product_id", "products", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "collection_id", "product_id"),
        Index("ix_collection_products_tenant_id_product_id", "tenant_id", "product_id"),
    )

    collection_id: Mapped[UUID] = mapped_column()
    product_id: Mapped[UUID] = mapped_column()
    position: Mapped[int] = mapped_column(Integer, default=0)


class MovedAddress(TenantModel, Base):
    """A slug that a product or a collection had before: whoever asks for it is led to the present one.

    The row names the thing and not its new slug, so that any number of renamings is one step. A slug is in
    use or moved, never both: whatever takes it drops the row.
    """

    __tablename__ = "moved_addresses"
    __entity__ = "moved_address"
    __label__ = ("slug",)
    __table_args__ = (
        tenant_foreign_key("product_id", "products", ondelete="CASCADE"),
        tenant_foreign_key("collection_id", "collections", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "kind", "slug"),
        CheckConstraint("kind IN ('product', 'collection')", name="kind"),
        Index("ix_moved_addresses_tenant_id_product_id", "tenant_id", "product_id"),
        Index("ix_moved_addresses_tenant_id_collection_id", "tenant_id", "collection_id"),
    )

    kind: Mapped[str] = mapped_column(String(20), default="product")
    slug: Mapped[str] = mapped_column(String(120))
    product_id: Mapped[UUID | None] = mapped_column()
    collection_id: Mapped[UUID | None] = mapped_column()


# The search index: which words stand in a product, and how much they count. A plain table with a
# b-tree serves prefixes under row-level security, where neither GIN nor FTS5 does (decision 0040).
product_search = Table(
    "product_search",
    Base.metadata,
    Column("tenant_id", Uuid(), ForeignKey("tenants.id"), nullable=False),
    # Byte order, so that a prefix is a range on every database.
    Column("term", String(40).with_variant(String(40, collation="C"), "postgresql"), nullable=False),
    Column("product_id", Uuid(), nullable=False),
    Column("weight", SmallInteger, nullable=False),
    PrimaryKeyConstraint("tenant_id", "term", "product_id"),
    tenant_foreign_key("product_id", "products", ondelete="CASCADE"),
    Index("ix_product_search_tenant_id_product_id", "tenant_id", "product_id"),
    sqlite_with_rowid=False,
)
