"""What was sold by day, compared and ranked, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mtc.analytics import queries as analytics
from mtc.analytics.services import Numbers, change, share, store_numbers
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.events import emit
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries as orders
from mtc.orders.events import OrderAttention
from mtc.payments.services import refund
from mtc.tenants.services import update_store
from tests.admin.conftest import Shop, fill, place
from tests.conftest import World
from tests.servers.database import both_databases

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def _numbers(shop: Shop) -> Numbers:
    with tenant_scope(shop.world.id, readonly=True), clock.frozen(NOW):
        return store_numbers("EUR")


def _sell(shop: Shop, at: datetime, quantity: int = 1) -> str:
    with clock.frozen(at):
        return place(shop, [(shop.variant, quantity)])


@both_databases
def test_days_are_days_in_utc(shop: Shop) -> None:
    for at in (NOW, NOW.replace(hour=0, minute=0), NOW - timedelta(days=1), NOW - timedelta(days=89)):
        _sell(shop, at)
    _sell(shop, NOW - timedelta(days=90))
    numbers = _numbers(shop)
    assert len(numbers.days) == 90
    found = {one.day.isoformat(): (one.orders, one.revenue) for one in numbers.days if one.orders}
    assert found == {"2026-11-22": (2, 5998), "2026-11-21": (1, 2999), "2026-08-25": (1, 2999)}


@both_databases
@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Berlin", {"2026-11-23": 1, "2026-10-25": 4, "2026-10-24": 1}),
        ("America/New_York", {"2026-11-22": 1, "2026-10-25": 1, "2026-10-24": 4}),
        ("Asia/Kolkata", {"2026-11-23": 1, "2026-10-26": 1, "2026-10-25": 4}),
    ],
)
def test_b60_days_are_those_of_the_stores_clock(shop: Shop, zone: str, days: dict[str, int]) -> None:
    """Around the night in which the clock of Berlin goes back: that day lasts from 22:00 to 23:00 UTC."""
    with tenant_scope(shop.world.id), unit_of_work():
        update_store(shop.world.id, shop.world.store.id, timezone=zone)
    night = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    for seconds in (-1, 0, 3 * 3600, 4 * 3600, 25 * 3600 - 1):
        _sell(shop, night + timedelta(seconds=seconds))
    _sell(shop, NOW)
    found = {one.day.isoformat(): one.orders for one in _numbers(shop).days if one.orders}
    assert found == days


@both_databases
def test_thirty_days_are_compared_with_the_thirty_before(shop: Shop) -> None:
    _sell(shop, NOW, 2)
    _sell(shop, NOW - timedelta(days=29))
    _sell(shop, NOW - timedelta(days=30))
    numbers = _numbers(shop)
    assert (numbers.now.orders, numbers.now.revenue, numbers.now.average) == (2, 8997, 4499)
    assert (numbers.before.orders, numbers.before.revenue) == (1, 2999)
    assert (numbers.change("orders"), numbers.change("revenue")) == (100, 200)


@both_databases
def test_refunds_count_as_a_share(shop: Shop) -> None:
    number = _sell(shop, NOW, 4)
    with clock.frozen(NOW), tenant_scope(shop.world.id), unit_of_work():
        order = orders.order_by_number(number)
        assert order is not None
        refund(order.id, [(order.items[0].id, 1)])
    numbers = _numbers(shop)
    assert (numbers.now.revenue, numbers.now.refunded, numbers.now.refund_share) == (11996, 2999, 2500)


@both_databases
def test_one_statement_and_one_tenant(shop: Shop, other_tenant: World, queries: Any) -> None:
    _sell(fill(other_tenant), NOW)
    assert _numbers(shop).now.orders == 0
    for day in range(3):
        _sell(shop, NOW - timedelta(days=day))
    with tenant_scope(shop.world.id, readonly=True), clock.frozen(NOW), queries() as seen:
        assert store_numbers("EUR").now.orders == 3
    assert len([one for one in seen if "orders" in one]) == 1
    with tenant_scope(shop.world.id, readonly=True), clock.frozen(NOW):
        assert store_numbers("USD").now.orders == 0


@both_databases
def test_best_sellers_come_by_what_they_brought_in(shop: Shop) -> None:
    _sell(shop, NOW, 2)
    with tenant_scope(shop.world.id, readonly=True):
        rows = analytics.best_sellers(NOW - timedelta(days=1), NOW + timedelta(seconds=1), "EUR")
    assert [(row.title, int(row.pieces), int(row.revenue)) for row in rows] == [("Star Field", 2, 5998)]


@both_databases
def test_orders_that_need_a_person(shop: Shop) -> None:
    fine, noted = _sell(shop, NOW - timedelta(hours=2)), _sell(shop, NOW - timedelta(hours=1))
    with clock.frozen(NOW - timedelta(minutes=50)), tenant_scope(shop.world.id), unit_of_work():
        order = orders.order_by_number(noted)
        assert order is not None
        emit(OrderAttention(entity_id=order.id, number=noted, reason="Look"))
    with clock.frozen(NOW), tenant_scope(shop.world.id, readonly=True):
        rows = analytics.orders_to_act_on(NOW, NOW - timedelta(minutes=15), NOW - timedelta(days=30))
    assert [(row.order_number, bool(row.noted)) for row in rows] == [(noted, True)]
    assert fine != noted


def test_shares_and_changes() -> None:
    assert (share(1, 3), share(1, 0), share(2, 3)) == (3333, 0, 6667)
    assert (change(3, 2), change(1, 2), change(5, 0), change(2, 2)) == (50, -50, None, 0)
