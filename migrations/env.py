"""Alembic's environment: one history for PostgreSQL and SQLite, run in a platform scope."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine

from mtc.core.db import Base
from mtc.core.tenancy import platform_scope, watch_engine
from mtc.extensions import db


def migrate(connection: Connection) -> None:
    """Run the migrations that the command asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


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
        with engine.connect() as connection:
            migrate(connection)
        if engine is not db.engine:
            engine.dispose()


run()
