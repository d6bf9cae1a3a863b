"""One cart on all devices of a customer, given back when a payment has ended; what it lowers is said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from mtc.catalog.models import ProductVariant
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.orders.models import Order
from mtc.orders.services import expire_pending
from tests.servers.database import both_databases
from tests.storefront.conftest import BUYER, Browser, Shop, settle
from tests.storefront.test_account import WORDS, _register, _token

pytestmark = both_databases


def other(browser: Browser, site: Flask) -> Browser:
    """Another device."""
    return Browser(site.test_client(), browser.base, browser.tenant_id)


def add(browser: Browser, variant: Any, quantity: int = 1) -> Any:
    form = {"variant_id": str(variant), "quantity": str(quantity), **token(browser)}
    return browser.post("/cart/add", form)


def token(browser: Browser) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/p/guide").text)
    return {"csrf_token": found[1]} if found else {}


def log_in(browser: Browser) -> Any:
    return browser.post("/account/login", {"email": "ada@example.org", "password": WORDS})


def lines(browser: Browser) -> dict[str, int]:
    """What the cart page shows: name to quantity."""
    page = browser.get("/cart").text.partition('id="cart-page"')[2]
    names = re.findall(r'class="cart-line-name"><a[^>]*>([^<]+)<', page)
    numbers = re.findall(r'name="quantity"[^>]* value="(\d+)"', page)
    return dict(zip(names, [int(one) for one in numbers if one != "0"], strict=True))


def count(browser: Browser) -> str:
    found = re.search(r'class="cart-count"[^>]*>\s*(\d+)', browser.get("/").text)
    return found[1] if found else ""


def place(browser: Browser, **more: str) -> Any:
    return browser.post("/checkout", {**BUYER, "payment_method": "test", **token(browser), **more})


def test_b64_logging_in_on_the_phone_keeps_the_cart_of_the_computer(
    browser: Browser, shop: Shop, site: Flask
) -> None:
    _register(browser)
    add(browser, shop.key_variant, 3)
    phone = other(browser, site)
    log_in(phone)
    assert (lines(browser), lines(phone)) == ({"Star Harbour": 3}, {"Star Harbour": 3})
    add(phone, shop.file_variant)
    add(browser, shop.file_variant)
    assert lines(browser) == lines(phone) == {"Star Harbour": 3, "Guide": 2}
    for _ in range(2):
        log_in(phone)
        log_in(browser)
    assert lines(browser) == lines(phone) == {"Star Harbour": 3, "Guide": 2}


def test_b64_a_guest_s_cart_joins_that_of_the_account_once(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    add(browser, shop.key_variant, 2)
    phone = other(browser, site)
    add(phone, shop.key_variant, 1)
    add(phone, shop.file_variant, 1)
    assert log_in(phone).location == "/account"
    assert lines(browser) == lines(phone) == {"Star Harbour": 3, "Guide": 1}
    log_in(browser)
    assert lines(browser) == {"Star Harbour": 3, "Guide": 1}


def test_merging_says_what_it_lowered(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    add(browser, shop.key_variant, 4)
    phone = other(browser, site)
    add(phone, shop.key_variant, 3)
    assert log_in(phone).location == "/cart"
    page = phone.get("/cart").text
    assert "You asked for 7, but only 5 are left: your cart holds 5." in page
    assert 'class="notice" data-tone="warning"' in page
    assert lines(browser) == {"Star Harbour": 5}


def test_what_is_not_sold_any_more_is_named_at_log_in(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    add(browser, shop.file_variant, 1)
    phone = other(browser, site)
    add(phone, shop.key_variant, 1)
    with tenant_scope(shop.tenant_id), unit_of_work():
        session.get_one(ProductVariant, (shop.tenant_id, shop.file_variant)).is_active = False
    assert log_in(phone).location == "/cart"
    assert "“Guide” is not sold any more and was left out." in phone.get("/cart").text
    assert lines(phone) == {"Star Harbour": 1}


def test_the_next_person_at_a_computer_gets_nobody_else_s_cart(browser: Browser, shop: Shop) -> None:
    _register(browser)
    add(browser, shop.key_variant, 2)
    browser.post("/account/logout", _token(browser))
    assert lines(browser) == {}
    _register(browser, "bob@example.org")
    assert lines(browser) == {}
    browser.post("/account/logout", _token(browser))
    log_in(browser)
    assert lines(browser) == {"Star Harbour": 2}


def test_a_cart_whose_session_is_lost_is_not_taken_over(browser: Browser, shop: Shop) -> None:
    _register(browser)
    add(browser, shop.key_variant, 2)
    browser.client.delete_cookie("mtc_shop", domain="acme.localhost")
    _register(browser, "bob@example.org")
    assert (lines(browser), count(browser)) == ({}, "")
    add(browser, shop.file_variant)
    assert lines(browser) == {"Guide": 1}


def test_a_cart_is_ordered_once_from_two_devices(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    add(browser, shop.key_variant)
    phone = other(browser, site)
    log_in(phone)
    first, second = place(browser), place(phone)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert session.query(Order).count() == 1
    assert lines(phone) == {}


@pytest.mark.parametrize("choice", ["cancel", "decline"])
def test_u9_cancelling_at_the_provider_keeps_the_cart(browser: Browser, shop: Shop, choice: str) -> None:
    add(browser, shop.key_variant, 5)  # all that there are: the order itself keeps them
    placed = place(browser)
    back = browser.post(placed.location, {"choice": choice})
    settle()
    page = browser.get(back.location).text
    assert "This order is not paid yet" in page
    assert "Back to the cart" in page
    assert lines(browser) == {"Star Harbour": 5}
    assert "left" not in browser.get("/cart").text.partition('id="cart-page"')[2].partition("summary")[0]
    again = place(browser)
    assert again.status_code == 303, again.text
    assert again.location != placed.location
    browser.post(again.location, {"choice": "pay"})
    settle()
    with tenant_scope(shop.tenant_id), unit_of_work():
        states = [one.status for one in session.query(Order).order_by(Order.created_at).all()]
    assert states == ["cancelled", "fulfilled"]
    assert lines(browser) == {}


def test_u9_what_is_paid_after_all_is_not_in_the_cart_any_more(browser: Browser, shop: Shop) -> None:
    add(browser, shop.file_variant, 2)
    back = browser.post(place(browser).location, {"choice": "cancel"})
    settle()
    add(browser, shop.file_variant, 1)
    assert lines(browser) == {"Guide": 3}
    pay = re.search(r'action="(/orders/[^"]+/pay[^"]*)"', browser.get(back.location).text)
    assert pay is not None
    second = browser.post(pay[1].replace("&amp;", "&"), {"payment_method": "test"})
    browser.post(second.location, {"choice": "pay"})
    settle()
    assert lines(browser) == {"Guide": 1}


def test_u9_after_the_time_to_pay_there_is_a_way_on(browser: Browser, shop: Shop, site: Flask) -> None:
    add(browser, shop.key_variant, 2)
    placed = place(browser)
    with tenant_scope(shop.tenant_id), unit_of_work():
        order = session.query(Order).one()
        expire_pending(order.expires_at.replace(year=order.expires_at.year + 1))
    order_page = place(browser).location
    page = browser.get(order_page).text
    again = re.search(r'action="(/orders/[^"]+/again[^"]*)"', page)
    assert again is not None and "Order again" in page
    for _ in range(2):  # twice is once
        put = browser.post(again[1].replace("&amp;", "&"))
        assert (put.status_code, put.location) == (303, "/cart")
        assert lines(browser) == {"Star Harbour": 2}
    assert place(browser).location != placed.location


def test_u9_another_way_to_pay_can_be_chosen(browser: Browser, shop: Shop) -> None:
    from mtc.payments.services.methods import switch_method, update_method

    with tenant_scope(shop.tenant_id), unit_of_work():
        update_method("manual", config={"holder": "Acme Ltd", "iban": "DE89370400440532013000"})
        slug = switch_method("manual", True).slug
    add(browser, shop.file_variant)
    back = browser.post(place(browser).location, {"choice": "cancel"})
    settle()
    page = browser.get(back.location).text
    assert f'name="payment_method" value="{slug}"' in page
    pay = re.search(r'action="(/orders/[^"]+/pay[^"]*)"', page)
    assert pay is not None
    chosen = browser.post(pay[1].replace("&amp;", "&"), {"payment_method": slug})
    assert chosen.status_code == 303
    assert "Pay by bank transfer" in browser.get(chosen.location).text


def test_u10_a_lowered_quantity_is_said_beside_the_line(browser: Browser, shop: Shop) -> None:
    told = browser.partial("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "9"}).text
    assert "You asked for 9, but only 5 are left: your cart holds 5." in told
    assert "Added to your cart." not in told
    assert 'class="alert" data-variant="warning"' in told
    assert "You asked for 9, but only 5 are left" in browser.get("/cart").text
    again = browser.partial("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"}).text
    assert "You asked for 6, but only 5 are left: your cart holds 5." in again
    line = re.search(r'/cart/lines/([0-9a-f-]{36})"', again)
    assert line is not None
    for quantity, notice in (("7", True), ("3", False)):
        changed = browser.partial(f"/cart/lines/{line[1]}", {"quantity": quantity}).text
        assert ("You asked for" in changed) is notice
    plain = browser.partial("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"}).text
    assert "Added to your cart." in plain and "You asked for" not in plain


def test_u10_without_scripts_the_cart_page_says_it(browser: Browser, shop: Shop) -> None:
    assert add(browser, shop.key_variant, 100).location == "/cart"
    page = browser.get("/cart").text
    assert "You asked for 100, but only 5 are left: your cart holds 5." in page
    assert 'class="notice" data-tone="warning"' in page
