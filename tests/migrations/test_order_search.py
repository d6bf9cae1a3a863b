"""Orders from before the search are found by it."""

from __future__ import annotations

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders.models import order_search, sold_names
from tests.factories.tenants import make_world
from tests.orders.shop import open_shop, order_of
from tests.servers.database import both_databases


@both_databases
def test_orders_from_before_are_found(bare_app: Flask) -> None:
    upgrade()
    shops = [open_shop(make_world(slug, slug.title(), mode="live")) for slug in ("acme", "rival")]
    for shop in shops:
        order_of(shop, (shop.key, 1), (shop.file, 1), email="ada@shop.example", name="Ada")
    order_of(shops[1], (shops[1].free, 1), email="ben@shop.example", name="")
    before = [_kept(shop.tenant_id) for shop in shops]
    assert [(len(terms) > 8, len(names)) for terms, names in before] == [(True, 2), (True, 3)]
    downgrade(revision="0025")
    upgrade()
    assert [_kept(shop.tenant_id) for shop in shops] == before


def _kept(tenant_id: object) -> tuple[set[object], set[object]]:
    with tenant_scope(tenant_id), unit_of_work():
        return tuple(
            {tuple(row) for row in session.execute(select(table).where(table.c.tenant_id == tenant_id))}
            for table in (order_search, sold_names)
        )
