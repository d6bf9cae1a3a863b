"""The database is away, restarts or has become a standby: 503 for a while, and reads do not notice at all."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import errors as pg
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mtc.core.connection_errors import is_unreachable
from mtc.core.db import unit_of_work
from mtc.core.errors import OutageError
from mtc.core.tenancy import tenant_scope
from mtc.integrations.services import create_api_key
from mtc.tenants.services import store_lookup
from tests.security.conftest import fort, people, rival, site
from tests.security.fort import PLATFORM, Fort, People, Visitor
from tests.servers.database import PostgresDatabase, superuser_engine
from tests.servers.postgres import Postgres

__all__ = ["fort", "people", "rival", "site"]

AWAY = "We cannot reach our data at the moment."


def _sqlite(name: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorname = name  # type: ignore[misc]
    return error


def _failed(cause: Exception, kind: type[DBAPIError] = OperationalError, lost: bool = False) -> DBAPIError:
    return kind("SELECT 1", {}, cause, connection_invalidated=lost)


ERRORS = [
    (_failed(psycopg.OperationalError("connection refused")), True),
    (_failed(psycopg.OperationalError("server closed the connection unexpectedly"), lost=True), True),
    (_failed(psycopg.errors.ConnectionTimeout("connection timeout expired")), True),
    (_failed(psycopg.InterfaceError("the connection is closed"), InterfaceError), True),
    *[
        (_failed(kind("refused")), True)
        for kind in (
            pg.AdminShutdown, pg.CrashShutdown, pg.CannotConnectNow, pg.IdleSessionTimeout,
            pg.ConnectionFailure, pg.TooManyConnections, pg.OutOfMemory, pg.IoError,
        )
    ],
    (_failed(pg.ReadOnlySqlTransaction("refused"), lost=True), True),
    (_failed(pg.ReadOnlySqlTransaction("refused")), False),
    (_failed(pg.UndefinedTable("refused"), DBAPIError), False),
    (_failed(pg.UniqueViolation("refused"), DBAPIError), False),
    (_failed(pg.QueryCanceled("refused")), False),
    (_failed(psycopg.ProgrammingError("a mistake"), DBAPIError), False),
    (_failed(_sqlite("SQLITE_CANTOPEN")), True),
    (_failed(_sqlite("SQLITE_IOERR_WRITE")), True),
    (_failed(_sqlite("SQLITE_READONLY")), True),
    (_failed(_sqlite("SQLITE_ERROR")), False),
    (_failed(sqlite3.OperationalError("no such table: x")), False),
    (_failed(Exception("no such table: x")), False),
    (PoolTimeout("QueuePool limit reached"), True),
    (PendingRollbackError("lost", code="8s2b"), True),
    (PendingRollbackError("a failed flush", code="7s2a"), False),
    (StatementError("mistake", "SELECT 1", {}, Exception()), False),
    (ValueError("a mistake"), False),
]  # fmt: skip


@pytest.mark.parametrize(("error", "away"), ERRORS, ids=lambda one: repr(one)[:60])
def test_outages_are_told_from_mistakes(app: Flask, error: Exception, away: bool) -> None:
    assert is_unreachable(error) is away
    with app.test_request_context("/", base_url=PLATFORM):
        answer = app.make_response(app.handle_user_exception(error))
    assert (answer.status_code, answer.headers.get("Retry-After")) == ((503, "5") if away else (500, None))
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EROFS, errno.EACCES, errno.EINVAL])
def test_a_folder_of_files_that_has_gone_is_an_outage(
    site: Flask, fort: Fort, anonymous: Visitor, number: int
) -> None:
    storage = site.extensions["mtc.ports"].storage

    def stat(_key: str) -> None:
        raise OSError(number, "refused")

    storage.stat = stat
    assert anonymous.get(fort.picture).status_code == (500 if number == errno.EINVAL else 503)


@pytest.fixture
def anonymous(site: Flask, fort: Fort) -> Visitor:
    """Somebody at Acme whom nobody knows."""
    return Visitor(site.test_client(), fort.base)


Asking = tuple[str, Callable[[], Any], str]


def _surfaces(site: Flask, fort: Fort, people: People) -> list[Asking]:
    """A request to each surface, and what its answer is made of."""
    shopper, owner, client = people.shopper(), people.staff("owner"), site.test_client()
    json = {"Accept": "application/json"}
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "Origin": fort.base}
    line = {"variant_id": fort.ids["file_variant"]}
    with tenant_scope(fort.tenant_id), unit_of_work():
        key = {"Authorization": f"Bearer {create_api_key('Bookkeeping', ['orders:read'])[1]}"}
    return [
        ("a page of a store", lambda: shopper.get("/p/game"), "<h1>Back in a moment</h1>"),
        ("a custom host", lambda: client.get("/", base_url="http://shop.example.org"), "<h1>Back in a"),
        ("a store below a path", lambda: client.get("/s/acme/", base_url="http://127.0.0.1:8000"), "<h1>"),
        ("a form", lambda: shopper.post("/cart/add", line), "<h1>Back in a moment</h1>"),
        ("htmx", lambda: client.post("/cart/add", data=line, base_url=fort.base, headers=partial), "toast"),
        ("JSON", lambda: shopper.get("/p/game", headers=json), '"statusCode":503'),
        ("the storefront's API", lambda: shopper.get("/api/storefront/products"), '"statusCode":503'),
        (
            "the API",
            lambda: client.get("/api/v1/acme/orders", base_url=PLATFORM, headers=key),
            '"statusCode":503',
        ),
        (
            "a provider",
            lambda: client.post("/webhooks/payments/test", base_url=fort.base),
            '"statusCode":503',
        ),
        ("the admin", lambda: owner.get("/admin/acme/orders"), "<h1>Back in a moment</h1>"),
        ("the front page", lambda: client.get("/welcome", base_url=PLATFORM), "<h1>Back in a moment</h1>"),
    ]


@pytest.mark.postgres
def test_every_surface_says_503_while_the_database_restarts(
    site: Flask, fort: Fort, people: People, postgres_server: Postgres
) -> None:
    asking = _surfaces(site, fort, people)
    before = {name: ask().status_code for name, ask, _ in asking}
    site.extensions["mtc.page_cache"].clear()
    postgres_server.shut_down()
    try:
        for name, ask, said in asking:
            store_lookup.clear()
            answer = ask()
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), name
            assert said in answer.text.replace(": ", ":"), name
            assert AWAY in answer.text, name
        assert site.test_client().get("/healthz", base_url=PLATFORM).status_code == 200
    finally:
        postgres_server.start()
    # Every connection of the pool is stale now; nobody gets to see one.
    assert {name: ask().status_code for name, ask, _ in asking} == before
    assert not {500, 503} & set(before.values())


@pytest.fixture
def cut(database: Engine, postgres_database: PostgresDatabase) -> Iterator[list[str]]:
    """The texts in it end the connection of the next statement that holds them, once each."""
    admin = superuser_engine(postgres_database)
    texts: list[str] = []

    def end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if texts and texts[0] in statement:
            texts.pop(0)
            number = connection.connection.dbapi_connection.info.backend_pid
            with admin.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number})

    event.listen(database, "before_cursor_execute", end)
    yield texts
    event.remove(database, "before_cursor_execute", end)
    admin.dispose()


@pytest.mark.postgres
def test_a_read_whose_connection_breaks_is_made_once_more(
    site: Flask, fort: Fort, people: People, cut: list[str]
) -> None:
    """Where it breaks twice it is an outage, and so is a write that broke: it may have been done."""
    shopper, owner = people.shopper(), people.staff("owner")
    for who, path, table in (
        (shopper, "/p/game", "FROM products"),
        (owner, "/admin/acme/orders", "FROM orders"),
        (owner, "/admin/acme/orders", "FROM tenants"),
    ):
        cut.append(table)
        assert (who.get(path).status_code, cut) == (200, []), table
    store_lookup.clear()
    cut.append("FROM stores")
    assert (shopper.get("/").status_code, cut) == (200, [])
    cut += ["FROM orders", "FROM orders"]
    assert (owner.get("/admin/acme/orders").status_code, cut) == (503, [])
    shopper.get("/p/game")
    cut.append("INSERT INTO cart")
    answer = shopper.post("/cart/add", {"variant_id": fort.ids["file_variant"]})
    assert (answer.status_code, answer.headers["Retry-After"], cut) == (503, "5", [])
    assert shopper.post("/cart/add", {"variant_id": fort.ids["file_variant"]}).status_code == 303


@pytest.mark.postgres
def test_after_a_failover_the_pool_leaves_the_former_primary(
    site: Flask, fort: Fort, people: People, database: Engine, postgres_database: PostgresDatabase
) -> None:
    admin = superuser_engine(postgres_database)
    name, line = postgres_database.name, {"variant_id": fort.ids["file_variant"]}

    def say(statement: str) -> None:
        with admin.connect() as connection:
            connection.execute(text(statement))
            connection.commit()

    shopper = people.shopper()
    try:
        say(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        database.dispose()
        assert shopper.get("/p/game").status_code == 200
        refused = shopper.post("/cart/add", line)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    finally:
        say(f"SET transaction_read_only = off; ALTER DATABASE {name} RESET default_transaction_read_only")
        admin.dispose()
    assert shopper.post("/cart/add", line).status_code == 303


def test_a_picture_of_a_store_of_files_that_is_away(site: Flask, fort: Fort, anonymous: Visitor) -> None:
    storage = site.extensions["mtc.ports"].storage

    def stat(key: str) -> None:
        raise OutageError("Our files cannot be reached at the moment.")

    storage.stat = stat
    answer = anonymous.get(fort.picture)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
