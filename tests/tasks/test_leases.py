"""Leases: renewed while their worker lives, let go when it dies or hangs, and no neighbour pays for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mtc.core import clock
from mtc.core.db import session
from mtc.core.tenancy import tenant_scope
from mtc.tasks.models import Task
from mtc.tasks.services import drain, leases
from mtc.tasks.services.leases import LEASE_SECONDS
from mtc.tasks.services.worker import BATCH
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.servers.waiting import eventually
from tests.tasks.samples import Kinds, all_tasks, count_up, counted, queue, state

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class PowerCut(BaseException):
    """What a killed process looks like from inside."""


def leased_until(world: World, which: int = 0) -> datetime:
    with tenant_scope(world.id, readonly=True):
        return session.query(Task).order_by(Task.id)[which].next_at


@both_databases
def test_a_lease_is_renewed_while_the_run_may_last_and_no_longer(
    tenant: World, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.01)
    lease, seen = timedelta(seconds=LEASE_SECONDS), []

    def long(_payload: dict[str, Any]) -> None:
        for seconds in (40, 60):
            clock.advance(seconds)
            renewed = clock.now() + lease
            assert eventually(lambda renewed=renewed: leased_until(tenant, 1) == renewed)
            seen.append(leased_until(tenant))

    kinds.task("test.long", long, transactional=False, lease_seconds=60)
    kinds.task("test.next", lambda payload: None)
    with clock.frozen(NOON):
        queue(tenant, "test.long")
        queue(tenant, "test.next")
        assert drain() == 2
    # The second task waited for the first all the time and stayed leased; the first had used up its minute.
    first = NOON + timedelta(seconds=40) + lease
    assert seen == [first, first]
    assert [task.attempts for task in all_tasks(tenant)] == [1, 1]


@both_databases
def test_a_task_whose_lease_was_lost_while_it_waited_is_not_begun(
    tenant: World, kinds: Kinds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the renewal: without it another worker takes what waits in the batch."""
    # The beat goes by the wall's clock: a slow machine would renew in the middle of this.
    monkeypatch.setattr(leases.LeaseKeeper, "_keep", lambda grip, app: None)
    ran: list[str] = []

    def slow(_payload: dict[str, Any]) -> None:
        clock.advance(LEASE_SECONDS + 1)
        assert drain() == 1  # another worker; each of its rounds takes one that was tried before
        assert drain() == 1

    kinds.task("test.slow", slow, transactional=False, max_attempts=1)
    kinds.task("test.mail", lambda payload: ran.append("mail"), transactional=False)
    with clock.frozen(NOON):
        queue(tenant, "test.slow")
        queue(tenant, "test.mail")
        assert drain() == 2
    assert ran == ["mail"]
    assert [task.attempts for task in all_tasks(tenant)] == [2, 2]


@both_databases
def test_a_task_that_kills_its_worker_takes_no_other_along(tenant: World, kinds: Kinds) -> None:
    def poison(_payload: dict[str, Any]) -> None:
        raise PowerCut

    kinds.task("test.poison", poison, max_attempts=3)
    kinds.task("test.count", lambda payload: count_up(), max_attempts=3)
    cuts = 0
    with clock.frozen(NOON):
        bad = queue(tenant, "test.poison")
        clock.advance(0.001)
        good = [queue(tenant, "test.count") for _ in range(2 * BATCH)]
        for _ in range(12):
            try:
                while drain():
                    pass
            except PowerCut:
                cuts += 1
            clock.advance(LEASE_SECONDS)
    assert (cuts, state(tenant, bad).status) == (3, "dead")
    assert {state(tenant, task).status for task in good} == {"done"}
    assert counted(tenant) == 2 * BATCH
    # Only those that were leased together with its first run lost an attempt, and only one.
    attempts = [state(tenant, task).attempts for task in good]
    assert set(attempts) <= {1, 2}
    assert attempts.count(2) <= BATCH - 1
