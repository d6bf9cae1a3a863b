"""When subscribers follow: in the transaction of the event, together in one task, or in one of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.core.context import SYSTEM, Context, current, use
from mtc.core.db import before_commit, commit_batch, rollback, savepoint, unit_of_work
from mtc.core.events import emit
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tasks.services import run_due
from tests.events.things import ThingHappened
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, all_tasks, count_up, counted


def happen(scope: World, within: Callable[[], None] = lambda: None) -> None:
    """The event in a transaction of its own; `within` follows it there."""
    with tenant_scope(scope.id), unit_of_work():
        emit(ThingHappened(entity_id=scope.store.id, n=1))
        within()


def breaks(_event: ThingHappened) -> None:
    count_up()
    raise LookupError("not yet")


@both_databases
def test_at_once_is_done_with_the_event(scope: World, kinds: Kinds) -> None:
    seen: list[Any] = []

    def follow(event: ThingHappened) -> None:
        seen.append((event.entity_id, event.n, current().actor))
        count_up()

    kinds.subscribe(ThingHappened, "test.quick", follow, at_once=lambda _: True)
    happen(scope, lambda: seen.append("the rest of the transaction"))
    assert seen == [
        "the rest of the transaction",
        (scope.store.id, 1, SYSTEM),
    ]
    assert counted(scope) == 1
    assert all_tasks(scope) == []


@both_databases
def test_at_once_goes_with_a_transaction_that_fails(scope: World, kinds: Kinds) -> None:
    kinds.subscribe(ThingHappened, "test.quick", lambda _: count_up(), at_once=lambda _: True)

    def fail() -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        happen(scope, fail)
    happen(scope, rollback)
    assert (counted(scope), all_tasks(scope)) == (0, [])


@both_databases
def test_at_once_goes_with_a_savepoint_that_fails(scope: World, kinds: Kinds) -> None:
    kinds.subscribe(ThingHappened, "test.quick", lambda _: count_up(), at_once=lambda _: True)
    with tenant_scope(scope.id), unit_of_work():
        with pytest.raises(RuntimeError, match="no"), savepoint():
            emit(ThingHappened())
            raise RuntimeError("no")
        with savepoint():
            emit(ThingHappened())
    assert counted(scope) == 1


@both_databases
def test_what_fails_at_once_is_undone_and_gets_a_task(scope: World, kinds: Kinds) -> None:
    kinds.subscribe(ThingHappened, "test.quick", breaks, at_once=lambda _: True)
    happen(scope)
    [task] = all_tasks(scope)
    assert (task.name, task.status, task.entity_id) == ("test.quick", "pending", scope.store.id)
    assert task.payload["data"] == {"n": 1}
    assert counted(scope) == 0


@pytest.mark.parametrize("answer", [lambda _: False, breaks])
def test_who_asks_for_a_task_gets_one(scope: World, kinds: Kinds, answer: Any) -> None:
    kinds.subscribe(ThingHappened, "test.quick", lambda _: count_up("done"), at_once=answer)
    happen(scope)
    assert (counted(scope, "done"), counted(scope)) == (0, 0)
    assert [task.name for task in all_tasks(scope)] == ["test.quick"]
    assert run_due() == 1
    assert counted(scope, "done") == 1


def test_the_platform_has_tasks_for_everything(scope: World, kinds: Kinds) -> None:
    kinds.subscribe(ThingHappened, "test.quick", lambda _: count_up(), at_once=lambda _: True)
    with platform_scope("a test"), use(Context(tenant_id=scope.id)), unit_of_work():
        emit(ThingHappened())
    assert counted(scope) == 0
    assert run_due() == 1
    assert counted(scope) == 1


@both_databases
def test_shared_ones_are_done_by_one_task(scope: World, kinds: Kinds) -> None:
    seen: list[Any] = []
    kinds.subscribe(ThingHappened, "test.own", lambda _: seen.append("own"))
    for name in ("one", "two"):
        kinds.subscribe(
            ThingHappened,
            f"test.{name}",
            lambda event, name=name: seen.append((name, event)),
            shared=True,
        )
    happen(scope)
    assert sorted(task.name for task in all_tasks(scope)) == ["events.follow", "test.own"]
    assert run_due() == 2
    [first, second] = [each for each in seen if each != "own"]
    assert (first[0], second[0]) == ("one", "two")
    assert first[1] == second[1]
    assert (first[1].entity_id, first[1].n) == (scope.store.id, 1)


@both_databases
def test_a_shared_one_that_fails_is_undone_alone_and_gets_a_task(scope: World, kinds: Kinds) -> None:
    kinds.subscribe(ThingHappened, "test.bad", breaks, shared=True)
    kinds.subscribe(ThingHappened, "test.good", lambda _: count_up("good"), shared=True)
    happen(scope)
    run_due()
    assert (counted(scope), counted(scope, "good")) == (0, 1)
    states = {task.name: (task.status, task.attempts) for task in all_tasks(scope)}
    assert states == {"events.follow": ("done", 1), "test.bad": ("pending", 1)}


def test_what_is_put_off_may_put_off_more_and_a_batch_ends_with_it(scope: World) -> None:
    said: list[str] = []

    def first() -> None:
        said.append("first")
        before_commit(lambda: said.append("second"))

    with tenant_scope(scope.id), unit_of_work():
        before_commit(first)
        commit_batch()
        said.append("batch")
        before_commit(lambda: said.append("third"))
    assert said == ["first", "second", "batch", "third"]
