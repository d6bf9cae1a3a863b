"""Levels at which pools warn: a variant's own, or the store's for all that have none."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mtc.catalog import queries
from mtc.catalog.queries.pools import pools
from mtc.catalog.services import stock_reservation, variants
from mtc.catalog.services.warning_level_changes import set_own_level, set_store_level
from mtc.catalog.services.warning_levels import own_level, read_level, store_level
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ValidationError
from mtc.events.models import Event
from mtc.notifications.models import StockAlert
from mtc.tasks.services import run_due
from tests.servers.database import both_databases

pytestmark = both_databases


def pool_of(make: Any, name: str, keys: int, **values: Any) -> Any:
    variant = {"price": 100, "stock_source": "pool", **values}
    row = queries.variants_of(make(name, variants=[variant]).id)[0].id
    with unit_of_work():
        stock_reservation.add_keys(row, [f"{name}-{number}-KEY" for number in range(keys)])
    return row


def levels(*ids: Any) -> list[tuple[int, int | None]]:
    with unit_of_work():
        rows = [queries.variant(one) for one in ids]
        return [(row.low_at, own_level(row.inventory_data)) for row in rows if row]


def low() -> set[str]:
    with unit_of_work():
        return {row.product for row in pools(low=True).items}


def test_a_variant_without_its_own_level_follows_the_store(make, tenant, queries):
    plain, own = pool_of(make, "Plain", 7), pool_of(make, "Own", 7, low_at=3)
    assert levels(plain, own) == [(5, None), (3, 3)] and low() == set()
    with queries() as seen, unit_of_work():
        assert set_store_level(tenant.store.id, 8) is True
    assert sum("product_variants" in str(one) for one in seen) == 1
    assert levels(plain, own) == [(8, None), (3, 3)] and low() == {"Plain"}
    new = pool_of(make, "New", 7)
    assert levels(new) == [(8, None)] and low() == {"Plain", "New"}
    with unit_of_work():
        assert set_store_level(tenant.store.id, None) is True
    assert levels(plain, own, new) == [(0, None), (3, 3), (0, None)] and low() == set()
    with unit_of_work():
        assert store_level() == 0


def test_a_level_is_given_up_for_the_stores(make, tenant):
    one = pool_of(make, "One", 7, low_at=9)
    assert low() == {"One"}
    with unit_of_work():
        assert set_own_level(one, None) is True
    assert levels(one) == [(5, None)] and low() == set()
    with unit_of_work():
        variants.update(one, {"price": 200})
    assert levels(one) == [(5, None)]
    with unit_of_work():
        assert set_own_level(one, 0) is True
        set_store_level(tenant.store.id, 50)
    assert levels(one) == [(0, 0)]


def test_nothing_happens_where_the_level_stays(make, tenant):
    one = pool_of(make, "One", 1)
    with unit_of_work():
        assert set_store_level(tenant.store.id, 5) is False
        assert set_own_level(one, None) is False
        assert session.scalars(select(Event).where(Event.name == "stock.level_changed")).all() == []


def test_alerts_of_pools_above_the_new_level_are_forgotten(make, tenant):
    plain, own = pool_of(make, "Plain", 4), pool_of(make, "Own", 4, low_at=9)
    with unit_of_work() as work:
        for one in (plain, own):
            work.add(StockAlert(variant_id=one, level="low", alerted_at=clock.now()))
    with unit_of_work():
        set_store_level(tenant.store.id, 2)
    run_due()
    with unit_of_work():
        assert list(session.scalars(select(StockAlert.variant_id))) == [own]


@pytest.mark.parametrize("typed, level", [("", None), (" 7 ", 7), ("0", 0), ("1000000", 1_000_000)])
def test_a_level_is_read(app, typed, level):
    assert read_level(typed) == level


@pytest.mark.parametrize("typed", ["-1", "1.5", "five", "1000001", "٥", "9" * 30])
def test_what_is_no_level_is_refused(app, typed):
    with pytest.raises(ValidationError, match="whole number from 0 to 1,000,000"):
        read_level(typed)
