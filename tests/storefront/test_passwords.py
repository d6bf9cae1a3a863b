"""A shopper's own password, changed with the old one."""

from __future__ import annotations

from flask import Flask

from tests.storefront.conftest import Browser
from tests.storefront.test_account import WORDS, _mailed, _register, _token

NEW = "other words for this"


def test_a_shopper_changes_the_password(browser: Browser, site: Flask) -> None:
    assert browser.get("/account/password").location == "/account/login?next=/account/password"
    _register(browser)
    there = Browser(site.test_client(), browser.base, browser.tenant_id)
    login = {"email": "ada@example.org", "password": WORDS}
    assert there.post("/account/login", login).status_code == 303
    assert "Change your password" in browser.get("/account").text
    for typed, sentence in (
        ({"old": "wrong", "password": NEW}, "This is not your password."),
        ({"old": WORDS, "password": WORDS}, "Choose one that is new."),
        ({"old": WORDS, "password": "short"}, "Use at least 10 characters"),
        ({"password": NEW}, "This is not your password."),
    ):
        refused = browser.post("/account/password", {**typed, **_token(browser)})
        assert refused.status_code == 422 and sentence in refused.text
        assert NEW not in refused.text and WORDS not in refused.text
    assert there.get("/account").status_code == 200
    before = browser.client.get_cookie("mtc_shop", domain="acme.localhost")
    done = browser.post("/account/password", {"old": WORDS, "password": NEW, **_token(browser)})
    assert (done.status_code, done.location) == (303, "/account/password?changed=1")
    after = browser.client.get_cookie("mtc_shop", domain="acme.localhost")
    assert before is not None and after is not None and before.value != after.value
    told = browser.get(done.location).text
    assert "Every other device is logged out." in told and 'name="old"' not in told
    assert there.get("/account").status_code == 302
    assert there.post("/account/login", login).status_code == 422
    assert there.post("/account/login", {**login, "password": NEW}).status_code == 303


def test_the_old_password_cannot_be_guessed(browser: Browser) -> None:
    _register(browser)
    form = {"old": "wrong", "password": NEW, **_token(browser)}
    assert [browser.post("/account/password", form).status_code for _ in range(11)] == [422] * 10 + [429]


def test_the_name_of_the_store_is_refused_for_a_password(browser: Browser, site: Flask) -> None:
    sentence = "Anyone would try these words here"
    assert browser.post("/account/register", {"email": "ada@example.org"}).status_code == 200
    link = _mailed(r"/account/join/\S+")
    refused = browser.post(link, {"password": "acme-2026-acme", "name": "Ada"})
    assert refused.status_code == 422 and sentence in refused.text
    assert browser.post(link, {"password": WORDS, "name": "Ada"}).status_code == 303
    form = {"old": WORDS, "password": "Acme123456", **_token(browser)}
    refused = browser.post("/account/password", form)
    assert refused.status_code == 422 and sentence in refused.text
    lost = Browser(site.test_client(), browser.base, browser.tenant_id)
    assert lost.post("/account/forgot", {"email": "ada@example.org"}).status_code == 200
    refused = lost.post(_mailed(r"/account/reset/\S+"), {"password": "acmeshop1234"})
    assert refused.status_code == 422 and sentence in refused.text
