"""A code of an order counts once, and five tries are five, for however many ask at once."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries
from mtc.orders.models import Order, OrderCode
from mtc.orders.queries.access import code_of
from mtc.orders.services import access
from tests.concurrency.test_notifications import at_once
from tests.orders.shop import Shop, open_shop, order_of
from tests.servers.database import both_databases

TOGETHER = 12


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme."""
    return open_shop(tenant)


@pytest.fixture
def order(shop: Shop) -> Order:
    """An order with a code on its way."""
    placed = order_of(shop, (shop.file, 1)).order
    with tenant_scope(shop.tenant_id), unit_of_work():
        access.new_code(placed)
    return placed


def clear(shop: Shop, order: Order) -> str:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return access.code_in_clear(order.id)


def redeem(shop: Shop, order: Order, code: str) -> bool:
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = queries.order_by_id(order.id)
        assert found is not None
        return access.redeem_code(found, code)


def tries(shop: Shop, order: Order) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = code_of(order.id)
        assert row is not None
        return row.tries


@both_databases
def test_a_code_counts_once(shop: Shop, order: Order) -> None:
    code = clear(shop, order)
    found = at_once(lambda _: redeem(shop, order, code), 5)
    assert sorted(found) == [False] * 4 + [True]


@both_databases
def test_control_without_the_condition_it_counts_more_often(
    shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, real = clear(shop, order), access.matched_rows

    def blind(statement: Any) -> int:
        real(statement)
        return 1

    monkeypatch.setattr(access, "matched_rows", blind)
    assert at_once(lambda _: redeem(shop, order, code), 5).count(True) > 1


@both_databases
def test_many_guesses_at_once_are_five(shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    code = clear(shop, order)
    compared: list[str] = []
    real = access.verify_hash

    def proves(text: str, purpose: str, mark: str) -> bool:
        if mark != access.keyed_hash("", purpose):
            compared.append(text)
        return real(text, purpose, mark)

    monkeypatch.setattr(access, "verify_hash", proves)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert at_once(lambda _: redeem(shop, order, wrong), TOGETHER) == [False] * TOGETHER
    assert (len(compared), tries(shop, order)) == (5, 5)
    assert redeem(shop, order, code) is False


@both_databases
def test_control_where_tries_are_read_before_they_are_written(
    shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The usual way: look, compare, count."""
    code = clear(shop, order)
    wrong, passed = f"{(int(code) + 1) % 1_000_000:06}", []
    looked = Barrier(TOGETHER)

    def usual(number: int) -> None:
        with tenant_scope(shop.tenant_id), unit_of_work():
            row = code_of(order.id)
            assert row is not None
            seen = row.tries
        looked.wait(20)
        if seen < access.TRIES:
            passed.append(wrong)
            with tenant_scope(shop.tenant_id), unit_of_work():
                mine = (OrderCode.tenant_id == shop.tenant_id) & (OrderCode.order_id == order.id)
                session.execute(update(OrderCode).where(mine).values(tries=seen + 1))

    at_once(usual, TOGETHER)
    assert len(passed) == TOGETHER
