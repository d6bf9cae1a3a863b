"""What every test may ask for: an application, a clean database, tenants and statement counts."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from mtc.core.tenancy import tenant_scope
from mtc.extensions import db
from mtc.identity.services import passwords
from mtc.processes.process_setup import collect_rarely
from mtc.tenants.services import store_lookup
from tests.factories.tenants import World, make_world
from tests.fakes.client import WholeClient
from tests.fakes.ports import FakePorts, fake_ports
from tests.servers import database as databases
from tests.servers.database import Emptier, PostgresDatabase, Statements
from tests.servers.kept import Keeper, kept
from tests.servers.postgres import Postgres
from tests.servers.sockets import Guard

pytest_plugins = ["tests.servers.fixtures"]
Flask.test_client_class = WholeClient

KEPT = ("MTC_SCREENS", "MTC_SWEEP")  # what the tests themselves are asked for
FOLDER = Path(__file__).parent
THOROUGH = [FOLDER / name for name in ("concurrency", "isolation", "security")]
# Tests that take many seconds each: begun last, one of them would keep a single processor busy at the end.
LONG = [
    FOLDER / name
    for name in (
        "soak/test_soak.py",
        "isolation/test_routes.py",
        "security/test_hostile_routes.py",
        "chaos",
        "concurrency",
        "demo",
        "server",
        "processes",
    )
]

# A gate says the same twice of one commit; new examples are looked for where time is given to it.
# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile(
    "gate", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("default" if "HISTORIES" in os.environ else "gate")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the environment of the person who runs the tests out of them, and the network too.

    What is collected is no garbage: as in the product, the collector seldom looks.
    """
    collect_rarely()
    for name in [name for name in os.environ if name.startswith("MTC_") and name not in KEPT]:
        del os.environ[name]
    guard = Guard()
    guard.install()
    config.add_cleanup(guard.remove)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, and mark what `make test-fast` leaves out.

    That is whatever starts a Redis; attacks and races, which try all.
    """
    items.sort(key=lambda item: _place(item.path))
    for item in items:
        if _is_thorough(item.path):
            item.add_marker(pytest.mark.thorough)
        if {"redis_server", "own_redis"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.redis)


@cache
def _place(path: Path) -> int:
    return next((place for place, long in enumerate(LONG) if path.is_relative_to(long)), len(LONG))


@cache
def _is_thorough(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in THOROUGH)


def pytest_collection_finish() -> None:
    """Keep modules and collected tests out of every garbage collection, as the server does when it starts."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this pytest process among several, such as gw0."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Keeper]]:
    """One application on SQLite for the whole run of a process."""
    app = databases.sqlite_app(tmp_path_factory.mktemp("mtc"))
    with app.app_context():
        engine = db.engine
    yield app, Keeper(app, engine, Emptier(engine))
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: Postgres, worker_name: str) -> PostgresDatabase:
    """The process's own database, empty until `postgres_app` migrates it."""
    return databases.make_postgres_database(postgres_server, f"mtc_{worker_name}")


@pytest.fixture(scope="session")
def postgres_app(
    postgres_database: PostgresDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Keeper]]:
    """One application on PostgreSQL, as the role that owns nothing, for the whole run of a process."""
    app = databases.migrated_app(tmp_path_factory.mktemp("mtc-postgres"), postgres_database)
    admin = databases.superuser_engine(postgres_database)
    yield app, Keeper(app, admin, Emptier(admin))
    admin.dispose()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`postgres` for tests marked so, else `sqlite`; @both_databases sets each in turn."""
    if hasattr(request, "param"):
        return str(request.param)
    return "postgres" if request.node.get_closest_marker("postgres") else "sqlite"


@pytest.fixture
def app(
    request: pytest.FixtureRequest, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application with an empty database and fresh fake ports, inside an application context."""
    application, keeper = request.getfixturevalue(f"{database_kind}_app")
    # On a machine that pauses for a second a page would ask for its store once more than was counted.
    monkeypatch.setattr(sys.modules[type(store_lookup).__module__], "FRESH_SECONDS", 3600.0)
    with application.app_context():
        application.extensions["mtc.ports"] = fake_ports()
        keeper.begin()
        yield application


@pytest.fixture
def database(app: Flask) -> Engine:
    """The engine of the clean database."""
    return db.engine


@pytest.fixture
def ports(app: Flask) -> FakePorts:
    """The fakes behind the application's ports."""
    fakes: FakePorts = app.extensions["mtc.ports"]
    return fakes


@pytest.fixture
@kept
def tenant(app: Flask) -> World:
    """A tenant called Acme with a store."""
    return make_world("acme", "Acme")


@pytest.fixture
@kept
def other_tenant(app: Flask) -> World:
    """Another tenant, whose rows must never be seen."""
    return make_world("rival", "Rival")


@pytest.fixture
def scope(tenant: World) -> Iterator[World]:
    """An open scope of `tenant`; open a unit_of_work() in it."""
    with tenant_scope(tenant.id):
        yield tenant


@pytest.fixture
def queries(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """`with queries() as seen:` records the statements of a block."""
    return databases.counted


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[PasswordHasher]:
    """Thousands of people are made and logged in here: their passwords need not withstand anybody."""
    costly = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield costly
    passwords._hasher = costly


@pytest.fixture
def costly_hashes(quick_hashes: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as the product makes them."""
    monkeypatch.setattr(passwords, "_hasher", quick_hashes)
    passwords._dummy.cache_clear()


@pytest.fixture
def enumerating() -> Callable[..., Any]:
    """`with enumerating(app) as attack: attack.run()`: one store's people at another's things, everywhere."""
    from tests.isolation.sides import enumerating as begin

    return begin


@pytest.fixture
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parent.parent
