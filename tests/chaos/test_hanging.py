"""P2: tasks that loop in Python code for ever do not stop the others: their process is replaced."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.infra.queue import RqQueue
from mtc.infra.redis_connection import RedisLink
from mtc.tasks.models import Task
from tests.chaos.house import House, children
from tests.factories.tenants import World, make_world
from tests.servers.database import PostgresDatabase
from tests.servers.redis import Redis
from tests.tasks.samples import state

pytestmark = pytest.mark.thorough
OURS_OR_CONTROL = pytest.mark.parametrize("over", ["1", "600"], ids=["ours", "control"])


def post(world: World, name: str, **payload: str) -> Task:
    """A task that the processes of the house know."""
    with tenant_scope(world.id), unit_of_work():
        row = Task(tenant_id=world.id, name=name, payload=payload, max_attempts=2, next_at=clock.now())
        session.add(row)
    return row


def hang(world: World, house: House, count: int, wake: Callable[[], None]) -> list[Task]:
    """Let so many threads loop for ever, one after the other."""
    spinning = []
    for number in range(1, count + 1):
        spinning.append(post(world, "chaos.spins"))
        wake()
        house.wait(lambda number=number: len(spun(house)) >= number)
    return spinning


def spun(house: House) -> set[str]:
    """The tasks that have begun to loop."""
    file = house.folder / "ran"
    lines = file.read_text().splitlines() if file.exists() else []
    return {line.split()[0] for line in lines if line.endswith(" chaos.spins")}


def judge(world: World, house: House, threads: int, over: str, wake: Callable[[], None]) -> None:
    """All threads for MTC's own tasks hang; another task is done only where the process is replaced."""
    spinning = hang(world, house, threads, wake)
    parent = house._processes[-1]
    assert parent is not None
    before = children(parent.pid)
    good = post(world, "chaos.effect", entity_id=str(UUID(int=7)))
    wake()
    if over == "600":
        time.sleep(8)
        assert state(world, good).status == "pending"
        assert children(parent.pid) == before
        return
    house.wait(lambda: state(world, good).status == "done")
    assert children(parent.pid) != before and parent.poll() is None
    # A task that hangs each time is given up like any other.
    house.wait(lambda: {state(world, row).status for row in spinning} == {"dead"})


@pytest.mark.postgres
@pytest.mark.redis
@OURS_OR_CONTROL
def test_a_worker_whose_threads_all_hang_is_replaced(
    app: Flask,
    tenant: World,
    postgres_database: PostgresDatabase,
    own_redis: Redis,
    tmp_path: Path,
    over: str,
) -> None:
    link = RedisLink(own_redis.url())
    settings = {"database_url": postgres_database.app_url, "redis_url": own_redis.url()}
    house = House(tmp_path, workers=1, **settings)
    house.environment["CHAOS_OVER"] = over
    with house:
        judge(tenant, house, 2, over, lambda: RqQueue(link).wake())
    link.close()


@OURS_OR_CONTROL
def test_a_web_process_whose_task_hangs_is_replaced(embedded: Flask, tmp_path: Path, over: str) -> None:
    world = make_world("acme", "Acme")
    house = House(tmp_path, workers=0)
    house.environment["CHAOS_OVER"] = over
    with house:
        judge(world, house, 1, over, lambda: None)
