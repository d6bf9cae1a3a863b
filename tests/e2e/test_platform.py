"""The platform's owner opens a tenant, closes its store and opens it again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mtc.demo.welcome import ROOT_EMAIL
from tests.e2e import journeys
from tests.e2e.server import Served
from tests.e2e.test_access import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]


def open_tenant(page: Page, served: Served) -> str:
    """Fill in the form of a new tenant; returns the link that invites its owner."""
    page.goto(served.platform + "/platform/tenants/new")
    check(page)
    page.get_by_label("Name of the store").fill("Lantern Books")
    page.get_by_label("Address").fill("lantern")
    page.get_by_label("Owner's e-mail").fill("lena@lantern.example")
    page.get_by_role("button", name="Open the tenant and invite").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lantern Books is open")
    check(page)
    return page.locator("#invitation-link").inner_text()


def test_a_tenant_is_opened_suspended_and_reopened(demo: Served, visit: Visit) -> None:
    root = visit(bypass_csp=True)
    journeys.log_in(root, demo, ROOT_EMAIL)
    link = open_tenant(root, demo)
    root.goto(demo.platform + "/platform/tenants?status=ownerless")
    check(root)
    expect(root.get_by_text("Owner invited")).to_be_visible()
    owner = visit(bypass_csp=True)
    owner.goto(link)
    check(owner)
    owner.get_by_label("Your name").fill("Lena Lantern")
    owner.get_by_label("Password", exact=True).fill("a lamp above the door")
    owner.get_by_label("Password again").fill("a lamp above the door")
    owner.get_by_role("button", name="Join Lantern Books").click()
    expect(owner.get_by_role("heading", level=1)).to_have_text("Hello, Lena")
    shopper = visit(expects=(503,))
    shopper.goto(demo.store("lantern") + "/")
    expect(shopper.locator("body")).to_contain_text("Lantern Books")

    root.goto(demo.platform + "/platform/tenants/lantern")
    check(root)
    root.get_by_label("Type “lantern” to confirm").fill("lantern")
    root.get_by_role("button", name="Suspend Lantern Books").click()
    expect(root.get_by_role("button", name="Reopen Lantern Books")).to_be_visible()
    shopper.wait_for_timeout(1000)
    closed = shopper.goto(demo.store("lantern") + "/")
    assert closed is not None
    assert closed.status == 503
    expect(shopper.get_by_role("heading", level=1)).to_be_visible()

    root.get_by_role("button", name="Reopen Lantern Books").click()
    expect(root.get_by_role("button", name="Suspend Lantern Books")).to_be_visible()
    shopper.wait_for_timeout(1000)
    opened = shopper.goto(demo.store("lantern") + "/")
    assert opened is not None
    assert opened.status == 503  # the owner has not opened it yet
    expect(shopper.get_by_role("heading", level=1)).to_have_text("Opening soon")


def test_the_platforms_pages_are_for_everyone(demo: Served, visit: Visit) -> None:
    root = visit(width="phone", bypass_csp=True)
    journeys.log_in(root, demo, ROOT_EMAIL)
    for path in ("tenants", "tenants/studio", "users", "health"):
        root.goto(demo.platform + f"/platform/{path}")
        check(root)
