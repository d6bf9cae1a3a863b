"""What shoppers and staff saw go wrong in a browser, each case by the name under which it was reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS
from tests.e2e.server import Served
from tests.e2e.sweeping import MOST_SHIFT, shift

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
GAMES = SHOPS[0]
CONTRAST = {"runOnly": ["color-contrast"]}
IN_VIEW = """(rail) => {
  const [at, last] = [rail.getBoundingClientRect(), rail.lastElementChild.getBoundingClientRect()];
  return last.right <= at.right + 1;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_u4_replace_this_key_can_be_read(demo: Served, visit: Visit, scheme: str) -> None:
    page = visit(bypass_csp=True, color_scheme=scheme)
    journeys.log_in(page, demo, GAMES.owner)
    page.goto(demo.platform + "/admin/games/orders?status=fulfilled")
    page.locator("table a.row-link, table a").first.click()
    page.locator(".admin-key .menu-pop > summary").first.click()
    expect(page.get_by_role("button", name="Replace this key").first).to_be_visible()
    found = Axe().run(page, context=".menu-pop[open]", options=CONTRAST).response
    assert found["violations"] == []
    assert any("button" in node["html"] for item in found["passes"] for node in item["nodes"])


def test_u18_other_pictures_do_not_move_the_page(demo: Served, visit: Visit) -> None:
    page = visit()
    page.goto(demo.store("games") + f"/p/{GAMES.product}")
    large = page.locator("[data-ui-gallery-large]")
    before = large.bounding_box()
    thumbs = page.locator("[data-ui-gallery-image]")
    assert thumbs.count() > 1
    for number in range(thumbs.count()):
        thumbs.nth(number).click()
        expect(thumbs.nth(number)).to_have_attribute("aria-current", "true")
        assert large.bounding_box() == before


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_u22_the_first_row_is_fetched_at_once_and_nothing_moves(
    demo: Served, visit: Visit, shop: journeys.Shop
) -> None:
    for width in ("phone", "desktop"):
        page = visit(width=width)
        moved = []
        for _time in range(2):  # what moves only while the machine is busy is no fault of the page
            page.goto(demo.store(shop.slug) + "/search")
            moved.append(shift(page))
        assert min(moved) <= MOST_SHIFT
        cards = page.locator(".listing-results li:has(.product-card, .product-row)").all()
        first, others = (
            {image.get_attribute("loading") for card in some for image in card.locator("img").all()}
            for some in (cards[:4], cards[4:])
        )
        assert first == {None} and others <= {"lazy"}


def test_u25_a_mouse_reaches_every_card_of_a_carousel(demo: Served, visit: Visit) -> None:
    page = visit()
    page.goto(demo.store("games") + "/")
    rail = page.locator(".rail").first
    assert not rail.evaluate(IN_VIEW)
    onward = page.locator(".rail-wrap").first.get_by_role("button", name="Scroll on")
    for _ in range(6):
        onward.click()
        page.wait_for_timeout(400)
        if rail.evaluate(IN_VIEW):
            break
    assert rail.evaluate(IN_VIEW)
