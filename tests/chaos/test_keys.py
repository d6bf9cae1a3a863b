"""P4 and P10: many processes take keys and count; none is sold twice, none is lost, nobody is turned away."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from mtc.catalog.models import ProductVariant, StockItem
from mtc.catalog.services import products, stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants import models
from tests.chaos.buyers import Job, Tale, buy, buy_carelessly, count_up, count_up_carelessly, together, url_of
from tests.chaos.figures import Figures
from tests.chaos.size import FULL
from tests.factories.tenants import World
from tests.orders.shop import open_shop
from tests.servers.database import both_databases

pytestmark = pytest.mark.thorough


def pools(world: World, count: int, keys: int) -> tuple[UUID, ...]:
    """Variants with a pool of so many keys each."""
    open_shop(world, keys=0)
    with tenant_scope(world.id), unit_of_work():
        variants = [{"price": 100, "stock_source": "pool"} for _ in range(count)]
        product = products.create({"name": "Race", "type": "game", "status": "active", "variants": variants})
        query = select(ProductVariant.id).where(ProductVariant.product_id == product.id)
        ids = tuple(session.scalars(query.order_by(ProductVariant.id)))
        for variant_id in ids:
            stock_reservation.add_keys(variant_id, [f"{variant_id}-{number}" for number in range(keys)])
    return ids


def jobs(processes: int, folder: Path, world: World, **more: Any) -> list[Job]:
    return [Job(number, url_of(), folder, world.id, **more) for number in range(processes)]


def turned_away(tales: list[Tale]) -> int:
    """How often somebody was told "sold out" although a key was given to who asked later."""
    last: dict[UUID, float] = {}
    for tale in tales:
        for variant_id, _, asked in tale.sold:
            last[variant_id] = max(asked, last.get(variant_id, 0.0))
    return sum(when < last[variant_id] for tale in tales for variant_id, when in tale.refused)


def twice(tales: list[Tale]) -> int:
    """How many keys were given to more than one buyer."""
    given = Counter(key for tale in tales for _, key, _ in tale.sold)
    return sum(count > 1 for count in given.values())


@both_databases
def test_no_key_is_sold_twice_and_none_is_left(tenant: World, database_kind: str, tmp_path: Path) -> None:
    server = database_kind == "postgres"
    processes = (16 if server else 8) if FULL else 3
    count, keys = ((20, 500) if server else (8, 250)) if FULL else (3, 20)
    variants = pools(tenant, count, keys)
    began = time.monotonic()
    tales = together(buy, jobs(processes, tmp_path, tenant, variants=variants))
    rate = count * keys / (time.monotonic() - began)
    with tenant_scope(tenant.id, readonly=True):
        units = list(session.execute(select(StockItem.status, StockItem.order_item_id)))
    held = sum(unit.status == "reserved" and unit.order_item_id is not None for unit in units)
    sold = sum(len(tale.sold) for tale in tales)
    errors = sum((tale.errors for tale in tales), Counter[str]())
    away, doubled, orphans = turned_away(tales), twice(tales), len(units) - held
    control = "the transaction is the lock: see P10"
    careless = 0
    if server:
        more = pools_again(tenant, keys)
        careless = twice(together(buy_carelessly, jobs(processes, tmp_path, tenant, variants=more)))
        control = f"look, then write: {careless} of {keys} keys sold twice"
    right = (sold, doubled, orphans, away) == (count * keys, 0, 0, 0) and errors.keys() <= {"busy"}
    Figures(
        "P4 keys" + ("" if server else ", embedded"),
        f"{count * keys:,} keys to {processes} processes, {'PostgreSQL' if server else 'SQLite'}",
        f"{sum(tale.undone for tale in tales)} transactions rolled back",
        lost=orphans,
        doubled=doubled,
        more=f"{away} wrongly told sold out, {errors['locked']} locked, {rate:.0f} a second",
        control=control,
    ).note(kept=right)
    assert (sold, doubled, orphans, away) == (count * keys, 0, 0, 0)
    assert set(errors) <= {"busy"}
    assert sum(len(tale.refused) for tale in tales) == processes * count
    assert (careless > 0) == server


def pools_again(world: World, keys: int) -> tuple[UUID, ...]:
    """One more pool, for the control."""
    with tenant_scope(world.id), unit_of_work():
        variants = [{"price": 100, "stock_source": "pool"}]
        product = products.create(
            {"name": "Control", "type": "game", "status": "active", "variants": variants}
        )
        [variant_id] = session.scalars(
            select(ProductVariant.id).where(ProductVariant.product_id == product.id)
        )
        stock_reservation.add_keys(variant_id, [f"{variant_id}-{number}" for number in range(keys)])
    return (variant_id,)


def test_writers_on_sqlite_lose_no_update_and_are_never_locked_out(tenant: World, tmp_path: Path) -> None:
    processes, times = (8, 250) if FULL else (4, 25)
    with tenant_scope(tenant.id), unit_of_work():
        for name in ("race", "plain"):
            session.add(models.Sequence(tenant_id=tenant.id, name=name, value=0))
    seen = together(count_up, jobs(processes, tmp_path, tenant, times=times))
    plain = together(count_up_carelessly, jobs(processes, tmp_path, tenant, times=times))
    with tenant_scope(tenant.id, readonly=True):
        query = select(models.Sequence.name, models.Sequence.value)
        values = {row.name: row.value for row in session.execute(query)}
    lost = sum(one["done"] for one in seen) - values["race"]
    locked = sum(one["locked"] for one in seen)
    careless = sum(one["done"] for one in plain) - values["plain"]
    Figures(
        "P10 SQLite",
        f"{processes * times:,} reads and writes of one number by {processes} processes",
        lost=lost,
        more=f"{locked} locked",
        control=f"SQLAlchemy's own transactions: {careless} lost,"
        f" {sum(one['locked'] for one in plain)} locked",
    ).note(kept=(lost, locked) == (0, 0))
    assert sum(seen, Counter[str]()) == {"done": processes * times}
    assert values["race"] == processes * times
    assert careless > 0
