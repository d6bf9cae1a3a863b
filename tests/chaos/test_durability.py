"""P3: what was acknowledged is there after every process of PostgreSQL was killed with -9."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from mtc.core.db import session, unit_of_work
from mtc.core.events import emit
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.orders.models import Order, OrderItem
from mtc.payments.models import Payment
from tests.chaos.figures import Figures
from tests.chaos.size import FULL
from tests.events.things import ThingHappened
from tests.factories.tenants import World
from tests.orders.shop import Shop, open_shop, order_of
from tests.servers.postgres import Postgres

WRITERS = 6
KILLS, COMMITS = (10, 1100) if FULL else (2, 120)  # commits before each kill
SAFE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
HASTY = ("fsync=on", "synchronous_commit=off", "full_page_writes=on", "wal_writer_delay=10000ms")


@dataclass
class Log:
    """What the database has acknowledged, kept where its end cannot touch it."""

    facts: list[UUID] = field(default_factory=list)
    orders: list[UUID] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.facts) + len(self.orders)


def write_until_killed(app: Flask, shop: Shop, server: Postgres, log: Log, commits: int) -> None:
    """Commit in several threads, one of which places orders, and kill the server in the middle of it."""
    enough, goal = threading.Event(), len(log) + commits

    def fact() -> None:
        with tenant_scope(shop.tenant_id), unit_of_work():
            event = emit(ThingHappened())
        assert event.event_id is not None
        log.facts.append(event.event_id)

    def order() -> None:
        log.orders.append(order_of(shop, (shop.file, 1), email=f"n{len(log.orders)}@example.org").order.id)

    def run(commit: Callable[[], None]) -> None:
        with app.app_context():
            try:
                while True:
                    commit()
                    if len(log) >= goal:
                        enough.set()
            except DBAPIError:
                enough.set()

    threads = [threading.Thread(target=run, args=(what,)) for what in (order, *[fact] * (WRITERS - 1))]
    for thread in threads:
        thread.start()
    enough.wait(120)
    server.kill_all()
    for thread in threads:
        thread.join(60)


def missing(shop: Shop, log: Log) -> tuple[int, int]:
    """How many acknowledged facts and orders are not there, and how many orders are there in part."""
    with tenant_scope(shop.tenant_id, readonly=True):
        facts = set(session.scalars(select(Event.id).where(Event.name == ThingHappened.event_name)))
        orders = {row.id: row.total for row in session.execute(select(Order.id, Order.total))}
        lines = {
            row.order_id: row.total for row in session.execute(select(OrderItem.order_id, OrderItem.total))
        }
        payments = {
            row.order_id: row.amount for row in session.execute(select(Payment.order_id, Payment.amount))
        }
    return len(set(log.facts) - facts) + len(set(log.orders) - set(orders)), sum(
        (lines.get(order_id), payments.get(order_id)) != (total, total) for order_id, total in orders.items()
    )


def survive(
    app: Flask, shop: Shop, server: Postgres, kills: int, commits: int, *settings: str
) -> tuple[Log, int, float]:
    """Kill and recover so many times; the log, how much of it is lost, and the longest recovery."""
    log, slowest = Log(), 0.0
    for _ in range(kills):
        write_until_killed(app, shop, server, log, commits)
        began = time.monotonic()
        server.recover(*settings)
        slowest = max(slowest, time.monotonic() - began)
    lost, halves = missing(shop, log)
    assert halves == 0
    return log, lost, slowest


@pytest.mark.postgres
def test_what_was_acknowledged_survives_kills_of_the_database(
    app: Flask, tenant: World, postgres_server: Postgres
) -> None:
    """The application is not told: its connections notice, and it goes on. The control commits hastily."""
    shop = open_shop(tenant)
    try:
        postgres_server.shut_down()
        postgres_server.start(*SAFE)
        log, lost, slowest = survive(app, shop, postgres_server, KILLS, COMMITS, *SAFE)
        postgres_server.shut_down()
        postgres_server.start(*HASTY)
        careless, gone, _ = survive(app, shop, postgres_server, max(2, KILLS // 3), COMMITS, *HASTY)
    finally:
        postgres_server.shut_down()
        postgres_server.recover()
    Figures(
        "P3 acknowledged is kept",
        f"{len(log):,} commits, {len(log.orders)} of them orders",
        f"{KILLS} kill -9 of PostgreSQL",
        lost,
        more=f"longest recovery {slowest:.1f} s, no order in part",
        control=f"synchronous_commit=off: {gone} of {len(careless):,} lost",
    ).note(kept=lost == 0)
    assert lost == 0
    assert len(log) >= KILLS * COMMITS
    assert len(log.orders) >= KILLS
    assert gone > 0
