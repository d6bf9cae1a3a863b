"""Alembic's environment: one history for PostgreSQL and SQLite, run in a platform scope."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON, Connection

from mtc.core.db import Base, UtcDateTime
from mtc.core.owner_connection import owner_connection
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


def run() -> None:
    """Migrate on the connection that was given, else on one of the role that owns the tables."""
    settings = current_app.config["MTC"]
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with owner_connection(db.engine, settings.database_owner_url, "migrate the database") as connection:
        migrate(connection)


run()
