"""P2: ten thousand tasks of one tenant hardly delay another's; first come, first served would."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.tasks.models import Task
from mtc.tasks.services import drain, run_due
from mtc.tasks.services.worker import BATCH
from tests.chaos.figures import Figures
from tests.chaos.size import FULL
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.servers.waiting import eventually
from tests.tasks.samples import Kinds, count_up, queue, state

BACKLOG, CONTROL, PROBES = (10_000, 1_000, 20) if FULL else (100, 100, 2)
MOST_SECONDS = 2.0


@pytest.fixture
def kinds() -> Iterator[Kinds]:
    """Two kinds of tasks, forgotten after the test."""
    made = Kinds()
    made.task("test.bulk", lambda payload: count_up("bulk"))
    made.task("test.probe", lambda payload: count_up("probe"))
    yield made
    made.forget()


def pile_up(world: World, count: int) -> None:
    """So many tasks that are due."""
    now = clock.now()
    common = {"tenant_id": world.id, "created_at": now, "name": "test.bulk", "payload": {}, "next_at": now}
    rows = [{**common, "id": uuid7(), "status": "pending", "attempts": 0} for _ in range(count)]
    with tenant_scope(world.id), unit_of_work():
        session.execute(insert(Task.__table__).values(rows[0]), rows)


@contextmanager
def working(app: Flask) -> Iterator[None]:
    """One worker in a thread."""
    over = threading.Event()

    def run() -> None:
        with app.app_context():
            while not over.is_set():
                drain()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def delay(world: World) -> float:
    """Seconds from the commit of a task until it is done."""
    task, asked = queue(world, "test.probe"), time.monotonic()
    assert eventually(lambda: state(world, task).status == "done", 120)
    return time.monotonic() - asked


@contextmanager
def without_turns(world: World) -> Iterator[None]:
    """The control: as long as this tenant has work, nobody else's is done."""
    queries: Any = sys.modules["mtc.tasks.services.worker"].queries  # type: ignore[attr-defined]
    find = queries.tenants_with_work

    def first(now: datetime) -> list[UUID]:
        tenants = find(now)
        return [world.id] if world.id in tenants else tenants

    queries.tenants_with_work = first
    try:
        yield
    finally:
        queries.tenants_with_work = find


@both_databases
def test_a_backlog_of_one_tenant_does_not_delay_another(
    app: Flask, tenant: World, other_tenant: World, kinds: Kinds, database_kind: str
) -> None:
    pile_up(tenant, BACKLOG)
    with working(app):
        delays = [delay(other_tenant) for _ in range(PROBES)]
    with tenant_scope(tenant.id), unit_of_work():
        left = session.query(Task).filter(Task.name == "test.bulk", Task.status == "pending").delete()
    control = ""
    if FULL:
        pile_up(tenant, CONTROL)
        with without_turns(tenant), working(app):
            control = f"first come, first served behind {CONTROL:,}: {delay(other_tenant):.1f} s"
    Figures(
        "P2 fairness" + ("" if database_kind == "postgres" else ", embedded"),
        f"{PROBES} tasks of one tenant beside {BACKLOG:,} of another, one worker",
        more=f"longest wait {max(delays):.2f} s, {left:,} of the others were left",
        control=control,
    ).note(kept=max(delays) < MOST_SECONDS and left > 0)
    assert not FULL or (max(delays) < MOST_SECONDS and left > 0)


@both_databases
def test_in_turns_the_next_round_does_it_and_without_them_the_last(
    app: Flask, tenant: World, other_tenant: World, kinds: Kinds
) -> None:
    """The same without a clock, and its control."""

    def rounds() -> int:
        pile_up(tenant, 8 * BATCH)
        probe, count = queue(other_tenant, "test.probe"), 0
        while state(other_tenant, probe).status != "done":
            drain()
            count += 1
        run_due()
        return count

    assert rounds() == 1
    with without_turns(tenant):
        assert rounds() == 9
