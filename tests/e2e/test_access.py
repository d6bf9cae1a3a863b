"""Everyone can use it: axe finds nothing serious, nothing runs over the edge of a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS, Shop
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]

STORE_PAGES = {
    "games": ["/", "/c/strategy-and-tactics", "/search?q=dragon", "/p/emberfall-chronicles", "/cart",
              "/account/login", "/account/register", "/pages/about", "/no-such-page"],
    "studio": ["/", "/search", "/p/the-quiet-grid"],
    "software": ["/", "/search", "/p/cutroom"],
}  # fmt: skip
ADMIN_PAGES = ["/", "/orders", "/products", "/stock", "/mail", "/types", "/settings", "/tasks"]


def serious(page: Page) -> list[str]:
    """What axe finds that keeps people out."""
    found = Axe().run(page).response["violations"]
    return [
        f"{item['id']}: {item['nodes'][0]['target']} {item['nodes'][0].get('failureSummary', '')[:200]}"
        for item in found
        if item["impact"] in {"serious", "critical"}
    ]


def check(page: Page) -> None:
    """No serious finding and no sideways scrolling."""
    page.wait_for_load_state("networkidle")
    assert serious(page) == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("slug", sorted(STORE_PAGES))
def test_store_pages(demo: Served, visit: Visit, slug: str, width: str) -> None:
    page = visit(width=width, bypass_csp=True)
    for path in STORE_PAGES[slug]:
        page.goto(demo.store(slug) + path)
        check(page)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_checkout_and_order_pages(demo: Served, visit: Visit, width: str) -> None:
    shop: Shop = SHOPS[0]
    page = visit(width=width, bypass_csp=True)
    journeys.choose(page, demo, shop)
    journeys.add_to_cart(page, demo, shop)
    check(page)
    journeys.check_out(page, "access@example.org")
    check(page)
    journeys.pay(page)
    journeys.reveal(page)
    check(page)


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_admin_pages(demo: Served, visit: Visit, width: str) -> None:
    page = visit(width=width, bypass_csp=True)
    page.goto(demo.platform + "/")
    check(page)
    page.goto(demo.platform + "/login")
    check(page)
    journeys.log_in(page, demo, SHOPS[0].owner)
    for path in ADMIN_PAGES:
        page.goto(demo.platform + f"/admin/games{path}")
        check(page)
    page.goto(demo.platform + "/admin/games/orders")
    page.locator("table a").first.click()
    check(page)
    page.goto(demo.platform + "/admin/games/products")
    page.locator("table a").first.click()
    check(page)
