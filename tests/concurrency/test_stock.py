"""Races for keys: none is sold twice, none is lost, nobody hears "sold out" too early; with a control."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from mtc.catalog import queries
from mtc.catalog.errors import SoldOutError
from mtc.catalog.models import StockItem
from mtc.catalog.services import product_types, products
from mtc.catalog.services import stock_reservation as stock
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from tests.servers.database import both_databases

BUYERS = 8


class _ChangedMind(Exception):
    """A buyer whose transaction is rolled back."""


@pytest.fixture
def shop(app: Flask, tenant: Any) -> Callable[..., list[UUID]]:
    """Make a product with variants of so many keys each; returns their ids."""

    def build(*sizes: int) -> list[UUID]:
        with tenant_scope(tenant.id), unit_of_work():
            if not queries.type_book().types:
                product_types.create({"name": "Game", "slug": "game"})
            variants = [{"price": 100, "stock_source": "pool"} for _ in sizes]
            product = products.create(
                {"name": "Race", "type": "game", "status": "active", "variants": variants}
            )
            ids = [row.id for row in queries.variants_of(product.id)]
            for variant_id, size in zip(ids, sizes, strict=True):
                stock.add_keys(variant_id, [f"{variant_id}-{number}" for number in range(size)])
            return ids

    return build


def together(app: Flask, tenant: Any, work: Callable[[int], Any], count: int = BUYERS) -> list[Any]:
    """Run work(0), work(1)… at the same time, each in a scope of its own."""
    start = threading.Barrier(count)

    def run(number: int) -> Any:
        with app.app_context(), tenant_scope(tenant.id):
            start.wait(timeout=20)
            return work(number)

    with ThreadPoolExecutor(count) as pool:
        return [job.result(timeout=60) for job in [pool.submit(run, number) for number in range(count)]]


def buy(wanted: list[tuple[UUID, int]], *, fail: bool = False) -> list[UUID]:
    """Reserve in one transaction; the key ids, none when sold out or when the buyer's transaction fails."""
    try:
        with unit_of_work():
            lines = [stock.StockRequest(variant_id, quantity, uuid7()) for variant_id, quantity in wanted]
            units = stock.reserve_many(lines, clock.now() + timedelta(minutes=30))
            if fail:
                raise _ChangedMind
            return [item for items in units.values() for item in items]
    except (SoldOutError, _ChangedMind):
        return []


def check(tenant: Any, variants: list[UUID], sold: list[UUID], sizes: list[int]) -> None:
    """Nothing twice, nothing lost, counters true."""
    assert len(sold) == len(set(sold))
    with tenant_scope(tenant.id), unit_of_work():
        counts = queries.stock_counts(variants)
        reserved = sum(one.get("reserved", 0) for one in counts.values())
        assert reserved == len(sold)
        left = 0
        for variant_id, size in zip(variants, sizes, strict=True):
            one = counts[variant_id]
            assert one.get("available", 0) + one.get("reserved", 0) == size
            row = queries.variant(variant_id)
            assert row is not None and row.available == one.get("available", 0)
            left += row.available
            product = products.get(row.product_id)
        assert product.in_stock is (left > 0)


@both_databases
def test_no_key_is_sold_twice(app, tenant, shop):
    (variant,) = variants = shop(50)

    def work(number: int) -> list[UUID]:
        bought = [buy([(variant, 1)], fail=attempt % 5 == number % 5) for attempt in range(10)]
        return [item for items in bought for item in items]

    sold = [item for items in together(app, tenant, work) for item in items]
    assert len(sold) == 50  # 64 wanted to buy in earnest
    check(tenant, variants, sold, [50])


@both_databases
def test_looking_first_and_writing_then_sells_twice(app, tenant, shop):
    """The control: the same race without `claim`. It must oversell, or the tests above prove nothing."""
    (variant,) = shop(10)
    looked = threading.Barrier(BUYERS)

    def work(_number: int) -> UUID:
        with tenant_scope(tenant.id, readonly=True), unit_of_work():
            query = select(StockItem.id).where(
                StockItem.variant_id == variant, StockItem.status == "available"
            )
            item = session.execute(query.order_by(StockItem.id).limit(1)).scalar_one()
        looked.wait(timeout=20)
        with unit_of_work():
            values = {"status": "reserved", "order_item_id": uuid7()}
            session.execute(update(StockItem).where(StockItem.id == item).values(values))
        return item

    sold = together(app, tenant, work)
    assert len(sold) == BUYERS and len(set(sold)) == 1


@both_databases
def test_orders_of_several_lines_neither_lock_each_other_out_nor_take_halves(app, tenant, shop):
    one, two = variants = shop(20, 20)

    def work(number: int) -> list[UUID]:
        wanted = [(one, 1), (two, 2)] if number % 2 else [(two, 2), (one, 1)]
        return [item for _ in range(4) for item in buy(wanted)]

    sold = [item for items in together(app, tenant, work) for item in items]
    assert len(sold) == 30  # ten orders of three keys empty the second pool
    check(tenant, variants, sold, [20, 20])


@both_databases
def test_two_variants_that_run_out_together_put_the_product_out_of_stock(app, tenant, shop):
    one, two = variants = shop(4, 4)

    def work(number: int) -> list[UUID]:
        return buy([(one if number % 2 else two, 1)])

    sold = [item for items in together(app, tenant, work) for item in items]
    assert len(sold) == 8
    check(tenant, variants, sold, [4, 4])


@both_databases
def test_returned_keys_and_buyers_meet(app, tenant, shop):
    """Reserving, releasing, revoking and running out, all at once, keep the counters true."""
    (variant,) = variants = shop(12)

    def work(number: int) -> None:
        for step in range(6):
            line = uuid7()
            try:
                with unit_of_work():
                    stock.reserve(variant, 2, line, clock.now() + timedelta(minutes=-1 if step % 2 else 30))
            except SoldOutError:
                continue
            with unit_of_work():
                if number % 2:
                    stock.assign([line])
                    stock.revoke(line, 2)
                else:
                    stock.release([line])
            with unit_of_work():
                stock.expire_reservations()

    together(app, tenant, work)
    check(tenant, variants, [], [12])


@both_databases
def test_buyers_of_several_keys_never_wait_for_each_other(app, tenant, shop):
    """Each holding some of the last keys and waiting for the rest would be a deadlock."""
    for size in (2, 3, 5, 7):
        (variant,) = variants = shop(size)
        sold = [item for some in together(app, tenant, lambda _, v=variant: buy([(v, 2)])) for item in some]
        assert len(sold) == size - size % 2
        check(tenant, variants, sold, [size])


@both_databases
def test_the_last_key_is_waited_for(app, tenant, shop):
    """A buyer who finds the last key held by another waits; it is theirs when the other gives up."""
    (variant,) = variants = shop(1)
    result: list[UUID] = []

    def second() -> None:
        with app.app_context(), tenant_scope(tenant.id):
            result.extend(buy([(variant, 1)]))

    rival = threading.Thread(target=second)

    def hold() -> Iterator[None]:
        with tenant_scope(tenant.id), unit_of_work():
            stock.reserve(variant, 1, uuid7(), clock.now() + timedelta(minutes=30))
            rival.start()
            rival.join(timeout=0.4)
            yield
            raise _ChangedMind

    holding = hold()
    next(holding)
    assert rival.is_alive(), "the rival was told something before the first buyer had decided"
    with pytest.raises(_ChangedMind):
        next(holding)
    rival.join(timeout=10)
    assert len(result) == 1
    check(tenant, variants, result, [1])


@pytest.fixture
def hold(app: Flask, tenant: Any) -> Iterator[Callable[..., None]]:
    """`hold(variant)`: another transaction keeps all its available keys until the test ends."""
    ended, threads = threading.Event(), []

    def start(*variants: UUID) -> None:
        ready = threading.Event()

        def run() -> None:
            with app.app_context(), tenant_scope(tenant.id), suppress(_ChangedMind), unit_of_work():
                mine = StockItem.variant_id.in_(variants) & (StockItem.status == "available")
                session.execute(
                    update(StockItem).where(StockItem.tenant_id == tenant.id, mine).values(batch="held")
                )
                ready.set()
                ended.wait(20)
                raise _ChangedMind

        threads.append(threading.Thread(target=run))
        threads[-1].start()
        assert ready.wait(10)

    yield start
    ended.set()
    for thread in threads:
        thread.join(timeout=20)


@pytest.mark.postgres
def test_keys_that_stay_held_are_a_conflict_and_the_transaction_goes_on(
    tenant, shop, hold, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mtc.core.row_locking.LOCK_TIMEOUT_MS", 50)
    one, two = shop(2, 2)
    line = uuid7()
    with tenant_scope(tenant.id), unit_of_work():
        [item] = stock.take_many([stock.StockRequest(one, 1, line)])[line]
    hold(one)
    with tenant_scope(tenant.id), unit_of_work():
        calls: list[Callable[[], Any]] = [
            lambda: stock.take_many(
                [stock.StockRequest(two, 1, uuid7()), stock.StockRequest(one, 1, uuid7())]
            ),
            lambda: stock.replace(item),
        ]
        for call in calls:
            with pytest.raises(ConflictError, match="Please try again") as refused:
                call()
            assert not isinstance(refused.value, SoldOutError)
        assert queries.stock_counts([two])[two] == {"available": 2}
        assert queries.items_of([line])[0].status == "delivered"
        assert len(stock.reserve(two, 2, uuid7(), clock.now() + timedelta(minutes=5))) == 2


@pytest.mark.postgres
def test_a_deadlock_is_a_conflict(app, tenant, shop):
    """Two who take two variants one by one, against the rule, in opposite orders: one of them is refused."""
    one, two = shop(4, 4)
    met = threading.Barrier(2)

    def work(number: int) -> str:
        first, second = (one, two) if number else (two, one)
        try:
            with unit_of_work():
                stock.take_many([stock.StockRequest(first, 1, uuid7())])
                met.wait(timeout=20)
                stock.take_many([stock.StockRequest(second, 1, uuid7())])
        except ConflictError as error:
            return error.message
        return "taken"

    assert sorted(together(app, tenant, work, 2)) == [
        "Others are busy with the same keys at this moment. Please try again.",
        "taken",
    ]
