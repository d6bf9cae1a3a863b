"""One session, one tenant: scopes, the criteria on ORM statements and the checks at flush."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria

from mtc.core.context import current
from mtc.core.db import (
    Scope,
    ScopeError,
    SharedModel,
    TenantModel,
    current_scope,
    open_scope,
    require_scope,
    running_session,
)
from mtc.core.row_level_security import PLATFORM_ROLE, TENANT_SETTING
from mtc.core.sql_guard import check_statement
from mtc.core.sqlite import make_private, prepare
from mtc.core.sqlite_write_queue import begin_writing, end_writing, queue_writers

log = logging.getLogger(__name__)
_WRITER, _CRITERIA = "mtc.writer", "mtc.criteria"
_READONLY = ", set_config('transaction_read_only', 'on', true)"
_TENANT = f"SELECT set_config('{TENANT_SETTING}', :tenant, true)"
_ROLE = "SELECT set_config('role', :role, true)"
_SET_TENANT = {False: text(_TENANT), True: text(_TENANT + _READONLY)}
_SET_PLATFORM = {False: text(_ROLE), True: text(_ROLE + _READONLY)}


@contextmanager
def tenant_scope(tenant_id: UUID, *, readonly: bool = False) -> Iterator[Scope]:
    """Open a session that sees and writes the rows of this tenant only."""
    with open_scope(Scope(tenant_id=tenant_id, readonly=readonly)) as scope:
        yield scope


@contextmanager
def deferred_scope(tenant_id: UUID, *, refuses: str = "") -> Iterator[Scope]:
    """A tenant's scope for code of others, which may take its time: reading takes no lock on any database.

    On SQLite the first statement that writes takes the lock; what was read before may have changed by then,
    as on PostgreSQL. With `refuses` writing raises ScopeError with these words.
    """
    scope = Scope(tenant_id=tenant_id, readonly=bool(refuses), deferred=True, refuses=refuses)
    with open_scope(scope):
        yield scope


def end_from_outside(scope: Scope) -> None:
    """Undo what the scope of a thread that does not come back has written, and free its locks.

    Whatever the thread does on that connection from then on fails.
    """
    driver, scope.driver = scope.driver, None
    if driver is None:
        return
    try:
        if hasattr(driver, "interrupt"):  # SQLite: nothing may be written between the undoing and the end
            driver.interrupt()
            driver.execute("PRAGMA query_only = ON")
            if driver.in_transaction:
                driver.execute("ROLLBACK")
        driver.close()
    except Exception:
        log.warning("a connection could not be ended", exc_info=True)
    finally:
        end_writing(driver)


def belongs_to_tenant() -> bool:
    """Return whether what is written here belongs to a tenant: the scope's, or the context's."""
    return (require_scope().tenant_id or current().tenant_id) is not None


def running_tenant() -> UUID:
    """Return the tenant whose rows are written: the scope's, or in a platform scope the context's."""
    tenant_id = require_scope().tenant_id or current().tenant_id
    if tenant_id is None:
        raise ScopeError("this belongs to a tenant: open tenant_scope(...)")
    return tenant_id


@contextmanager
def platform_scope(why: str, *, readonly: bool = False) -> Iterator[Scope]:
    """Open a session that looks across tenants; `why` is for the reader."""
    if not why:
        raise ValueError("say why")
    with open_scope(Scope(tenant_id=None, platform=True, reason=why, readonly=readonly)) as scope:
        yield scope


@contextmanager
def snapshot(why: str) -> Iterator[Connection]:
    """A connection that reads all tenants' rows as they stood at one moment, while others go on writing."""
    with platform_scope(why, readonly=True):
        work = running_session()
        # SQLite reads from a snapshot in every transaction, PostgreSQL when it is told to.
        level = {"postgresql": {"isolation_level": "REPEATABLE READ"}}
        yield work.connection(execution_options=level.get(work.get_bind().dialect.name, {}))


def _criteria(state: ORMExecuteState) -> None:
    scope: Scope = state.session.info["scope"]
    if scope.platform or not (state.is_select or state.is_update or state.is_delete):
        return
    if not state.is_orm_statement:  # rows of tables: criteria cannot reach them, the guard and RLS do
        return
    info = state.session.info
    if _CRITERIA not in info:  # making them anew for each statement costs as much as running a small one
        info[_CRITERIA] = _own_rows(scope.tenant_id)
    state.statement = state.statement.options(*info[_CRITERIA])


def _own_rows(tenant_id: UUID | None) -> tuple[LoaderCriteriaOption, ...]:
    return (
        with_loader_criteria(TenantModel, lambda cls: cls.tenant_id == tenant_id, include_aliases=True),
        with_loader_criteria(
            SharedModel,
            lambda cls: (cls.tenant_id == tenant_id) | cls.tenant_id.is_(None),
            include_aliases=True,
        ),
    )


def _own_rows_only(work: Session, *_: Any) -> None:
    scope: Scope = work.info["scope"]
    if scope.refuses and (work.new or work.deleted or any(map(work.is_modified, work.dirty))):
        raise ScopeError(scope.refuses)
    if scope.platform:
        return
    for row in [*work.new, *work.dirty, *work.deleted]:
        if not isinstance(row, TenantModel | SharedModel):
            if row in work.dirty and not work.is_modified(row):
                continue
            if hasattr(type(row), "tenant_id"):
                _same_tenant(row, scope)
            continue
        if row in work.new and row.tenant_id is None and isinstance(row, TenantModel):
            row.tenant_id = scope.tenant_id
        _same_tenant(row, scope)
        history = inspect(row).attrs.tenant_id.history
        if history.deleted and history.deleted[0] != scope.tenant_id:
            raise ScopeError(f"a {type(row).__name__} of another tenant was moved")


def _same_tenant(row: Any, scope: Scope) -> None:
    if row.tenant_id != scope.tenant_id:
        raise ScopeError(f"a {type(row).__name__} of another tenant was written")


def _announce(work: Session, _transaction: Any, connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    scope: Scope = work.info["scope"]
    if scope.deferred:
        scope.driver = connection.connection.dbapi_connection
    elif not scope.readonly:
        _note_writer(connection, scope)
    if scope.platform:
        connection.execute(_SET_PLATFORM[scope.readonly], {"role": PLATFORM_ROLE})
    else:
        connection.execute(_SET_TENANT[scope.readonly], {"tenant": str(scope.tenant_id)})


def _begin_sqlite(connection: Connection) -> None:
    scope = current_scope()
    if scope is not None and scope.deferred:
        scope.driver = connection.connection.dbapi_connection
    if scope is not None and (scope.readonly or scope.deferred):
        connection.exec_driver_sql("BEGIN")
        return
    _check_outer(scope)
    begin_writing(connection)
    if scope is not None:
        _note_writer(connection, scope)


def _note_writer(connection: Connection, scope: Scope) -> None:
    scope.writes = True
    connection.info[_WRITER] = scope


def _check_outer(scope: Scope | None) -> None:
    around = scope
    while around is not None:
        if around.writes:
            # SQLite has one writer: the inner one would wait for the outer one, which waits for it.
            raise ScopeError("an outer scope already writes: end its unit of work first")
        around = around.outer


def _write_deferred(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    """Count the statements of a deferred scope; the first one that may write takes the lock of SQLite."""
    scope = current_scope()
    if scope is None or not scope.deferred:
        return
    scope.statements += 1
    if scope.writes or not connection.in_transaction():
        return
    word = statement.lstrip()[:9].upper()
    if word.startswith(("SELECT", "BEGIN", "PRAGMA", "ROLLBACK", "RELEASE", "SET ")):
        return
    if word.startswith("SAVEPOINT") and scope.readonly:
        return
    if scope.refuses:
        raise ScopeError(scope.refuses)
    if connection.dialect.name == "sqlite":
        _check_outer(scope)
        # A transaction that has read cannot become a writer once others have written: it begins anew.
        cursor.execute("COMMIT")
        begin_writing(connection)
    _note_writer(connection, scope)


def _lost_transaction(context: ExceptionContext) -> None:
    """A full disk ends SQLite's whole transaction: what comes later would be kept by itself."""
    connection = context.connection
    if connection is None or not connection.in_transaction() or connection.invalidated:
        return
    raw: Any = connection.connection.dbapi_connection
    if raw is not None and not raw.in_transaction:
        _end_writing(connection)
        # Nothing more can be said on this connection until the unit of work is rolled back.
        context.is_disconnect = True
        context.invalidate_pool_on_disconnect = False


def _demoted_server(context: ExceptionContext) -> None:
    """After a failover the pool still leads to the former primary: leave its connections, all of them."""
    scope = current_scope()
    read_only = getattr(context.original_exception, "sqlstate", None) == "25006"
    if read_only and not (scope is not None and scope.readonly):  # else the scope has asked for it
        context.is_disconnect = True


def _end_writing(connection: Connection) -> None:
    if connection.invalidated:
        return
    scope: Scope | None = connection.info.pop(_WRITER, None)
    if scope is not None:
        scope.writes = False


def _guard(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    check_statement(statement, parameters, many)


def watch_sessions(session_class: type[Session]) -> None:
    """Put the criteria, the flush checks and the tenant announcement on every session of the class."""
    for name, listener in (
        ("do_orm_execute", _criteria),
        ("before_flush", _own_rows_only),
        ("after_begin", _announce),
    ):
        if not event.contains(session_class, name, listener):
            event.listen(session_class, name, listener)


def watch_engine(engine: Engine, *, guard: bool) -> None:
    """Prepare SQLite connections, notice lost ones, and with `guard` check every statement below the ORM."""
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        queue_writers(engine)
        event.listen(engine, "do_connect", make_private)
        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _lost_transaction)
    else:
        event.listen(engine, "handle_error", _demoted_server)
    event.listen(engine, "commit", _end_writing)
    event.listen(engine, "rollback", _end_writing)
    event.listen(engine, "before_cursor_execute", _write_deferred)
    if sqlite or guard:
        event.listen(engine, "before_cursor_execute", _guard)
