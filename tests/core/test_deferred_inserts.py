"""Rows that are put off to the end of their transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from mtc.core import clock
from mtc.core.change_tracking.recorder import LISTED, ChangeRecorder, watching
from mtc.core.db import ScopeError, commit_batch, savepoint, session, unit_of_work
from mtc.core.deferred_inserts import insert_last
from mtc.core.ids import uuid7
from mtc.core.tenancy import deferred_scope, tenant_scope
from mtc.events.models import Event
from mtc.tasks.models import Task
from tests.factories.tenants import World
from tests.servers.database import both_databases


def event_row(tenant_id: UUID, name: str) -> Event:
    return Event(id=uuid7(), tenant_id=tenant_id, name=name)


def task_row(tenant_id: UUID, name: str, event_id: UUID | None = None) -> Task:
    return Task(tenant_id=tenant_id, name=name, event_id=event_id, next_at=clock.now())


def names(world: World, model: Any = Event) -> list[str]:
    with tenant_scope(world.id, readonly=True):
        query = select(model.name).where(model.tenant_id == world.id, model.name.like("test.%"))
        return sorted(session.scalars(query).all())


@both_databases
def test_all_rows_of_a_table_are_one_statement_in_the_order_of_references(scope: World) -> None:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT"):
            seen.append(statement.split()[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with unit_of_work():
            insert_last(task_row(scope.id, "test.alone"))
            for number in range(3):
                row = event_row(scope.id, f"test.{number}")
                insert_last(row)
                insert_last(task_row(scope.id, f"test.{number}", row.id))
            assert seen == []
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert seen == ["events", "tasks"]
    assert names(scope) == ["test.0", "test.1", "test.2"]
    assert names(scope, Task) == ["test.0", "test.1", "test.2", "test.alone"]


@both_databases
def test_rows_go_with_their_attempt_and_with_their_transaction(scope: World) -> None:
    with pytest.raises(RuntimeError, match="all"), unit_of_work():
        insert_last(event_row(scope.id, "test.transaction"))
        raise RuntimeError("all")
    with unit_of_work():
        insert_last(event_row(scope.id, "test.kept"))
        with pytest.raises(RuntimeError, match="part"), savepoint():
            insert_last(event_row(scope.id, "test.undone"))
            raise RuntimeError("part")
        with savepoint():
            insert_last(event_row(scope.id, "test.tried"))
    assert names(scope) == ["test.kept", "test.tried"]


@both_databases
def test_rows_are_written_with_the_batch_of_a_long_job(scope: World) -> None:
    with pytest.raises(RuntimeError, match="later"), unit_of_work():
        insert_last(event_row(scope.id, "test.batch"))
        commit_batch()
        insert_last(event_row(scope.id, "test.next"))
        raise RuntimeError("later")
    assert names(scope) == ["test.batch"]


def test_the_audit_trail_sees_each_of_many_rows(scope: World) -> None:
    told: list[str] = []
    watch = ChangeRecorder(
        before_commit=lambda watch: told.extend(one.fields["name"][1] for one in watch.changes)
    )
    wanted = [f"test.{number:03}" for number in range(2 * LISTED + 1)]
    with watching(watch), unit_of_work():
        for name in wanted:
            insert_last(event_row(scope.id, name))
    assert told == wanted
    assert names(scope) == wanted


@both_databases
def test_another_tenants_row_is_refused(scope: World, other_tenant: World) -> None:
    with unit_of_work(), pytest.raises(ScopeError, match="another tenant"):
        insert_last(event_row(other_tenant.id, "test.foreign"))
    assert names(other_tenant) == []


def test_nothing_is_put_off_where_nothing_may_be_written(scope: World) -> None:
    with deferred_scope(scope.id, refuses="read only"), pytest.raises(ScopeError, match="read only"):
        insert_last(event_row(scope.id, "test.refused"))
