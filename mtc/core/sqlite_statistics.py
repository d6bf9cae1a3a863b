"""Statistics for SQLite's planner: how many rows a value of an index's columns stands for.

Without statistics SQLite takes it that `tenant_id = ?` finds ten rows, so that it reads all rows of a tenant
in the order that somebody wants to have, rather than the few that another index finds. ANALYZE would count
what is there, which in a new store is nothing. So figures of a large store are written, and plans are the
same on every machine: https://www.sqlite.org/lang_analyze.html, "Fixed Results Of ANALYZE".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, String, Table, Uuid

from mtc.core.db import Base

ROWS, OF_TENANT, OF_VALUE = 10**9, 100_000, 10
"""How many rows a table has, how many of them a tenant, and how many of those a value.

So many rows that SQLite never reads them all to make a Bloom filter of them.
"""
KINDS = 5
"""How many values a column has that says a status or a kind."""
FEW = frozenset({
    "api_keys", "collections", "sequences", "delivery_methods", "domains", "integrations", "invitations",
    "legal_pages", "mail_senders", "payment_gateways", "plugin_hooks", "plugins", "pricing_rules",
    "product_types", "stores", "tenant_plugins", "tenant_users", "tenants", "ui_components", "ui_layouts",
    "ui_page_versions", "ui_templates", "ui_themes", "ui_widgets", "user_roles", "webhook_endpoints",
    "workflows",
})  # fmt: skip
"""Tables of which a tenant has a few rows, however much it sells."""
SHORT_NAMES, LONG_KINDS = frozenset({"hint", "order_number", "prefix"}), frozenset({"attribute_key"})
"""Short columns whose values are many all the same, and long ones whose values are few."""


def write_statistics(connection: Connection) -> None:
    """Write them for every index, in the running transaction; connections made later know them."""
    raw: Any = connection.connection.dbapi_connection
    cursor = raw.cursor()
    cursor.execute("ANALYZE sqlite_master")  # makes the table of statistics
    cursor.execute("DELETE FROM sqlite_stat1")
    for table in Base.metadata.sorted_tables:
        for name, figures in list(_indexes(cursor, table)):
            # Skipping over tenant_id, the first column, would read the rows of all tenants.
            stat = " ".join([*map(str, figures), "noskipscan"])
            cursor.execute(
                "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", (table.name, name, stat)
            )
    cursor.execute("ANALYZE sqlite_master")  # reads it again
    cursor.close()


def _indexes(cursor: Any, table: Table) -> Iterator[tuple[str, list[int]]]:
    """(index, [rows, rows for a value of its first column, of its first two, …])."""
    cursor.execute(f"PRAGMA index_list('{table.name}')")
    for _, name, unique, _, partial in cursor.fetchall():
        cursor.execute(f"PRAGMA index_info('{name}')")
        columns = [row[2] for row in cursor.fetchall()]
        of_tenant, left = OF_VALUE if table.name in FEW else OF_TENANT, ROWS
        if partial:
            of_tenant, left = max(1, of_tenant // 100), left // 100
        figures = [left]
        for number, column in enumerate(columns, 1):
            if column == "tenant_id":
                left = min(left, of_tenant)
            elif unique and number == len(columns):
                left = 1
            else:
                # An index that does not begin with the tenant is there for what is rare.
                left = min(_left(table.c.get(column), left), OF_TENANT)
            figures.append(left)
        yield name, figures


def _left(column: Column[Any] | None, before: int) -> int:
    """Return how many rows are left when the column's value is known, too; None is an expression."""
    if column is not None and _is_kind(column):
        return max(1, before // KINDS)
    return min(before, OF_VALUE)


def _is_kind(column: Column[Any]) -> bool:
    if column.name in LONG_KINDS or any(key.column.table.name in FEW for key in column.foreign_keys):
        return True
    if isinstance(column.type, Uuid) or column.name in SHORT_NAMES:
        return False
    short = isinstance(column.type, String) and (column.type.length or 1000) <= 20
    return short or isinstance(column.type, Boolean | Integer)
