"""The second step of a log-in: what it asks for, what it gives, and what does not get past it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import LoginSession, PendingLogin, User
from mtc.identity.queries.factors import notices_of
from mtc.identity.services.recovery_codes import new_codes
from mtc.identity.services.security_notifications import notify_user
from mtc.identity.services.totp import code_at, this_step
from mtc.infra.cache.limits import Limits, Verdict
from tests.admin.conftest import Shop
from tests.admin.people import OWNER, PASSWORD, Person, enrol, half
from tests.audit.log import entries
from tests.factories.factors import SECRET, code_of, give_app
from tests.fakes.authenticator import Authenticator


@pytest.fixture
def codes(shop: Shop) -> list[str]:
    """The owner has an app and recovery codes."""
    with platform_scope("give the owner an app"), unit_of_work():
        give_app(shop.users["owner"].id)
        return new_codes(shop.users["owner"].id)


def step(person: Person) -> str:
    cookie = person.client.get_cookie("mtc_step", domain="localhost")
    return cookie.value if cookie is not None else ""


def test_a_password_alone_opens_nothing(app: Flask, codes: list[str]) -> None:
    person = half(app, next="/admin/acme/orders")
    line = next(one for one in [person.client.get_cookie("mtc_step", domain="localhost")] if one)
    assert (line.http_only, line.same_site, line.path, line.domain) == (True, "Strict", "/", "localhost")
    assert person.key == ""
    for path in ("/admin", "/admin/acme/", "/account-settings", "/account-settings/second-factor"):
        assert person.get(path).status_code == 302
    stolen = Person(app)
    stolen.client.set_cookie("mtc_staff", step(person), domain="localhost")
    assert stolen.get("/admin/acme/").status_code == 302
    page = person.get("/login/second").text
    assert (
        "Six digits from your authenticator app" in page
        and "Use a passkey" not in page
        and "Demo" not in page
    )
    done = person.post("/login/second", {"code": code_of(OWNER)})
    assert (done.status_code, done.headers["Location"]) == (303, "/admin/acme/orders")
    assert (step(person), person.get("/admin/acme/").status_code) == ("", 200)
    assert person.get("/login/second").headers["Location"] == "/login"


def test_a_half_log_in_belongs_to_one_browser_and_is_used_once(app: Flask, codes: list[str]) -> None:
    person = half(app)
    key = step(person)
    assert Person(app).post("/login/second", {"code": code_of(OWNER)}).status_code == 401
    assert person.post("/login/second", {"code": code_of(OWNER)}).status_code == 303
    again = Person(app)
    again.client.set_cookie("mtc_step", key, domain="localhost")
    assert again.post("/login/second", {"code": code_of(OWNER)}).status_code == 401


def test_a_code_that_was_used_does_not_count_again(app: Flask, codes: list[str]) -> None:
    code = code_at(SECRET, this_step())
    assert half(app).post("/login/second", {"code": code}).status_code == 303
    second = half(app)
    refused = second.post("/login/second", {"code": code})
    assert (refused.status_code, "was used before" in refused.text) == (401, True)
    assert second.post("/login/second", {"code": code_of(OWNER)}).status_code == 303


def test_a_recovery_code_counts_once_and_says_how_many_are_left(
    app: Flask, shop: Shop, codes: list[str]
) -> None:
    person = half(app)
    assert person.post("/login/second", {"code": codes[0].upper()}).status_code == 303
    assert (
        "A recovery code was used to log in; 9 are left."
        in person.get("/account-settings/second-factor").text
    )
    assert half(app).post("/login/second", {"code": codes[0]}).status_code == 401
    with clock.frozen(clock.now()):
        for number, code in enumerate(codes[1:8], 2):
            clock.advance(900)
            assert half(app).post("/login/second", {"code": code}).status_code == 303, number
    with platform_scope("look", readonly=True), unit_of_work():
        told = [one.text for one in notices_of(shop.users["owner"].id, 2)]
    assert told == [
        "A recovery code was used to log in; 2 are left. Make new ones under “Your account”, second factor.",
        "A recovery code was used to log in; 3 are left. Make new ones under “Your account”, second factor.",
    ]


def test_five_tries_and_the_person_hears_of_it(app: Flask, shop: Shop, codes: list[str]) -> None:
    person = half(app)
    found = [person.post("/login/second", {"code": "000000"}) for _ in range(5)]
    assert [answer.status_code for answer in found] == [401] * 5
    late = person.post("/login/second", {"code": code_of(OWNER)})
    assert (late.status_code, "Log in again" in late.text) == (401, True)
    with platform_scope("look", readonly=True), unit_of_work():
        [told] = notices_of(shop.users["owner"].id, 5)
    assert told.text.startswith("Somebody gave your password and then failed five times")
    assert half(app).post("/login/second", {"code": code_of(OWNER)}).status_code == 303


def test_guessing_ends_for_the_person_from_whatever_address(app: Flask, codes: list[str]) -> None:
    """Two half log-ins use ten tries up; the third may not guess, but the right passkey still could."""
    for number in range(2):
        person = half(app)
        for guess in range(5):
            place = {"REMOTE_ADDR": f"203.0.113.{number * 5 + guess}"}
            person.post("/login/second", {"code": "000000"}, environ_overrides=place)
    answer = half(app).post("/login/second", {"code": code_of(OWNER)})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_one_address_cannot_guess_for_everybody(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform_scope("give everybody an app"), unit_of_work():
        for role in ("owner", "support", "stranger"):
            give_app(shop.users[role].id)
    codes = []
    for email in (OWNER, "support@acme.example", "stranger@rival.example"):
        for _ in range(2):
            person = half(app, email)
            codes += [person.post("/login/second", {"code": "000000"}).status_code for _ in range(5)]
    codes.append(half(app, "root@mtc.example").post("/login/second", {"code": "000000"}).status_code)
    assert codes == [401] * 30 + [429]


def test_five_tries_hold_without_any_limit(
    app: Flask, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tries of a half log-in are counted in its row: a cache that forgets gives none back."""
    monkeypatch.setattr(Limits, "limit", lambda *_: Verdict(True, 1, 0.0))
    person = half(app)
    for _ in range(5):
        person.post("/login/second", {"code": "000000"})
    assert person.post("/login/second", {"code": code_of(OWNER)}).status_code == 401


def test_a_half_log_in_runs_out_and_ends_with_another_password(
    app: Flask, shop: Shop, codes: list[str]
) -> None:
    with clock.frozen(clock.now()):
        person = half(app)
        clock.advance(601)
        assert person.post("/login/second", {"code": code_of(OWNER)}).status_code == 401
    for change in ({"auth_epoch": 7}, {"status": "blocked"}):
        person = half(app)
        with platform_scope("change the person"), unit_of_work():
            user = session.get_one(User, shop.users["owner"].id)
            for name, value in change.items():
                setattr(user, name, value)
        assert person.post("/login/second", {"code": code_of(OWNER)}).status_code == 401


def test_refusals_say_nothing_about_who_has_a_second_factor(app: Flask, codes: list[str]) -> None:
    """With a wrong password: an owner with an app, one without, and nobody at all."""
    pages = set()
    for email in (OWNER, "support@acme.example", "nobody@acme.example"):
        answer = Person(app).post("/login", {"email": email, "password": "wrong"})
        pages.add((answer.status_code, answer.text.replace(email, ""), "Set-Cookie" in answer.headers))
    plain = {
        (status, re.sub(r"nonce[-=][^ ]+|nonce=\"[^\"]+\"", "", text), cookie)
        for status, text, cookie in pages
    }
    assert len(plain) == 1 and next(iter(plain))[0::2] == (401, False)


def test_another_password_keeps_the_second_factor(app: Flask, shop: Shop, codes: list[str]) -> None:
    person = half(app)
    person.post("/login/second", {"code": code_of(OWNER)})
    new = "seven green bottles"
    person.post("/account-settings", {"old": PASSWORD, "password": new, "again": new})
    assert person.get("/admin/acme/").status_code == 200
    other = Person(app, OWNER)
    assert other.post("/login", {"email": OWNER, "password": new}).headers["Location"] == "/login/second"
    with platform_scope("look", readonly=True), unit_of_work():
        [row] = session.query(LoginSession).filter_by(user_id=shop.users["owner"].id, auth_epoch=1).all()
        assert row.second_factor == "totp"


def test_the_step_leads_nowhere_else(app: Flask, codes: list[str]) -> None:
    person = half(app, next="//evil.example")
    with platform_scope("plant a target"), unit_of_work():
        session.query(PendingLogin).update({"target": "https://evil.example"})
    assert person.post("/login/second", {"code": code_of(OWNER)}).headers["Location"] == "/admin"


def test_the_notices_are_on_the_account_page(
    shop: Shop, owner: Person, person: Callable[[str], Person]
) -> None:
    with platform_scope("tell"), unit_of_work():
        notify_user(shop.users["owner"].id, "Something happened.", place="Mars")
    assert "Something happened." in owner.get("/account-settings").text
    assert "Something happened." not in person("support").get("/account-settings").text


def test_each_step_is_written_down_for_what_it_was(app: Flask, shop: Shop, owner: Person) -> None:
    """Neither a half log-in nor a refused code reads like a log-in, and no code or key is told."""
    key = Authenticator()
    enrol(owner, key)
    person = half(app)
    person.post("/login/second/options")
    for _ in range(5):
        person.post("/login/second", {"code": "424242"})
    person = half(app)
    person.post("/login/second", {"credential": key.get(person.post("/login/second/options").text)})
    told = [(one.summary, one.actor_name) for one in entries()]
    assert (
        told[-9:]
        == [
            ("Set up a passkey", "Owner"),
            ("Gave the right password; the second factor is still to come", "Owner"),
            *[(f"Failed at the second factor: {OWNER}", "")] * 4,
            ("Failed at the second factor", ""),
            (f"Failed at the second factor: {OWNER}", ""),
            ("Gave the right password; the second factor is still to come", "Owner"),
            ("Logged in with a second factor", "Owner"),
        ][-9:]
    )
    assert not any(secret in repr([one.changes for one in entries()]) for secret in ("424242", key.id))
