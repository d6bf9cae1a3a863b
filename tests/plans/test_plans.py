"""The hot queries under row-level security reach every table of tenants by an index, by the same as ever."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, text

from mtc.bench import rls_cost
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import db
from tests.plans.data import TENANTS, fill
from tests.plans.hot import TENANT, hot, scope_of
from tests.plans.reading import paths
from tests.servers.database import PostgresDatabase, superuser_engine

GOLDEN = Path(__file__).with_name("plans.json")
AGAIN = "If the change is meant: PLANS=write .venv/bin/python -m pytest tests/plans"
Filled = list[tuple[Any, Any]]
pytestmark = pytest.mark.postgres


@pytest.fixture
def filled(app: Flask, postgres_database: PostgresDatabase) -> Iterator[Filled]:
    """Twenty tenants with rows."""
    engine = superuser_engine(postgres_database)
    with engine.connect() as connection:
        yield fill(connection)
    engine.dispose()


def explained(ask: Any) -> list[str]:
    """How the statements of one question reach their tables, as the database plans them for this scope."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "set_config" not in statement:
            found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    lines = set()
    for statement, parameters in found:
        cursor = session.connection().connection.cursor()
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON, COSTS OFF) {statement}", parameters)
        lines |= set(paths(cursor.fetchone()[0][0]["Plan"]))
    return sorted(lines)


def all_plans(filled: Filled) -> dict[str, list[str]]:
    tenant_id, ids = filled[TENANT]
    plans = {}
    for name, ask in hot(tenant_id, ids).items():
        with scope_of(name, tenant_id):
            plans[name] = explained(ask)
            session.rollback()
    return plans


def test_hot_queries_keep_their_indexes(filled: Filled, postgres_database: PostgresDatabase) -> None:
    """plans.json says how each table is reached; no table of tenants is read from end to end.

    The planner of another major version may choose otherwise; there only the second holds.
    """
    assert len(filled) == TENANTS
    plans = all_plans(filled)
    major = session_major()
    if os.environ.get("PLANS") == "write":
        GOLDEN.write_text(json.dumps({"postgresql": major, **plans}, indent=1, ensure_ascii=False) + "\n")
    whole = {name: [one for one in lines if "Seq Scan" in one] for name, lines in plans.items()}
    assert {name: lines for name, lines in whole.items() if lines} == {}
    golden = json.loads(GOLDEN.read_text())
    assert set(golden) == {"postgresql", *plans}
    if golden.pop("postgresql") == major:
        assert plans == golden, AGAIN
    a_condition_that_may_leak_loses_its_index(filled[TENANT][0], postgres_database)
    priced = rls_cost.measure(postgres_database.app_url, int(os.environ.get("ROUNDS", "3")))
    print("\n".join(one.text() for one in priced))
    assert [one.label for one in priced][-2:] == ["price of a transaction", "in the quickest tenth"]


def session_major() -> int:
    with platform_scope("which version", readonly=True), unit_of_work():
        return int(session.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def a_condition_that_may_leak_loses_its_index(tenant_id: UUID, database: PostgresDatabase) -> None:
    """The control: with an index on lower(email), the policy still keeps the planner from using it."""
    admin = superuser_engine(database)
    with admin.begin() as connection:
        connection.execute(text("CREATE INDEX odd ON customers (tenant_id, lower(email))"))
    start = "SELECT id FROM customers WHERE tenant_id = :t AND"
    try:
        with tenant_scope(tenant_id), unit_of_work():
            lost = explained(lambda: session.execute(text(f"{start} lower(email) = 'a'"), {"t": tenant_id}))
            kept = explained(lambda: session.execute(text(f"{start} email_lc = 'a'"), {"t": tenant_id}))
        assert [line.rpartition(", then ")[2] for line in lost] == ["email lower"]
        assert kept == ["customers by uq_customers_tenant_id_email_lc on email_lc tenant_id"]
    finally:
        with admin.begin() as connection:
            connection.execute(text("DROP INDEX odd"))
        admin.dispose()
