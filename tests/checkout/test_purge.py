"""Carts that nobody comes back to are deleted; those that became orders stay with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select

from mtc.checkout.models import Cart, CartLine
from mtc.checkout.periodic import purge_old_carts
from mtc.checkout.services import find_cart, place_order, purge_carts
from mtc.config import Config
from mtc.core import clock, retention
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.orders.shop import Shop, buyer, fill_cart, open_shop
from tests.servers.database import both_databases


def number_of(shop: Shop, model: Any) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).select_from(model).where(model.tenant_id == shop.tenant_id)
        return int(session.execute(query).scalar_one())


def purge(shop: Shop, days: int) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return purge_carts(days)


@both_databases
def test_old_carts_go_with_their_lines(
    shop: Shop, other_tenant: Any, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    now, rival = clock.now(), open_shop(other_tenant, keys=0)
    with clock.frozen(now - timedelta(days=91)):
        fill_cart(rival, (rival.file, 1))
        ordered = fill_cart(shop, (shop.file, 1))
        with tenant_scope(shop.tenant_id), unit_of_work():
            placed = place_order(shop.store, ordered, buyer())
        touched = fill_cart(shop, (shop.file, 1))
        for _ in range(6):
            fill_cart(shop, (shop.key, 1), (shop.file, 2))
        poured = fill_cart(shop, (shop.file, 1))
        with tenant_scope(shop.tenant_id), unit_of_work():
            older = find_cart(poured)
            assert older is not None
            older.status = "merged"
    with clock.frozen(now - timedelta(days=89)):
        fill_cart(shop, (shop.manual, 1), token=touched)
    assert (purge(shop, 0), purge(shop, 92)) == (0, 0)
    assert (number_of(shop, Cart), number_of(shop, CartLine)) == (9, 1 + 2 + 12 + 1)
    with queries() as seen:
        assert purge(shop, 90) == 7
    assert len(seen) == 3, "\n".join(seen)  # two full batches, and the rest
    assert (number_of(shop, Cart), number_of(shop, CartLine)) == (2, 3)
    assert number_of(rival, Cart) == 1
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert find_cart(touched) is not None
        again = place_order(shop.store, ordered, buyer())
        assert (again.order.id, again.created) == (placed.order.id, False)


def test_the_clock_brings_it_by_the_setting(shop: Shop) -> None:
    config: Config = current_app.config["MTC"]
    assert config.cart_days == Config().cart_days == 90
    fill_cart(shop, (shop.file, 1))
    now = clock.now()
    for days, remain in ((89, 1), (91, 0)):
        with clock.frozen(now + timedelta(days=days)), tenant_scope(shop.tenant_id), unit_of_work():
            purge_old_carts()
        assert number_of(shop, Cart) == remain
