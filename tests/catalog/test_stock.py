"""Keys: filled in bulk, sealed, counted, listed, put aside."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mtc.catalog import queries
from mtc.catalog.models import StockItem
from mtc.catalog.services import products, stock_reservation, variants
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from tests.catalog.keys import events, fill, state
from tests.servers.database import both_databases

pytestmark = both_databases


def test_keys_are_added_once_and_the_rest_is_reported(pool):
    _, variant = pool
    with unit_of_work():
        report = stock_reservation.add_keys(
            variant.id, "AAAA-BBBB-0001\n\nAAAA-BBBB-0002\nAAAA-BBBB-0001\n" + "x1" * 10_001
        )
    assert (report.added, report.duplicates_in_upload, report.duplicates_in_pool) == (2, 1, 0)
    assert report.invalid == [(5, "A key has at most 20,000 characters.")]
    with unit_of_work():
        again = stock_reservation.add_keys(variant.id, ["AAAA-BBBB-0002", "AAAA-BBBB-0003"])
    assert (again.added, again.duplicates_in_pool) == (1, 1)
    assert state(variant.id) == {"available": 3}


def test_a_csv_gives_its_column_of_keys(pool):
    _, variant = pool
    with unit_of_work():
        report = stock_reservation.add_keys(variant.id, 'supplier;"Code"\nacme;"A;1"\nacme;B2\nacme\n', "csv")
    assert report.added == 2
    assert report.invalid == [(4, "There is no key on this line.")]
    assert [(row.batch, row.total, row.available) for row in queries.batches(variant.id).items] == [
        ("csv", 2, 2)
    ]


def test_keys_are_sealed_at_rest(pool):
    _, variant = pool
    fill(variant, 1)
    row = session.execute(select(StockItem)).scalar_one()
    assert "KEY" not in row.value and "00000" not in row.value
    assert (row.hint, stock_reservation.masked(row.hint), stock_reservation.masked("")) == (
        "ABCD",
        "••••-••••-ABCD",
        "••••-••••-••••",
    )
    assert len(row.value_hash) == 64


def test_ten_thousand_keys_need_few_statements(pool, queries):
    _, variant = pool
    keys = [f"BULK-{number:06d}" for number in range(10_000)]
    with queries() as seen, unit_of_work():
        assert stock_reservation.add_keys(variant.id, keys).added == 10_000
    assert len(seen) <= 35
    with pytest.raises(ValidationError), unit_of_work():
        stock_reservation.add_keys(variant.id, [f"K-{number}" for number in range(100_001)])


def test_only_pools_take_keys(make, other_tenant, pool):
    files, keys = queries.variants_of(make("Files").id)[0].id, pool[1].id
    with pytest.raises(ValidationError), unit_of_work():
        stock_reservation.add_keys(files, ["A"])
    with tenant_scope(other_tenant.id), pytest.raises(NotFoundError), unit_of_work():
        stock_reservation.add_keys(keys, ["A"])


def test_a_key_put_aside_leaves_the_pool(pool):
    _, variant = pool
    fill(variant, 2)
    item = queries.stock_items(variant.id).items[0].id
    with unit_of_work():
        stock_reservation.quarantine(item)
    assert state(variant.id) == {"available": 1, "quarantined": 1}
    with pytest.raises(ConflictError), unit_of_work():
        stock_reservation.quarantine(item)


def test_the_key_of_a_buyer_is_not_put_aside_without_another(pool):
    _, variant = pool
    fill(variant, 2)
    with unit_of_work():
        [item] = stock_reservation.take_many(
            [stock_reservation.StockRequest(variant.id, 1, line := uuid7())]
        )[line]
    with pytest.raises(ConflictError, match="Replace it on the page of its order"), unit_of_work():
        stock_reservation.quarantine(item)
    assert state(variant.id) == {"available": 1, "delivered": 1}


def test_running_low_is_listed(pool):
    product, variant = pool
    fill(variant, 6)
    assert queries.low_stock() == []
    with unit_of_work():
        stock_reservation.take_many([stock_reservation.StockRequest(variant.id, 1, uuid7())])
    assert [(row.product, row.available, row.low_at) for row in queries.low_stock()] == [("Pool", 5, 5)]
    assert events()[-1] == "stock.low"
    with unit_of_work():
        variants.update(variant.id, {"low_at": 2})
    assert queries.low_stock() == []
    assert product.name == "Pool"


def test_a_variant_with_keys_is_switched_off_instead_of_deleted(pool):
    _, variant = pool
    fill(variant, 1)
    with unit_of_work():
        assert variants.delete(variant.id) is False
    assert products.get(variant.product_id).in_stock is False


def test_the_pool_is_paged(pool):
    _, variant = pool
    fill(variant, 5)
    first = queries.stock_items(variant.id, limit=3)
    rest = queries.stock_items(variant.id, limit=3, cursor=first.next)
    assert len({row.id for row in [*first.items, *rest.items]}) == 5
    assert rest.next is None
