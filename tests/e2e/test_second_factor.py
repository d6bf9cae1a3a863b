"""A passkey in a real browser: set up, as the way in, as the second step, and without JavaScript a code."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mtc.identity.services.totp import code_at, this_step
from tests.e2e import journeys
from tests.e2e.server import Served
from tests.e2e.test_access import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]
Visit = Callable[..., Page]
MEI = "mei@fernworks.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def log_out(page: Page, served: Served) -> None:
    page.goto(served.platform + "/account-settings")
    check(page)
    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page).to_have_url(re.compile(r"/login$"))


def test_a_passkey_is_set_up_and_logs_in(demo: Served, visit: Visit) -> None:
    page = visit(bypass_csp=True)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    journeys.log_in(page, demo, MEI)
    expect(page).to_have_url(re.compile(r"/admin/software/"))
    page.goto(demo.platform + "/account-settings/second-factor")
    check(page)
    page.get_by_label("Name for a new passkey").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    check(page)
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download").click()
    lines = kept.value.path().read_text().splitlines()
    assert len([line for line in lines if re.fullmatch(r"([a-z2-7]{4}-){5}[a-z2-7]{4}", line)]) == 10

    log_out(page, demo)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(re.compile(r"/admin/software/"))
    log_out(page, demo)
    journeys.log_in(page, demo, MEI)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    check(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile(r"/admin/software/"))

    page.goto(demo.platform + "/account-settings/second-factor")
    page.get_by_role("button", name="Remove Work laptop").click()
    expect(page.locator("#toasts")).to_contain_text("The passkey is removed.")


def test_an_app_is_set_up_without_javascript(demo: Served, visit: Visit) -> None:
    page = visit(width="phone", java_script_enabled=False)
    journeys.log_in(page, demo, MEI)
    page.goto(demo.platform + "/account-settings/totp")
    secret = page.locator("#totp-secret").inner_text().replace(" ", "")
    page.get_by_label("Code", exact=True).fill(code_at(secret, this_step()))
    page.get_by_role("button", name="Set up").click()
    code = page.locator(".recovery-codes code").first.inner_text()
    page.locator("form[action$='/logout'] button").click()
    journeys.log_in(page, demo, MEI)
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#toasts")).to_contain_text("9 are left")
    page.goto(demo.platform + "/account-settings/second-factor")
    page.locator("form[action$='/totp/remove'] button").click()
    expect(page.locator("#toasts")).to_contain_text("The authenticator app is removed.")
