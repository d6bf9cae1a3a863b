"""The steps of a purchase, as a person does them in a browser."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from mtc.demo.welcome import ROOT_EMAIL, ROOT_SECRET
from mtc.identity.services.totp import SECONDS, code_at
from tests.e2e.server import Served

PASSWORD = "open the shop today"
_used: list[int] = []


@dataclass(frozen=True)
class Shop:
    """What a journey needs to know of a demo store."""

    slug: str
    name: str
    product: str
    owner: str
    sells: str  # keys or files


SHOPS = (
    Shop("games", "Questline", "emberfall-chronicles", "ada@questline.example", "keys"),
    Shop("studio", "Paper & Grain", "the-quiet-grid", "ines@paperandgrain.example", "files"),
    Shop("software", "Fernworks", "cutroom", "rowan@fernworks.example", "keys"),
)


def choose(page: Page, served: Served, shop: Shop) -> None:
    """From the front page to the product's page."""
    page.goto(served.store(shop.slug) + "/")
    expect(page).to_have_title(re.compile(re.escape(shop.name)))
    page.goto(served.store(shop.slug) + f"/p/{shop.product}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def add_to_cart(page: Page, served: Served, shop: Shop) -> None:
    """Press the button; with scripts a drawer opens, without them the cart page comes."""
    page.get_by_role("button", name="Add to cart").first.click()
    page.get_by_role("link", name="Checkout").first.click()
    expect(page.get_by_role("heading", name="Checkout", level=1)).to_be_visible()


def check_out(page: Page, email: str) -> None:
    """Fill in the one page and go to the provider."""
    page.get_by_label("E-mail").first.fill(email)
    page.get_by_label("Where do you live?").select_option("IE")
    for box in page.locator(".checkout-consents input[type=checkbox]").all():
        box.check()
    page.locator("#checkout-form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/pay/test/"))


def pay(page: Page, outcome: str = "pay") -> None:
    """Decide at the hosted page of the test provider."""
    page.locator(f"button[name=choice][value={outcome}]").click()
    expect(page).to_have_url(re.compile(r"/orders/"))


def order_number(page: Page) -> str:
    """The number in the address of the order page."""
    found = re.search(r"/orders/([^/?]+)", page.url)
    assert found is not None
    return found[1]


def reveal(page: Page) -> str:
    """Wait for the key, reveal it and read it."""
    button = page.get_by_role("button", name=re.compile("Reveal")).first
    expect(button).to_be_visible(timeout=20_000)
    button.click()
    key = page.locator(".key-value").first
    expect(key).to_have_text(re.compile(r"^[A-Z0-9]{5}(-[A-Z0-9]{5}){2}$"))
    return key.inner_text()


def download(page: Page) -> bytes:
    """Wait for the files and fetch the first one."""
    link = page.locator(".files a").first
    expect(link).to_be_visible(timeout=20_000)
    with page.expect_download() as fetched:
        link.click()
    return fetched.value.path().read_bytes()


def log_in(page: Page, served: Served, email: str) -> None:
    """Log in to the admin."""
    page.goto(served.platform + "/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    if email == ROOT_EMAIL:
        show_code(page)


def show_code(page: Page) -> None:
    """The second step, by the code that the demo's own app would show; used codes are passed over."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    step = max(int(time.time()) // SECONDS, _used[-1] + 1 if _used else 0)
    _used.append(step)
    page.get_by_role("textbox", name="Code").fill(code_at(ROOT_SECRET, step))
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(r"/platform/tenants"))


def order_page(page: Page, served: Served, shop: Shop, email: str) -> str:
    """Buy one piece, wait for its key and read it; the page stays at the order."""
    choose(page, served, shop)
    add_to_cart(page, served, shop)
    check_out(page, email)
    pay(page)
    return reveal(page)
