"""Doing the tasks: leases, retries, dead letters, crashes and their order among tenants."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from mtc.core import clock
from mtc.core.db import ScopeError, session, unit_of_work
from mtc.core.errors import NotFoundError
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.emails.services import send_email
from mtc.tasks import queries, registry
from mtc.tasks.models import Task
from mtc.tasks.services import drain, replay, run_due
from mtc.tasks.services.leases import LEASE_SECONDS
from mtc.tasks.services.worker import BATCH
from tests.factories.tenants import World
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, all_tasks, count_up, counted, queue, state

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fail(_payload: dict[str, Any]) -> None:
    count_up()
    raise ValueError("not today")


class PowerCut(BaseException):
    """What a killed process looks like from inside."""


@both_databases
def test_effects_and_the_mark_are_one_transaction(tenant: World, kinds: Kinds) -> None:
    kinds.task("test.count", lambda payload: count_up())
    task = queue(tenant, "test.count")
    assert run_due() == 1
    done = state(tenant, task)
    assert (done.status, done.attempts, done.error, counted(tenant)) == ("done", 1, "", 1)
    assert done.done_at is not None
    assert run_due() == 0


@both_databases
def test_a_failure_leaves_nothing_and_comes_again_later(tenant: World, kinds: Kinds) -> None:
    kinds.task("test.fail", fail, max_attempts=3)
    with clock.frozen(NOON):
        task = queue(tenant, "test.fail")
        waits = []
        for attempt in (1, 2):
            assert drain() == 1
            found = state(tenant, task)
            assert (found.status, found.attempts, found.error) == (
                "pending",
                attempt,
                "ValueError: not today",
            )
            waits.append((found.next_at - clock.now()).total_seconds())
            assert drain() == 0
            clock.advance(waits[-1] + 0.001)
        assert 4 * 0.8 <= waits[0] <= 4 * 1.2
        assert 16 * 0.8 <= waits[1] <= 16 * 1.2
        assert drain() == 1
        dead = state(tenant, task)
        assert (dead.status, dead.attempts, dead.dead_at) == ("dead", 3, clock.now())
        assert drain() == 0
    assert counted(tenant) == 0


@both_databases
def test_a_dead_task_is_shown_and_can_be_replayed(
    tenant: World, other_tenant: World, kinds: Kinds, ports: FakePorts
) -> None:
    broken = [True]

    def work(_payload: dict[str, Any]) -> None:
        if broken[0]:
            raise ValueError("broken")
        count_up()

    kinds.task("test.work", work, max_attempts=1)
    task = queue(tenant, "test.work")
    run_due()
    with tenant_scope(tenant.id, readonly=True):
        assert [t.id for t in queries.dead_tasks(tenant.id)] == [task.id]
        assert queries.task_counts(tenant.id) == {"dead": 1}
    broken[0] = False
    with tenant_scope(other_tenant.id), pytest.raises((NotFoundError, ScopeError)), unit_of_work():
        replay(other_tenant.id, task.id)
    wakes = len(ports.queue.wakes)
    with tenant_scope(tenant.id), unit_of_work():
        replay(tenant.id, task.id)
    assert len(ports.queue.wakes) == wakes + 1
    assert run_due() == 1
    assert (state(tenant, task).status, state(tenant, task).attempts, counted(tenant)) == ("done", 1, 1)
    with tenant_scope(tenant.id), pytest.raises(NotFoundError), unit_of_work():
        replay(tenant.id, task.id)


@both_databases
def test_a_poison_task_does_not_stop_the_others(tenant: World, other_tenant: World, kinds: Kinds) -> None:
    kinds.task("test.fail", fail, max_attempts=2)
    kinds.task("test.count", lambda payload: count_up())
    poison = [queue(tenant, "test.fail") for _ in range(2 * BATCH)]
    good = [queue(world, "test.count") for world in (tenant, other_tenant) for _ in range(3)]
    assert run_due() == len(poison) + len(good)
    assert (counted(tenant), counted(other_tenant)) == (3, 3)


@both_databases
def test_a_task_that_nobody_does_is_dead_at_once(tenant: World, kinds: Kinds) -> None:
    kinds.task("test.gone", lambda payload: None)
    task = queue(tenant, "test.gone")
    kinds.forget()
    kinds._names.clear()
    assert run_due() == 1
    found = state(tenant, task)
    assert (found.status, found.attempts) == ("dead", 1)
    assert "test.gone" in found.error


@both_databases
def test_a_crash_between_lease_and_work_delays_by_the_lease(tenant: World, kinds: Kinds) -> None:
    crashes = [PowerCut(), None]

    def work(_payload: dict[str, Any]) -> None:
        count_up()
        crash = crashes.pop(0)
        if crash is not None:
            raise crash

    kinds.task("test.work", work)
    with clock.frozen(NOON):
        task = queue(tenant, "test.work")
        with pytest.raises(PowerCut):
            drain()
        found = state(tenant, task)
        assert (found.status, found.attempts) == ("pending", 1)
        assert found.next_at == NOON + timedelta(seconds=LEASE_SECONDS)
        assert (drain(), counted(tenant)) == (0, 0)
        clock.advance(LEASE_SECONDS)
        assert (drain(), counted(tenant)) == (1, 1)
        assert (state(tenant, task).status, state(tenant, task).attempts) == ("done", 2)


@both_databases
def test_a_task_that_kills_its_worker_is_given_up(tenant: World, kinds: Kinds) -> None:
    def work(_payload: dict[str, Any]) -> None:
        raise PowerCut

    kinds.task("test.work", work, max_attempts=2)
    with clock.frozen(NOON):
        task = queue(tenant, "test.work")
        for _ in range(2):
            with pytest.raises(PowerCut):
                drain()
            clock.advance(LEASE_SECONDS)
        assert drain() == 1
        dead = state(tenant, task)
        assert (dead.status, dead.error) == (
            "dead",
            "WorkerDied: Each attempt ended with the process that made it.",
        )


@both_databases
def test_a_lost_lease_writes_nothing(tenant: World, kinds: Kinds) -> None:
    """Two drains, same row: the second takes over while the first still works; only one effect stays."""
    tries: list[int] = []

    def work(_payload: dict[str, Any]) -> None:
        count_up()
        tries.append(1)

    def slow(payload: dict[str, Any]) -> None:
        if not tries:
            tries.append(0)
            clock.advance(LEASE_SECONDS + 1)
            assert drain() == 1  # another worker takes the task and finishes it
        work(payload)

    kinds.task("test.slow", slow, transactional=False)
    with clock.frozen(NOON):
        task = queue(tenant, "test.slow")
        assert drain() == 1
    found = state(tenant, task)
    assert (found.status, found.attempts) == ("done", 2)
    # Nobody commits in this function, and the first run's mark found another attempt's number.
    assert tries == [0, 1, 1]


@both_databases
def test_the_attempt_number_fences_a_late_worker(tenant: World, kinds: Kinds) -> None:
    stolen: list[Task] = []

    def work(_payload: dict[str, Any]) -> None:
        count_up()
        row = session.query(Task).one()
        stolen.append(row)
        row.attempts += 1  # as if the lease had run out and another worker had taken it
        session.flush()

    kinds.task("test.work", work)
    task = queue(tenant, "test.work")
    drain()
    found = state(tenant, task)
    assert (found.status, found.attempts, counted(tenant)) == ("pending", 1, 0)


@both_databases
def test_a_task_that_talks_to_the_world_holds_no_transaction(tenant: World, kinds: Kinds, app: Any) -> None:
    from mtc.extensions import db

    held: list[int] = []

    def work(_payload: dict[str, Any]) -> None:
        held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        with unit_of_work():
            count_up()

    kinds.task("test.work", work, transactional=False)
    task = queue(tenant, "test.work")
    assert run_due() == 1
    assert (held, counted(tenant), state(tenant, task).status) == ([0], 1, "done")


@both_databases
@pytest.mark.parametrize("stolen", [False, True])
def test_what_the_world_answered_is_written_with_the_mark(tenant: World, kinds: Kinds, stolen: bool) -> None:
    """One transaction for both: a worker that lost its lease writes neither."""

    def write() -> None:
        count_up()
        if stolen:
            session.query(Task).one().attempts += 1
            session.flush()

    kinds.task("test.work", lambda _payload: write, transactional=False)
    task = queue(tenant, "test.work")
    drain()
    done = (0, "pending") if stolen else (1, "done")
    assert (counted(tenant), state(tenant, task).status) == done


@both_databases
def test_a_mail_costs_two_transactions(tenant: World, database: Engine) -> None:
    """Reading it, and noting that it went together with the mark of its task."""
    with tenant_scope(tenant.id), unit_of_work():
        send_email("test", to="ada@example.org", subject="Hello", text="Hello")
    begun: list[str] = []

    def count(_connection: Any) -> None:
        begun.append("")

    listen(database, "begin", count)
    try:
        assert drain() == 1
    finally:
        remove(database, "begin", count)
    assert len(begun) == 4  # which tenants have work, the lease, and two for the mail
    with tenant_scope(tenant.id, readonly=True):
        assert [mail.status for mail in session.query(Email)] == ["sent"]


@both_databases
def test_no_tenant_waits_for_anothers_backlog(tenant: World, other_tenant: World, kinds: Kinds) -> None:
    order: list[str] = []
    kinds.task("test.note", lambda payload: order.append(payload["of"]))
    for _ in range(6 * BATCH):
        queue(tenant, "test.note", {"of": "busy"})
    queue(other_tenant, "test.note", {"of": "quiet"})
    assert drain() == BATCH + 1
    assert order.count("quiet") == 1
    assert run_due() == 5 * BATCH
    assert [task.status for task in all_tasks(tenant)] == ["done"] * (6 * BATCH)


@both_databases
def test_delayed_tasks_wait(tenant: World, kinds: Kinds) -> None:
    kinds.task("test.count", lambda payload: count_up())
    with clock.frozen(NOON):
        queue(tenant, "test.count", delay=30)
        assert drain() == 0
        clock.advance(29.9)
        assert drain() == 0
        clock.advance(0.1)
        assert drain() == 1


def test_a_task_kind_is_declared_once(kinds: Kinds) -> None:
    kinds.task("test.one", lambda payload: None)
    with pytest.raises(ValueError, match="registered twice"):
        registry.task("test.one")(lambda payload: None)
