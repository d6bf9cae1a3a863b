"""A connection that may change tables: as the role that owns them, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine

from mtc.core.sqlite_statistics import write_statistics
from mtc.core.tenancy import platform_scope, watch_engine


@contextmanager
def owner_connection(engine: Engine, owner_url: str, why: str) -> Iterator[Connection]:
    """Connect for changes of the schema; `owner_url` is empty where the application's role owns the tables.

    SQLite alters a table by copying it, and dropping the old one would delete or refuse the rows that belong
    to it: foreign keys are off within the block and checked after it (RuntimeError). Its statistics are
    written anew. What the block leaves open is committed, unless it raises.
    """
    owner = create_engine(owner_url) if owner_url else engine
    with platform_scope(why):
        if owner is not engine:
            watch_engine(owner, guard=False)
        try:
            with owner.connect() as connection:
                _foreign_keys(connection, False)
                yield connection
                connection.commit()
                _foreign_keys(connection, True)
            if owner.dialect.name == "sqlite":
                with owner.begin() as connection:
                    write_statistics(connection)
        finally:
            if owner is not engine:
                owner.dispose()


def _foreign_keys(connection: Connection, on: bool) -> None:
    """Switch SQLite's foreign keys on or off; it does so between transactions only."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        raw.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
        if on and (broken := raw.execute("PRAGMA foreign_key_check").fetchone()):
            raise RuntimeError(f"the migration left a row of {broken[0]} without the row that it belongs to")
