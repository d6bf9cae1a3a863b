"""From the front page to the key and the file, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mtc.orders.services import purchase_limits
from tests.servers.database import both_databases
from tests.storefront.conftest import ARCHIVE, BUYER, Browser, Shop, settle

pytestmark = both_databases


def _buy(browser: Browser, variant: Any) -> str:
    """Put a variant into the cart, check out, pay; returns the address of the order."""
    added = browser.post("/cart/add", {"variant_id": str(variant), "quantity": "1"})
    assert (added.status_code, added.location) == (303, "/cart")
    assert "Go to checkout" in browser.get("/cart").text
    form = browser.get("/checkout").text
    total = re.search(r'name="expected_total" value="(\d+)"', form)
    assert total is not None
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test", "expected_total": total[1]})
    assert placed.status_code == 303, placed.text
    assert placed.location.startswith(f"{browser.base}/pay/test/")
    assert "Test mode" in browser.get(placed.location).text
    paid = browser.post(placed.location, {"choice": "pay", "card_number": "4242 4242 4242 4242"})
    assert paid.status_code == 303
    assert "Confirming your payment" in browser.get(paid.location).text
    settle()
    return str(paid.location)


def test_a_key_is_bought_and_revealed(browser: Browser, shop: Shop) -> None:
    home = browser.get("/")
    assert home.status_code == 200
    assert "/p/star-harbour" in home.text
    assert "€29.99" in browser.get("/p/star-harbour").text
    order = _buy(browser, shop.key_variant)
    page = browser.get(order).text
    assert "Thank you, it is yours" in page
    assert "STAR-" not in page
    reveal = re.search(r'action="(/orders/[^"]+/reveal/[^"]+)"', page)
    assert reveal is not None
    address = reveal[1].replace("&amp;", "&")
    shown = browser.post(address)
    assert shown.status_code == 303
    answer = browser.get(shown.location)
    assert re.search(r"STAR-000\d-HARBOUR", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    part = browser.partial(address)
    assert part.status_code == 200
    assert re.search(r"STAR-000\d-HARBOUR", part.text)
    assert "<html" not in part.text


def test_the_key_stays_with_who_holds_the_link(browser: Browser, shop: Shop, site: Any) -> None:
    order = _buy(browser, shop.key_variant)
    stranger = Browser(site.test_client(), browser.base, shop.tenant_id)
    number = order.partition("?")[0].removeprefix(browser.base)
    assert stranger.get(number).status_code == 404
    assert stranger.get(f"{number}?t=guess").status_code == 404
    page = browser.get(order).text
    address = re.search(r'action="(/orders/[^"]+/reveal/[^"?]+)', page)
    assert address is not None
    assert stranger.post(address[1]).status_code == 404


def test_a_file_is_bought_and_resumed(browser: Browser, shop: Shop) -> None:
    order = _buy(browser, shop.file_variant)
    page = browser.get(order).text
    link = re.search(r'href="(/d/[^"]+)"', page)
    assert link is not None, page
    whole = browser.get(link[1])
    assert (whole.status_code, whole.data) == (200, ARCHIVE)
    assert "guide.zip" in whole.headers["Content-Disposition"]
    assert whole.headers["Accept-Ranges"] == "bytes"
    rest = browser.get(link[1], headers={"Range": "bytes=1000-1009", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, ARCHIVE[1000:1010])
    assert rest.headers["Content-Range"] == f"bytes 1000-1009/{len(ARCHIVE)}"
    other = browser.get(link[1], headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, ARCHIVE)
    assert browser.get(link[1]).status_code == 410
    beyond = browser.get(link[1], headers={"Range": f"bytes={len(ARCHIVE)}-"})
    assert beyond.status_code == 416
    assert browser.client.head(link[1], base_url=browser.base).headers["Content-Length"] == str(len(ARCHIVE))
    assert browser.get("/d/forged.token").status_code == 400


def test_a_declined_payment_can_be_tried_again(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    wrong = browser.post(placed.location, {"choice": "pay", "card_number": "1234"})
    assert wrong.status_code == 422
    assert "Use one of the test cards below." in wrong.text
    declined = browser.post(placed.location, {"choice": "decline"})
    settle()
    page = browser.get(declined.location).text
    again = re.search(r'action="(/orders/[^"]+/pay[^"]*)"', page)
    assert again is not None
    second = browser.post(again[1].replace("&amp;", "&"))
    assert second.status_code == 303
    assert second.location.startswith(f"{browser.base}/pay/test/")
    assert second.location != placed.location


def test_pressing_twice_makes_one_order(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    first = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    second = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    assert first.location == second.location


def test_a_refused_checkout_keeps_what_was_typed(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "2"})
    refused = browser.post("/checkout", {**BUYER, "email": "not an address", "terms": ""})
    assert refused.status_code == 422
    assert 'value="not an address"' in refused.text
    assert "Write it like name@example.com." in refused.text
    assert "Accept the terms to go on." in refused.text
    changed = browser.post("/checkout", {**BUYER, "payment_method": "test", "expected_total": "1"})
    assert changed.status_code == 422
    assert "Go to checkout" in browser.get("/cart").text


def test_who_would_keep_too_much_is_told_how_much_they_may(
    browser: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchase_limits, "ALWAYS", 1)
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "4"})
    refused = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    assert refused.status_code == 422
    assert "Until they are paid, at most 2 of" in refused.text and f'value="{BUYER["email"]}"' in refused.text
    assert "Go to checkout" in browser.get("/cart").text


def test_quantities_change_and_lines_go(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    line = re.search(r'action="(/cart/lines/[^"]+)"', browser.get("/cart").text)
    assert line is not None
    assert browser.post(line[1], {"quantity": "3"}).status_code == 303
    assert "€36.00" in browser.get("/cart").text
    drawer = browser.partial(line[1], {"quantity": "2"}, **{"HX-Target": "div#cart-drawer-body"})
    assert "drawer-cart" in drawer.text and "€24.00" in drawer.text
    page = browser.partial(line[1], {"quantity": "0"}, **{"HX-Target": "div#cart-page"})
    assert "Your cart is empty" in page.text and "drawer-cart" not in page.text


def test_going_back_from_the_provider_leads_to_the_order(browser: Browser, shop: Shop) -> None:
    """Not to an empty cart, which would be filled and ordered a second time."""
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    back = browser.get("/checkout")
    assert back.status_code == 303 and back.location.startswith("/orders/")
    page = browser.get(back.location).text
    again = re.search(r'action="(/orders/[^"]+/pay[^"]*)"', page)
    assert again is not None and "Awaiting payment" in page
    assert browser.post(again[1].replace("&amp;", "&")).location == placed.location
    browser.post(placed.location, {"choice": "pay"})
    settle()
    assert browser.get("/checkout").status_code == 200
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    assert browser.get("/checkout").status_code == 200
