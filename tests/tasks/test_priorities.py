"""What leads to the goods is done before mail and the rest, and first of all what somebody looks at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mtc.core import clock
from mtc.core.ids import uuid7
from mtc.core.request_load import BUSY, counted
from mtc.tasks.registry import DELIVERY, FRONT, LATER, MAIL
from mtc.tasks.services import drain, hasten, run_due
from mtc.tasks.services.worker import BATCH, PATIENCE, URGENT_BATCH
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.tasks.samples import Kinds, queue, state


@pytest.fixture
def ran(kinds: Kinds) -> list[str]:
    """What was done, in order; tasks `test.key`, `test.mail` and `test.rest`."""
    seen: list[str] = []
    for name, priority in (("key", DELIVERY), ("mail", MAIL), ("rest", LATER)):
        kinds.task(f"test.{name}", lambda payload: seen.append(payload["n"]), priority=priority)
    return seen


def pile_up(world: World, name: str, count: int) -> None:
    for number in range(count):
        queue(world, f"test.{name}", {"n": f"{name} {number}"})


@both_databases
def test_the_key_comes_before_a_backlog_of_mail(tenant: World, ran: list[str]) -> None:
    pile_up(tenant, "rest", 4 * BATCH)
    pile_up(tenant, "mail", 2)
    pile_up(tenant, "key", 2)
    drain()
    assert ran[:4] == ["key 0", "key 1", "mail 0", "mail 1"]
    assert len(ran) == 2 + BATCH


@both_databases
def test_without_priorities_it_comes_last(tenant: World, kinds: Kinds) -> None:
    """The control: first come, first served."""
    seen: list[str] = []
    for name in ("key", "rest"):
        kinds.task(f"test.{name}", lambda payload: seen.append(payload["n"]))
    pile_up(tenant, "rest", 4 * BATCH)
    pile_up(tenant, "key", 1)
    drain()
    assert "key 0" not in seen
    run_due()
    assert seen[-1] == "key 0"


@both_databases
def test_a_flood_of_deliveries_leaves_a_share_to_the_rest(tenant: World, ran: list[str]) -> None:
    pile_up(tenant, "key", 3 * URGENT_BATCH)
    pile_up(tenant, "rest", 2 * BATCH)
    drain()
    assert (ran.count("rest 0"), len(ran)) == (1, URGENT_BATCH + BATCH)
    rounds = []
    for _ in range(4):
        before = len(ran)
        drain()
        rounds.append(len(ran) - before)
    # One place in each round while more wait than a round serves; as many as ever from then on.
    assert rounds == [URGENT_BATCH + 1, URGENT_BATCH + 1, 1, 2 * BATCH - BATCH - 3]


@both_databases
def test_the_order_that_is_looked_at_is_next_and_done_once(
    tenant: World, ran: list[str], kinds: Kinds
) -> None:
    order, others = uuid7(), [uuid7() for _ in range(2 * URGENT_BATCH)]
    for other in others:
        queue(tenant, "test.key", {"n": "other"}, entity_id=other)
    task = queue(tenant, "test.key", {"n": "mine"}, entity_id=order)
    mail = queue(tenant, "test.mail", {"n": "my mail"}, entity_id=order)
    assert hasten(tenant.id, order) is True
    assert (state(tenant, task).priority, state(tenant, mail).priority) == (FRONT, MAIL)
    assert hasten(tenant.id, order) is False
    drain()
    assert ran[0] == "mine"
    run_due()
    assert (ran.count("mine"), ran.count("other")) == (1, len(others))


@both_databases
def test_another_tenants_order_is_not_moved(tenant: World, other_tenant: World, ran: list[str]) -> None:
    order = uuid7()
    task = queue(tenant, "test.key", {"n": "mine"}, entity_id=order)
    assert hasten(other_tenant.id, order) is False
    assert state(tenant, task).priority == DELIVERY


@both_databases
def test_a_task_that_runs_is_left_to_its_worker(tenant: World, kinds: Kinds) -> None:
    """Looking at an order while it is delivered changes neither the attempt nor who does it."""
    order, runs = uuid7(), [0]

    def work(_payload: dict[str, Any]) -> None:
        runs[0] += 1
        hasten(tenant.id, order)
        assert drain() == 0  # it is leased: no second worker gets it

    kinds.task("test.slow", work, priority=DELIVERY, transactional=False)
    task = queue(tenant, "test.slow", entity_id=order)
    drain()
    assert (runs, state(tenant, task).status, state(tenant, task).attempts) == ([1], "done", 1)


@contextmanager
def requests(count: int) -> Iterator[None]:
    """So many requests that this process works on meanwhile."""
    begun, go = threading.Semaphore(0), threading.Event()

    def application() -> list[bytes]:
        begun.release()
        go.wait(60)
        return []

    threads = [threading.Thread(target=counted(application)) for _ in range(count)]
    try:
        for thread in threads:
            thread.start()
            assert begun.acquire(timeout=60)
        yield
    finally:
        go.set()
        for thread in threads:
            thread.join()


@both_databases
def test_mail_waits_while_the_process_is_busy_with_requests(tenant: World, ran: list[str]) -> None:
    pile_up(tenant, "mail", 3)
    pile_up(tenant, "key", 2)
    with requests(BUSY):
        drain()
        assert ran == ["key 0", "key 1"]
        with clock.frozen(clock.now()):
            clock.advance(PATIENCE.total_seconds() + 1)
            drain()
        assert ran[2:] == ["mail 0"]
    drain()
    assert ran[3:] == ["mail 1", "mail 2"]


def test_one_request_at_a_time_holds_nothing_up(tenant: World, ran: list[str]) -> None:
    pile_up(tenant, "mail", 3)
    with requests(BUSY - 1):
        drain()
    assert ran == ["mail 0", "mail 1", "mail 2"]
