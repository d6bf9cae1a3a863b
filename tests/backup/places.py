"""Migrated databases with files, to be saved and to be restored into."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event, select

from mtc.app import create_app
from mtc.core.db import Base, session
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from tests.fakes.ports import fake_ports
from tests.servers.database import make_postgres_database, settings_for

Rows = dict[str, list[dict[str, Any]]]
TEMPLATE = "migrated"
_copies: dict[str, Any] = {}


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@contextmanager
def place(
    kind: str,
    folder: Path,
    postgres: Callable[[], Any],
    name: str,
    *,
    template: str = "template0",
    **more: str,
) -> Iterator[Flask]:
    """An application on a database without tables, with a storage that is empty, in its context."""
    urls = more
    if kind == "postgres":
        database = make_postgres_database(postgres(), name, template=template)
        urls = {**more, "database_url": database.app_url, "database_owner_url": database.owner_url}
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(settings_for(folder, **urls))
    app.extensions["mtc.ports"] = fake_ports()
    with app.app_context():
        if kind == "sqlite":
            event.listen(db.engine, "connect", _hurry)
        yield app
        db.engine.dispose()


@contextmanager
def migrated_place(
    kind: str, folder: Path, postgres: Callable[[], Any], name: str, **more: str
) -> Iterator[Flask]:
    """The same with the tables of the newest revision: those of the first are made by the migrations and
    copied for the others of this process."""
    copied = kind in _copies
    template = _copies[kind] if copied and kind == "postgres" else "template0"
    with place(kind, folder, postgres, name, template=template, **more) as app:
        if not copied:
            upgrade()
            _copies[kind] = _keep(kind, postgres, name)
        elif kind == "sqlite":
            with closing(db.engine.raw_connection()) as target:
                _copies[kind].backup(target.driver_connection)
        yield app


def _keep(kind: str, postgres: Callable[[], Any], name: str) -> Any:
    if kind == "postgres":
        db.engine.dispose()  # a database that is in use cannot be copied
        postgres().create_database(TEMPLATE, owner="mtc_owner", template=name)
        return TEMPLATE
    copy = sqlite3.connect(":memory:")
    with closing(db.engine.raw_connection()) as source:
        source.driver_connection.backup(copy)
    return copy


def table_rows(name: str) -> list[dict[str, Any]]:
    """Every row of a table of the running session, as the models read it, in the order of its key."""
    table = Base.metadata.tables[name]
    query = select(table).order_by(*table.primary_key.columns)
    return [dict(row) for row in session.execute(query).mappings()]


def all_rows() -> Rows:
    """Every row of every table, read in the running session."""
    return {table.name: table_rows(table.name) for table in Base.metadata.sorted_tables}


def rows_now() -> Rows:
    """Every row of every table, in one transaction of an application where nothing else happens."""
    with platform_scope("compare two databases", readonly=True):
        return all_rows()
