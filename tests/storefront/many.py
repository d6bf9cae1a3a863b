"""An order of many keys, in a browser without JavaScript."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from uuid import UUID

from sqlalchemy import delete

from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders.hooks import OrderDraft
from mtc.orders.models import Order
from mtc.orders.queries import items_of
from mtc.orders.services import create_order, order_path
from mtc.orders.services.access import new_device, remember_device
from mtc.payments.services import mark_paid
from tests.storefront.conftest import BUYER, Browser, Shop, settle


@dataclass
class Bought:
    """A paid order."""

    browser: Browser
    url: str

    @property
    def number(self) -> str:
        """The number of the order."""
        found = re.search(r"/orders/([^?]+)", self.url)
        assert found is not None
        return found[1]

    def below(self, name: str) -> str:
        """An address below the order's, with its secret."""
        return self.url.replace("?", f"/{name}?", 1)

    def page(self) -> str:
        """The order's page."""
        answer = self.browser.get(self.url)
        assert answer.status_code == 200
        return unescape(answer.text)


def add_keys(shop: Shop, keys: list[str], variant: UUID | None = None) -> None:
    """Put keys into a pool."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        stock_reservation.add_keys(variant or shop.key_variant, keys)


def buy(browser: Browser, *lines: tuple[UUID, int]) -> Bought:
    """Order these quantities of variants and pay."""
    for variant, quantity in lines:
        added = browser.post("/cart/add", {"variant_id": str(variant), "quantity": str(quantity)})
        assert added.status_code == 303, added.text
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    assert placed.status_code == 303, placed.text
    url = browser.post(placed.location, {"choice": "pay"}).location
    settle()
    return Bought(browser, url)


def placed(browser: Browser, shop: Shop, *lines: tuple[UUID, int], pay: bool = True) -> Bought:
    """An order of quantities beyond what a cart takes, as staff make it; this browser is known for it."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        draft = OrderDraft(
            store_id=shop.store_id,
            currency="EUR",
            email="ada@example.org",
            country="DE",
            name="Ada",
            lines=tuple((variant, min(quantity, 100)) for variant, quantity in lines),
        )
        order = create_order(draft).order
        url = browser.base + order_path(order)
        device = new_device()
        remember_device(order, device)
        if pay:
            mark_paid(order.id, "test")
            enlarge(order, dict(lines))
    browser.client.set_cookie("order_device", device, domain="acme.localhost")
    settle()
    return Bought(browser, url)


def enlarge(order: Order, wanted: dict[UUID, int]) -> None:
    """Give the lines of an order more pieces than can be ordered at once, as the database allows."""
    for item in items_of(order.id):
        if (rest := wanted[item.variant_id] - item.quantity) > 0:
            stock_reservation.take_many([stock_reservation.StockRequest(item.variant_id, rest, item.id)])
            item.quantity += rest


def many(browser: Browser, shop: Shop, count: int) -> Bought:
    """An order of so many keys of one pool, of which as many again stay for others."""
    empty(shop)
    add_keys(shop, [f"MANY-{number:05d}-KEYS" for number in range(2 * count)])
    return placed(browser, shop, (shop.key_variant, count))


def empty(shop: Shop) -> None:
    """Take all keys out of the pools."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.execute(delete(StockItem).where(StockItem.tenant_id == shop.tenant_id))


def line_ids(page: str) -> list[str]:
    """The lines of a page."""
    return re.findall(r'<article class="order-line" id="line-([^"]+)"', page)
