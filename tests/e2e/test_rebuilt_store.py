"""A merchant makes Paper & Grain again by hand: each book and each asset, with its variants and files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mtc.demo.welcome import ROOT_EMAIL
from tests.e2e import journeys, new_store
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("rebuilt-store")]
Visit = Callable[..., Page]
SLUG, OWNER, PASSWORD = "rebuilt", "ines@rebuilt.example", "a drawer of offcuts"
TYPES = {"ebook": "E-book", "design-asset": "Design asset"}
INFO = ".product-info h1, .product-info .lead, .product-price"
TOLD = (INFO, "#buy legend, #buy label", ".product-section")


@pytest.fixture
def studio(root: Path) -> Path:
    """The folder of the demo's store."""
    return root / "mtc" / "demo" / "studio"


def test_paper_and_grain_is_rebuilt_by_hand(demo: Served, visit: Visit, studio: Path) -> None:
    products = json.loads((studio / "products.json").read_text())
    owner = visit()
    _become_owner(owner, visit(), demo)
    new_store.choose_look(owner)
    for text in ("Terms of sale", "Legal notice"):
        new_store.publish_text(owner, text, "Paper & Grain LLC")
    new_store.set_up_bank_transfer(owner, "Paper & Grain LLC")
    for product in products:
        _make(owner, demo, product)
        _upload_files(owner, product, studio)
        owner.get_by_role("button", name="Put on sale").click()
        expect(owner.get_by_role("button", name="Take off sale")).to_be_visible()
    new_store.open_store(owner, "Paper & Grain")
    shopper = visit()
    for product in products:
        made = _shown(shopper, demo.store(SLUG) + f"/p/{product['slug']}")
        assert made == _shown(shopper, demo.store("studio") + f"/p/{product['slug']}")


def _become_owner(owner: Page, root: Page, demo: Served) -> None:
    journeys.log_in(root, demo, ROOT_EMAIL)
    root.goto(demo.platform + "/platform/tenants/new")
    root.get_by_label("Name of the store").fill("Paper & Grain")
    root.get_by_label("Address").fill(SLUG)
    root.get_by_label("Owner's e-mail").fill(OWNER)
    root.get_by_label("Currency").select_option("USD")
    for label in TYPES.values():
        root.get_by_label(label, exact=True).check()
    root.get_by_role("button", name="Open the tenant and invite").click()
    expect(root.get_by_role("heading", level=1)).to_have_text("Paper & Grain is open")
    owner.goto(root.locator("#invitation-link").inner_text())
    owner.get_by_label("Your name").fill("Ines Calloway")
    owner.get_by_label("Password", exact=True).fill(PASSWORD)
    owner.get_by_label("Password again").fill(PASSWORD)
    owner.get_by_role("button", name="Join Paper & Grain").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("Hello, Ines")


def _make(page: Page, demo: Served, product: dict[str, Any]) -> None:
    page.goto(demo.platform + f"/admin/{SLUG}/products/new")
    page.get_by_role("link", name=re.compile(TYPES[product["type"]])).first.click()
    for name in ("name", "slug", "summary", "description"):
        page.locator(f"[name={name}]").fill(product[name])
    for name, value in product["attributes"].items():
        _fill_in(page, f"attr-{name}", value)
    for number, variant in enumerate(product["variants"]):
        if number:
            page.get_by_role("button", name="Add a variant").click()
            expect(page.locator(f"[name=variants-{number}-name]")).to_be_focused(timeout=30_000)
        _fill_in_variant(page, f"variants-{number}-", variant)
    page.locator("button[form=product-form]").get_by_text("Save", exact=True).click()
    expect(page.locator(".toast").filter(has_text="is saved").last).to_be_visible(timeout=30_000)


def _fill_in(page: Page, name: str, value: Any) -> None:
    field = page.locator(f"[name={name}]")
    how = field.first.evaluate("element => element.type")
    if how in {"checkbox", "radio"}:
        for choice in value if isinstance(value, list) else [value]:
            page.locator(f"[name={name}][value={choice}]").check(force=True)
    elif how == "select-one":
        field.select_option(value)
    else:
        field.fill(str(value))


def _fill_in_variant(page: Page, prefix: str, variant: dict[str, Any]) -> None:
    page.locator(f"[name={prefix}name]").fill(variant["name"])
    page.locator(f"[name={prefix}price]").fill(f"{variant['price'] / 100:.2f}")
    if variant["compare_at"]:
        page.locator(f"[name={prefix}compare_at]").fill(f"{variant['compare_at'] / 100:.2f}")
    options = "\n".join(f"{name}: {value}" for name, value in variant["options"].items())
    page.locator(f"[name={prefix}options]").fill(options)


def _upload_files(page: Page, product: dict[str, Any], studio: Path) -> None:
    for number, variant in enumerate(product["variants"]):
        section = page.locator(".variant-files").nth(number)
        files = [studio / name for name in variant["files"]]
        section.locator(".upload input[type=file]").set_input_files(files)
        section.get_by_role("button", name="Upload").click()
        names = [file.name for file in files]
        expect(section.locator(".file-facts .strong")).to_have_text(names, timeout=30_000)


def _shown(page: Page, address: str) -> dict[str, list[str]]:
    """Return what the product's page says, by the part that says it."""
    page.goto(address)
    return {part: page.locator("main").locator(part).all_inner_texts() for part in TOLD}
