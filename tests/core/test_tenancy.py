"""Scopes: one session, one tenant, and nothing at all without one."""

import threading
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from mtc.core.db import (
    Base,
    ScopeError,
    after_commit,
    commit_batch,
    current_scope,
    end_transaction,
    is_postgresql,
    rollback,
    running_session,
    savepoint,
    session,
    unit_of_work,
)
from mtc.core.ids import uuid7
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import db
from mtc.tenants.models import Sequence, Store
from tests.factories.tenants import World
from tests.servers.database import both_databases

ROW = {"id": uuid7(), "created_at": datetime(2026, 1, 1, tzinfo=UTC), "name": "x", "value": 0}


def names() -> list[str]:
    return [counter.name for counter in session.scalars(select(Sequence).order_by(Sequence.name))]


def add(name: str) -> None:
    tenant_id = running_session().info["scope"].tenant_id
    session.add(Sequence(tenant_id=tenant_id, name=name, value=0))
    session.flush()


def test_without_a_scope_there_is_no_session(app: Flask) -> None:
    assert current_scope() is None
    for attempt_at in (lambda: session.execute(text("SELECT 1")), session, running_session, db.session):
        with pytest.raises(ScopeError, match="no tenant is set"):
            attempt_at()


@both_databases
def test_a_connection_of_its_own_sees_no_tenant_table(app: Flask, tenant: World) -> None:
    with db.engine.connect() as connection, pytest.raises(ScopeError, match="no tenant is set"):
        connection.execute(select(Store.__table__))


@pytest.mark.postgres
def test_no_tenant_set_is_an_error_and_not_an_empty_answer(app: Flask, tenant: World) -> None:
    raw = db.engine.raw_connection()
    try:
        for statement in ("SELECT * FROM stores", "SELECT * FROM tenants"):
            with pytest.raises(Exception, match=r"app\.tenant_id|invalid input syntax for type uuid"):
                raw.cursor().execute(statement)
            raw.rollback()
        raw.cursor().execute(f"SELECT set_config('app.tenant_id', '{tenant.id}', true)")
        assert len(raw.cursor().execute("SELECT * FROM stores").fetchall()) == 1
        raw.commit()
        # After the transaction the setting is an empty text, which is no tenant either.
        with pytest.raises(Exception, match=r"app\.tenant_id|invalid input syntax for type uuid"):
            raw.cursor().execute("SELECT * FROM stores")
    finally:
        raw.close()


@both_databases
def test_the_tenant_is_announced_anew_after_each_commit(scope: World) -> None:
    for name in ("a", "b"):
        with unit_of_work():
            add(name)
    commit_batch()
    assert names() == ["a", "b"]
    rollback()
    assert names() == ["a", "b"]


@both_databases
def test_nested_scopes_keep_to_their_own_tenant(scope: World, other_tenant: World) -> None:
    with unit_of_work():
        add("mine")
    outer = running_session()
    with tenant_scope(other_tenant.id), unit_of_work():
        add("theirs")
        assert running_session() is not outer
        assert names() == ["theirs"]
        with tenant_scope(scope.id, readonly=True):
            assert names() == ["mine"]
        assert names() == ["theirs"]
        with pytest.raises(ScopeError):
            outer.execute(select(Sequence.__table__)).all()
    assert running_session() is outer
    assert names() == ["mine"]


@both_databases
def test_a_session_outlives_no_scope(app: Flask, tenant: World, other_tenant: World) -> None:
    with tenant_scope(tenant.id):
        kept = running_session()
        store = session.scalars(select(Store)).one()
    with tenant_scope(other_tenant.id):
        assert running_session() is not kept
        assert session.scalars(select(Store).where(Store.id == store.id)).all() == []
        assert store not in running_session()


@both_databases
@pytest.mark.parametrize("how", ["orm", "core", "text", "unit"])
def test_a_read_only_scope_refuses_to_write(app: Flask, tenant: World, how: str) -> None:
    statements = {
        "core": lambda: session.execute(Sequence.__table__.insert().values(**ROW, tenant_id=tenant.id)),
        "text": lambda: session.execute(
            text("DELETE FROM sequences WHERE tenant_id = :t"), {"t": tenant.id.hex}
        ),
        "orm": lambda: add("x"),
    }

    def unit() -> None:
        with unit_of_work():
            session.add(Sequence(tenant_id=tenant.id, name="x", value=0))

    with tenant_scope(tenant.id, readonly=True), pytest.raises((ScopeError, DBAPIError), match="read-only"):
        statements.get(how, unit)()
    with platform_scope("count", readonly=True):
        assert session.execute(text("SELECT count(*) FROM sequences")).scalar() == 0


@pytest.mark.postgres
def test_postgresql_itself_refuses_to_write_in_a_read_only_scope(app: Flask, tenant: World) -> None:
    with tenant_scope(tenant.id, readonly=True):
        assert session.execute(text("SHOW transaction_read_only")).scalar() == "on"
    with platform_scope("look", readonly=True):
        assert session.execute(text("SHOW transaction_read_only")).scalar() == "on"
    with tenant_scope(tenant.id):
        assert session.execute(text("SHOW transaction_read_only")).scalar() == "off"


@pytest.mark.postgres
def test_the_platforms_role_lasts_one_transaction(app: Flask, tenant: World) -> None:
    with platform_scope("who am I"):
        assert session.execute(text("SELECT current_user")).scalar() == "mtc_platform"
    with tenant_scope(tenant.id):
        assert session.execute(text("SELECT current_user")).scalar() == "mtc_app"
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "mtc_app"


def test_a_platform_scope_says_why(app: Flask) -> None:
    with pytest.raises(ValueError, match="say why"), platform_scope(""):
        pass


@both_databases
def test_another_thread_starts_without_a_tenant(app: Flask, scope: World) -> None:
    with unit_of_work():
        add("mine")
    found: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                found.append(names())
            except ScopeError as error:
                found.append(str(error))

    bare = threading.Thread(target=run)
    bare.start()
    bare.join()
    assert found == ["no tenant is set: open tenant_scope(...) or platform_scope(why)"]


@both_databases
def test_threads_have_sessions_of_their_own(app: Flask, tenant: World, other_tenant: World) -> None:
    seen: dict[str, Any] = {}
    both = threading.Barrier(2, timeout=10)

    def run(world: World, name: str) -> None:
        with app.app_context():
            with tenant_scope(world.id), unit_of_work():
                add(name)
            with tenant_scope(world.id, readonly=True):
                both.wait()
                seen[name] = (running_session(), names())
                both.wait()

    threads = [
        threading.Thread(target=run, args=(tenant, "one")),
        threading.Thread(target=run, args=(other_tenant, "two")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen["one"][1], seen["two"][1]) == (["one"], ["two"])
    assert seen["one"][0] is not seen["two"][0]


def test_a_copied_context_does_not_share_the_session(app: Flask, scope: World) -> None:
    mine = running_session()
    found: list[Any] = []

    def run() -> None:
        with app.app_context():
            try:
                found.append(session().info["scope"].tenant_id)
            except ScopeError as error:
                found.append(error)

    thread = threading.Thread(target=copy_context().run, args=(run,))
    thread.start()
    thread.join()
    assert str(found[0]) == "the scope belongs to another thread: open one here"
    assert mine.info["scope"].tenant_id == scope.id


@both_databases
def test_a_unit_of_work_is_all_or_nothing(scope: World) -> None:
    called: list[str] = []
    with pytest.raises(RuntimeError, match="in the middle"), unit_of_work():
        add("a")
        after_commit(lambda: called.append("a"))
        raise RuntimeError("in the middle")
    assert (names(), called) == ([], [])
    with unit_of_work():
        add("b")
        after_commit(lambda: called.append("b"))
        assert called == []
    assert (names(), called) == (["b"], ["b"])


@both_databases
def test_an_attempt_undoes_only_its_own(scope: World) -> None:
    with unit_of_work():
        add("kept")
        with pytest.raises(RuntimeError), savepoint():
            add("undone")
            raise RuntimeError
        add("after")
    assert names() == ["after", "kept"]


@both_databases
def test_what_is_discarded_calls_nothing_back(scope: World) -> None:
    called: list[str] = []
    with unit_of_work():
        add("gone")
        after_commit(lambda: called.append("gone"))
        rollback()
    assert (names(), called) == ([], [])


@both_databases
def test_release_holds_no_connection(scope: World, database: Engine) -> None:
    with unit_of_work():
        names()
        assert database.pool.checkedout() == 1  # type: ignore[attr-defined]
        end_transaction()
        assert database.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_second_writer_inside_the_first_is_told_at_once(scope: World, other_tenant: World) -> None:
    """On SQLite it could only wait for itself until the timeout."""
    with unit_of_work():
        add("outer")
        with pytest.raises(ScopeError, match="already writes"), tenant_scope(other_tenant.id), unit_of_work():
            add("inner")
        with tenant_scope(other_tenant.id, readonly=True):
            assert names() == []
        add("after")
    with unit_of_work():
        assert names() == ["after", "outer"]
    with tenant_scope(other_tenant.id), unit_of_work():
        add("now")


@both_databases
def test_only_core_asks_which_database_it_is(scope: World, database_kind: str) -> None:
    assert is_postgresql() is (database_kind == "postgres")
    assert "tenant_id" in Base.metadata.tables["stores"].c
