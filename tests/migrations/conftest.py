"""Databases that nothing has been done to yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from mtc.app import create_app
from mtc.extensions import db
from tests.servers.database import make_postgres_database, settings_for


@pytest.fixture
def bare_app(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database has no tables, in its context; migrations run as the owner."""
    urls = {}
    if database_kind == "postgres":
        server = request.getfixturevalue("postgres_server")
        database = make_postgres_database(server, f"bare_{request.getfixturevalue('worker_name')}")
        urls = {"database_url": database.app_url, "database_owner_url": database.owner_url}
    app = create_app(settings_for(tmp_path, **urls))
    with app.app_context():
        yield app
        db.engine.dispose()
