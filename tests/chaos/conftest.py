"""What a run may maltreat: a Redis, and a database that `mtc serve` finds ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from mtc.core.paths import ROOT
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from tests.servers import database as databases
from tests.servers.redis import Redis, start_redis


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis that the storm may maltreat."""
    server = start_redis()
    yield server
    server.stop()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Flask]:
    """An application on a SQLite file that `mtc serve` finds ready, with a hasty connection of its own."""
    app = databases.sqlite_app(tmp_path)
    newest = max(file.name.split("_")[0] for file in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))
    with app.app_context():
        with platform_scope("mark the tables as migrated"), db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{newest}')")
        yield app
        db.engine.dispose()
