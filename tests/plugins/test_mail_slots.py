"""Slots of emails, in HTML and in text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.pages.services.slot_list import MAIL
from tests.plugins.kit import switch_off, switch_on
from tests.plugins.slot_samples import component, in_slots, slots_of, write_components
from tests.storefront.conftest import BUYER, Browser, Shop, settle

Guest = Callable[..., None]
SAMPLE = component(
    "ada-mail",
    '<b data-ada="{{ place.slot }}">{{ place.line.name }}</b>',
    surface="mail",
    txt="[{{ place.slot }} {{ place.line.name }}]\n",
)


def emails(shop: Shop) -> dict[str, Any]:
    """The newest email of each kind: (text, HTML)."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        rows = session.query(Email).order_by(Email.created_at).all()
        return {row.kind: (row.body_text, row.body_html) for row in rows}


def buy(browser: Browser, shop: Shop) -> dict[str, Any]:
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    browser.post(placed.location, {"choice": "pay"})
    settle()
    return emails(shop)


def test_emails_show_the_slots_in_both_forms_while_the_plugin_is_on(
    tenant: Any, shop: Shop, browser: Browser, guest: Guest, folder: Path
) -> None:
    write_components(folder, "ada", SAMPLE)
    guest("ada", "", **in_slots(slots_of(MAIL), "ada-mail"))
    switch_on(tenant, "ada")
    sent = buy(browser, shop)
    line = '<b data-ada="mail.line.after">Guide</b>'
    assert [sent[kind][1].count(line) for kind in ("files", "order-received")] == [1, 1]
    assert sent["files"][0].count("[mail.line.after Guide]") == 1
    for text, html in sent.values():
        for name in ("mail.header", "mail.footer.before"):
            assert (text.count(f"[{name} ]"), html.count(f'<b data-ada="{name}"></b>')) == (1, 1)
    browser.post("/account/register", {"email": "bob@example.org"})
    settle()
    assert all("mail.header" in part for part in emails(shop)["join"])
    switch_off(tenant, "ada")
    later = buy(browser, shop)
    assert not any(
        "data-ada" in later[kind][1] or "[mail" in later[kind][0] for kind in ("files", "order-received")
    )
