"""Passkeys of staff: alone and as the second step, whose they are, what they are called."""

from __future__ import annotations

import json

from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import LoginSession, User
from mtc.identity.queries.factors import passkeys_of
from tests.admin.conftest import Shop
from tests.admin.people import HOST, Person, enrol, half
from tests.fakes.authenticator import Authenticator


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
