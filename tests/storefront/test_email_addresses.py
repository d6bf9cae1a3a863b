"""Addresses of all the world at the checkout, the look-up, the account and the admin's search."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.services.outbox import NOT_CARRIED
from mtc.identity.models import Customer
from mtc.orders.models import Order
from mtc.orders.queries import OrderFilters, list_orders
from tests.servers.database import both_databases
from tests.storefront.conftest import BUYER, Browser, Shop, settle

pytestmark = both_databases
PASSWORD = "correct horse battery"


def place(browser: Browser, shop: Shop, email: str) -> Any:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    return browser.post("/checkout", {**BUYER, "email": email, "payment_method": "test"})


def orders(shop: Shop) -> list[Any]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return list(session.execute(select(Order.email, Order.email_lc).order_by(Order.created_at)).all())


@pytest.mark.parametrize(
    ("typed", "shown", "key"),
    [
        ("name@münchen.example", "name@münchen.example", "name@xn--mnchen-3ya.example"),
        ("Name@xn--mnchen-3ya.example", "Name@münchen.example", "name@xn--mnchen-3ya.example"),
        ("用户@例子.example", "用户@例子.example", "用户@xn--fsqu00a.example"),
        ("\u200bada@mu\u0308nchen.example ", "ada@münchen.example", "ada@xn--mnchen-3ya.example"),
    ],
)
def test_b25_buyers_at_internationalised_domains_buy(
    browser: Browser, shop: Shop, site: Any, typed: str, shown: str, key: str
) -> None:
    placed = place(browser, shop, typed)
    assert placed.status_code == 303, placed.text
    paid = browser.post(placed.location, {"choice": "pay", "card_number": "4242 4242 4242 4242"})
    settle()
    assert orders(shop) == [(shown, key)]
    assert shown in browser.get(paid.location).text
    assert {mail.to for mail in site.extensions["mtc.ports"].mail.sent} == {shown}


def test_b25_a_mailbox_that_the_mail_server_cannot_reach_is_refused_at_the_checkout(
    browser: Browser, shop: Shop, site: Any
) -> None:
    site.extensions["mtc.ports"].mail.supports_smtputf8 = False
    refused = place(browser, shop, "用户@例子.example")
    assert (refused.status_code, orders(shop)) == (422, [])
    assert NOT_CARRIED.source in refused.text
    assert 'value="用户@例子.example"' in refused.text
    for path in ("/account/register", "/account/forgot"):
        answer = browser.post(path, {"email": "jürgen@mail.example"})
        assert (answer.status_code, NOT_CARRIED.source in answer.text) == (422, True)
    found = browser.post("/orders/lookup", {"email": "jürgen@mail.example", "number": "1001"})
    assert (found.status_code, NOT_CARRIED.source in found.text) == (422, True)


def test_b25_an_order_is_found_by_either_spelling(browser: Browser, shop: Shop, site: Any) -> None:
    place(browser, shop, "name@münchen.example")
    settle()
    sent = site.extensions["mtc.ports"].mail.sent
    with tenant_scope(shop.tenant_id), unit_of_work():
        number = session.scalars(select(Order.order_number)).one()
    for typed in ("name@münchen.example", "NAME@xn--mnchen-3ya.example", "name@MÜNCHEN.example."):
        sent.clear()
        browser.post("/orders/lookup", {"email": typed, "number": number})
        settle()
        assert [mail.to for mail in sent] == ["name@münchen.example"], typed
    sent.clear()
    browser.post("/orders/lookup", {"email": "name@munchen.example", "number": number})
    settle()
    assert sent == []


def test_b25_one_account_for_all_spellings(browser: Browser, shop: Shop, site: Any) -> None:
    browser.post("/account/register", {"email": "name@MÜNCHEN.example"})
    browser.post("/account/register", {"email": "name@xn--mnchen-3ya.example"})
    settle()
    link = re.search(r"/account/join/\S+", site.extensions["mtc.ports"].mail.sent[-1].text)
    assert link is not None
    done = browser.post(link[0], {"name": "Name", "password": PASSWORD})
    assert done.location == "/account"
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert session.scalars(select(Customer.email_lc)).all() == ["name@xn--mnchen-3ya.example"]
    browser.client.delete_cookie("mtc_shop", domain="acme.localhost")
    for typed in ("name@münchen.example", "Name@XN--MNCHEN-3YA.example", "name@mu\u0308nchen.example"):
        answer = browser.post("/account/login", {"email": typed, "password": PASSWORD})
        assert answer.location == "/account", typed
        browser.client.delete_cookie("mtc_shop", domain="acme.localhost")


def test_b25_the_admin_finds_by_the_beginning_of_what_was_typed(browser: Browser, shop: Shop) -> None:
    place(browser, shop, "Name@münchen.example")
    matching = ["name", "name@", "Name@mün", "name@MÜN", "name@xn--mnchen", "name@münchen.example"]
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = [one for one in [*matching, "name@mun", "@mün"] if list_orders(OrderFilters(email=one)).items]
    assert found == matching
