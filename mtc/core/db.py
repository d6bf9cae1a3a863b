"""The database layer: models, sessions bound to a scope, units of work, claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import get_ident
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import JSON, DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, relationship
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
        columns = type(self).__mapper__.columns
        if "id" in columns and "id" not in values and isinstance(columns["id"].type, Uuid):
            values["id"] = uuid7()
        if "created_at" in columns:
            values.setdefault("created_at", clock.now())
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no attribute {name!r}")
            setattr(self, name, value)


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


@dataclass(eq=False)
class Scope:
    """Whose rows a session may touch. `tenant_id` None with `platform` set means all of them."""

    tenant_id: UUID | None
    platform: bool = False
    reason: str = ""
    readonly: bool = False
    before_commit: list[Callable[[], object]] = field(default_factory=list)
    after_commit: list[Callable[[], object]] = field(default_factory=list)
    outer: Scope | None = None
    thread: int = field(default_factory=get_ident)
    writes: bool = False
    deferred: bool = False  # on SQLite the lock is taken by the first statement that writes
    refuses: str = ""  # why nothing may be written
    driver: Any = None  # the driver's connection of a deferred scope, for who has to end it from outside


_scope: ContextVar[Scope | None] = ContextVar("mtc_scope", default=None)
_sessions: Callable[[], Session] | None = None
_forget: Callable[[], None] | None = None


class ScopeError(RuntimeError):
    """Tenants' data was asked for outside a scope, or outside the scope's tenant."""


class ScopedSessionMixin:
    """A session that remembers the scope it was opened in, for its whole life."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Session, self).info["scope"] = require_scope()


def bind_sessions(factory: Callable[[], Session], forget: Callable[[], None]) -> None:
    """Register where sessions of the running scope come from and how they are dropped."""
    global _sessions, _forget
    _sessions, _forget = factory, forget


def current_scope() -> Scope | None:
    """The running scope, or None."""
    return _scope.get()


def require_scope() -> Scope:
    """The running scope; raises ScopeError when there is none."""
    scope = _scope.get()
    if scope is None:
        raise ScopeError("no tenant is set: open tenant_scope(...) or platform_scope(why)")
    if scope.thread != get_ident():
        raise ScopeError("the scope belongs to another thread: open one here")
    return scope


def scope_tenant() -> UUID:
    """The tenant of the running scope; raises ScopeError outside a tenant's."""
    tenant_id = require_scope().tenant_id
    if tenant_id is None:
        raise ScopeError("this belongs to a tenant: open tenant_scope(...)")
    return tenant_id


def scope_key() -> int:
    """What tells the sessions of one thread apart: the identity of the running scope."""
    return id(_scope.get())


@contextmanager
def open_scope(scope: Scope) -> Iterator[Scope]:
    """Make the scope the running one; its session is closed on the way out."""
    scope.outer = _scope.get()
    mark = _scope.set(scope)
    try:
        yield scope
    finally:
        try:
            if _forget is not None:
                _forget()
        finally:
            _scope.reset(mark)


class _SessionProxy:
    """Stands for the session of the running scope."""

    def __call__(self) -> Session:
        if _sessions is None:
            raise RuntimeError("the database is not initialised")
        require_scope()
        return _sessions()

    def __getattr__(self, name: str) -> Any:
        return getattr(self(), name)


session = cast(Session, _SessionProxy())


def running_session() -> Session:
    """The session of the running scope."""
    return cast(_SessionProxy, session)()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises."""
    scope = require_scope()
    work = running_session()
    try:
        yield work
        finish_work()
        work.commit()
    except BaseException:
        rollback()
        raise
    callbacks, scope.after_commit = scope.after_commit, []
    for callback in callbacks:
        callback()


def finish_work() -> None:
    """Do what was put off to the end of the transaction, and what that puts off in turn."""
    put_off = require_scope().before_commit
    while put_off:
        put_off.pop(0)()


def rollback() -> None:
    """Undo what the running unit of work has written so far, and what it wanted to do at its commit."""
    running_session().rollback()
    scope = require_scope()
    scope.before_commit.clear()
    scope.after_commit.clear()


@contextmanager
def savepoint() -> Iterator[None]:
    """A savepoint: when the block raises, only what it wrote is undone and the transaction goes on."""
    work, put_off = running_session(), require_scope().before_commit
    earlier = len(put_off)
    try:
        with work.begin_nested():
            yield
    except BaseException:
        del put_off[earlier:]
        # What was read in the block may stand as the block had changed it.
        work.expire_all()
        raise


def commit_batch() -> None:
    """Commit in the middle of a long job and go on in a new transaction."""
    finish_work()
    running_session().commit()


def end_transaction() -> None:
    """End the transaction before a stream is sent, so that it holds no connection."""
    running_session().close()


def before_commit(callback: Callable[[], object]) -> None:
    """Call back at the end of the running transaction; dropped with it, or with the `savepoint` around."""
    require_scope().before_commit.append(callback)


def after_commit(callback: Callable[[], object]) -> None:
    """Call back once the running unit of work has committed; dropped when it rolls back."""
    require_scope().after_commit.append(callback)


def is_postgresql() -> bool:
    """Whether the running session speaks to PostgreSQL; only core/db and infra may ask."""
    return running_session().get_bind().dialect.name == "postgresql"
