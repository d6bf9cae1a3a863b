"""What somebody bought without logging in is in their account, when the address is proved to be theirs."""

from __future__ import annotations

import re

from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.identity.models import Customer
from mtc.identity.services.passwords import hash_password
from mtc.orders.models import Order
from tests.servers.database import both_databases
from tests.storefront.conftest import BUYER, Browser, Shop, settle
from tests.storefront.test_account import WORDS, _register, _token
from tests.storefront.test_cart_devices import log_in, other

pytestmark = both_databases


def guest_order(browser: Browser, shop: Shop, email: str = "ada@example.org", *, pay: bool = True) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "email": email, "payment_method": "test"})
    assert placed.status_code == 303
    if pay:
        browser.post(placed.location, {"choice": "pay"})
    settle()


def numbers(browser: Browser) -> list[str]:
    """The orders that the account shows, oldest first."""
    return sorted(set(re.findall(r'href="/orders/(\d+|[A-Z]-?\d+)"', browser.get("/account/orders").text)))


def made(shop: Shop) -> list[str]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return sorted(one.order_number for one in session.query(Order).all())


def test_b29_guest_order_appears_in_the_account(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    guest = other(browser, site)
    guest_order(guest, shop, "ADA@Example.org")
    assert numbers(browser) == made(shop) != []
    guest_order(guest, shop, pay=False)
    browser.post("/account/logout", _token(browser))
    log_in(browser)
    assert numbers(browser) == made(shop)
    assert len(made(shop)) == 2


def test_b29_orders_from_before_the_account_appear_too(browser: Browser, shop: Shop, site: Flask) -> None:
    guest = other(browser, site)
    guest_order(guest, shop)
    guest_order(guest, shop)
    _register(browser)
    assert numbers(browser) == made(shop)
    assert len(made(shop)) == 2


def test_b29_either_spelling_of_a_domain_is_the_same_buyer(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser, "ada@münchen.example")
    guest_order(other(browser, site), shop, "Ada@xn--mnchen-3ya.example")
    assert numbers(browser) == made(shop) != []


def test_b29_an_address_that_nobody_has_verified_gets_nothing(
    browser: Browser, shop: Shop, site: Flask
) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.add(
            Customer(
                tenant_id=shop.tenant_id,
                email="ada@example.org",
                email_lc="ada@example.org",
                password_hash=hash_password(WORDS),
            )
        )
    guest_order(other(browser, site), shop)
    assert log_in(browser).location == "/account"
    assert numbers(browser) == []
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.customer_id for one in session.query(Order).all()] == [None]


def test_b29_somebody_else_s_orders_stay_theirs(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    guest_order(other(browser, site), shop, "bob@example.org")
    guest_order(other(browser, site), shop, "ada+other@example.org")
    browser.post("/account/logout", _token(browser))
    log_in(browser)
    assert numbers(browser) == []
