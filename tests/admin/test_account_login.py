"""Logging in, the same answer for every cause, and the way back."""

from __future__ import annotations

import pytest
from flask import Flask

from mtc.identity.services.staff import WRONG
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person


def test_who_logs_in_gets_a_new_key_and_goes_to_the_only_tenant(app: Flask, shop: Shop) -> None:
    person = Person(app, "owner@acme.example").log_in()
    first = person.key
    answer = person.get("/admin")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/admin/acme/"
    person.post("/login", {"email": person.email, "password": PASSWORD})
    assert person.key != first
    stolen = Person(app)
    stolen.client.set_cookie("mtc_staff", first, domain="localhost")
    assert stolen.get("/admin/acme/").status_code == 302


def test_the_cookie_is_kept_from_scripts(app: Flask, shop: Shop) -> None:
    answer = Person(app).post("/login", {"email": "owner@acme.example", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_every_refusal_looks_the_same(app: Flask, shop: Shop, subtests: pytest.Subtests) -> None:
    for email, password in [
        ("owner@acme.example", "wrong password"),
        ("nobody@acme.example", PASSWORD),
        ("", ""),
        ("\U0001f600" * 400, "x" * 5000),
        ("owner@acme.example' OR 1=1 --", PASSWORD),
    ]:
        with subtests.test(email=email):
            answer = Person(app).post("/login", {"email": email, "password": password})
            assert answer.status_code == 401
            assert WRONG.source in answer.get_data(as_text=True)
            assert "Set-Cookie" not in answer.headers


def test_too_many_tries_have_to_wait(app: Flask, shop: Shop) -> None:
    person = Person(app)
    for _ in range(8):
        assert person.post("/login", {"email": "owner@acme.example", "password": "no"}).status_code == 401
    answer = person.post("/login", {"email": "owner@acme.example", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_next_leads_nowhere_else(app: Flask, shop: Shop, subtests: pytest.Subtests) -> None:
    for target in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]:
        with subtests.test(target=target):
            data = {"email": "owner@acme.example", "password": PASSWORD, "next": target}
            assert Person(app).post("/login", data).headers["Location"] == "/admin"


def test_next_leads_back(app: Flask, shop: Shop) -> None:
    person = Person(app)
    asked = person.get("/admin/acme/orders?q=1")
    assert asked.status_code == 302
    assert asked.headers["Location"] == "/login?next=/admin/acme/orders%3Fq%3D1"
    data = {"email": "owner@acme.example", "password": PASSWORD, "next": "/admin/acme/orders?q=1"}
    assert person.post("/login", data).headers["Location"] == "/admin/acme/orders?q=1"


def test_logging_out_ends_the_session(owner: Person) -> None:
    key = owner.key
    assert owner.post("/logout").headers["Location"] == "/login"
    owner.client.set_cookie("mtc_staff", key, domain="localhost")
    assert owner.get("/admin/acme/").status_code == 302


def test_a_form_of_another_site_is_refused(owner: Person) -> None:
    answer = owner.post("/logout", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert owner.post("/logout", {"csrf_token": "wrong"}).status_code == 403


def test_another_password_ends_other_sessions(app: Flask, shop: Shop, owner: Person) -> None:
    elsewhere = Person(app, "owner@acme.example").log_in()
    wrong = owner.post("/account-settings", {"old": "no", "password": "x" * 12, "again": "x" * 12})
    assert wrong.status_code == 422
    words = {"old": PASSWORD, "password": "seven green bottles", "again": "seven green bottles"}
    assert owner.post("/account-settings", words).status_code == 303
    assert owner.get("/admin/acme/").status_code == 200
    assert elsewhere.get("/admin/acme/").status_code == 302


def test_the_front_page_names_the_stores_and_asks_nothing_of_anybody(app: Flask, shop: Shop) -> None:
    answer = Person(app).get("/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'href="http://acme.localhost:8000/"' in page
    assert "This is a demo" not in page


def test_probes_ask_no_database(app: Flask, queries: object) -> None:
    with queries() as seen:  # type: ignore[operator]
        answer = Person(app).get("/healthz")
    assert (answer.status_code, answer.get_data(as_text=True), len(seen)) == (200, "ok\n", 0)
