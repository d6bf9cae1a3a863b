"""Logging in: cookies, new keys, forged requests, guessing, and answers that say nothing about others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.crypto import keyed_hash
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.identity.services import create_user, open_session
from mtc.tenants.services import store_lookup
from tests.factories.tenants import make_world
from tests.fakes.ports import fake_ports
from tests.security.fort import PASSWORD, PLATFORM, Fort, People, Visitor, build, sync_all
from tests.servers import database as databases

ADA = {"email": "ada@acme.example", "password": PASSWORD}
OWNER = {"email": "owner@acme.example", "password": PASSWORD}
DOORS = [("/account/login", ADA, "mtc_shop", "/account"), ("/login", OWNER, "mtc_staff", "/admin/acme/")]


def _visitor(site: Flask, fort: Fort, path: str) -> Visitor:
    return Visitor(site.test_client(), PLATFORM if path == "/login" else fort.base)


def _key(answer: Any, name: str) -> str:
    for line in answer.headers.getlist("Set-Cookie"):
        found = re.match(rf"(?:__Host-)?{name}=([^;]*)", line)
        if found:
            return found[1]
    return ""


@pytest.mark.parametrize(("path", "form", "cookie", "inside"), DOORS)
def test_a_log_in_gives_a_new_key_and_a_log_out_ends_it(
    site: Flask, people: People, fort: Fort, path: str, form: dict[str, str], cookie: str, inside: str
) -> None:
    who = _visitor(site, fort, path)
    domain = who.base.removeprefix("http://").partition(":")[0]
    planted = "planted-by-somebody-else-0123456789"
    who.client.set_cookie(cookie, planted, domain=domain)
    first = who.post(path, form)
    assert first.status_code == 303
    key = _key(first, cookie)
    assert len(key) > 40 and key != planted
    who.key = key
    second = who.post(path, form)
    assert second.status_code == 303 and _key(second, cookie) not in ("", key)
    thief = Visitor(site.test_client(), who.base)
    thief.client.set_cookie(cookie, key, domain=domain)
    assert thief.get(inside).status_code == 302, "the key from before the second log-in still opens"
    who.key = _key(second, cookie)
    assert who.get(inside).status_code == 200
    assert who.post("/logout" if path == "/login" else "/account/logout").status_code == 303
    thief.client.set_cookie(cookie, who.key, domain=domain)
    assert thief.get(inside).status_code == 302, "the key still opens after the log-out"


@pytest.mark.parametrize(("path", "form", "cookie", "inside"), DOORS)
def test_cookies_stay_here(
    site: Flask, people: People, fort: Fort, path: str, form: dict[str, str], cookie: str, inside: str
) -> None:
    line = _visitor(site, fort, path).post(path, form).headers["Set-Cookie"]
    assert line.startswith(f"{cookie}=") and "Domain" not in line
    assert "HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line and "Secure" not in line


def _log_out_of_the_admin(app: Flask, base: str) -> str:
    """The line that takes the cookie of a member of staff back."""
    with platform_scope("somebody logs in"), unit_of_work():
        user = create_user("owner@acme.example", "Owner", PASSWORD)
        key = open_session(user_id=user.id, auth_epoch=user.auth_epoch)
    client = app.test_client()
    client.set_cookie("__Host-mtc_staff", key, domain="mtc.example", secure=True)
    token = keyed_hash(key, "csrf")[:40]
    answer = client.post("/logout", base_url=base, headers={"Origin": base, "X-CSRFToken": token})
    assert answer.status_code == 303
    return answer.headers["Set-Cookie"]


def test_cookies_are_bound_to_the_host_over_https(tmp_path: Path) -> None:
    app = databases.sqlite_app(tmp_path, public_url="https://mtc.example")
    app.extensions["mtc.ports"] = fake_ports()
    store_lookup.clear()
    base = "https://acme.mtc.example"
    with app.app_context():
        sync_all()
        fort = build(make_world("acme", "Acme"))
        cart = app.test_client().post(
            "/cart/add", base_url=base, data={"variant_id": fort.ids["variant"]}, headers={"Origin": base}
        )
        line = cart.headers["Set-Cookie"]
        headers = app.test_client().get("/", base_url=base).headers
        left = _log_out_of_the_admin(app, "https://mtc.example")
        db.engine.dispose()
    store_lookup.clear()
    assert left.startswith("__Host-mtc_staff=;") and "Max-Age=0" in left and "Secure" in left
    assert line.startswith("__Host-mtc_cart=") and "Domain" not in line
    assert all(part in line for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "upgrade-insecure-requests" in headers["Content-Security-Policy"]


CSRF: list[tuple[dict[str, str], bool, bool]] = [
    # headers, with the token of the session, whether it passes for who is logged in
    ({"Origin": "SELF"}, True, True),
    ({"Origin": "SELF", "Sec-Fetch-Site": "same-origin"}, True, True),
    ({}, True, True),
    ({"Origin": "SELF"}, False, False),
    ({"Sec-Fetch-Site": "same-origin"}, False, False),
    ({"Sec-Fetch-Site": "none"}, False, False),
    ({}, False, False),
    ({"Origin": "https://evil.example"}, True, False),
    ({"Origin": "null"}, True, False),
    ({"Origin": ""}, True, False),
    ({"Origin": "http://rival.localhost:8000"}, True, False),
    ({"Origin": "http://["}, True, False),
    ({"Origin": "SELF.evil.example"}, True, False),
    ({"Sec-Fetch-Site": "cross-site"}, True, False),
    ({"Sec-Fetch-Site": "same-site"}, True, False),
    ({"Origin": "SELF", "Sec-Fetch-Site": "cross-site"}, True, False),
]


def test_requests_forged_by_other_pages(people: People) -> None:
    for headers, token, passes in CSRF:
        for kind in ("form", "json", "header"):
            _forge(people, headers, token, passes, kind)


def _forge(people: People, headers: dict[str, str], token: bool, passes: bool, kind: str) -> None:
    ada, path = people.shopper(logged_in=True), "/account/logout"
    sent = {name: value.replace("SELF", ada.base) for name, value in headers.items()}
    more: dict[str, Any] = {"headers": sent}
    if kind == "json":
        more["json"] = {"csrf_token": ada.token if token else ""}
        passes = False  # a token counts in a form or in its header alone
    elif kind == "form":
        more["data"] = {"csrf_token": ada.token if token else "x"}
    else:
        sent["X-CSRFToken"] = ada.token if token else "x"
    answer = ada.client.post(path, base_url=ada.base, **more)
    assert answer.status_code == (303 if passes else 403), (headers, token, kind)
    assert ada.get("/account").status_code == (302 if passes else 200)


def test_a_stranger_cannot_be_logged_in_by_another_page(site: Flask, people: People, fort: Fort) -> None:
    for path, form, _, _ in DOORS:
        who = _visitor(site, fort, path)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "null"},
        ):
            answer = who.client.post(path, base_url=who.base, data=form, headers=headers)
            assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


def test_nothing_tells_who_has_an_account(site: Flask, people: People, fort: Fort) -> None:
    """The same status and text for a known and an unknown address, but for the address itself."""

    def said(path: str, form: dict[str, str]) -> tuple[int, str]:
        answer = _visitor(site, fort, path).post(path, form)
        text = answer.text.replace(form["email"], "…")
        return answer.status_code, re.sub(r'nonce="[^"]*"|<code>[^<]*</code>', "", text)

    wrong = "not the password"
    for path, known, more in (
        ("/account/login", "ada@acme.example", {"password": wrong}),
        ("/login", "owner@acme.example", {"password": wrong}),
        ("/account/forgot", "ada@acme.example", {}),
        ("/account/register", "ada@acme.example", {}),
        ("/orders/lookup", "ada@acme.example", {"number": fort.order}),
    ):
        unknown = {"email": "nobody@acme.example", **more}
        assert said(path, {"email": known, **more}) == said(path, unknown), path


def test_passwords_cannot_be_guessed(site: Flask, people: People, fort: Fort) -> None:
    """Ten of one person, from wherever; then even the right one has to wait. Without Redis, as here."""
    for path, form, cookie, most in (
        ("/account/login", ADA, "mtc_shop", 10),
        ("/login", OWNER, "mtc_staff", 8),
    ):
        codes = []
        for number in range(14):
            who = _visitor(site, fort, path)
            place = {"REMOTE_ADDR": f"203.0.113.{number}"}
            answer = who.post(path, {**form, "password": f"guess {number}"}, environ_overrides=place)
            codes.append(answer.status_code)
        assert codes == [codes[0]] * most + [429] * (14 - most), (path, codes)
        last = _visitor(site, fort, path).post(path, form)
        assert last.status_code == 429 and int(last.headers["Retry-After"]) > 0
        assert _key(last, cookie) == ""
        again = _visitor(site, fort, path)
        assert again.post(path, {**form, "email": form["email"].upper()}).status_code == 429


@pytest.mark.parametrize(
    ("path", "form", "most"),
    [
        ("/account/login", {"password": "x"}, 50), ("/login", {"password": "x"}, 30),
        ("/account/forgot", {}, 60), ("/orders/lookup", {"number": "1001"}, 60),
        ("/account/register", {"password": "x"}, 60), ("/checkout", {}, 30),
    ],
)  # fmt: skip
def test_one_address_cannot_try_everybody(
    site: Flask, people: People, fort: Fort, path: str, form: dict[str, str], most: int
) -> None:
    """Neither by a made-up X-Forwarded-For, as no proxy is trusted here."""
    codes = []
    for number in range(most + 2):
        headers = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        data = {**form, "email": f"person{number}@acme.example"}
        codes.append(_visitor(site, fort, path).post(path, data, headers=headers).status_code)
    assert 429 not in codes[:most] and codes[most:] == [429, 429], codes


def test_links_of_orders_cannot_be_guessed(site: Flask, people: People, fort: Fort) -> None:
    codes = [people.shopper().get(f"/orders/{fort.order}?t={'x' * 31}{n}").status_code for n in range(70)]
    assert set(codes) == {404, 429} and codes[:20] == [404] * 20 and codes[-1] == 429
    place = {"REMOTE_ADDR": "203.0.113.9"}
    assert people.shopper().get(fort.order_url, environ_overrides=place).status_code == 200


def test_sessions_run_out(people: People, fort: Fort) -> None:
    owner, ada = people.staff("owner"), people.shopper(logged_in=True)
    with clock.frozen(clock.now()):
        clock.advance(3 * 3600 + 1)
        assert owner.get("/admin/acme/").status_code == 302
        assert ada.get("/account").status_code == 200
        clock.advance(15 * 86_400)
        assert ada.get("/account").status_code == 302


def test_another_password_ends_every_session(people: People, fort: Fort) -> None:
    here, there = people.staff("owner"), people.staff("owner")
    new = "another good phrase"
    wrong = here.post("/account-settings", {"old": "no", "password": new, "again": new})
    assert wrong.status_code == 422
    done = here.post("/account-settings", {"old": PASSWORD, "password": new, "again": new})
    assert done.status_code == 303
    assert there.get("/admin/acme/").status_code == 302


def test_nobody_is_locked_out_of_a_browser_they_have_used(site: Flask, people: People, fort: Fort) -> None:
    """The control: without its cookie the same browser has to wait like everybody."""
    for path, form, session_cookie, most in (
        ("/account/login", ADA, "mtc_shop", 10),
        ("/login", OWNER, "mtc_staff", 8),
    ):
        mine = _visitor(site, fort, path)
        first = mine.post(path, form)
        known = _key(first, "known")
        assert first.status_code == 303 and known
        line = next(one for one in first.headers.getlist("Set-Cookie") if one.startswith("known="))
        assert "HttpOnly" in line and "SameSite=Lax" in line and form["email"] not in line
        for number in range(most + 1):
            place = {"REMOTE_ADDR": f"198.51.100.{number}"}
            _visitor(site, fort, path).post(path, {**form, "password": "x"}, environ_overrides=place)
        domain = mine.base.removeprefix("http://").partition(":")[0]
        mine.client.delete_cookie(session_cookie, domain=domain)
        assert _visitor(site, fort, path).post(path, form).status_code == 429
        assert mine.post(path, form).status_code == 303
        forged = _visitor(site, fort, path)
        forged.client.set_cookie("known", known[:-1] + ("a" if known[-1] != "a" else "b"), domain=domain)
        assert forged.post(path, form).status_code == 429
        other = _visitor(site, fort, path)
        other.client.set_cookie("known", known, domain=domain)
        codes = [other.post(path, {**form, "password": "x"}).status_code for _ in range(most + 1)]
        assert codes[-1] == 429 and codes[0] != 429, codes
