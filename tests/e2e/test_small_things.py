"""What a shopper does on a phone and with a keyboard: filters, menus, an open cart, a broken connection."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS
from tests.e2e.server import Served
from tests.pages.modules import imported

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
SLOW = 20_000


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_u3_u24_the_menu_opens_on_screen_and_closes_by_escape(
    demo: Served, visit: Visit, shop: journeys.Shop
) -> None:
    page = visit(width="phone")
    page.goto(demo.store(shop.slug) + "/")
    page.locator(".nav-menu > summary").click()
    box = page.locator(".nav-menu > nav").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 300
    page.keyboard.press("Escape")
    expect(page.locator(".nav-menu > nav")).to_be_hidden()
    expect(page.locator(".nav-menu > summary")).to_be_focused()


def test_u24_filters_are_a_sheet_with_one_button(demo: Served, visit: Visit) -> None:
    page = visit(width="phone")
    page.goto(demo.store("studio") + "/search")
    page.locator(".facets > summary").click()
    for at in (0, 1):
        page.locator(".facets a.facet-value:not([data-selected])").nth(at).click()
        expect(page.locator(".facets a.facet-value[data-selected]")).to_have_count(at + 1, timeout=SLOW)
        expect(page.locator(".facets-body")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show ")).click()
    expect(page.locator(".facets-body")).to_be_hidden()
    assert page.url.endswith(page.evaluate("location.pathname + location.search"))
    expect(page.locator(".chip")).to_have_count(2)


def test_u19_u27_a_cart_tells_what_changed_and_takes_back_what_did_not(demo: Served, visit: Visit) -> None:
    page = visit(width="phone", offline=True)
    page.goto(demo.store("games") + f"/p/{SHOPS[0].product}")
    page.get_by_role("button", name="Add to cart").first.click()
    expect(page.locator("#cart-drawer #toasts")).to_contain_text(
        re.compile("Your cart: 1 item, €"), timeout=SLOW
    )
    page.locator("#cart-drawer").get_by_role("button", name="One more").click()
    expect(page.locator("#cart-drawer #toasts")).to_contain_text(
        re.compile("Your cart: 2 items, €"), timeout=SLOW
    )
    page.context.set_offline(True)
    page.locator("#cart-drawer").get_by_role("button", name="One more").click()
    expect(page.locator("#cart-drawer .toast")).to_contain_text("The shop cannot be reached", timeout=SLOW)
    expect(page.locator("#cart-drawer input[type=number]")).to_have_value("2")


def test_the_address_keeps_the_variant_and_the_button_stays_in_reach(demo: Served, visit: Visit) -> None:
    page = visit(width="phone")
    page.goto(demo.store("games") + f"/p/{SHOPS[0].product}")
    expect(page.locator(".buy-bar button")).to_be_in_viewport()
    page.locator("input[name=variant_id]").nth(1).check()
    expect(page.locator(".buy-bar")).to_be_hidden()
    chosen = page.locator("input[name=variant_id]").nth(1).get_attribute("value")
    assert page.url.endswith(f"?variant={chosen}")
    page.reload()
    expect(page.locator("input[name=variant_id]").nth(1)).to_be_checked()


def test_looks_no_field_makes_ios_zoom(demo: Served, visit: Visit) -> None:
    page = visit(width="phone", is_mobile=True)
    for address in (demo.store("games") + "/account/login", demo.platform + "/login"):
        page.goto(address)
        sizes = page.locator("input:visible").evaluate_all(
            "(fields) => fields.map((one) => parseFloat(getComputedStyle(one).fontSize))"
        )
        assert sizes
        assert min(sizes) >= 16


def test_light_themes_follow_the_system(demo: Served, visit: Visit) -> None:
    page = visit(color_scheme="dark")
    page.goto(demo.store("software") + "/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.locator("[data-ui-theme-switch]").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_each_module_comes_once_and_by_its_hash(demo: Served, visit: Visit) -> None:
    """The page for logging in has a second script, which imports what the script of all pages imports."""
    page = visit()
    page.goto(demo.platform + "/login")
    page.wait_for_load_state("networkidle")
    names = page.evaluate(
        """performance.getEntriesByType("resource").map(({ name }) => new URL(name))
        .filter(({ pathname }) => pathname.startsWith("/static/js/"))
        .map(({ pathname, search }) => pathname + search)"""
    )
    assert all(re.fullmatch(r"/static/js/[\w-]+\.js\?v=[0-9a-f]{12}", name) for name in names), names
    fetched = sorted(name.removeprefix("/static/js/").partition("?")[0] for name in names)
    assert fetched == sorted(["app.js", "passkey.js", *imported("app.js")])
