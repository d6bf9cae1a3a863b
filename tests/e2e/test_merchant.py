"""The merchant's day in a real browser: refund a line, fill a pool, change a product."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS
from tests.e2e.screens import shot
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
GAMES = SHOPS[0]


def admin(served: Served, visit: Visit, path: str, **options: object) -> Page:
    """The owner of the game shop, logged in, at a page of the admin."""
    page = visit(**options)
    journeys.log_in(page, served, GAMES.owner)
    expect(page.get_by_role("navigation", name="Admin").or_(page.get_by_label("Menu")).first).to_be_attached()
    page.goto(served.platform + f"/admin/games{path}")
    return page


def test_a_refunded_key_closes_on_the_shoppers_page(demo: Served, visit: Visit) -> None:
    shopper = visit()
    key = journeys.order_page(shopper, demo, GAMES, "regrets@example.org")
    page = admin(demo, visit, f"/orders/{journeys.order_number(shopper)}")
    page.get_by_role("link", name="Refund").click()
    page.get_by_role("button", name="One more").click()
    confirm = page.get_by_role("button", name=re.compile(r"Refund €"))
    expect(confirm).to_be_visible()
    page.get_by_label("Reason").fill("Bought by mistake")
    shot(page, "games-admin-refund-desktop")
    confirm.click()
    expect(page.locator("h1").get_by_text("Refunded")).to_be_visible()
    shopper.reload()
    expect(shopper.get_by_text("This item was refunded")).to_be_visible()
    expect(shopper.locator(".key-value")).to_have_count(0)
    assert key not in shopper.content()


def test_an_upload_of_keys_reports_each_duplicate(demo: Served, visit: Visit) -> None:
    page = admin(demo, visit, "/stock")
    page.get_by_role("link", name="Paper Kingdoms").first.click()
    pasted = ["E2E01-AAAAA-BBBBB", "E2E02-AAAAA-BBBBB", "E2E01-AAAAA-BBBBB"]
    page.get_by_label("Keys", exact=True).fill("\n".join(pasted))
    page.get_by_role("button", name="Add the keys").click()
    report = page.locator(".report-sums")
    expect(report).to_contain_text("2 added")
    expect(report).to_contain_text("1 twice in the upload")
    expect(page.locator(".report-lines")).to_contain_text("Line 3")
    page.get_by_label("Keys", exact=True).fill(pasted[0])
    page.get_by_role("button", name="Add the keys").click()
    expect(report).to_contain_text("1 in stock or sold already")
    assert pasted[0] not in page.locator("main").inner_text()


def test_a_changed_product_shows_in_the_store_at_once(demo: Served, visit: Visit) -> None:
    shopper = visit()
    address = demo.store("games") + "/p/paper-kingdoms"
    shopper.goto(address)
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Paper Kingdoms")
    page = admin(demo, visit, "/products?q=Paper+Kingdoms")
    page.locator("table").get_by_role("link", name="Paper Kingdoms").first.click()
    page.get_by_label("Name", exact=True).first.fill("Paper Kingdoms, folded anew")
    page.locator("button[form=product-form]").get_by_text("Save").click()
    expect(page.locator("h1")).to_contain_text("Paper Kingdoms, folded anew")
    shopper.wait_for_timeout(1000)
    shopper.goto(address)
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Paper Kingdoms, folded anew")


def test_the_admin_without_scripts(demo: Served, visit: Visit) -> None:
    # Another shop's owner: eight log-ins of one address in a quarter of an hour are the limit.
    shop = SHOPS[2]
    page = visit(java_script_enabled=False)
    journeys.log_in(page, demo, shop.owner)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Rowan")
    page.goto(demo.platform + f"/admin/{shop.slug}/orders")
    page.locator("table a").first.click()
    expect(page.locator("h1")).to_contain_text("Order FW-")
