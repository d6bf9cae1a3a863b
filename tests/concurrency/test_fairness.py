"""Orders of one address at one moment share its part of a pool; who looks too early, takes it all."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from mtc.catalog.models import StockItem
from mtc.checkout.services import Placed, place_order
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import tenant_scope
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import create
from mtc.orders.services.purchase_limits import check_share
from tests.concurrency.test_notifications import at_once
from tests.orders.shop import Shop, buyer, fill_cart, open_shop
from tests.servers.database import both_databases

ORDERS, EACH = 6, 5


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme with thirty keys."""
    return open_shop(tenant, keys=ORDERS * EACH)


def rush(shop: Shop) -> list[Any]:
    """Six people at one address order all there is, at once."""
    tokens = [fill_cart(shop, (shop.key, EACH)) for _ in range(ORDERS)]

    def press(number: int) -> Placed:
        who = buyer(email=f"buyer{number}@example.org")
        with tenant_scope(shop.tenant_id), unit_of_work():
            return place_order(shop.store, tokens[number], who, ip="198.51.100.7")

    return at_once(press, ORDERS)


def reserved(shop: Shop) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).where(
            StockItem.tenant_id == shop.tenant_id, StockItem.status == "reserved"
        )
        return int(session.execute(query).scalar_one())


@both_databases
def test_orders_at_once_keep_half_of_the_pool_together(shop: Shop) -> None:
    results = rush(shop)
    placed = [one for one in results if isinstance(one, Placed)]
    assert len(placed) == 3, results
    assert all(isinstance(one, Placed | ConflictError) for one in results), results
    assert reserved(shop) == 15


@pytest.mark.postgres
def test_control_a_look_before_the_keys_are_taken_sees_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same six: all of them look, then all of them take."""
    hold, meeting = create.reserve_for_order, Barrier(ORDERS)

    def look_first(items: Sequence[OrderItem], until: Any) -> None:
        check_share(orders.pop(), items)
        meeting.wait(20)
        hold(items, until)

    orders: list[Order] = []
    made = create._order

    def keep(*told: Any) -> Order:
        order = made(*told)
        orders.append(order)
        return order

    monkeypatch.setattr(create, "_order", keep)
    monkeypatch.setattr(create, "reserve_for_order", look_first)
    monkeypatch.setattr(create, "check_share", lambda *_: None)
    results = rush(shop)
    assert all(isinstance(one, Placed) for one in results), results
    assert reserved(shop) == ORDERS * EACH
