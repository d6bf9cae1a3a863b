"""The security journal: what is written, by whom it was caused, and what never stands in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from mtc.core import security_log
from mtc.core.database_errors import DatabaseError
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import User
from mtc.middleware.gateway_site import site_of
from tests.security.fort import PASSWORD, Fort, People
from tests.servers.database import both_databases

WRONG = "not the password of anybody"


class Book(io.StringIO):
    """What was written."""

    def lines(self) -> list[dict[str, Any]]:
        """Every line, read as a log processor reads it."""
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def said(self) -> list[tuple[str, str]]:
        """What happened and where, and nothing else."""
        return [(line["what"], line["route"]) for line in self.lines() if line["log"] == "mtc.security"]


@pytest.fixture
def book() -> Iterator[Book]:
    """The journal of a running program."""
    root, book = logging.getLogger(), Book()
    before, level = list(root.handlers), logging.getLogger("mtc.security").level
    # Another test may have left the handler of a program that it started.
    root.handlers = [one for one in before if not isinstance(one.formatter, security_log.JsonLines)]
    security_log.install(book)
    yield book
    root.handlers = before
    logging.getLogger("mtc.security").setLevel(level)


def test_who_comes_goes_and_is_refused_is_written_down(people: People, fort: Fort, book: Book) -> None:
    shop, owner, stranger = people.shopper(), people.staff("owner"), people.staff("stranger")
    shop.post("/account/login", {"email": "Ada@acme.example", "password": WRONG})
    shop.post("/account/login", {"email": "ada@acme.example", "password": PASSWORD})
    people.staff("").post("/login", {"email": "nobody@acme.example", "password": WRONG})
    people.shopper(logged_in=True).post("/account/logout")
    owner.post("/account-settings", {"old": WRONG, "password": "x", "again": "x"})
    stranger.get("/admin/acme/orders")
    owner.get("/platform/users")
    people.staff("support").post("/admin/acme/settings", {"name": "x"})
    owner.client.post("/logout", base_url=owner.base, headers={"Origin": "https://evil.example"})
    shop.get("/search?q=%00")
    shop.get("/account/reset/forged.token")
    shop.client.get("/", base_url="http://nobody.example")
    shop.post("/webhooks/payments/test", b"{}")
    assert book.said() == [
        ("login.refused", "/account/login"),
        ("login.passed", "/account/login"),
        ("login.refused", "/login"),
        ("session.closed", "/account/logout"),
        ("password.refused", "/account-settings"),
        ("access.refused", "/admin/<tenant>/orders"),
        ("access.refused", "/platform/users"),
        ("request.refused", "/admin/<tenant>/settings"),
        ("request.refused", "/logout"),
        ("request.refused", "/search"),
        ("request.refused", "/account/reset/<token>"),
        ("request.refused", "/"),
        ("request.refused", "/webhooks/payments/<slug>"),
    ]


def test_a_line_says_when_where_who_and_what(people: People, fort: Fort, book: Book) -> None:
    support = people.staff("support")
    place = {"REMOTE_ADDR": "203.0.113.9"}
    support.post("/admin/acme/settings", {"name": "x"}, environ_overrides=place)
    (line,) = book.lines()
    assert datetime.fromisoformat(line.pop("at")).utcoffset() is not None and len(line.pop("request")) == 12
    assert line == {
        "level": "warning", "log": "mtc.security", "what": "request.refused", "ip": "203.0.113.9",
        "host": "localhost:8000", "method": "POST", "route": "/admin/<tenant>/settings",
        "actor": str(people.users["support"]), "status": 403, "code": "forbidden",
    }  # fmt: skip
    shop = people.shopper()
    for number in range(11):
        shop.post("/account/login", {"email": "ada@acme.example", "password": f"{WRONG} {number}"})
    assert [one["what"] for one in book.lines()[1:]] == ["login.refused"] * 10 + ["request.refused"]
    assert {one.get("account") for one in book.lines()[1:11]} == {security_log.alias("ADA@acme.example ")}
    assert (book.lines()[-1]["status"], book.lines()[1]["tenant"]) == (429, str(fort.tenant_id))


FORGED = '\r\n{"level": "info", "what": "login.passed"}\u2028\x1b[31m'


def test_nobody_writes_lines_of_their_own(people: People, book: Book) -> None:
    """The control writes as a plain logger does: there the forged line stands by itself."""
    shop = people.shopper()
    shop.post("/account/login", {"email": FORGED, "password": FORGED})
    shop.client.open("/x%0d%0a{forged}", base_url=shop.base, headers={"Host": "a\x85b", "User-Agent": "\x85"})
    security_log.refuse("input.refused", why=FORGED)
    text = book.getvalue()
    assert len(text.splitlines()) == len(book.lines()) == text.count("\n") and text.isascii()
    assert "\x1b" not in text and "\r" not in text
    plain = io.StringIO()
    logging.StreamHandler(plain).emit(logging.makeLogRecord({"msg": f"refused {FORGED}"}))
    assert json.loads(plain.getvalue().splitlines()[1].partition("\u2028")[0])["what"] == "login.passed"


def test_no_secret_is_written(
    site: Flask, people: People, fort: Fort, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of requests that are refused nor of those that break."""

    def broken(**_: Any) -> None:
        raise RuntimeError("broken")

    secret = "a-secret-token-in-an-address"
    for endpoint in ("storefront.reset_page", "storefront.download", "storefront.order"):
        broken.mtc_access = site.view_functions[endpoint].mtc_access  # type: ignore[attr-defined]
        monkeypatch.setitem(site.view_functions, endpoint, broken)
    ada = people.shopper(logged_in=True)
    for path in (f"/account/reset/{secret}", f"/d/{secret}", f"/orders/Q-1?t={secret}"):
        assert ada.get(path, headers={"Authorization": f"Bearer {secret}"}).status_code == 500
    for email in ("ada@acme.example", "nobody@acme.example"):
        ada.post("/account/login", {"email": email, "password": WRONG})
    text = book.getvalue()
    assert text.count("RuntimeError: broken") == 3 and text.count('"login.refused"') == 2
    for hidden in (secret, WRONG, PASSWORD, ada.key, ada.token, "ada@acme.example", fort.secret, *fort.keys):
        assert hidden not in text


@both_databases
def test_a_statement_that_fails_is_told_without_its_values(site: Flask, book: Book) -> None:
    with pytest.raises(DatabaseError) as failed, platform_scope("break a rule"), unit_of_work():
        for _ in range(2):
            session.add(User(email="x", email_lc="twice@acme.example", password_hash="$hash$"))
        session.flush()
    logging.getLogger("mtc").error("a statement failed", exc_info=failed.value)
    (line,) = book.lines()
    assert "INSERT INTO users" in line["trace"] and "Traceback" in line["trace"]
    assert "$hash$" not in line["trace"] and "twice@acme.example" not in line["trace"]


def test_what_the_gateway_refuses_is_written_down(site: Flask, book: Book) -> None:
    site_of(site).refused("192.0.2.9", 408)
    (line,) = book.lines()
    assert (line["what"], line["status"], line["ip"]) == ("request.refused", 408, "192.0.2.9")
