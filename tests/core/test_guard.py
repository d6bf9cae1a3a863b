"""The statement guard: what it lets through, and every way around it that we know of."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Table, Uuid

import mtc.catalog.models
import mtc.events.models
import mtc.integrations.models
import mtc.orders.models
import mtc.ui.models  # noqa: F401
from mtc.core.db import Base, ScopeError, open_scope
from mtc.core.db import Scope as RunningScope
from mtc.core.guard import check_statement
from mtc.core.tenancy import platform_scope, tenant_scope

MINE, THEIRS = UUID(int=1), uuid4()

# Statements whose every `?` is the tenant.
SAFE = [
    "SELECT * FROM orders WHERE orders.tenant_id = ?",
    "SELECT * FROM orders WHERE tenant_id = ?",
    "select o.id from orders as o where o.tenant_id=? and (o.status = 'paid' or o.status = 'x')",
    "SELECT * FROM orders o WHERE ? = o.tenant_id",
    'SELECT * FROM "orders" WHERE "orders"."tenant_id" = ?',
    "SELECT * FROM public.orders WHERE public.orders.tenant_id = ?",
    "SELECT * FROM orders WHERE ((orders.tenant_id = ?) AND ((1 = 1)))",
    "SELECT * FROM orders WHERE orders.tenant_id = CAST(? AS UUID)",
    "SELECT * FROM orders /* all of them */ WHERE orders.tenant_id = ? -- and no other\n",
    "SELECT * FROM orders WHERE orders.email = 'O''Hara? FROM products' AND orders.tenant_id = ?",
    "SELECT * FROM orders JOIN order_items i ON i.tenant_id = orders.tenant_id AND i.order_id = orders.id"
    " WHERE orders.tenant_id = ?",
    "SELECT * FROM orders JOIN order_items i ON i.tenant_id = orders.tenant_id AND orders.tenant_id = ?",
    "SELECT * FROM orders LEFT JOIN order_items i ON i.tenant_id = ? WHERE orders.tenant_id = ?",
    "SELECT * FROM orders LEFT OUTER JOIN order_items i ON i.tenant_id = orders.tenant_id"
    " WHERE orders.tenant_id = ?",
    "SELECT * FROM orders, products WHERE orders.tenant_id = ? AND products.tenant_id = orders.tenant_id",
    "SELECT * FROM orders JOIN order_items i USING (tenant_id) WHERE orders.tenant_id = ?",
    "SELECT * FROM (orders JOIN products ON products.tenant_id = orders.tenant_id) WHERE"
    " orders.tenant_id = ?",
    "SELECT 1 FROM orders WHERE orders.tenant_id = ? AND EXISTS (SELECT 1 FROM products"
    " WHERE products.tenant_id = orders.tenant_id)",
    "SELECT (SELECT count(*) FROM products p WHERE p.tenant_id = ?) FROM orders WHERE orders.tenant_id = ?",
    "WITH a AS (SELECT * FROM orders WHERE orders.tenant_id = ?) SELECT * FROM a",
    "WITH a AS MATERIALIZED (SELECT tenant_id, id FROM tasks WHERE tasks.tenant_id = ? LIMIT 5)"
    " SELECT * FROM events JOIN a ON events.tenant_id = a.tenant_id",
    "SELECT * FROM (SELECT orders.tenant_id FROM orders WHERE orders.tenant_id = ?) AS x"
    " JOIN products ON products.tenant_id = x.tenant_id",
    "SELECT id FROM orders WHERE orders.tenant_id = ? UNION SELECT id FROM products WHERE"
    " products.tenant_id = ?",
    "SELECT * FROM orders WHERE orders.tenant_id = ? AND orders.total BETWEEN 1 AND 2 AND"
    " orders.status = 'x'",
    "SELECT CASE WHEN a = 1 AND b = 2 THEN 1 END FROM orders WHERE orders.tenant_id = ?",
    "SELECT extract(epoch FROM orders.created_at) FROM orders WHERE orders.tenant_id = ?",
    "SELECT count(*) FILTER (WHERE orders.status = 'paid') FROM orders WHERE orders.tenant_id = ?",
    "SELECT * FROM orders WHERE orders.a IS DISTINCT FROM orders.b AND orders.tenant_id = ?",
    "SELECT * FROM orders WHERE orders.id IN (1, 2) AND orders.tenant_id = ? FOR UPDATE SKIP LOCKED",
    "SELECT * FROM ui_themes WHERE ui_themes.tenant_id = ? OR ui_themes.tenant_id IS NULL",
    "SELECT * FROM ui_themes WHERE ui_themes.tenant_id IS NULL",
    "SELECT * FROM product_types, json_each(product_types.workflows) AS w WHERE product_types.tenant_id = ?",
    "UPDATE orders SET status = 'x' WHERE orders.tenant_id = ?",
    "UPDATE webhook_endpoints SET events = '[]' WHERE webhook_endpoints.tenant_id = ? RETURNING id",
    "UPDATE orders SET status = 'x' FROM customers WHERE orders.tenant_id = ? AND customers.tenant_id = ?",
    "DELETE FROM orders WHERE orders.tenant_id = ?",
    "DELETE FROM orders USING customers WHERE orders.tenant_id = customers.tenant_id AND"
    " customers.tenant_id = ?",
    "INSERT INTO counters (tenant_id, name) VALUES (?, 'a')",
    "INSERT INTO counters (name, tenant_id) VALUES ('(', ?), ('b,c', ?) RETURNING id",
    "INSERT INTO counters (tenant_id, name) SELECT ?, 'a'",
    "INSERT INTO counters (tenant_id, name) SELECT p.tenant_id, p.name FROM products p WHERE p.tenant_id = ?",
    "INSERT INTO counters (tenant_id, name) SELECT p0::UUID, p1 FROM (VALUES (?, 'a', 0), (?, 'b', 1))"
    " AS imp_sen(p0, p1, sen_counter) ORDER BY sen_counter RETURNING counters.id",
    "INSERT INTO counters (tenant_id, name) VALUES (?, 'a') ON CONFLICT (tenant_id, name)"
    " DO UPDATE SET value = excluded.value",
    "INSERT INTO stores (tenant_id, slug) VALUES (?, 'a') ON CONFLICT (slug) DO UPDATE SET name = 'x'"
    " WHERE stores.tenant_id = ?",
    "INSERT INTO stores (tenant_id, slug) VALUES (?, 'a') ON CONFLICT DO NOTHING",
    "EXPLAIN QUERY PLAN SELECT * FROM orders WHERE orders.tenant_id = ?",
]

# Statements that reach rows of others although some of them speak of the tenant.
LEAKS = [
    "SELECT * FROM orders",
    "SELECT * FROM 'orders'",
    "SELECT * FROM [orders]",
    "SELECT * FROM `orders`",
    'SELECT * FROM "ORDERS"',
    "SELECT * FROM main.orders",
    "SELECT * FROM/**/orders",
    "SELECT * FROM --x\norders",
    "SELECT * FROM orders --\r WHERE tenant_id = ?",
    "SELECT * FROM orders /* /* */ WHERE tenant_id = ? /* */ */",
    "SELECT * FROM orders -- WHERE orders.tenant_id = ?",
    "SELECT * FROM orders /* WHERE orders.tenant_id = ? */",
    "SELECT * FROM orders WHERE 'orders.tenant_id = ?' = 'x'",
    "SELECT * FROM orders WHERE $$orders.tenant_id = ?$$ = 'x'",
    "SELECT * FROM orders WHERE E'\\' AND orders.tenant_id = ? AND \\'' = 'x'",
    'SELECT * FROM U&"\\006Frders" WHERE 1 = 1',
    "SELECT * FROM orders WHERE orders.tenant_id = ? OR 1 = 1",
    "SELECT * FROM orders WHERE 1 = 1 OR orders.tenant_id = ?",
    "SELECT * FROM orders WHERE (orders.tenant_id = ? OR orders.total > 0) AND orders.total > 1",
    "SELECT * FROM orders WHERE NOT orders.tenant_id = ?",
    "SELECT * FROM orders WHERE NOT (orders.tenant_id = ?)",
    "SELECT * FROM orders WHERE orders.tenant_id <> ?",
    "SELECT * FROM orders WHERE orders.tenant_id >= ?",
    "SELECT * FROM orders WHERE orders.tenant_id = ? IS NOT NULL",
    "SELECT * FROM orders WHERE (orders.tenant_id = ?) = (1 = 0)",
    "SELECT * FROM orders WHERE orders.tenant_id = orders.tenant_id",
    "SELECT * FROM orders WHERE orders.tenant_id = ? + 1",
    "SELECT * FROM orders WHERE orders.tenant_id = coalesce(NULL, orders.tenant_id, ?)",
    "SELECT * FROM orders WHERE orders.total BETWEEN 1 AND orders.tenant_id = ?",
    "SELECT * FROM orders WHERE CASE WHEN 1 = 1 AND orders.tenant_id = ? AND 1 = 1 THEN 1 ELSE 1 END = 1",
    "SELECT * FROM orders o WHERE orders.tenant_id = ?",
    "SELECT * FROM orders, orders o WHERE o.tenant_id = ?",
    "SELECT * FROM orders AS limit WHERE offset.tenant_id = ?",
    'SELECT * FROM orders AS "where", orders WHERE orders.tenant_id = ?',
    "SELECT * FROM orders o, products o WHERE o.tenant_id = ?",
    "SELECT * FROM orders, products WHERE tenant_id = ?",
    "SELECT * FROM users u, (SELECT 1) z, orders WHERE u.tenant_id = ?",
    "SELECT * FROM orders JOIN products ON 1 = 1 WHERE orders.tenant_id = ?",
    "SELECT * FROM orders LEFT JOIN products ON orders.tenant_id = ? AND products.tenant_id = ?",
    "SELECT * FROM orders LEFT JOIN products ON products.tenant_id = orders.tenant_id WHERE"
    " products.tenant_id = 1",
    "SELECT * FROM orders RIGHT JOIN products ON products.tenant_id = ? AND orders.tenant_id = ?",
    "SELECT * FROM orders FULL JOIN products ON products.tenant_id = ? AND orders.tenant_id = ?",
    "SELECT * FROM orders LEFT JOIN products JOIN media ON media.tenant_id = ? ON orders.tenant_id = ?"
    " AND products.tenant_id = ?",
    "SELECT * FROM orders NATURAL JOIN products WHERE orders.tenant_id = ?",
    "SELECT * FROM orders HAVING orders.tenant_id = ?",
    "SELECT *, orders.tenant_id = ? FROM orders",
    "SELECT * FROM orders ORDER BY orders.tenant_id = ?",
    "SELECT * FROM orders WHERE orders.tenant_id = ? UNION SELECT * FROM products",
    "SELECT * FROM orders WHERE orders.tenant_id = ? UNION ALL (SELECT * FROM products)",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM orders)",
    "SELECT (SELECT max(total) FROM orders)",
    "SELECT 1 WHERE 1 IN orders",
    "SELECT 1 WHERE 1 IN main.orders",
    "SELECT * FROM (SELECT * FROM orders) AS x WHERE x.tenant_id = 1",
    "SELECT * FROM (SELECT * FROM orders) AS x WHERE x.tenant_id = ?",
    "SELECT * FROM products p JOIN (SELECT tenants.id AS tenant_id FROM tenants) t ON p.tenant_id ="
    " t.tenant_id",
    "SELECT * FROM products p JOIN (SELECT 'x' AS tenant_id) t ON p.tenant_id = t.tenant_id",
    "WITH a AS (SELECT * FROM orders) SELECT * FROM a",
    "WITH orders AS (SELECT 1) SELECT * FROM main.orders",
    "WITH a(tenant_id) AS (SELECT orders.id FROM orders WHERE orders.tenant_id = ?)"
    " SELECT * FROM products JOIN a ON a.tenant_id = products.tenant_id",
    "WITH a AS (DELETE FROM orders RETURNING *) SELECT * FROM a",
    "SELECT * FROM ui_themes",
    "SELECT * FROM ui_themes WHERE ui_themes.tenant_id = ? OR ui_themes.tenant_id IS NULL OR 1 = 1",
    "SELECT * FROM ui_themes t, ui_layouts l WHERE t.tenant_id = ? OR l.tenant_id IS NULL",
    "SELECT * FROM sessions WHERE sessions.tenant_id IS NULL",
    "SELECT * FROM orders WHERE orders.tenant_id IS NULL",
    "UPDATE orders SET status = 'x'",
    "UPDATE orders SET status = 'x' WHERE orders.id = 1",
    "UPDATE orders SET tenant_id = ? WHERE orders.tenant_id = ?",
    "UPDATE orders SET (status, tenant_id) = ('x', ?) WHERE orders.tenant_id = ?",
    'UPDATE orders SET "tenant_id" = ? WHERE orders.tenant_id = ?',
    "UPDATE orders SET status = (SELECT max(name) FROM products) WHERE orders.tenant_id = ?",
    "UPDATE orders SET status = 'x' FROM customers WHERE customers.tenant_id = ?",
    "UPDATE ui_themes SET name = 'x' WHERE ui_themes.tenant_id IS NULL",
    "UPDATE ui_themes SET name = 'x' WHERE ui_themes.tenant_id = ? OR ui_themes.tenant_id IS NULL",
    "DELETE FROM orders",
    "DELETE FROM orders USING customers WHERE customers.tenant_id = ?",
    "DELETE FROM ui_themes WHERE ui_themes.tenant_id IS NULL",
    "INSERT INTO counters (name) VALUES ('a')",
    "INSERT INTO counters VALUES (?, 'a')",
    "INSERT INTO counters DEFAULT VALUES",
    "INSERT INTO counters (tenant_id, name) VALUES ('00000000000000000000000000000002', 'a')",
    "INSERT INTO counters (tenant_id, name) VALUES (?, 'a'), ('x', 'b')",
    "INSERT INTO counters (tenant_id, name) SELECT tenants.id, 'a' FROM tenants",
    "INSERT INTO counters (tenant_id, name) SELECT p.tenant_id, p.name FROM products p",
    "INSERT INTO counters (tenant_id, name) SELECT p.id, p.tenant_id FROM products p WHERE p.tenant_id = ?",
    "INSERT INTO counters (tenant_id, name) SELECT ?, 'a' UNION SELECT tenants.id, 'a' FROM tenants",
    "INSERT INTO counters (tenant_id, name) VALUES (?, (SELECT max(name) FROM products))",
    "INSERT OR REPLACE INTO stores (tenant_id, slug) VALUES (?, 'rival')",
    "REPLACE INTO stores (tenant_id, slug) VALUES (?, 'rival')",
    "INSERT INTO stores (tenant_id, slug) VALUES (?, 'rival') ON CONFLICT (slug) DO UPDATE SET name = 'mine'",
    "INSERT INTO counters (tenant_id, name) VALUES (?, 'a') ON CONFLICT (tenant_id, name)"
    " DO UPDATE SET tenant_id = excluded.tenant_id",
    "MERGE INTO orders USING products ON orders.tenant_id = ? WHEN MATCHED THEN DELETE",
    "TRUNCATE orders",
    "TABLE orders",
    "SELECT * FROM (TABLE orders) AS x",
    "COPY orders TO STDOUT",
    "LOCK TABLE orders",
    "DROP TABLE orders",
    "CREATE TABLE mine AS SELECT * FROM orders",
    "EXPLAIN ANALYZE DELETE FROM orders",
    "SELECT 1; DELETE FROM orders WHERE orders.tenant_id = ?; DELETE FROM orders",
    "SELECT * FROM orders WHERE orders.tenant_id = ? AND (1 = 1",
]


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
    sql = "INSERT INTO counters (tenant_id, name) VALUES (?, ?)"
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
