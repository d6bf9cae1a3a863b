"""Alembic's environment: one history for PostgreSQL and SQLite, run in a platform scope."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection, create_engine

from mtc.core.db import Base, UtcDateTime
from mtc.core.sqlite_statistics import write_statistics
from mtc.core.tenancy import platform_scope, watch_engine
from mtc.extensions import db


def render_item(kind: str, thing: Any, _autogen: Any) -> str | bool:
    """Write our column types as SQLAlchemy's own, so that old revisions need no code of today."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, JSON):
        return "JSON"
    return False


def migrate(connection: Connection) -> None:
    """Run the migrations that the command asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite alters a table by copying it; a revision that only creates tables says so with -x plain=yes.
        render_as_batch="plain" not in context.get_x_argument(as_dictionary=True),
        render_item=render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def check_foreign_keys(connection: Connection, on: bool) -> None:
    """Switch SQLite's foreign keys on or off; it does so between transactions only.

    A table is altered by copying it. Dropping the old one would delete or refuse the rows that belong to it.
    """
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        raw.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
        if on and (broken := raw.execute("PRAGMA foreign_key_check").fetchone()):
            raise RuntimeError(f"the migration left a row of {broken[0]} without the row that it belongs to")


def run() -> None:
    """Connect as the role that owns the tables, where there is one."""
    settings = current_app.config["MTC"]
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with platform_scope("migrate the database"):
        if settings.database_owner_url:
            engine = create_engine(settings.database_owner_url)
            watch_engine(engine, guard=False)
        else:
            engine = db.engine
        try:
            with engine.connect() as connection:
                check_foreign_keys(connection, False)
                migrate(connection)
                check_foreign_keys(connection, True)
            if engine.dialect.name == "sqlite":
                with engine.begin() as connection:
                    write_statistics(connection)
        finally:
            if engine is not db.engine:
                engine.dispose()


run()
