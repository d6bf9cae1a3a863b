"""Keys of orders: reserved, delivered, shown, returned, replaced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mtc.catalog import queries
from mtc.catalog.errors import SoldOutError
from mtc.catalog.services import stock_reservation, variants
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError, GoneError, NotFoundError, ValidationError
from mtc.core.ids import uuid7
from tests.catalog.keys import events, fill, soon, state
from tests.servers.database import both_databases

pytestmark = both_databases


def test_reserving_and_releasing_keep_the_counters_true(pool):
    _, variant = pool
    fill(variant, 3)
    line, other = uuid7(), uuid7()
    with unit_of_work():
        assert len(stock_reservation.reserve(variant.id, 2, line, soon())) == 2
    assert state(variant.id) == {"available": 1, "reserved": 2}
    with pytest.raises(SoldOutError) as refused, unit_of_work():
        stock_reservation.reserve(variant.id, 2, other, soon())
    assert refused.value.details == {"variant_id": str(variant.id), "available": 1}
    assert state(variant.id) == {"available": 1, "reserved": 2}
    with unit_of_work():
        stock_reservation.reserve(variant.id, 1, other, soon())
    assert state(variant.id) == {"reserved": 3}
    with unit_of_work():
        assert stock_reservation.release([line]) == 2
        assert stock_reservation.release([line]) == 0
    assert state(variant.id) == {"available": 2, "reserved": 1}
    told = ["stock.restocked", "stock.added", "stock.sold_out", "stock.restocked", "stock.returned"]
    assert events() == told


def test_a_caught_refusal_takes_nothing(pool):
    _, variant = pool
    fill(variant, 1)
    with unit_of_work(), pytest.raises(SoldOutError):
        stock_reservation.take_many([stock_reservation.StockRequest(variant.id, 2, uuid7())])
    assert state(variant.id) == {"available": 1}


def test_an_order_is_reserved_as_a_whole_or_not_at_all(make, pool):
    _, variant = pool
    fill(variant, 1)
    files = queries.variants_of(make("Files").id)[0]
    empty = queries.variants_of(make("Empty", stock_source="pool").id)[0]
    lines = [uuid7(), uuid7(), uuid7()]
    wanted = [
        stock_reservation.StockRequest(variant.id, 1, lines[0]),
        stock_reservation.StockRequest(files.id, 5, lines[1]),
    ]
    with pytest.raises(SoldOutError), unit_of_work():
        stock_reservation.reserve_many(
            [*wanted, stock_reservation.StockRequest(empty.id, 1, lines[2])], soon()
        )
    assert state(variant.id) == {"available": 1}
    with unit_of_work():
        units = stock_reservation.reserve_many(wanted, soon())
    assert (len(units[lines[0]]), units[lines[1]]) == (1, [])
    with pytest.raises(NotFoundError), unit_of_work():
        stock_reservation.reserve(uuid7(), 1, uuid7(), soon())
    with pytest.raises(ValidationError), unit_of_work():
        stock_reservation.reserve(variant.id, 0, uuid7(), soon())


def test_lines_of_the_same_variant_get_their_own_keys(make, pool):
    _, variant = pool
    fill(variant, 5)
    other = queries.variants_of(make("Other", stock_source="pool").id)[0]
    fill(other, 1, "OTHER")
    one, two, three = sorted(uuid7() for _ in range(3))
    wanted = [
        stock_reservation.StockRequest(variant.id, 2, two),
        stock_reservation.StockRequest(other.id, 1, three),
        stock_reservation.StockRequest(variant.id, 1, one),
    ]
    with unit_of_work():
        units = stock_reservation.reserve_many(wanted, soon())
    assert {line: len(items) for line, items in units.items()} == {one: 1, two: 2, three: 1}
    held = queries.items_of([one, two, three])
    assert {row.id: row.order_item_id for row in held} == {
        item: line for line, items in units.items() for item in items
    }
    assert (state(variant.id), state(other.id)) == ({"available": 2, "reserved": 3}, {"reserved": 1})
    with pytest.raises(SoldOutError), unit_of_work():
        stock_reservation.reserve_many(
            [
                stock_reservation.StockRequest(variant.id, 1, uuid7()),
                stock_reservation.StockRequest(variant.id, 2, one),
            ],
            soon(),
        )
    assert state(variant.id) == {"available": 2, "reserved": 3}


def test_keys_left_by_a_variant_that_sells_none_any_more_are_not_sold(pool):
    _, variant = pool
    fill(variant, 2)
    line = uuid7()
    with unit_of_work():
        [item] = stock_reservation.take_many([stock_reservation.StockRequest(variant.id, 1, line)])[line]
        variants.update(variant.id, {"stock_source": "unlimited"})
    with unit_of_work():
        assert stock_reservation.reserve(variant.id, 1, uuid7(), soon()) == []
        fresh = stock_reservation.replace(item)
    assert {row.id: row.status for row in queries.items_of([line])} == {
        item: "quarantined",
        fresh: "delivered",
    }


def test_reservations_run_out(pool):
    _, variant = pool
    fill(variant, 2)
    line = uuid7()
    with unit_of_work():
        stock_reservation.reserve(variant.id, 1, line, clock.now() + timedelta(minutes=5))
        stock_reservation.reserve(variant.id, 1, uuid7(), clock.now() + timedelta(minutes=50))
    with unit_of_work():
        assert stock_reservation.expire_reservations() == 0
        assert stock_reservation.expire_reservations(clock.now() + timedelta(minutes=10)) == 1
    assert state(variant.id) == {"available": 1, "reserved": 1}
    with unit_of_work():
        assert stock_reservation.assign([line]) == {line: []}


def test_a_paid_line_gets_its_keys_and_shows_them(pool):
    _, variant = pool
    fill(variant, 2)
    line = uuid7()
    with unit_of_work():
        (item,) = stock_reservation.reserve(variant.id, 1, line, soon())
    with pytest.raises(ConflictError), unit_of_work():
        stock_reservation.reveal(item)
    with unit_of_work():
        assert stock_reservation.assign([line]) == {line: [item]}
        assert stock_reservation.assign([line]) == {line: [item]}
    (row,) = queries.items_of([line])
    assert (row.status, row.revealed_at, row.hint) == ("delivered", None, "ABCD")
    with unit_of_work():
        value = stock_reservation.reveal(item)
        assert value.startswith("KEY-0000") and stock_reservation.reveal(item) == value
    assert queries.items_of([line])[0].revealed_at is not None
    assert state(variant.id) == {"available": 1, "delivered": 1}


def test_b10_a_refund_returns_unopened_keys_and_revokes_the_others(pool):
    _, variant = pool
    fill(variant, 3)
    line = uuid7()
    with unit_of_work():
        items = stock_reservation.take_many([stock_reservation.StockRequest(variant.id, 3, line)])[line]
        stock_reservation.reveal(items[0])
    assert state(variant.id) == {"delivered": 3}
    with unit_of_work():
        assert stock_reservation.revoke(line, 2) == stock_reservation.Returned(returned=2, revoked=0)
    assert state(variant.id) == {"available": 2, "delivered": 1}
    with unit_of_work():
        assert stock_reservation.revoke(line, 5) == stock_reservation.Returned(returned=0, revoked=1)
    with pytest.raises(GoneError), unit_of_work():
        stock_reservation.reveal(items[0])
    assert state(variant.id) == {"available": 2, "revoked": 1}


def test_b10_mailed_keys_never_return_to_the_pool(pool):
    _, variant = pool
    fill(variant, 1)
    line = uuid7()
    with unit_of_work():
        stock_reservation.take_many([stock_reservation.StockRequest(variant.id, 1, line)])
        assert stock_reservation.revoke(line, 1, to_pool=False) == stock_reservation.Returned(
            returned=0, revoked=1
        )
    assert state(variant.id) == {"revoked": 1}


def test_a_faulty_key_is_replaced(pool):
    _, variant = pool
    fill(variant, 2)
    line = uuid7()
    with unit_of_work():
        (item,) = stock_reservation.take_many([stock_reservation.StockRequest(variant.id, 1, line)])[line]
        fresh = stock_reservation.replace(item)
    assert state(variant.id) == {"delivered": 1, "quarantined": 1}
    assert {row.id: row.status for row in queries.items_of([line])} == {
        item: "quarantined",
        fresh: "delivered",
    }
    with pytest.raises(SoldOutError), unit_of_work():
        stock_reservation.replace(fresh)
    assert state(variant.id) == {"delivered": 1, "quarantined": 1}
