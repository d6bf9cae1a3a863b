"""Twenty tenants with a hundred and fifty of everything, put in fast, and the planner told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, String, Table, UniqueConstraint, Uuid, text

from mtc.core import clock
from mtc.core.db import Base
from mtc.core.ids import uuid7
from mtc.testing.row_factory import values_for

TENANTS, ROWS = 20, 150
# Tables that grow with a store; of all others a tenant has one row.
MANY = (
    "products", "product_variants", "product_attributes", "product_search", "customers", "sessions", "carts",
    "cart_lines", "orders", "order_items",
    "order_search", "sold_names", "stock_items", "tasks", "emails", "events", "audit_entries",
)  # fmt: skip
Ids = dict[str, list[UUID]]


def fill(connection: Connection) -> list[tuple[UUID, Ids]]:
    """Fill all tables for all tenants; returns each tenant with the ids of its rows by table."""
    # Rows that earlier tests deleted still fill pages, and the planner counts pages.
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    connection.execute(text(f"TRUNCATE {names}"))
    connection.execute(text("SET session_replication_role = replica"))
    tenants: list[tuple[UUID, Ids]] = []
    for number in range(TENANTS):
        tenant_id, ids = uuid7(), {}
        tenants.append((tenant_id, ids))
        for table in Base.metadata.sorted_tables:
            rows = list(_rows(table, tenant_id, number, ids))
            connection.execute(table.insert(), rows)
            ids[table.name] = [row.get("id", tenant_id) for row in rows]
    connection.execute(text("SET session_replication_role = origin"))
    connection.commit()
    connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return tenants


def _rows(table: Table, tenant_id: UUID, tenant: int, ids: Ids) -> Iterator[dict[str, Any]]:
    keyed = {c.name for k in table.constraints if isinstance(k, UniqueConstraint) for c in k.columns}
    base = values_for(table, tenant_id, {name: found[0] for name, found in ids.items()}, f"word{tenant}")
    parents = {
        element.parent.name: element.column.table.name
        for constraint in table.foreign_key_constraints
        for element in constraint.elements
    }
    for number in range(ROWS if table.name in MANY else 1):
        row = dict(base)
        for column in table.columns:
            name = column.name
            if name == "id":
                row[name] = tenant_id if table.name == "tenants" else uuid7()
            elif name in keyed and isinstance(column.type, String) and name in row:
                row[name] = f"{name}-{tenant}-{number}"[: column.type.length]
            elif name in parents and name != "tenant_id" and ids.get(parents[name]):
                row[name] = ids[parents[name]][number % len(ids[parents[name]])]
            elif name in keyed and name in row and isinstance(column.type, Uuid) and name != "tenant_id":
                row[name] = uuid7()
            elif name == "created_at":
                row[name] = clock.now() - timedelta(minutes=number)
        yield row | _special(table.name, tenant, number)


def _special(table: str, tenant: int, number: int) -> dict[str, Any]:
    """Columns on which the hot queries sort and filter."""
    return {
        "products": {"status": "active", "price_from": 100 + number * 7 % 90, "price_to": 200},
        "product_attributes": {
            "attribute_key": "color", "attribute_type": "select", "attribute_value": {"value": "red"},
            "value_text": ("red", "green", "blue")[number % 3],
        },
        "product_search": {"term": f"term{number % 30}", "weight": 4},
        "order_search": {"term": f"term{number % 30}"},
        "stock_items": {"status": "available" if number % 4 == 0 else "delivered"},
        "tasks": {"status": "done" if number % 20 else "pending"},
        "domains": {"verified_at": clock.now()},
        "orders": {"order_number": f"{1000 + number}", "status": "paid" if number % 20 else "pending"},
        "sessions": {"key_hash": f"{tenant:04d}{number:060d}", "user_id": None},
    }.get(table, {})  # fmt: skip
