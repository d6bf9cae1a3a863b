"""What runs all the time reads few rows of SQLite, however many a tenant has."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import uuid4

from sqlalchemy import select, text

from mtc.catalog.models import StockItem
from mtc.core.db import session, unit_of_work
from mtc.core.sqlite_statistics import write_statistics
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.extensions import db
from mtc.tasks.services import run_due
from tests.plans.hot import hot, scope_of
from tests.plans.sqlite import long_ways
from tests.servers.database import counted
from tests.storefront import conftest as storefront
from tests.storefront.conftest import BUYER, Browser, Shop

site, shop, browser = storefront.site, storefront.shop, storefront.browser


def test_hot_queries(tenant: Any, site: Any) -> None:
    ids: dict[str, Any] = defaultdict(lambda: [uuid4() for _ in range(10)])
    found = {}
    for name, ask in hot(tenant.id, ids).items():
        with scope_of(name, tenant.id), counted() as seen:
            ask()
            session.rollback()
        if ways := long_ways(seen):
            found[name] = sorted(ways.values())
    # These show the first page of everything, in the order of the index.
    newest = {
        name: [f"SEARCH {table} USING INDEX ix_{table}_tenant_id_created_at (tenant_id=?)"]
        for name, table in (("orders", "orders"), ("emails", "emails"), ("audit", "audit_entries"))
    }
    # As many as there are names of what was sold, and not as there are orders.
    names = "SEARCH sold_names USING PRIMARY KEY (tenant_id=?)"
    assert found == {
        **newest,
        "orders, searched": [names, names],
        "orders, by a piece of an address": [names, names],
        "orders, searched for what many have": [names, names],
    }


def test_a_purchase_reads_little(browser: Browser, shop: Shop) -> None:
    with counted() as seen:
        for path in ("/", "/p/star-harbour", "/c/worlds", "/search?q=star"):
            assert browser.get(path).status_code == 200
        browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
        browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
        pay = browser.post("/checkout", {**BUYER, "payment_method": "test"}).headers["Location"]
        path = "/pay/" + pay.partition("/pay/")[2]
        order = browser.post(path, {"choice": "pay"}).headers["Location"]
        browser.get(order)
        run_due()
        assert "/reveal/" in browser.get(order).text
    assert len(set(seen)) > 80
    assert long_ways(seen) == {}


def test_without_the_statistics_keys_of_a_line_are_read_from_end_to_end(tenant: Any, site: Any) -> None:
    """The control: the same query with and without them."""
    query = select(StockItem.id).where(
        StockItem.tenant_id == tenant.id, StockItem.order_item_id.in_([uuid4()])
    )
    with tenant_scope(tenant.id), unit_of_work(), counted() as seen:
        session.execute(query.order_by(StockItem.id)).all()
    assert long_ways(seen) == {}
    with platform_scope("forget the statistics"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM sqlite_stat1"))
    db.engine.dispose()
    try:
        assert list(long_ways(seen)) == list(seen)
    finally:
        with platform_scope("write them again"), db.engine.begin() as connection:
            write_statistics(connection)
        db.engine.dispose()
