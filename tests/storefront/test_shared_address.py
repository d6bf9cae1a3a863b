"""Many honest buyers behind one network address buy; whoever orders without paying is stopped there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.infra.cache import Limits, MemoryCache
from mtc.orders.models import Order
from tests.storefront.conftest import BUYER, Browser, Shop, settle
from tests.storefront.test_account import WORDS, _register

ADDRESS = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}


def visitor(site: Flask, shop: Shop, address: str = "198.51.100.7") -> Browser:
    browser = Browser(site.test_client(), "http://acme.localhost:8000", shop.tenant_id)
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def order(browser: Browser, shop: Shop, email: str) -> Any:
    added = browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    assert added.status_code == 303, added.text
    return browser.post("/checkout", {**BUYER, "email": email, "payment_method": "test"})


def statuses(shop: Shop) -> list[str]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return sorted(one.status for one in session.query(Order).all())


def test_a_hundred_buyers_behind_one_address_all_buy(site: Flask, shop: Shop) -> None:
    """In ten minutes, twenty of them on the provider's page at a time."""
    waiting = []
    for number in range(100):
        browser = visitor(site, shop)
        placed = order(browser, shop, f"pupil{number}@school.example")
        assert placed.status_code == 303, (number, placed.status_code)
        waiting.append((browser, placed.location))
        if len(waiting) == 20:
            pay(waiting)
    pay(waiting)
    assert statuses(shop) == ["fulfilled"] * 100


def pay(waiting: list[tuple[Browser, str]]) -> None:
    for browser, place in waiting:
        answer = browser.post(place, {"choice": "pay"})
        assert answer.status_code == 303
    settle()
    waiting.clear()


def test_who_makes_orders_without_paying_is_stopped(site: Flask, shop: Shop) -> None:
    """Another address of e-mail and another cart each time; others go on from elsewhere."""
    codes = [order(visitor(site, shop), shop, f"eve{n}@mail{n}.example").status_code for n in range(40)]
    assert codes == [303] * 30 + [429] * 10
    assert statuses(shop) == ["pending"] * 30
    assert order(visitor(site, shop, "203.0.113.9"), shop, "ada@example.org").status_code == 303


def test_paid_orders_give_their_network_more_room_up_to_a_bound(
    site: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mtc.storefront import checkout

    monkeypatch.setattr(checkout, "MOST_MORE", 3)
    waiting = []
    for number in range(5):
        browser = visitor(site, shop)
        waiting.append((browser, order(browser, shop, f"pupil{number}@school.example").location))
    pay(waiting)
    codes = [order(visitor(site, shop), shop, f"eve{n}@mail.example").status_code for n in range(40)]
    assert codes == [303] * 33 + [429] * 7


def test_one_buyer_who_pays_is_not_counted_out(site: Flask, shop: Shop) -> None:
    browser = visitor(site, shop)
    for _ in range(12):
        placed = order(browser, shop, "ada@example.org")
        assert placed.status_code == 303
        pay([(browser, placed.location)])


def test_one_buyer_who_does_not_is(site: Flask, shop: Shop) -> None:
    codes = [
        order(visitor(site, shop, f"203.0.113.{n}"), shop, "Eve@example.org").status_code for n in range(12)
    ]
    assert codes == [303] * 10 + [429] * 2


def test_log_ins_that_succeed_are_not_counted_against_their_network(site: Flask, shop: Shop) -> None:
    first = visitor(site, shop)
    _register(first)
    codes = []
    for _ in range(60):
        browser = visitor(site, shop)
        form = {"email": "ada@example.org", "password": WORDS}
        codes.append(browser.post("/account/login", form).status_code)
    assert codes == [303] * 60
    guesses = [
        visitor(site, shop)
        .post("/account/login", {"email": f"p{n}@example.org", "password": "x"})
        .status_code
        for n in range(52)
    ]
    assert guesses == [422] * 50 + [429] * 2


def test_each_order_has_its_own_count_of_revealed_keys(site: Flask, shop: Shop) -> None:
    browser = visitor(site, shop)
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    back = browser.post(placed.location, {"choice": "pay"})
    settle()
    reveal = re.search(r'action="(/orders/[^"]+/reveal/[^"]+)"', browser.get(back.location).text)
    assert reveal is not None
    address = reveal[1].replace("&amp;", "&")
    codes = {browser.post(address).status_code for _ in range(120)}
    assert (codes, browser.post(address).status_code) == ({303}, 429)


def test_a_call_that_is_given_back_was_none() -> None:
    now = [1000.0]
    limits = Limits(MemoryCache(), clock=lambda: now[0])
    limits.give_back("k", 10)
    assert [limits.limit("k", 2, 10).allowed for _ in range(3)] == [True, True, False]
    limits.give_back("k", 10)
    assert [limits.limit("k", 2, 10).allowed for _ in range(2)] == [True, False]
    now[0] += 10  # what the window before has counted can be given back as well
    limits.give_back("k", 10)
    limits.give_back("k", 10)
    limits.give_back("k", 10)
    assert [limits.limit("k", 2, 10).allowed for _ in range(3)] == [True, True, False]
