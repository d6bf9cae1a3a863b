"""Models of tenants, their stores and the hosts of these."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.change_tracking.column_info import DERIVED
from mtc.core.db import Base, PlatformModel, TenantModel, belongs_to, tenant_foreign_key
from mtc.core.store_info import is_sandbox

TENANT_STATUSES = ("active", "suspended", "deleted")


class Tenant(PlatformModel, Base):
    """A merchant's account; `content_version` rises with every change that a shopper can see."""

    __tablename__ = "tenants"
    __entity__ = "tenant"
    __label__ = ("name",)
    __table_args__ = (
        CheckConstraint("status IN ('active', 'suspended', 'deleted')", name="status"),
        Index("ix_tenants_status_created_at", "status", "created_at"),
    )

    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str | None] = mapped_column(String(253))
    subdomain: Mapped[str | None] = mapped_column(String(63))
    status: Mapped[str] = mapped_column(String(20), default="active")
    plan: Mapped[str] = mapped_column(String(20), default="free")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    branding: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content_version: Mapped[int] = mapped_column(BigInteger, default=1, info=DERIVED)
    updated_at: Mapped[datetime | None] = mapped_column()


class Store(TenantModel, Base):
    """A shop window of a tenant; its slug is unique on the platform because it is part of addresses.

    Shoppers can buy while `opened_at` is set; `status` is for what closes a store against its owner's will.
    `timezone` is a name of the IANA database; empty stands for that of the country.
    In the mode `test` every order is a test (docs/payments.md).
    """

    __tablename__ = "stores"
    __entity__ = "store"
    __label__ = ("name",)
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("mode IN ('live', 'test')", name="mode"),
    )

    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(200))
    tagline: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    locale: Mapped[str] = mapped_column(String(10), default="en")
    locales: Mapped[list[Any]] = mapped_column(default=list)
    theme_slug: Mapped[str] = mapped_column(String(63), default="slate")
    status: Mapped[str] = mapped_column(String(20), default="open")
    mode: Mapped[str] = mapped_column(String(10), default="live")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime | None] = mapped_column()

    @property
    def is_sandbox(self) -> bool:
        """Return whether every order is a test."""
        return is_sandbox(self.mode, self.status)


class LegalPage(TenantModel, Base):
    """A legal text of a store in one language: the draft that is edited, and what shoppers read."""

    __tablename__ = "legal_pages"
    __entity__ = "legal_page"
    __label__ = ("title",)
    __table_args__ = (
        tenant_foreign_key("store_id", "stores", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "store_id", "kind", "locale"),
    )

    store_id: Mapped[UUID] = mapped_column()
    kind: Mapped[str] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text, default="")
    published_title: Mapped[str] = mapped_column(String(120), default="")
    published_body: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime | None] = mapped_column()
    updated_at: Mapped[datetime | None] = mapped_column()


class Domain(TenantModel, Base):
    """A host name that leads to a store, once it has been verified."""

    __tablename__ = "domains"
    __entity__ = "domain"
    __table_args__ = (
        tenant_foreign_key("store_id", "stores", ondelete="CASCADE"),
        UniqueConstraint("host"),
        Index("ix_domains_tenant_id_store_id", "tenant_id", "store_id"),
    )

    store_id: Mapped[UUID] = mapped_column()
    host: Mapped[str] = mapped_column(String(253))
    is_primary: Mapped[bool] = mapped_column(Boolean, default=False)
    token: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None] = mapped_column()

    store = belongs_to("Domain", "Store", "store_id")


class Sequence(TenantModel, Base):
    """A gapless number per tenant, such as the order number: raised in the transaction that uses it."""

    __tablename__ = "sequences"
    __entity__ = "sequence"
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(BigInteger, default=0)
