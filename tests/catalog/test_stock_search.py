"""Sealed keys are found by all of them, their beginning or their end; by nobody else's search."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from mtc.catalog import queries
from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation, stock_search_index
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.stock_value_parts import PARTS
from mtc.core.tenancy import tenant_scope
from tests.servers.database import both_databases, counted

pytestmark = both_databases
KEY = "Abcd-EFGH-ijkl-9876"


@pytest.fixture
def pool(make):
    """A variant with the key, some others and short ones."""
    variant = queries.variants_of(make("Pool", stock_source="pool").id)[0]
    with unit_of_work():
        stock_reservation.add_keys(variant.id, [KEY, "abcd-efgz-0000-1111", "WXYZ", "ab1", "QRST12"])
    return variant


def found(typed: str) -> int:
    return len(stock_search_index.search_keys(typed)[0])


FITTING = [
    (KEY, 1),
    ("abcdefghijkl9876", 1),
    (" ABCD EFGH IJKL 9876 ", 1),
    ("abcd\u2013efgh", 1),
    ("abcd", 2),
    ("ABCD-EFG", 2),
    ("9876", 1),
    ("ijkl-9876", 1),
    ("hijkl9876", 1),
    ("xhijkl9876", 0),
    ("efgh", 0),
    ("ijkl", 0),
    ("wxyz", 1),
    ("qrst1", 1),
    ("rst12", 1),
    ("qrst12x", 0),
    ("%%%%", 0),
    ("x" * 1000, 0),
]


def test_keys_are_found_by_whole_beginning_and_end(pool):
    assert {typed: found(typed) for typed, _ in FITTING} == dict(FITTING)


@pytest.mark.parametrize("typed", ["", "abc", "a-b-c", "- - - -", "ab1"])
def test_too_little_is_refused(pool, typed):
    with pytest.raises(ValidationError, match="Type at least 4 letters or digits"):
        stock_search_index.search_keys(typed)


def test_keys_that_were_there_before_are_indexed_in_batches(pool, monkeypatch):
    with unit_of_work():
        session.execute(update(StockItem).values(dict.fromkeys(PARTS)))
    assert found(KEY) == 0
    monkeypatch.setattr(stock_search_index, "BATCH", 2)
    done = []
    for _ in range(4):
        with unit_of_work():
            done.append(stock_search_index.index_keys())
    assert (done, {typed: found(typed) for typed, _ in FITTING}) == ([2, 2, 1, 0], dict(FITTING))


def test_a_key_that_does_not_open_stops_nothing(pool):
    with unit_of_work():
        session.execute(update(StockItem).values({**dict.fromkeys(PARTS), "value": "gone:broken"}))
        assert (stock_search_index.index_keys(), stock_search_index.index_keys(), found(KEY)) == (5, 0, 0)


def test_a_whole_key_is_found_among_many_that_begin_alike(pool):
    with unit_of_work():
        stock_reservation.add_keys(pool.id, [f"SAMEBEGINNING-{n:04}" for n in range(70)])
    rows, more = stock_search_index.search_keys("samebeginning")
    assert (len(rows), more) == (50, True)
    assert found("samebeginning0000") == 1


def test_a_search_asks_once_however_many_fit(pool):
    sizes = []
    for typed in ("xxxx", "9876", "abcd"):
        with counted() as statements:
            found(typed)
        sizes.append(len(statements))
    assert sizes == [1, 1, 1]


def test_equal_keys_of_two_tenants_have_nothing_in_common(pool, other_tenant):
    with tenant_scope(other_tenant.id, readonly=True):
        assert found(KEY) == 0
    one, other = (
        next(stock_search_index.hashes_of(tenant, [KEY])) for tenant in (pool.tenant_id, other_tenant.id)
    )
    assert not set(one.values()) & set(other.values())
    assert len(set(one.values())) == len(PARTS)
