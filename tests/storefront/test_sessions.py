"""A shopper sees where they are logged in, and logs out there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.models import Customer
from mtc.identity.services import create_user, find_session, hash_password, open_session
from mtc.identity.services.sessions import CUSTOMER_IDLE, live_sessions
from mtc.tenants.services import store_lookup
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.servers.kept import kept
from tests.storefront.conftest import Browser, site

WORDS = "four words make this"
PAGE = "/account/sessions"
AGENTS = {
    "here": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "phone": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
    "office": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0",
}

__all__ = ["site"]


@dataclass
class Ada:
    """A shopper of Acme in three browsers, with the id of each session."""

    browsers: dict[str, Browser]
    ids: dict[str, str]

    @property
    def here(self) -> Browser:
        """The browser that she sits at."""
        return self.browsers["here"]

    def alive(self) -> set[str]:
        """Where she is logged in still."""
        return {name for name, one in self.browsers.items() if one.get("/account").status_code == 200}

    def end(self, which: str, typed: str = "", who: Browser | None = None) -> Any:
        """Press a button of the page, with what was typed into its field."""
        who = who or self.here
        path = f"{PAGE}/{which}" if which == "end-others" else f"{PAGE}/{self.ids.get(which, which)}/end"
        return who.post(path, {"csrf_token": _token(who), **({"password": typed} if typed else {})})


def _token(browser: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)
    return found[1] if found else ""


def _customer(world: World, email: str) -> Customer:
    with tenant_scope(world.id), unit_of_work() as work:
        row = Customer(tenant_id=world.id, email=email, email_lc=email, name=email.partition("@")[0].title())
        row.password_hash = hash_password(WORDS)
        work.add(row)
    return row


def _log_in(site: Flask, world: World, customer: Customer, agent: str = "") -> tuple[Browser, str]:
    """A browser with a session of the customer, and the session's id."""
    browser = Browser(site.test_client(), f"http://{world.store.slug}.localhost:8000", world.id)
    with tenant_scope(world.id), unit_of_work():
        key = open_session(tenant_id=world.id, customer_id=customer.id, user_agent=agent, ip="203.0.113.7")
        login = find_session(key, world.id)
        assert login is not None
    browser.client.set_cookie("mtc_shop", key, domain=f"{world.store.slug}.localhost")
    return browser, str(login.id)


@pytest.fixture
@kept
def ada(site: Flask, tenant: World) -> Ada:
    """Ada, logged in at three places."""
    store_lookup.clear()
    customer = _customer(tenant, "ada@example.org")
    found = {name: _log_in(site, tenant, customer, agent) for name, agent in AGENTS.items()}
    return Ada(
        {name: one for name, (one, _) in found.items()}, {name: key for name, (_, key) in found.items()}
    )


@both_databases
def test_a_shopper_sees_and_ends_sessions(site: Flask, tenant: World, ada: Ada) -> None:
    assert Browser(site.test_client(), ada.here.base, tenant.id).get(PAGE).location.endswith(f"?next={PAGE}")
    page = ada.here.get(PAGE).text
    rows = re.findall(r"<li>.*?</li>", page[page.index('<ul class="order-rows">') :], re.DOTALL)
    devices = {"here": "Firefox on Linux", "phone": "Safari on iPhone", "office": "Edge on Windows"}
    told = {name: next(row for row in rows if device in row) for name, device in devices.items()}
    assert len(rows) == 3 and "from 203.0.113.7" in told["phone"] and "Seen just now" in told["phone"]
    assert [name for name, row in told.items() if "This device" in row] == ["here"]
    assert {name for name, row in told.items() if f'formaction="{PAGE}/{ada.ids[name]}/end"' in row} == {
        "phone", "office",
    }  # fmt: skip
    assert "Your password" not in page, "she has logged in a moment ago"
    assert ada.end("phone").location == PAGE
    assert "That device is logged out." in ada.here.get(PAGE).text
    assert ada.alive() == {"here", "office"}
    assert ada.end("phone").status_code == 404
    assert ada.end("end-others").status_code == 303
    page = ada.here.get(PAGE).text
    assert "You are logged in here alone now." in page and "Log out everywhere else" not in page
    assert ada.alive() == {"here"}


@both_databases
def test_others_sessions_cannot_be_ended(site: Flask, tenant: World, other_tenant: World, ada: Ada) -> None:
    """Neither another shopper's, nor those of the same address at another shop, nor those of staff."""
    bob, bobs = _log_in(site, tenant, _customer(tenant, "bob@example.org"))
    there, theirs = _log_in(site, other_tenant, _customer(other_tenant, "ada@example.org"))
    with platform_scope("a member of staff"), unit_of_work():
        user = create_user("ada@example.org", "Ada", WORDS)
        key = open_session(user_id=user.id)
        staff = find_session(key, None)
        assert staff is not None
    for which in (bobs, theirs, str(staff.id), "00000000-0000-7000-8000-000000000000"):
        assert ada.end(which).status_code == 404
    assert ada.end("end-others").status_code == 303
    assert [one.get("/account").status_code for one in (bob, there)] == [200, 200]
    with platform_scope("look", readonly=True):
        still = find_session(key, None)
        assert still is not None and len(live_sessions(still)) == 1
    page = bob.get(PAGE).text
    assert page.count("This device") == 1 and "Firefox" not in page
    # The control: those whose sessions they are can end them.
    _, bobs_other = _log_in(site, tenant, _customer(tenant, "eve@example.org"))
    assert ada.end(bobs_other, who=bob).status_code == 404
    assert ada.end(bobs, who=bob).status_code == 303 and bob.get("/account").status_code == 302


def test_an_old_log_in_asks_for_the_password(ada: Ada) -> None:
    with clock.frozen(clock.now()):
        clock.advance(16 * 60)
        page = ada.here.get(PAGE).text
        field = re.search(r'<input type="password"[^>]*>', page)
        assert field is not None and 'autocomplete="current-password"' in field[0] and 'value=""' in field[0]
        for typed, sentence in (
            ("", "Type your password to go on."),
            ("wrong", "This is not your password."),
        ):
            for which in ("phone", "end-others"):
                refused = ada.end(which, typed)
                assert refused.status_code == 422 and sentence in refused.text
                assert "Safari on iPhone" in refused.text and WORDS not in refused.text
        assert ada.alive() == {"here", "phone", "office"}
        assert ada.end("phone", WORDS).status_code == 303
        assert ada.alive() == {"here", "office"}
        assert ada.end("end-others", WORDS).status_code == 303
        assert ada.alive() == {"here"}


def test_the_password_cannot_be_guessed_here(ada: Ada) -> None:
    """Tries count together with those of the form for another password, and nothing typed is no try."""
    with clock.frozen(clock.now()):
        clock.advance(16 * 60)
        assert [ada.end("phone").status_code for _ in range(12)] == [422] * 12
        change = {"csrf_token": _token(ada.here), "old": "wrong", "password": "other words for this"}
        codes = [ada.here.post("/account/password", change).status_code for _ in range(5)]
        codes += [ada.end("end-others", f"guess {number}").status_code for number in range(5)]
        assert codes == [422] * 10
        assert ada.end("end-others", WORDS).status_code == 429
        assert ada.here.post("/account/password", change).status_code == 429
        assert ada.alive() == {"here", "phone", "office"}


def test_what_has_ended_is_not_listed(ada: Ada) -> None:
    with clock.frozen(clock.now()):
        clock.advance(CUSTOMER_IDLE.total_seconds() - 60)
        ada.here.get("/account")
        clock.advance(120)
        page = ada.here.get(PAGE).text
        assert "Firefox on Linux" in page and "Safari on iPhone" not in page
        assert "This device" in page and "Log out everywhere else" not in page


def test_the_list_takes_the_same_number_of_statements(
    site: Flask, tenant: World, ada: Ada, queries: Any
) -> None:
    def count() -> int:
        with queries() as seen:
            assert ada.here.get(PAGE).status_code == 200
        return len([one for one in seen if "content_version" not in one])

    count()
    assert count() == 3  # who is logged in, where, and the one cart on all devices
    with tenant_scope(tenant.id), unit_of_work() as work:
        login = find_session(ada.here.client.get_cookie("mtc_shop", domain="acme.localhost").value, tenant.id)  # type: ignore[union-attr]
        assert login is not None
        customer = work.get_one(Customer, (tenant.id, login.customer_id))
    for _ in range(7):
        _log_in(site, tenant, customer)
    assert ada.here.get(PAGE).text.count("formaction=") == 9
    assert count() == 3


def test_buttons_lead_below_the_path_of_a_store_without_a_host(site: Flask, ada: Ada, tenant: World) -> None:
    """Where a store lives under /s/<slug>/, the buttons of the list do too."""
    cookie = ada.here.client.get_cookie("mtc_shop", domain="acme.localhost")
    assert cookie is not None
    client = site.test_client()
    client.set_cookie("mtc_shop", cookie.value, domain="127.0.0.1")
    page = client.get("/s/acme/account/sessions", base_url="http://127.0.0.1:8000").text
    assert f'formaction="/s/acme{PAGE}/{ada.ids["phone"]}/end"' in page
    assert 'formaction="/account' not in page
