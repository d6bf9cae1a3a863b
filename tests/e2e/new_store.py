"""The steps by which an owner makes a new store ready to sell, from the pages of the admin."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.screens import shot


def go(page: Page, *names: str) -> None:
    """Follow links by what stands on them, from the navigation on."""
    for name in names:
        page.get_by_role("link", name=name, exact=True).first.click()


def choose_look(page: Page) -> None:
    """Put on the theme Folio with a colour of the owner's."""
    go(page, "Settings", "Look")
    page.locator("label").filter(has_text="Folio").first.click()
    page.get_by_role("button", name="Use this theme").first.click()
    expect(page.get_by_text("The store has its new theme now.")).to_be_visible()
    page.locator('input[name="color-primary"]').first.fill("#7a2e1d")
    page.get_by_role("button", name="Save the colours").click()
    expect(page.get_by_text("The colours are saved.")).to_be_visible()
    shot(page, "new-merchant-look", full=True)


def publish_text(page: Page, title: str, company: str) -> None:
    """Fill in what the template leaves open, as an owner would."""
    go(page, "Settings", "Legal pages", title)
    body = page.get_by_label("Text", exact=True)
    body.fill(re.sub(r"\[([^\]\n]+)\](?!\()", company, body.input_value()))
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text(f"“{title}” is published.")).to_be_visible()


def set_up_bank_transfer(page: Page, holder: str) -> None:
    """Let buyers pay to a bank account."""
    go(page, "Settings", "Payments")
    expect(page.get_by_role("navigation", name="Settings")).to_be_visible()
    shot(page, "new-merchant-payments", full=True)
    page.get_by_role("listitem").filter(has_text="Bank transfer").get_by_role("link", name="Set up").click()
    page.get_by_label("Account holder").fill(holder)
    page.get_by_label("IBAN", exact=True).fill("DE89 3704 0044 0532 0130 00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Bank transfer is saved and on.")).to_be_visible()


def open_store(page: Page, name: str) -> None:
    """Open the store, all of whose steps are done."""
    go(page, "Home")
    expect(page.locator('.checklist li[data-done="yes"]')).to_have_count(4)
    page.get_by_role("button", name="Open the store").click()
    expect(page.get_by_text(f"{name} is open.")).to_be_visible()
