"""Files of a tenant, and objects of the storage that may be unneeded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mtc.core.db import Base, TenantModel


class Media(TenantModel, Base):
    """A file in the store's storage: a picture that everyone may see, or a private file that is sold.

    Replacing a file gives the row another object, so that all who refer to it get the new one. `prepared`: 0
    nothing was done to a picture, 1 only the picture is left of it, 2 copies of `rendition_widths` are made.
    """

    __tablename__ = "media"
    __entity__ = "media"
    __label__ = ("filename",)
    __table_args__ = (
        UniqueConstraint("tenant_id", "storage_key"),
        Index("ix_media_tenant_id_created_at", "tenant_id", "created_at"),
        Index("ix_media_tenant_id_prepared", "tenant_id", "is_private", "prepared", "id"),
    )

    storage_key: Mapped[str] = mapped_column(String(300))
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    alt: Mapped[str] = mapped_column(String(300), default="")
    is_private: Mapped[bool] = mapped_column(Boolean, default=False)
    prepared: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    rendition_widths: Mapped[str] = mapped_column(String(60), default="", server_default="")
    rendition_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class OrphanedObject(TenantModel, Base):
    """An object of the storage that may be unneeded: an upload on its way, a file replaced or taken off sale.

    The row is written before the object of an upload and goes with the transaction that refers to it, so a
    broken upload leaves nothing behind. What is still here at `delete_at` and not needed by a variant, a
    download or an order is deleted by a task.
    """

    __tablename__ = "orphaned_objects"
    __entity__ = "orphaned_object"
    __table_args__ = (
        UniqueConstraint("tenant_id", "storage_key"),
        Index("ix_orphaned_objects_tenant_id_delete_at", "tenant_id", "delete_at"),
    )

    storage_key: Mapped[str] = mapped_column(String(300))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    delete_at: Mapped[datetime] = mapped_column()
