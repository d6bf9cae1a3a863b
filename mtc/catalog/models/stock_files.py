"""Files of keys: those that wait until a person has said how to read them, and those that a task adds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel, tenant_foreign_key
from mtc.core.encrypted_columns import SEALED


class StockUpload(TenantModel, Base):
    """A piece of an uploaded file of keys, sealed, until it is imported or an hour has passed.

    The pieces of a file share its upload_id and are numbered from 0; user_id is who sent it.
    """

    __tablename__ = "stock_uploads"
    __entity__ = "stock_upload"
    __label__ = ("filename",)
    __table_args__ = (
        tenant_foreign_key("variant_id", "product_variants", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "upload_id", "number"),
        Index("ix_stock_uploads_tenant_id_created_at", "tenant_id", "created_at"),
    )

    upload_id: Mapped[UUID] = mapped_column()
    variant_id: Mapped[UUID] = mapped_column()
    user_id: Mapped[UUID] = mapped_column()
    number: Mapped[int] = mapped_column(Integer)
    filename: Mapped[str] = mapped_column(String(200), default="")
    batch: Mapped[str] = mapped_column(String(80), default="")
    content: Mapped[str] = mapped_column(Text, info=SEALED)


_UNFINISHED = text("status IN ('waiting', 'running')")


class StockImport(TenantModel, Base):
    """A large file of keys that a task adds; its id is that of the upload, its moment that of the batch.

    `seen` places of keys are dealt with, of `total`. While one of a variant is unfinished there is no other.
    """

    __tablename__ = "stock_imports"
    __entity__ = "stock_import"
    __label__ = ("filename",)
    __table_args__ = (
        tenant_foreign_key("variant_id", "product_variants", ondelete="CASCADE"),
        CheckConstraint("status IN ('waiting', 'running', 'done', 'stopped', 'failed')", name="status"),
        Index("ix_stock_imports_tenant_id_variant_id", "tenant_id", "variant_id", "created_at"),
        Index("ix_stock_imports_tenant_id_finished_at", "tenant_id", "finished_at"),
        Index(
            "uq_stock_imports_unfinished", "tenant_id", "variant_id", unique=True,
            sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED,
        ),
    )  # fmt: skip

    variant_id: Mapped[UUID] = mapped_column()
    user_id: Mapped[UUID | None] = mapped_column()
    filename: Mapped[str] = mapped_column(String(200), default="")
    batch: Mapped[str] = mapped_column(String(80), default="")
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(20), default="waiting")
    total: Mapped[int] = mapped_column(Integer)
    seen: Mapped[int] = mapped_column(Integer, default=0)
    added: Mapped[int] = mapped_column(Integer, default=0)
    twice: Mapped[int] = mapped_column(Integer, default=0)
    known: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    finished_at: Mapped[datetime | None] = mapped_column()
    error: Mapped[str] = mapped_column(Text, default="")


class StockImportLines(TenantModel, Base):
    """Errors of some lines of an import: [line, sentence] each, never a key. `first` is the place
    of the first of them among the keys of the file.
    """

    __tablename__ = "stock_import_lines"
    __entity__ = "stock_import_lines"
    __table_args__ = (
        tenant_foreign_key("import_id", "stock_imports", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "import_id", "first"),
    )

    import_id: Mapped[UUID] = mapped_column()
    first: Mapped[int] = mapped_column(Integer)
    lines: Mapped[list[Any]] = mapped_column(default=list)
