"""Databases of the tests: applications on them, and emptying them within milliseconds."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, event

from mtc import config as settings
from mtc.app import create_app
from mtc.core.db import Base
from mtc.core.sqlite_statistics import write_statistics
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from tests.servers.postgres import Postgres

ROLES = Path(__file__).resolve().parents[2] / "migrations" / "roles.sql"
KEYRING = "t1:" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
SECRET = "a secret of tests that is long enough"

both_databases = pytest.mark.parametrize(
    "database_kind",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)
"""Decorator: run the test on SQLite and on PostgreSQL."""


@dataclass(frozen=True)
class PostgresDatabase:
    """Addresses of one database: for the application, for the owner who migrates, for the superuser."""

    name: str
    app_url: str
    owner_url: str
    admin_url: str


def settings_for(folder: Path, **overrides: Any) -> settings.Config:
    """Settings of a test application that keeps everything under the folder."""
    given: dict[str, Any] = {
        "var": str(folder),
        "secret_key": SECRET,
        "keyring": KEYRING,
        "testing": True,
        "outbound_allow_http": True,
    }
    return settings.load({}, **{**given, **overrides})


def make_postgres_database(server: Postgres, name: str, *, template: str = "template0") -> PostgresDatabase:
    """An empty database, or a copy of another, with the roles of the house; one of that name is replaced."""
    server.execute(ROLES.read_text())
    admin = server.create_database(name, owner="mtc_owner", template=template)
    return PostgresDatabase(name, server.url(name, "mtc_app"), server.url(name, "mtc_owner"), admin)


def migrated_app(folder: Path, database: PostgresDatabase) -> Flask:
    """An application on PostgreSQL whose tables the real migrations have made."""
    app = create_app(
        settings_for(folder, database_url=database.app_url, database_owner_url=database.owner_url)
    )
    with app.app_context():
        upgrade()
    return app


def sqlite_app(folder: Path, **overrides: Any) -> Flask:
    """An application on SQLite with every table of the models; nothing is synchronised to the disk."""
    app = create_app(settings_for(folder, **overrides))
    with app.app_context(), platform_scope("make the tables of the tests"):
        event.listen(db.engine, "connect", _hurry)
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
            write_statistics(connection)
    return app


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class Emptier:
    """Empties the tables of one database that hold rows; looking at all of them is one statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        names = [table.name for table in reversed(Base.metadata.sorted_tables)]
        self._look = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names
        )
        self._postgresql = engine.dialect.name == "postgresql"

    def __call__(self) -> None:
        """Delete every row."""
        with platform_scope("empty the tables between tests"), self._engine.connect() as connection:
            full = [row[0] for row in connection.exec_driver_sql(self._look)]
            if not full:
                return
            deletes = [f"DELETE FROM {name}" for name in full]
            if self._postgresql:
                connection.exec_driver_sql(
                    "; ".join(["SET LOCAL session_replication_role = replica", *deletes])
                )
            else:
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                for delete in deletes:
                    connection.exec_driver_sql(delete)
            connection.commit()


def superuser_engine(database: PostgresDatabase) -> Engine:
    """An engine that sees and may change everything, for checks and for cleaning up."""
    return create_engine(database.admin_url, pool_size=1, pool_pre_ping=True)


class Statements(list[str]):
    """The statements that were sent, without BEGIN, COMMIT and the announcement of the tenant."""


_QUIET = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT SET_CONFIG")


@contextmanager
def counted() -> Iterator[Statements]:
    """Record the statements of the block; needs an application context."""
    seen = Statements()

    def record(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_QUIET):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", record)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", record)
