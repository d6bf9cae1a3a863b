"""Every form of statement on every table: with all locks, with each lock alone, and with none."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from mtc.core import tenancy
from mtc.core.db import Base
from mtc.extensions import MtcSession, db
from mtc.testing.matrix import all_leaks, attempts, leaks
from mtc.testing.statements import READS, WRITES
from mtc.testing.two_tenants import make_two
from tests.servers.database import PostgresDatabase, both_databases, superuser_engine

# Forms that with_loader_criteria and the checks at flush do not see; the guard and the policies do.
BEYOND_CRITERIA = {
    "refresh",
    "expired_attribute",
    "exists_theirs",
    "from_statement",
    "connection_of_the_session",
    "core_select",
    "textual",
    "driver_sql",
    "core_alias_without_tenant",
    "bulk_update_by_key",
    "bulk_update_mappings",
    "bulk_insert_for_them",
    "move_mine_to_them",
    "core_update",
    "core_delete",
    "core_insert_for_them",
    "insert_select",
    "textual_update",
    "textual_delete",
}


@contextmanager
def without(*locks: str) -> Iterator[None]:
    """Take locks out: `criteria` (with the checks at flush) and `guard`."""
    listeners: list[tuple[Any, str, Callable[..., Any]]] = []
    if "criteria" in locks:
        listeners += [
            (MtcSession, "do_orm_execute", tenancy._criteria),
            (MtcSession, "before_flush", tenancy._own_rows_only),
        ]
    if "guard" in locks:
        listeners.append((db.engine, "before_cursor_execute", tenancy._guard))
    with ExitStack() as stack:
        for listener in listeners:
            event.remove(*listener)
            stack.callback(event.listen, *listener)
        yield


@contextmanager
def without_policies(database: PostgresDatabase) -> Iterator[None]:
    """Take the policies out of a PostgreSQL."""
    engine = superuser_engine(database)
    names = [
        table.name for table in Base.metadata.sorted_tables if table.name not in ("plugins", "plugin_hooks")
    ]

    def switch(how: str) -> None:
        with engine.begin() as connection:
            for name in names:
                connection.execute(text(f"ALTER TABLE {name} {how} ROW LEVEL SECURITY"))

    switch("DISABLE")
    try:
        yield
    finally:
        switch("ENABLE")
        engine.dispose()


@both_databases
def test_no_form_reaches_a_foreign_row(app: Flask) -> None:
    assert all_leaks(make_two()) == {}


@both_databases
def test_the_guard_alone_is_enough(app: Flask, request: pytest.FixtureRequest, database_kind: str) -> None:
    two = make_two()
    with ExitStack() as stack:
        if database_kind == "postgres":
            stack.enter_context(without_policies(request.getfixturevalue("postgres_database")))
        stack.enter_context(without("criteria"))
        assert all_leaks(two) == {}


@pytest.mark.postgres
def test_the_policies_alone_are_enough(app: Flask) -> None:
    two = make_two()
    with without("criteria", "guard"):
        assert all_leaks(two) == {}


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_the_criteria_alone_are_not(app: Flask, name: str) -> None:
    one = next(one for one in attempts(make_two()) if one.table.name == "sequences")
    with without("guard"):
        assert leaks(one, [name]) == BEYOND_CRITERIA & {name}


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_with_no_lock_every_form_leaks(app: Flask, name: str) -> None:
    one = next(one for one in attempts(make_two()) if one.table.name == "sequences")
    with without("criteria", "guard"):
        assert leaks(one, [name]) == {name}


@pytest.mark.postgres
def test_with_no_lock_postgresql_leaks_too(app: Flask, postgres_database: PostgresDatabase) -> None:
    one = next(one for one in attempts(make_two()) if one.table.name == "sequences")
    with without("criteria", "guard"), without_policies(postgres_database):
        assert leaks(one, READS) == set(READS)
        assert leaks(one, ["textual_update", "core_insert_for_them"]) != set()
