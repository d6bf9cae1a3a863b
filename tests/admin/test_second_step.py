"""The second step of a log-in: what it asks for, what it gives, and what does not get past it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import LoginSession, PendingLogin, User
from mtc.identity.queries.factors import notices_of, passkeys_of
from mtc.identity.services.notices import tell
from mtc.identity.services.recovery import new_codes
from mtc.identity.services.totp import code_at, this_step
from mtc.infra.cache.limits import Limits, Verdict
from tests.admin.conftest import Shop
from tests.admin.people import HOST, PASSWORD, Person
from tests.audit.log import entries
from tests.factories.factors import SECRET, code_of, give_app
from tests.fakes.authenticator import Authenticator

OWNER = "owner@acme.example"


@pytest.fixture
def codes(shop: Shop) -> list[str]:
    """The owner has an app and recovery codes."""
    with platform_scope("give the owner an app"), unit_of_work():
        give_app(shop.users["owner"].id)
        return new_codes(shop.users["owner"].id)


def half(app: Flask, email: str = OWNER, **more: str) -> Person:
    """Somebody who has given the password and nothing else."""
    person = Person(app, email)
    answer = person.post("/login", {"email": email, "password": PASSWORD, **more})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/second")
    return person


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


def enrol(person: Person, key: Authenticator, name: str = "Laptop") -> None:
    headers = {"Accept": "application/json"}
    options = person.post("/account-settings/passkeys/options", headers=headers)
    assert (options.status_code, options.mimetype) == (200, "application/json")
    answer = person.post("/account-settings/passkeys", {"name": name, "credential": key.create(options.text)})
    assert answer.status_code in (200, 303), answer.text


def test_a_passkey_logs_in_alone_and_as_the_second_step(app: Flask, shop: Shop, owner: Person) -> None:
    key = Authenticator()
    enrol(owner, key)
    alone = Person(app)
    options = alone.post("/login/passkey/options")
    assert json.loads(options.text)["allowCredentials"] == []
    done = alone.post("/login/passkey", {"credential": key.get(options.text), "next": "/admin/acme/stock"})
    assert (done.status_code, done.headers["Location"]) == (303, "/admin/acme/stock")
    assert alone.get("/admin/acme/").status_code == 200
    second = half(app)
    assert "Use a passkey" in second.get("/login/second").text
    options = second.post("/login/second/options")
    assert second.post("/login/second", {"credential": key.get(options.text)}).status_code == 303
    with platform_scope("look", readonly=True), unit_of_work():
        rows = session.query(LoginSession).filter_by(user_id=shop.users["owner"].id).all()
        assert [one.second_factor for one in rows if one.auth_epoch == 1] == ["passkey"] * 3


def test_a_passkey_is_believed_at_the_stored_address_only(app: Flask, shop: Shop, owner: Person) -> None:
    """The Host header names another address of the platform; what counts is MTC_PUBLIC_URL."""
    key = Authenticator()
    enrol(owner, key)
    client = app.test_client()
    headers = {"Host": "localhost:9999", "Origin": "http://localhost:9999"}
    options = client.post("/login/passkey/options", base_url=HOST, headers=headers)
    assert json.loads(options.text)["rpId"] == "localhost"
    key.origin = "http://localhost:9999"
    answer = client.post(
        "/login/passkey", base_url=HOST, headers=headers, data={"credential": key.get(options.text)}
    )
    assert answer.status_code == 401
    refused = Person(app).post("/login/second/options", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["success"]) == (401, False)


def test_a_locked_person_has_no_passkey(app: Flask, shop: Shop, owner: Person) -> None:
    key = Authenticator()
    enrol(owner, key)
    with platform_scope("lock the owner"), unit_of_work():
        session.get_one(User, shop.users["owner"].id).status = "blocked"
    person = Person(app)
    options = person.post("/login/passkey/options")
    assert person.post("/login/passkey", {"credential": key.get(options.text)}).status_code == 401


def test_passkeys_are_named_and_removed(app: Flask, shop: Shop, owner: Person) -> None:
    enrol(owner, Authenticator(), "")
    with platform_scope("look", readonly=True), unit_of_work():
        [row] = passkeys_of(shop.users["owner"].id)
    assert row.name == "An unknown browser"
    page = "/account-settings/passkeys"
    assert owner.post(f"{page}/{row.id}/name", {"name": "Desk"}).status_code == 303
    assert 'value="Desk"' in owner.get("/account-settings/second-factor").text
    assert owner.post(f"{page}/{row.id}/name", {"name": ""}).status_code == 303
    assert "Give the passkey a name" in owner.get("/account-settings/second-factor").text
    stranger = Person(app, "stranger@rival.example").log_in()
    for verb in ("name", "remove"):
        assert stranger.post(f"{page}/{row.id}/{verb}", {"name": "Mine"}).status_code == 404
    assert owner.post(f"{page}/{row.id}/remove").status_code == 303
    assert "passkey is removed" in owner.get("/account-settings/second-factor").text
    bad = owner.post(page, {"name": "x", "credential": "nonsense"})
    assert bad.status_code == 303 and "not accepted" in owner.get("/account-settings/second-factor").text


def test_the_notices_are_on_the_account_page(
    shop: Shop, owner: Person, person: Callable[[str], Person]
) -> None:
    with platform_scope("tell"), unit_of_work():
        tell(shop.users["owner"].id, "Something happened.", place="Mars")
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
