"""What every test may ask for: an application, a clean database, tenants and statement counts."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from mtc import config as settings
from mtc.app import create_app
from mtc.core.db import Base, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import db
from mtc.infra.search import create_search
from mtc.tenants.models import Store, Tenant
from mtc.tenants.services import create_store, create_tenant, directory

pytest_plugins = ["tests.services.fixtures"]
KEYRING = "t1:" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def settings_for(folder: Path, **overrides: Any) -> settings.Config:
    """Settings of a test application that keeps everything under the folder."""
    return settings.load(
        {},
        var=str(folder),
        secret_key="a secret of tests that is long enough",
        keyring=KEYRING,
        testing=True,
        outbound_allow_http=True,
        **overrides,
    )


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application on SQLite for the whole run of a worker."""
    folder = tmp_path_factory.mktemp("mtc")
    app = create_app(settings_for(folder))
    with app.app_context(), platform_scope("make the tables of the tests"):
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection)
            create_search(connection)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def postgres_app(postgres_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application on PostgreSQL, as the role that owns nothing, for the whole run of a worker."""
    folder = tmp_path_factory.mktemp("mtc-postgres")
    app = create_app(settings_for(folder, database_url=postgres_database))
    yield app
    with app.app_context():
        db.engine.dispose()


def database_params() -> list[Any]:
    """The databases that a test of `app` runs on."""
    return [pytest.param("sqlite", id="sqlite"), pytest.param("postgres", marks=pytest.mark.postgres, id="postgres")]


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, or `postgres` for tests marked so; parametrise it with database_params() for both."""
    return "postgres" if request.node.get_closest_marker("postgres") else "sqlite"


@pytest.fixture
def app(request: pytest.FixtureRequest, database_kind: str) -> Iterator[Flask]:
    """The application with an empty database and empty ports, inside an application context."""
    application: Flask = request.getfixturevalue(f"{database_kind}_app")
    with application.app_context():
        empty_tables()
        directory.clear()
        application.extensions["mtc.ports"].cache.clear()
        yield application


def empty_tables() -> None:
    """Delete every row; system rows that migrations do not make are made anew by who needs them."""
    with platform_scope("empty the tables between tests"), unit_of_work() as work:
        if work.get_bind().dialect.name == "postgresql":
            from tests.services.database import truncate_all

            truncate_all()
            return
        work.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in reversed(Base.metadata.sorted_tables):
            work.execute(table.delete())
        work.connection().exec_driver_sql("DELETE FROM product_search")


@dataclass
class World:
    """A tenant with its store."""

    tenant: Tenant
    store: Store

    @property
    def id(self) -> Any:
        return self.tenant.id


def make_world(slug: str, name: str, currency: str = "EUR") -> World:
    """A tenant and its store of the same slug."""
    with platform_scope("make a tenant for tests"), unit_of_work():
        tenant = create_tenant(slug, name)
    with tenant_scope(tenant.id), unit_of_work():
        store = create_store(tenant.id, slug, name, currency=currency, email=f"hello@{slug}.example")
    return World(tenant, store)


@pytest.fixture
def tenant(app: Flask) -> World:
    """A tenant called Acme with a store."""
    return make_world("acme", "Acme")


@pytest.fixture
def other_tenant(app: Flask) -> World:
    """Another tenant, whose rows must never be seen."""
    return make_world("rival", "Rival")


@pytest.fixture
def scope(tenant: World) -> Iterator[World]:
    """An open scope of `tenant`; open a unit_of_work() in it."""
    with tenant_scope(tenant.id):
        yield tenant


class Statements(list[str]):
    """The statements that were sent, without BEGIN, COMMIT and the like."""


@contextmanager
def counted() -> Iterator[Statements]:
    """Record the statements of the block; needs an application context."""
    seen = Statements()

    def record(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", record)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", record)


@pytest.fixture
def queries(app: Flask) -> Any:
    """`with queries() as seen:` counts the statements of a block."""
    return counted


def pytest_configure(config: pytest.Config) -> None:
    """Keep the environment of the person who runs the tests out of them."""
    for name in [name for name in os.environ if name.startswith("MTC_")]:
        del os.environ[name]
