"""From the front page to a key in hand, and to that order in the admin: the main job, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS, Shop
from tests.e2e.screens import shot
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
each_shop = pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)


def buy(page: Page, served: Served, shop: Shop, email: str, picture: str = "") -> str:
    """The whole purchase; returns the order's number."""
    journeys.choose(page, served, shop)
    journeys.add_to_cart(page, served, shop)
    if picture:
        page.get_by_label("E-mail").first.fill(email)
        shot(page, picture)
    journeys.check_out(page, email)
    journeys.pay(page)
    if shop.sells == "keys":
        assert len(journeys.reveal(page)) == 17
    else:
        assert len(journeys.download(page)) > 1000
    return journeys.order_number(page)


def find_in_admin(page: Page, served: Served, shop: Shop, number: str, email: str) -> None:
    """The merchant logs in and opens the order."""
    journeys.log_in(page, served, shop.owner)
    page.goto(served.platform + f"/admin/{shop.slug}/orders?q={number}")
    page.get_by_role("link", name=number).first.click()
    expect(page.get_by_text(email).first).to_be_visible()
    expect(page.locator("h1").get_by_text("Delivered")).to_be_visible()


@each_shop
@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_from_home_to_the_goods_and_to_the_admin(demo: Served, visit: Visit, shop: Shop, width: str) -> None:
    email = f"{width}@example.org"
    page = visit(width=width)
    page.goto(demo.store(shop.slug) + "/")
    shot(page, f"{shop.slug}-home-{width}")
    number = buy(page, demo, shop, email, picture=f"{shop.slug}-checkout-{width}")
    shot(page, f"{shop.slug}-order-{width}")
    admin = visit(width=width)
    find_in_admin(admin, demo, shop, number, email)
    shot(admin, f"{shop.slug}-admin-order-{width}")


@each_shop
def test_the_same_without_scripts(demo: Served, visit: Visit, shop: Shop) -> None:
    page = visit(java_script_enabled=False)
    journeys.choose(page, demo, shop)
    page.get_by_role("button", name="Add to cart").first.click()
    expect(page).to_have_url(demo.store(shop.slug) + "/cart")
    page.get_by_role("link", name="Checkout").first.click()
    journeys.check_out(page, "noscript@example.org")
    journeys.pay(page)
    reload_until_paid(page)
    if shop.sells == "keys":
        page.get_by_role("button", name="Reveal").first.click()
        expect(page.locator(".key-value").first).to_be_visible()
    else:
        assert len(journeys.download(page)) > 1000
    admin = visit(java_script_enabled=False)
    find_in_admin(admin, demo, shop, journeys.order_number(page), "noscript@example.org")


def reload_until_paid(page: Page) -> None:
    """Without scripts the page says how to look again."""
    ready = page.get_by_role("button", name="Reveal").or_(page.locator(".files a")).first
    for _ in range(40):
        if ready.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    expect(ready).to_be_visible()


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.xdist_group("e2e-server")
@each_shop
def test_the_same_on_postgresql_redis_and_rq(server_demo: Served, visit: Visit, shop: Shop) -> None:
    page = visit()
    number = buy(page, server_demo, shop, "server@example.org")
    find_in_admin(visit(), server_demo, shop, number, "server@example.org")


def test_a_declined_card_can_be_followed_by_a_good_one(demo: Served, visit: Visit) -> None:
    page = visit()
    journeys.choose(page, demo, SHOPS[0])
    journeys.add_to_cart(page, demo, SHOPS[0])
    journeys.check_out(page, "second-try@example.org")
    journeys.pay(page, "decline")
    page.get_by_role("button", name="Pay").or_(page.get_by_role("link", name="Pay")).first.click()
    journeys.pay(page)
    assert len(journeys.reveal(page)) == 17


@pytest.mark.parametrize("outcome", ["pay_late", "pay_thrice"])
def test_late_and_repeated_notifications_deliver_once(demo: Served, visit: Visit, outcome: str) -> None:
    page = visit()
    journeys.choose(page, demo, SHOPS[0])
    journeys.add_to_cart(page, demo, SHOPS[0])
    journeys.check_out(page, f"{outcome}@example.org")
    page.locator("details.pay-more summary").first.click()
    journeys.pay(page, outcome)
    journeys.reveal(page)
    assert page.locator(".key-value").count() == 1
