"""Base classes of mapped classes, and composite keys that cannot cross tenants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from mtc.core import clock
from mtc.core.ids import uuid7

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; stored as timestamptz on PostgreSQL and as naive UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetimes are not stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every mapped class; ids and creation times are made in Python."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __entity__: ClassVar[str]  # the type of what a row is, as events, mails and the audit log name it
    __label__: ClassVar[tuple[str, ...]] = ()  # what people call a row: the first that is not empty
    type_annotation_map = {datetime: UtcDateTime(), UUID: Uuid(), dict[str, Any]: Json, list[Any]: Json}

    def __init__(self, **values: Any) -> None:
        set_defaults(self, values)


def set_defaults(row: Any, values: dict[str, Any]) -> None:
    """Set the values of a new row, its id and the time of its making; TypeError for a name it has not."""
    model = type(row)
    columns = model.__mapper__.columns
    if "id" in columns and "id" not in values and isinstance(columns["id"].type, Uuid):
        values["id"] = uuid7()
    if "created_at" in columns:
        values.setdefault("created_at", clock.now())
    for name, value in values.items():
        if not hasattr(model, name):
            raise TypeError(f"{model.__name__} has no attribute {name!r}")
        setattr(row, name, value)


class PlatformModel:
    """A table of the platform: rows have a single-column key and belong to no tenant."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column()


class TenantModel:
    """A table of tenants: the key is (tenant_id, id), so references cannot cross tenants."""

    # The orders put the tenant first in the table and so in the key: rows of a tenant lie together.
    @declared_attr
    def tenant_id(cls) -> Mapped[UUID]:
        return mapped_column(Uuid(), ForeignKey("tenants.id"), primary_key=True, sort_order=-30)

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    created_at: Mapped[datetime] = mapped_column(sort_order=-10)


class SharedModel:
    """A table whose rows belong to one tenant, or (tenant_id null) to the system, readable by all."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column()

    @declared_attr
    def tenant_id(cls) -> Mapped[UUID | None]:
        return mapped_column(Uuid(), ForeignKey("tenants.id"))


def tenant_foreign_key(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """The composite foreign key (tenant_id, column) -> table(tenant_id, id)."""
    return ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete
    )


def belongs_to(local: str, target: str, column: str, *, back: str | None = None) -> Any:
    """The many-to-one side of a composite key; never loaded lazily."""
    join = f"and_({target}.tenant_id == {local}.tenant_id, {target}.id == foreign({local}.{column}))"
    return relationship(target, primaryjoin=join, lazy="raise", back_populates=back)


def has_many(
    local: str, target: str, column: str, *, back: str | None = None, order_by: str | None = None
) -> Any:
    """The one-to-many side of a composite key; never loaded lazily."""
    join = f"and_({target}.tenant_id == {local}.tenant_id, foreign({target}.{column}) == {local}.id)"
    order: Any = f"{target}.{order_by}" if order_by else False
    return relationship(target, primaryjoin=join, lazy="raise", back_populates=back, order_by=order)
