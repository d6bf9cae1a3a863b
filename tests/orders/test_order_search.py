"""Orders are found by what people write of them; guests find theirs by any spelling of the number."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import update

from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.orders.queries import OrderFilters
from mtc.orders.services.order_search import number_spellings, order_of_number, search_filters
from mtc.orders.services.search_index import index_buyer_again, terms_of_order
from mtc.tenants.models import Store
from tests.orders.shop import Shop, bought, order_of
from tests.servers.database import both_databases

pytestmark = both_databases
MAY = frozenset({"orders:read", "products:read"})
STAFF = Actor("staff", uuid4(), "Sam", "sam@acme.example", "owner", MAY)
SPELLINGS = (
    "1104", "#1104", "Q-1104", "Q\u20111104", "#Q-1104", "q 1104", "q1104", "Q\u20131104", " Q-1104 ",
    "# 1104", "Q_1104", "Q\u00a01104", "01104", "q\u20101104", "\u200bQ-1104",
    "１１０４", "Ｑ－１１０４", "١١٠٤", "Nr. 1104", "No 1104", "Order 1104", "order #Q-1104",
    "Order no.: 1104", "Bestellung 1104", "Bestellnummer: Q-1104", "Commande n° 1104",
    "numéro de commande 1104", "Заказ №1104", "注文番号1104", "(1104)", "1104.", "„Q-1104“", "1\u2009104",
)  # fmt: skip


def found(shop: Shop, typed: str) -> list[str]:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work(), acting(actor=STAFF):
        page = queries.list_orders(search_filters(typed, OrderFilters()))
        return [row.order_number for row in page.items]


@pytest.fixture
def order(shop: Shop) -> str:
    """Order Q-1104 of Björn Ångström for a key, beside another one."""
    made = bought(shop, (shop.key, 1), email="bjorn@shop.example")
    order_of(shop, (shop.file, 1), email="other@example.org")
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.execute(update(Store).values(settings={"order_prefix": "Q-"}))
        order = session.get_one(Order, (shop.tenant_id, made.id))
        before = terms_of_order(order)
        order.order_number, order.customer_data = "Q-1104", {"name": "Björn Ångström"}
        index_buyer_again(order, before)
    return "Q-1104"


def test_b34_b35_every_spelling_of_the_number_finds_the_order(shop: Shop, order: str) -> None:
    for typed in SPELLINGS:
        assert found(shop, typed) == [order], typed
        with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
            mine = order_of_number(typed, "bjorn@shop.example")
            assert mine is not None and mine.order_number == order, typed
            assert order_of_number(typed, "other@example.org") is None
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        for typed in ("", "#", "Q-", "x" * 300, "9" * 300, "%", "1104; drop", "nord 1104", "order no"):
            assert order_of_number(typed, "bjorn@shop.example") is None
            assert len(number_spellings(typed)) <= 6


def test_b35_orders_are_found_by_buyer_product_sku_and_key(shop: Shop, order: str) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = queries.order_by_number(order)
        assert row is not None
        [line] = row.items
    for typed in (
        "Björn", "björn", "ångström", "Ångst", "jörn Ång", "bjorn@shop.example", "shop.example", "bjorn@",
        "SHOP.EXAMPLE", "star harb", "Star Harbour", line.sku, line.sku.lower(), line.sku[1:], "Q-11",
        "110", "KEY-0000",
    ):  # fmt: skip
        assert order in found(shop, typed), typed
    for typed in ("nobody", "%", "_", "\\", "'", "KEY-9999", "zz@shop.example"):
        assert found(shop, typed) == [], typed
