"""The check before the first request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from mtc.core.startup_checks import UnsafeDatabase, check_database
from tests.servers.database import PostgresDatabase, superuser_engine
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.postgres


@contextmanager
def engine_as(server: Postgres, database: PostgresDatabase, role: str) -> Iterator[Engine]:
    engine = create_engine(server.url(database.name, role))
    yield engine
    engine.dispose()


@contextmanager
def changed(database: PostgresDatabase, do: str, undo: str) -> Iterator[None]:
    engine = superuser_engine(database)

    def run(statement: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement))

    run(do)
    try:
        yield
    finally:
        run(undo)
        engine.dispose()


def test_the_role_of_the_application_is_accepted(app: Flask, database: Engine) -> None:
    check_database(database)


@pytest.mark.parametrize(
    ("role", "sentence"), [("postgres", "sees every tenant's rows"), ("mtc_owner", "owns tables")]
)
def test_superuser_and_owner_are_refused(
    app: Flask, postgres_server: Postgres, postgres_database: PostgresDatabase, role: str, sentence: str
) -> None:
    with (
        engine_as(postgres_server, postgres_database, role) as engine,
        pytest.raises(UnsafeDatabase, match=sentence),
    ):
        check_database(engine)


@pytest.mark.parametrize(
    ("do", "undo", "sentence"),
    [
        ("CREATE ROLE odd LOGIN BYPASSRLS", "DROP ROLE odd", "sees every tenant's rows"),
        (
            "CREATE ROLE odd LOGIN; GRANT mtc_owner TO odd",
            "REVOKE mtc_owner FROM odd; DROP ROLE odd",
            "member of their owner",
        ),
    ],
)
def test_other_powerful_roles_are_refused(
    app: Flask,
    postgres_server: Postgres,
    postgres_database: PostgresDatabase,
    do: str,
    undo: str,
    sentence: str,
) -> None:
    with changed(postgres_database, do, undo), engine_as(postgres_server, postgres_database, "odd") as engine:
        with pytest.raises(UnsafeDatabase, match=sentence):
            check_database(engine)
        engine.dispose()


_OWN = "tenant_id = CAST(current_setting('app.tenant_id') AS uuid)"


@pytest.mark.parametrize(
    ("do", "undo"),
    [
        ("ALTER TABLE orders DISABLE ROW LEVEL SECURITY", "ALTER TABLE orders ENABLE ROW LEVEL SECURITY"),
        ("ALTER TABLE orders NO FORCE ROW LEVEL SECURITY", "ALTER TABLE orders FORCE ROW LEVEL SECURITY"),
        (
            "DROP POLICY tenant ON orders",
            f"CREATE POLICY tenant ON orders USING ({_OWN}) WITH CHECK ({_OWN})",
        ),
        ("CREATE POLICY second ON orders USING (true)", "DROP POLICY second ON orders"),
        (
            "ALTER POLICY tenant ON orders USING (true)",
            f"ALTER POLICY tenant ON orders USING ({_OWN})",
        ),
        (
            "CREATE POLICY shared ON orders FOR SELECT USING (tenant_id IS NULL)",
            "DROP POLICY shared ON orders",
        ),
    ],
)
def test_a_table_with_other_policies_is_refused(
    database: Any, postgres_database: PostgresDatabase, do: str, undo: str
) -> None:
    with changed(postgres_database, do, undo), pytest.raises(UnsafeDatabase, match="orders"):
        check_database(database)
    check_database(database)
