"""The statement guard: what it lets through, and every way around it that we know of."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Table, Uuid

import mtc.catalog.models
import mtc.events.models
import mtc.integrations.models
import mtc.orders.models
import mtc.pages.models  # noqa: F401
from mtc.core.db import Base, ScopeError, open_scope
from mtc.core.db import Scope as RunningScope
from mtc.core.sql_guard import check_statement
from mtc.core.tenancy import platform_scope, tenant_scope
from tests.core.guard_statements import LEAKS, SAFE

MINE, THEIRS = UUID(int=1), uuid4()


def parameters(sql: str, tenant: UUID = MINE) -> tuple[str, ...]:
    return (tenant.hex,) * sql.count("?")


@pytest.mark.parametrize("sql", SAFE)
def test_what_stays_with_the_tenant_passes(sql: str) -> None:
    with tenant_scope(MINE):
        check_statement(sql, [UUID(p) for p in parameters(sql)] + [0], False)


@pytest.mark.parametrize("sql", [sql for sql in SAFE if "?" in sql])
def test_every_safe_statement_is_refused_for_another_tenant(sql: str) -> None:
    with tenant_scope(MINE), pytest.raises(ScopeError, match="another tenant"):
        check_statement(sql, parameters(sql, THEIRS), False)


@pytest.mark.parametrize("sql", LEAKS)
def test_what_reaches_further_is_refused(sql: str) -> None:
    with tenant_scope(MINE), pytest.raises(ScopeError):
        check_statement(sql, parameters(sql), False)


@pytest.mark.parametrize("sql", [*SAFE, *LEAKS])
def test_the_platform_looks_across_tenants(sql: str) -> None:
    with platform_scope("a test"):
        check_statement(sql, parameters(sql), False)


@pytest.mark.parametrize("sql", [sql for sql in SAFE if "ui_themes" not in sql])
def test_without_a_scope_nothing_passes(sql: str) -> None:
    with pytest.raises(ScopeError, match="no tenant is set"):
        check_statement(sql, parameters(sql), False)


def test_tables_that_are_declared_later_are_guarded_too() -> None:
    with tenant_scope(MINE):
        check_statement("SELECT * FROM declared_later", (), False)
        table = Table("declared_later", Base.metadata, Column("tenant_id", Uuid()))
        try:
            with pytest.raises(ScopeError):
                check_statement("SELECT * FROM declared_later", (), False)
        finally:
            Base.metadata.remove(table)


def test_one_foreign_row_among_many_is_enough() -> None:
    sql = "INSERT INTO sequences (tenant_id, name) VALUES (?, ?)"
    with tenant_scope(MINE):
        check_statement(sql, [(MINE.hex, "a"), (MINE.hex, "b")], True)
        with pytest.raises(ScopeError, match="another tenant"):
            check_statement(sql, [(MINE.hex, "a"), (THEIRS.hex, "b")], True)


def test_named_parameters_are_looked_up_by_name() -> None:
    sql = "SELECT * FROM orders WHERE orders.meta ? 'x' AND orders.tenant_id = %(tenant_id_1)s::UUID"
    with tenant_scope(MINE):
        check_statement(sql, {"tenant_id_1": MINE}, False)
        with pytest.raises(ScopeError):
            check_statement(sql, {"tenant_id_1": THEIRS}, False)
        with pytest.raises(ScopeError):
            check_statement(sql, {}, False)


def test_the_place_of_a_parameter_counts_those_before_it() -> None:
    sql = "SELECT ?, '?' FROM orders WHERE orders.id = ? /* ? */ AND orders.tenant_id = ?"
    with tenant_scope(MINE):
        check_statement(sql, ("x", "y", MINE.hex), False)
        with pytest.raises(ScopeError):
            check_statement(sql, (MINE.hex, MINE.hex, "z"), False)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO users (name) VALUES ('x')",
        "UPDATE users SET name = 'x'",
        "DELETE FROM users",
        "WITH a AS (SELECT 1) UPDATE users SET name = 'x'",
        "WITH a AS (INSERT INTO users (name) VALUES ('x') RETURNING id) SELECT * FROM a",
        "EXPLAIN ANALYZE UPDATE users SET name = 'x'",
        "/* a */ DELETE FROM users",
        "REPLACE INTO users (name) VALUES ('x')",
        "TRUNCATE users",
        "DROP TABLE users",
    ],
)
def test_a_read_only_scope_writes_nothing(sql: str) -> None:
    for scope in (RunningScope(MINE, readonly=True), RunningScope(None, platform=True, readonly=True)):
        with open_scope(scope), pytest.raises(ScopeError, match="read-only"):
            check_statement(sql, (), False)
    with platform_scope("writing is allowed here"):
        check_statement(sql, (), False)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM users WHERE users.name = 'orders, products' FOR UPDATE",
        "SELECT 'delete from orders'",
        "SAVEPOINT sa_savepoint_1",
        "PRAGMA foreign_keys=ON",
        "SELECT set_config('app.tenant_id', ?, true)",
    ],
)
def test_what_touches_no_tenant_passes_everywhere(sql: str) -> None:
    check_statement(sql, ("x",), False)
    with tenant_scope(MINE, readonly=True):
        check_statement(sql, ("x",), False)
