"""A merchant makes a product that is sold as files; a shopper buys it and gets the very bytes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import journeys
from tests.e2e.journeys import SHOPS, Shop
from tests.e2e.server import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
STUDIO = SHOPS[1]
LARGE = b"PK\x03\x04" + bytes(range(256)) * 80 * 1024  # 20 MB
FIRST, SECOND = b"%PDF-1.7 the first edition", b"%PDF-1.7 the second edition, corrected"
NOTES = b"Read me first."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The merchant's files on disk."""
    for name, data in (("large.zip", LARGE), ("book.pdf", FIRST), ("new.pdf", SECOND), ("notes.txt", NOTES)):
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_product_of_files_from_the_editor_to_the_buyer(demo: Served, visit: Visit, folder: Path) -> None:
    page = visit()
    journeys.log_in(page, demo, STUDIO.owner)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hello")
    make_product(page, demo)
    personal, team = page.locator(".variant-files").nth(0), page.locator(".variant-files").nth(1)
    page.get_by_label("Summary").fill("Three files in a box.")  # not saved yet, and kept by every upload
    upload(personal, folder, "large.zip", "book.pdf", "notes.txt")
    expect(page.get_by_text("3 files were added.")).to_be_visible(timeout=90_000)
    expect(names(personal)).to_have_text(["large.zip", "book.pdf", "notes.txt"])
    upload(team, folder, "notes.txt")
    expect(names(team)).to_have_text(["notes.txt"], timeout=30_000)
    replace(personal, folder, "book.pdf", "new.pdf")
    for order in (["large.zip", "notes.txt", "new.pdf"], ["notes.txt", "large.zip", "new.pdf"]):
        personal.get_by_role("button", name="Move notes.txt up").click()
        expect(names(personal)).to_have_text(order, timeout=30_000)
    expect(page.get_by_label("Summary")).to_have_value("Three files in a box.")
    expect(page.locator("[data-ui-save-state]")).to_have_text("Unsaved changes")
    page.locator("[name=variants-0-max_downloads]").fill("2")
    page.locator("[name=variants-0-days]").fill("7")
    save(page)
    expect(page.locator("[data-ui-save-state]")).to_be_hidden()
    expect(page.get_by_label("Summary")).to_have_value("Three files in a box.")
    expect(page.locator("[name=variants-0-max_downloads]")).to_have_value("2")
    page.get_by_role("button", name="Put on sale").click()
    expect(page.get_by_role("button", name="Take off sale")).to_be_visible()
    buy_and_compare(visit(), demo, page.locator("[name=slug]").input_value())


def test_an_upload_without_scripts_keeps_what_was_typed(demo: Served, visit: Visit, folder: Path) -> None:
    page = visit(java_script_enabled=False)
    journeys.log_in(page, demo, STUDIO.owner)
    page.goto(demo.platform + "/admin/studio/products?q=quiet")
    page.locator("table").get_by_role("link", name="The Quiet Grid").first.click()
    expect(page.locator("h1")).to_contain_text("The Quiet Grid")
    page.get_by_label("Summary").fill("Typed and not saved.")
    upload(page.locator(".variant-files").first, folder, "notes.txt")
    expect(names(page.locator(".variant-files").first).last).to_have_text("notes.txt")
    expect(page.get_by_label("Summary")).to_have_value("Typed and not saved.")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()


def make_product(page: Page, demo: Served) -> None:
    """Two variants, the second added in place; the editor is open afterwards."""
    page.goto(demo.platform + "/admin/studio/products/new")
    page.get_by_role("link", name=re.compile("E-book")).first.click()
    page.get_by_label("Name", exact=True).first.fill("A Box of Paper")
    page.get_by_label("Author").fill("Ottilie Marsh")
    page.locator("[name=attr-formats]").first.check()
    page.locator("[name=attr-language]").select_option(index=1)
    page.locator("[name=variants-0-name]").fill("Personal")
    page.locator("[name=variants-0-price]").fill("9.00")
    page.get_by_role("button", name="Add a variant").click()
    expect(page.locator("[name=variants-1-name]")).to_be_focused(timeout=30_000)
    expect(page.locator("[name=variants-1-stock_source]")).to_have_value("unlimited")
    page.locator("[name=variants-1-name]").fill("Team")
    page.locator("[name=variants-1-price]").fill("29.00")
    save(page)
    expect(page.locator("h1")).to_contain_text("A Box of Paper")


def save(page: Page) -> None:
    page.locator("button[form=product-form]").get_by_text("Save", exact=True).click()
    page.wait_for_load_state()
    expect(page.locator(".toast").filter(has_text="is saved").last).to_be_visible(timeout=30_000)


def names(section: Locator) -> Locator:
    return section.locator(".file-facts .strong")


def upload(section: Locator, folder: Path, *files: str) -> None:
    section.locator(".upload input[type=file]").set_input_files([folder / name for name in files])
    section.get_by_role("button", name="Upload").click()


def replace(section: Locator, folder: Path, old: str, new: str) -> None:
    row = section.locator("li").filter(has_text=old)
    row.locator("summary").first.click()
    row.get_by_label("Another file in its place").set_input_files(folder / new)
    row.get_by_role("button", name="Replace", exact=True).click()
    expect(names(section).filter(has_text=new)).to_be_visible(timeout=30_000)


def buy_and_compare(page: Page, demo: Served, slug: str) -> None:
    """Buy the first variant; the files come in their order with their bytes, within the limit."""
    page.wait_for_timeout(1000)
    journeys.choose(page, demo, Shop("studio", STUDIO.name, slug, STUDIO.owner, "files"))
    journeys.add_to_cart(page, demo, STUDIO)
    journeys.check_out(page, "box@example.org")
    journeys.pay(page)
    links = page.locator(".files a")
    expect(links).to_have_count(3, timeout=30_000)
    expect(page.locator(".files").first).to_contain_text("2")
    fetched = {}
    for number in range(3):
        with page.expect_download() as started:
            links.nth(number).click()
        fetched[started.value.suggested_filename] = started.value.path().read_bytes()
    assert fetched == {"notes.txt": NOTES, "large.zip": LARGE, "new.pdf": SECOND}
