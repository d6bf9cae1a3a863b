"""A guest makes an account with a link from the mail and finds earlier goods in the library."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import PASSWORD, SHOPS
from tests.e2e.outbox import link_in_mail
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
GAMES = SHOPS[0]


def test_orders_of_a_guest_join_the_account(demo: Served, visit: Visit) -> None:
    email = "collector@example.org"
    page = visit()
    key = journeys.order_page(page, demo, GAMES, email)
    number = journeys.order_number(page)
    store = demo.store("games")
    page.goto(store + "/account/register")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.goto(link_in_mail(demo, email, "/account/join/"))
    page.get_by_label("Name").fill("Cleo Collector")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Cleo Collector")
    page.goto(store + "/account/library")
    expect(page.locator(".key-value").first).to_have_text(key)
    page.goto(store + "/account/orders")
    expect(page.get_by_role("link", name=number).first).to_be_visible()
    page.context.clear_cookies()
    page.goto(store + "/account/library")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome back")


def test_the_cart_is_filled_by_keyboard_alone(demo: Served, visit: Visit) -> None:
    page = visit()
    page.goto(demo.store("games") + "/p/emberfall-chronicles")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Add to cart")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_text("Added to your cart")).to_be_visible()
    tab_to(page, "Checkout")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    tab_to(page, "Checkout", opened=False)


def tab_to(page: Page, name: str, *, opened: bool = True) -> None:
    """Press Tab until the control of this name has the focus; `opened=False`: it must not be reachable."""
    for _ in range(30):
        page.keyboard.press("Tab")
        words = page.evaluate("(document.activeElement.innerText || '').trim()")
        if words == name:
            assert opened, f"{name} takes the focus though its drawer is closed"
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{name} does not show its focus"
            return
    assert not opened, f"{name} was not reached in thirty steps"
