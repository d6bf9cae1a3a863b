"""A plugin in a real browser: installed, set up, switched on, at work at the checkout, and deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.server import Served
from tests.e2e.test_merchant import GAMES, admin

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]


def test_a_plugin_from_installing_to_deleting(demo: Served, visit: Visit) -> None:
    page = admin(demo, visit, "/plugins")
    page.get_by_role("link", name="Order guard").click()
    expect(page.get_by_text("Can refuse or change an order before it is placed.")).to_be_visible()
    page.get_by_role("button", name="Install").click()
    page.get_by_label("Chat webhook").fill("chat")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a full address that starts with https://.")).to_be_visible()
    page.get_by_label("Chat webhook").fill("")
    page.get_by_label("Blocked e-mail domains").fill("blocked.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Blocked e-mail domains")).to_have_value("blocked.example")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("There is no chat webhook to send to.")).to_be_visible()
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    shopper = visit()
    journeys.choose(shopper, demo, GAMES)
    journeys.add_to_cart(shopper, demo, GAMES)
    shopper.get_by_label("E-mail").first.fill("eve@blocked.example")
    shopper.get_by_label("Where do you live?").select_option("IE")
    for box in shopper.locator(".checkout-consents input[type=checkbox]").all():
        box.check()
    shopper.locator("#checkout-form button[type=submit]").click()
    expect(shopper.get_by_text("Use an address of another provider.").first).to_be_visible()
    page.get_by_role("link", name="Uninstall").click()
    page.get_by_label("Type “order_guard” to confirm").fill("order_guard")
    page.get_by_role("button", name="Uninstall and delete the data").click()
    expect(page.get_by_text("What it has stored is being deleted.").first).to_be_visible()
    page.goto(demo.platform + "/admin/games/plugins/order_guard")
    expect(page.get_by_role("button", name="Install").or_(page.get_by_text("Being deleted"))).to_be_visible()
