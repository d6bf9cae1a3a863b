"""Twenty presses of the button make one order; the last key goes to one buyer."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from mtc.catalog.models import StockItem
from mtc.checkout.models import Cart
from mtc.checkout.services import Placed, place_order
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import tenant_scope
from mtc.orders.models import Order
from mtc.payments.models import Payment
from mtc.tasks.services import run_due
from tests.concurrency.test_notifications import at_once
from tests.orders.shop import Shop, buyer, decide, fill_cart, look, open_shop
from tests.servers.database import both_databases

PRESSES = 20


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme with ten keys."""
    return open_shop(tenant)


def number_of(shop: Shop, model: Any, *where: Any) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).select_from(model).where(model.tenant_id == shop.tenant_id, *where)
        return int(session.execute(query).scalar_one())


@both_databases
def test_twenty_presses_make_one_order(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2), (shop.file, 1))

    def press(_number: int) -> Placed:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return place_order(shop.store, token, buyer())

    placed = at_once(press, PRESSES)
    assert all(isinstance(one, Placed) for one in placed), placed
    assert [one.created for one in placed].count(True) == 1
    assert len({one.url for one in placed}) == len({one.order.id for one in placed}) == 1
    assert (number_of(shop, Order), number_of(shop, Payment)) == (1, 1)
    assert number_of(shop, StockItem, StockItem.status == "reserved") == 2


@pytest.mark.postgres
def test_control_without_the_claim_every_press_sees_an_open_cart(shop: Shop) -> None:
    """Look whether the cart is open, then order: all of them find it open."""
    token = fill_cart(shop, (shop.file, 1))
    assert token
    meeting = Barrier(8)

    def press(_number: int) -> bool:
        with tenant_scope(shop.tenant_id), unit_of_work():
            cart = session.scalars(select(Cart).where(Cart.tenant_id == shop.tenant_id)).one()
            seen = cart.status == "open"
            meeting.wait(20)
            cart.status = "ordered"
            return seen

    assert at_once(press, 8).count(True) == 8


@both_databases
def test_the_last_keys_go_to_one_buyer_each(shop: Shop) -> None:
    """Twelve buyers, ten keys: ten orders, two refusals, no key twice."""
    tokens = [fill_cart(shop, (shop.key, 1)) for _ in range(12)]

    def press(number: int) -> Placed:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return place_order(shop.store, tokens[number], buyer())

    results = at_once(press, 12)
    placed = [one for one in results if isinstance(one, Placed)]
    refused = [one for one in results if isinstance(one, ConflictError)]
    assert (len(placed), len(refused)) == (10, 2), results
    for one in placed:
        decide(shop, one)
    run_due(200)
    assert {look(shop, one.order.id).status for one in placed} == {"fulfilled"}
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(StockItem.order_item_id).where(
            StockItem.tenant_id == shop.tenant_id, StockItem.status == "delivered"
        )
        owners = session.scalars(query).all()
    assert len(owners) == len(set(owners)) == 10


@both_databases
def test_order_numbers_have_no_gaps_under_load(shop: Shop) -> None:
    tokens = [fill_cart(shop, (shop.file, 1)) for _ in range(10)]

    def press(number: int) -> str:
        with tenant_scope(shop.tenant_id), unit_of_work():
            return place_order(shop.store, tokens[number], buyer()).order.order_number

    assert sorted(at_once(press, 10)) == [str(number) for number in range(1001, 1011)]
