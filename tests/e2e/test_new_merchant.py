"""A tenant opened a minute ago sells a key and a file by bank transfer, in production, by pages only."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from mtc.identity.services.totp import SECONDS, code_at
from tests.e2e import new_store
from tests.e2e.outbox import link_in_mail
from tests.e2e.screens import shot
from tests.e2e.server import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
ROOT, OWNER, BUYER = "root@platform.example", "lena@lantern.example", "sam@shopper.example"
COMPANY = "Lantern Books Ltd"
PASSWORD = "a mild winter in Graz"
KEYS = ("LNTRN-AAAAA-00001", "LNTRN-AAAAA-00002")
KEYRING = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
FILE = bytes(range(256)) * 800


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The embedded profile for selling in earnest, as its operator starts it: no demo, one super admin."""
    folder = tmp_path_factory.mktemp("earnest")
    server = served(folder, production="yes", secret_key="s" * 40, keyring=KEYRING)
    for command in (
        ("migrate",),
        ("user", "add-super-admin", ROOT, "--name", "Robin Root", "--password", PASSWORD),
    ):
        subprocess.run([sys.executable, "-m", "mtc.cli", *command], env=server.environment, check=True)
    server.run("serve")
    server.wait()
    yield server
    assert server.stop() == [0], server.log()


def _log_in_for_the_first_time(page: Page, platform: Served) -> None:
    page.goto(platform.platform + "/login")
    page.get_by_label("E-mail").fill(ROOT)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("#totp-secret").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(code_at(secret, int(time.time()) // SECONDS))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")


def _open_tenant(page: Page, platform: Served) -> None:
    page.goto(platform.platform + "/platform/tenants")
    page.get_by_role("link", name="New tenant").first.click()
    page.get_by_label("Name of the store").fill("Lantern Books")
    page.get_by_label("Address").fill("lantern")
    page.get_by_label("Owner's e-mail").fill(OWNER)
    expect(page.get_by_label("Software licence")).to_be_checked()
    expect(page.get_by_label("Download", exact=True)).to_be_checked()
    expect(page.get_by_role("main")).not_to_contain_text("test way to pay")
    shot(page, "new-tenant", full=True)
    page.get_by_role("button", name="Open the tenant and invite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lantern Books is open")


def _join(page: Page, platform: Served) -> None:
    page.goto(link_in_mail(platform, OWNER, "/join/"))
    page.get_by_label("Your name").fill("Lena Lantern")
    page.get_by_label("Password", exact=True).fill("a lamp above the door")
    page.get_by_label("Password again").fill("a lamp above the door")
    page.get_by_role("button", name="Join Lantern Books").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Lena")
    expect(page.locator(".checklist li")).to_have_count(4)
    expect(page.locator('.checklist li[data-done="yes"]')).to_have_count(0)


def _new_product(page: Page, kind: str, name: str, price: str) -> None:
    new_store.go(page, "Products", "New product")
    page.get_by_role("link", name=re.compile(kind)).first.click()
    page.get_by_label("Name", exact=True).first.fill(name)
    page.get_by_label("Price", exact=True).first.fill(price)
    if kind == "Software licence":
        page.get_by_label("Category").select_option(index=1)
        page.get_by_label("Windows").check()
    page.locator("button[form=product-form]").get_by_text("Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def _put_on_sale(page: Page) -> None:
    page.get_by_role("button", name="Put on sale").click()
    expect(page.get_by_role("button", name="Take off sale")).to_be_visible()


def _make_products(page: Page) -> None:
    _new_product(page, "Software licence", "Lamp Pro", "20.00")
    address = page.url
    page.get_by_role("link", name="0 keys in stock").click()
    page.get_by_label("Keys", exact=True).fill("\n".join(KEYS))
    page.get_by_role("button", name="Add the keys").click()
    expect(page.locator(".report-sums")).to_contain_text("2 added")
    page.goto(address)
    _put_on_sale(page)
    _new_product(page, "Download", "Lamp Patterns", "5.00")
    page.locator("#files .upload input[type=file]").first.set_input_files(
        {"name": "patterns.zip", "mimeType": "application/zip", "buffer": FILE}
    )
    page.locator("#files").get_by_role("button", name="Upload").first.click()
    expect(page.locator(".file-facts")).to_contain_text("patterns.zip")
    shot(page, "new-merchant-product", full=True)
    _put_on_sale(page)


def _buy(page: Page, platform: Served) -> str:
    """Order one of each; returns the order's number."""
    for slug in ("lamp-pro", "lamp-patterns"):
        page.goto(platform.store("lantern") + f"/p/{slug}")
        page.get_by_role("button", name="Add to cart").first.click()
        expect(page.get_by_role("link", name="Checkout").first).to_be_visible()
    page.get_by_role("link", name="Checkout").first.click()
    page.get_by_label("E-mail").first.fill(BUYER)
    page.get_by_label("Where do you live?").select_option("DE")
    for box in page.locator(".checkout-consents input[type=checkbox]").all():
        box.check()
    shot(page, "new-merchant-checkout", full=True)
    page.locator("#checkout-form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/orders/"))
    for part in ("DE89 3704 0044 0532 0130 00", COMPANY, "€25.00", "Pay by bank transfer"):
        expect(page.get_by_role("main")).to_contain_text(part)
    expect(page.get_by_role("main")).not_to_contain_text("Test order")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"RF\d\d"))
    shot(page, "new-merchant-transfer", full=True)
    found = re.search(r"/orders/([^/?]+)", page.url)
    assert found is not None
    return found[1]


def _mark_paid(page: Page, number: str) -> None:
    new_store.go(page, "Orders")
    page.get_by_role("link", name=re.compile(number)).first.click()
    shot(page, "new-merchant-order", full=True)
    page.get_by_text("Mark as paid").first.click()
    page.get_by_role("button", name="Mark as paid").last.click()
    expect(page.locator("h1")).to_contain_text(re.compile("Paid|Delivered|Completed|Fulfilled"))


def _receive(page: Page) -> None:
    """The key that was pasted and the file that was uploaded, byte for byte."""
    page.reload()
    reveal = page.get_by_role("button", name=re.compile("Reveal")).first
    expect(reveal).to_be_visible(timeout=20_000)
    reveal.click()
    expect(page.locator(".key-value").first).to_have_text(KEYS[0])
    with page.expect_download() as fetched:
        page.locator(".files a").first.click()
    assert fetched.value.path().read_bytes() == FILE


def test_u1_u2_a_new_merchant_sells_without_a_shell(platform: Served, visit: Visit) -> None:
    root, owner = visit(), visit()
    _log_in_for_the_first_time(root, platform)
    _open_tenant(root, platform)
    _join(owner, platform)
    new_store.choose_look(owner)
    new_store.publish_text(owner, "Terms of sale", COMPANY)
    new_store.publish_text(owner, "Legal notice", COMPANY)
    new_store.set_up_bank_transfer(owner, COMPANY)
    _make_products(owner)
    new_store.open_store(owner, "Lantern Books")
    shopper = visit()
    number = _buy(shopper, platform)
    _mark_paid(owner, number)
    _receive(shopper)
