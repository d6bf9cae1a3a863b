"""Accounts: log-in, registration, the library, forgotten passwords, confirmed addresses."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails import queries
from mtc.infra import ports
from tests.storefront.conftest import BUYER, Browser, Shop, settle

WORDS = "four words make this"


def _register(browser: Browser, email: str = "ada@example.org") -> Any:
    assert "A mail is on its way" in browser.post("/account/register", {"email": email}).text
    return browser.post(_mailed(r"/account/join/\S+"), {"password": WORDS, "name": "Ada"})


def _token(browser: Browser) -> dict[str, str]:
    """The form token of the session."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account").text)
    assert found is not None
    return {"csrf_token": found[1]}


def _sent() -> list[Any]:
    return list(ports.mail.sent)  # type: ignore[attr-defined]


def _mailed(pattern: str) -> str:
    """The newest link of a kind in the outbox."""
    settle()
    texts = [message.text for message in _sent()]
    found = [match[0] for text in texts for match in [re.search(pattern, text)] if match]
    return found[-1]


def test_registering_logs_in_and_logging_out_ends_it(browser: Browser) -> None:
    assert browser.get("/account").location.endswith("/account/login?next=/account")
    made = _register(browser)
    assert (made.status_code, made.location) == (303, "/account")
    cookie = made.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and cookie.startswith("mtc_shop=")
    assert "Hello, Ada" in browser.get("/account").text
    assert browser.get("/account/orders").status_code == 200
    assert browser.get("/account/library").status_code == 200
    assert browser.post("/account/logout").status_code == 403
    assert browser.post("/account/logout", _token(browser)).status_code == 303
    assert browser.get("/account").status_code == 302


def test_log_in_says_the_same_for_every_mistake(browser: Browser) -> None:
    _register(browser)
    browser.post("/account/logout", _token(browser))
    for typed in ({"email": "ada@example.org", "password": "wrong"}, {"email": "x@example.org"}, {}):
        refused = browser.post("/account/login", typed)
        assert refused.status_code == 422
        assert "The e-mail address or the password is wrong." in refused.text
    right = browser.post(
        "/account/login", {"email": "ADA@example.org", "password": WORDS, "next": "/account/orders"}
    )
    assert right.location == "/account/orders"
    away = browser.post("/account/login", {"email": "x", "next": "//evil.example"})
    assert "evil" not in away.text


def test_log_in_gives_another_session_key(browser: Browser) -> None:
    _register(browser)
    before = browser.client.get_cookie("mtc_shop", domain="acme.localhost")
    form = {"email": "ada@example.org", "password": WORDS, **_token(browser)}
    browser.post("/account/login", form)
    after = browser.client.get_cookie("mtc_shop", domain="acme.localhost")
    assert before is not None and after is not None and before.value != after.value


def test_too_many_log_ins_have_to_wait(browser: Browser) -> None:
    answers = [browser.post("/account/login", {"email": "ada@example.org"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_registering_says_the_same_whoever_has_an_account(browser: Browser, site: Flask) -> None:
    _register(browser)
    other = Browser(site.test_client(), browser.base, browser.tenant_id)
    told = []
    for email in ("ADA@example.org", "eve@example.org"):
        answer = other.post("/account/register", {"email": email})
        assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
        told.append(re.sub(r'nonce="[^"]*"', "", answer.text.replace(email, "…")))
    assert told[0] == told[1]
    settle()
    subjects = {one.to: one.subject for one in _sent()[-2:]}
    assert subjects == {
        "ada@example.org": "You have an account at Acme", "eve@example.org": "Finish your account at Acme"
    }  # fmt: skip
    assert other.get("/account").status_code == 302
    wrong = other.post("/account/register", {"email": "no address"})
    assert wrong.status_code == 422 and 'value="no address"' in wrong.text


def test_only_who_reads_the_mail_finishes_the_account(browser: Browser, site: Flask) -> None:
    thief = Browser(site.test_client(), browser.base, browser.tenant_id)
    thief.post("/account/register", {"email": "ada@example.org"})
    first = _mailed(r"/account/join/\S+")
    assert thief.post("/account/login", {"email": "ada@example.org", "password": ""}).status_code == 422
    assert "Choose a password" in browser.get(first).text
    weak = browser.post(first, {"password": "short", "name": "Ada"})
    assert weak.status_code == 422 and "at least 10 characters" in weak.text and 'value="Ada"' in weak.text
    long = browser.post(first, {"password": WORDS, "name": "A" * 201})
    assert long.status_code == 422 and "at most 200 characters" in long.text
    assert browser.post(first[:-1] + "_", {"password": WORDS}).status_code == 400
    assert browser.post(first, {"password": WORDS, "name": "Ada"}).location == "/account"
    assert thief.post(first, {"password": "another four words"}).status_code == 410
    assert thief.get(first.replace("/join/", "/reset/")).status_code == 400
    assert [thief.post("/account/register", {"email": "x@example.org"}).status_code for _ in range(4)] == [
        200, 200, 200, 429
    ]  # fmt: skip


def test_a_forgotten_password_is_replaced_by_a_mailed_link(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(browser)
    lost = Browser(site.test_client(), browser.base, shop.tenant_id)
    known = lost.post("/account/forgot", {"email": "ada@example.org"})
    unknown = lost.post("/account/forgot", {"email": "nobody@example.org"})
    assert known.text.count("is on its way") == unknown.text.count("is on its way") == 1
    link = _mailed(r"/account/reset/\S+")
    assert lost.get(link).status_code == 200
    assert lost.post(link, {"password": "short"}).status_code == 422
    assert lost.post(link, {"password": "another four words"}).status_code == 303
    assert "Hello, Ada" in lost.get("/account").text
    assert browser.get("/account").status_code == 302
    assert lost.get(link).status_code == 410
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = [queries.email(shop.tenant_id, row.id) for row in queries.emails(shop.tenant_id).items]
        stored = [mail.body_text for mail in found if mail is not None]
        assert len(stored) > 1
    assert not any(link in text for text in stored)


def test_b30_guest_orders_join_the_account_of_who_reads_the_mail(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    browser.post(placed.location, {"choice": "pay"})
    settle()
    assert browser.get("/account/orders").status_code == 302
    _register(browser)
    assert "Star Harbour" in browser.get("/account/orders").text
    assert "Star Harbour" in browser.get("/account/library").text


def test_the_cart_of_a_visitor_becomes_the_customers(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    _register(browser)
    assert "Star Harbour" in browser.get("/cart").text


def test_the_link_of_an_order_is_mailed_to_its_address_only(
    browser: Browser, shop: Shop, site: Flask
) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    paid = browser.post(placed.location, {"choice": "pay"})
    settle()
    number = re.search(r"/orders/([^?]+)", paid.location)
    assert number is not None
    stranger = Browser(site.test_client(), browser.base, shop.tenant_id)
    wrong = stranger.post("/orders/lookup", {"email": "eve@example.org", "number": number[1]})
    right = stranger.post("/orders/lookup", {"email": "ADA@example.org", "number": number[1].lower()})
    assert wrong.text.count("on its way") == right.text.count("on its way") == 1
    settle()
    mailed = [one for one in _sent() if one.subject == f"Your order {number[1]}"]
    assert {one.to for one in mailed} == {"ada@example.org"}
    assert "Open the order" in mailed[-1].html and "max-width: 560px" in mailed[-1].html  # as the store looks
    link = _mailed(r"http://acme\.localhost:8000/orders/[^\s?]+\?t=\S+")
    assert stranger.get(link).status_code == 200


def test_good_log_ins_are_not_counted(browser: Browser) -> None:
    _register(browser, "often@example.org")
    for _ in range(12):
        browser.post("/account/logout", _token(browser))
        answer = browser.post("/account/login", {"email": "often@example.org", "password": WORDS})
        assert answer.status_code == 303
