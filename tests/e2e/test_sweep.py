"""Nothing is wider than the screen, printed over something or cut off, however long names and keys are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mtc.demo.welcome import ROOT_EMAIL
from tests.e2e import journeys
from tests.e2e.hostile import KEY, OWNER, THEMES, WORDS
from tests.e2e.journeys import SHOPS
from tests.e2e.outbox import link_in_mail
from tests.e2e.server import Served, served
from tests.e2e.sweeping import MOST_SHIFT, QUICK, WHOLE, look, pages, shift, shifts
from tests.servers.demo import put_demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sweep")]
Visit = Callable[..., Page]
ALL = os.environ.get("MTC_SWEEP") == "all"
VIEWS = WHOLE if ALL else QUICK
SLOW = (390, 1280) if ALL else ()
STORE_PAGES = [
    "/", "/search", "/search?q=zzzz", "/p/{product}", "/cart", "/account/login", "/account/register",
    "/account/forgot", "/orders/lookup", "/no-such-page",
]  # fmt: skip


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo with the longest texts, beside three empty stores."""
    server = served(tmp_path_factory.mktemp("hostile"))
    put_demo(Path(server.environment["MTC_VAR"]))
    subprocess.run([sys.executable, "-m", "tests.e2e.hostile"], env=server.environment, check=True)
    server.run("serve")
    server.wait()
    yield server
    assert server.stop() == [0], server.log()


def swept(page: Page, host: str, starts: list[str], *, follow: bool = True) -> dict[str, list[str]]:
    """What went wrong, by page."""
    wrong = {}
    for path in pages(page, host, starts, follow=follow):
        moved = shift(page)
        lines = [f"320 px: the page moves by {moved:.3f}"] if moved > MOST_SHIFT else []
        wrong[path] = lines + look(page, VIEWS) + shifts(page, host + path, SLOW)
    return {path: lines for path, lines in wrong.items() if lines}


def check(wrong: dict[str, list[str]]) -> None:
    """Fail with everything that went wrong, which pytest would cut short."""
    assert not wrong, "\n" + "\n".join(f"{path}: {line}" for path, lines in wrong.items() for line in lines)


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_b54_u23_stores_with_the_longest_texts(hostile: Served, visit: Visit, shop: journeys.Shop) -> None:
    starts = [path.format(product=shop.product) for path in STORE_PAGES]
    follow = ALL or shop.slug == "games"
    check(swept(visit(width="phone", bypass_csp=True), hostile.store(shop.slug), starts, follow=follow))


@pytest.mark.parametrize("theme", THEMES)
def test_empty_stores(hostile: Served, visit: Visit, theme: str) -> None:
    page = visit(width="phone", bypass_csp=True)
    check(swept(page, hostile.store(f"empty-{theme}"), ["/", "/search", "/cart", "/checkout"], follow=ALL))


def test_b54_order_with_a_long_key_and_address(hostile: Served, visit: Visit) -> None:
    page = visit(width="phone", bypass_csp=True)
    journeys.choose(page, hostile, SHOPS[0])
    assert look(page, VIEWS) == []
    page.get_by_role("button", name="Add to cart").first.click()
    expect(page.locator("#cart-drawer .cart-line").first).to_be_visible()
    assert look(page, VIEWS) == []
    page.get_by_role("link", name="Checkout").first.click()
    journeys.check_out(page, "a" * 64 + "@" + "mail-host." * 6 + "example.org")
    assert look(page, VIEWS) == []
    journeys.pay(page)
    page.get_by_role("button", name="Reveal").first.click(timeout=20_000)
    expect(page.locator(".key-value").first).to_contain_text(KEY[:40])
    assert look(page, VIEWS) == []
    number = journeys.order_number(page)
    journeys.log_in(page, hostile, SHOPS[0].owner)
    page.goto(hostile.platform + f"/admin/games/orders/{number}")
    assert look(page, VIEWS) == []
    page.goto(hostile.platform + "/admin/games/mail")
    mails = page.locator("td a.row-link").evaluate_all("(links) => links.slice(0, 2).map((one) => one.href)")
    for address in mails:
        page.goto(address + "/body")
        assert look(page, VIEWS) == []


@pytest.mark.parametrize("shop", SHOPS if ALL else SHOPS[:1], ids=lambda shop: shop.slug)
def test_b54_admin_with_the_longest_texts(hostile: Served, visit: Visit, shop: journeys.Shop) -> None:
    page = visit(width="phone", bypass_csp=True)
    journeys.log_in(page, hostile, shop.owner)
    check(swept(page, hostile.platform, [f"/admin/{shop.slug}/"]))


def test_admin_of_an_empty_store(hostile: Served, visit: Visit) -> None:
    page = visit(width="phone", bypass_csp=True)
    journeys.log_in(page, hostile, OWNER)
    starts = [
        f"/admin/empty-slate/{one}" for one in ("", "orders", "products", "stock", "mail", "audit", "team")
    ]
    check(swept(page, hostile.platform, starts, follow=ALL))


def test_platform_pages_of_nobody(hostile: Served, visit: Visit) -> None:
    page = visit(width="phone", bypass_csp=True)
    starts = ["/", "/login", "/login/forgot", "/join/x", "/login/new-password/x", "/no-such-page"]
    check(swept(page, hostile.platform, starts))


def test_b54_account_of_a_shopper(hostile: Served, visit: Visit) -> None:
    page, shop = visit(width="phone", bypass_csp=True), SHOPS[0]
    email = "shopper@example.org"
    journeys.choose(page, hostile, shop)
    journeys.add_to_cart(page, hostile, shop)
    journeys.check_out(page, email)
    journeys.pay(page)
    page.goto(hostile.store(shop.slug) + "/account/register")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Create account").click()
    page.goto(link_in_mail(hostile, email, "/account/join/"))
    assert look(page, VIEWS) == []
    page.get_by_label("Name").fill(WORDS[0] * 3)
    page.get_by_label("Password").fill(journeys.PASSWORD)
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")
    starts = ["/account", "/account/orders", "/account/library", "/account/password", "/account/sessions"]
    check(swept(page, hostile.store(shop.slug), starts, follow=False))


def test_b54_platform_with_the_longest_texts(hostile: Served, visit: Visit) -> None:
    page = visit(width="phone", bypass_csp=True)
    journeys.log_in(page, hostile, ROOT_EMAIL)
    check(swept(page, hostile.platform, ["/platform/tenants", "/account-settings"]))
