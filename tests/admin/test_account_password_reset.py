"""Staff who forgot their password: a mailed link that counts once, told nobody but the person."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import PasswordRequest, User
from mtc.identity.queries.factors import notices_of
from mtc.identity.services import create_user
from mtc.identity.services.password_reset import MOST, send_links
from mtc.infra.mail import MailError
from mtc.tasks.services import run_periodic
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person
from tests.audit.log import entries
from tests.factories.factors import code_of
from tests.fakes.ports import FakePorts
from tests.servers.database import both_databases

NEW = "other words for this log-in"
ADA = "ada@mtc.example"


@pytest.fixture
def ada(app: Flask, shop: Shop) -> Person:
    """Somebody without a second factor, who is logged in."""
    with platform_scope("make a person"), unit_of_work():
        create_user(ADA, "Ada", PASSWORD)
    return Person(app, ADA).log_in()


def ask(app: Flask, email: str, **headers: str) -> Any:
    return Person(app).post("/login/forgot", {"email": email}, headers=headers)


def mailed(ports: FakePorts, to: str = ADA) -> str:
    """The path of the newest link that was mailed to the address."""
    run_periodic(force=True)
    letter = [one for one in ports.mail.sent if one.to == to and "/login/new-password/" in one.text][-1]
    found = re.search(r"http://localhost:8000(/login/new-password/\S+)", letter.text)
    assert found is not None
    return found[1]


def form(path: str, password: str = NEW, again: str = NEW) -> dict[str, str]:
    return {"token": path.rpartition("/")[2], "password": password, "again": again}


def log_in(app: Flask, email: str, password: str) -> int:
    return Person(app).post("/login", {"email": email, "password": password}).status_code


@both_databases
def test_u14_a_mailed_link_sets_a_new_password_once(app: Flask, ada: Person, ports: FakePorts) -> None:
    assert "/login/forgot" in Person(app).get("/login").text
    assert Person(app).get("/login/forgot").status_code == 200
    assert ask(app, " ADA@mtc.example ").status_code == 200
    path = mailed(ports)
    letter = ports.mail.sent[-1]
    assert letter.html is None and "works once" in letter.text and "127.0.0.1" in letter.text
    there = Person(app)
    page = there.get(path)
    assert page.status_code == 200 and page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert ada.get("/account-settings").status_code == 200
    done = there.post("/login/new-password", form(path))
    assert (done.status_code, done.headers["Location"]) == (303, "/admin")
    assert there.get("/account-settings").status_code == 200
    assert ada.get("/account-settings").status_code == 302  # its session has ended
    assert (log_in(app, ADA, PASSWORD), log_in(app, ADA, NEW)) == (401, 303)
    late = Person(app).post("/login/new-password", form(path, "yet other words", "yet other words"))
    assert there.get(path).status_code == late.status_code == 410
    assert log_in(app, ADA, NEW) == 303
    with platform_scope("look"), unit_of_work():
        user = session.query(User).filter_by(email_lc=ADA).one()
        told = notices_of(user.id, 1)[0].text
        assert session.query(PasswordRequest).count() == 0
    assert told == "Your password was changed by a link that was mailed to you."


def test_the_audit_log_tells_of_it_without_the_link(app: Flask, ada: Person, ports: FakePorts) -> None:
    assert ask(app, ADA).status_code == 200
    path = mailed(ports)
    assert entries("front.forgot") == []
    assert Person(app).post("/login/new-password", form(path)).status_code == 303
    [entry] = entries("front.choose_new_password")
    assert entry.summary == "Chose a new password by a mailed link"
    assert (entry.actor_email, entry.object_label, entry.kind) == (ADA, ADA, "account")
    kept = repr([vars(one) for one in entries()])
    assert path.rpartition("/")[2] not in kept and NEW not in kept


def test_the_second_factor_is_still_asked_for(
    app: Flask, person: Callable[[str], Person], ports: FakePorts
) -> None:
    root = person("root")
    email = root.email
    assert ask(app, email).status_code == 200
    there = Person(app)
    path = mailed(ports, email)
    done = there.post("/login/new-password", form(path))
    assert (done.status_code, done.headers["Location"]) == (303, "/login/second")
    assert there.get("/account-settings").status_code == 302  # no session yet
    [entry] = entries("front.choose_new_password")
    assert (entry.actor_email, entry.summary) == (email, "Chose a new password by a mailed link")
    assert there.post("/login/second", {"code": code_of(email)}).status_code == 303
    assert there.get("/account-settings").status_code == 200
    assert root.get("/account-settings").status_code == 302


@pytest.mark.parametrize("email", [ADA, "nobody@mtc.example", "shut@mtc.example"])
def test_the_answer_is_the_same_for_every_address(
    app: Flask, ada: Person, ports: FakePorts, email: str
) -> None:
    """In words, statements and rows: whom it is about only the worker looks up."""
    with platform_scope("make a person"), unit_of_work():
        create_user("shut@mtc.example", "Shut", PASSWORD).status = "inactive"
    page = ask(app, email)
    assert page.status_code == 200
    assert page.text.count(email) == 1 and "If somebody logs in here with" in page.text
    with platform_scope("look"), unit_of_work():
        [row] = session.query(PasswordRequest).all()
        assert row.email_lc == email
    run_periodic(force=True)
    links = [one.to for one in ports.mail.sent if "/login/new-password/" in one.text]
    assert links == ([ADA] if email == ADA else [])
    with platform_scope("look"), unit_of_work():
        assert session.query(PasswordRequest).count() == 0


def test_no_statement_depends_on_whether_somebody_has_the_address(
    app: Flask, ada: Person, queries: Any
) -> None:
    counts = []
    for email in (ADA, "nobody@mtc.example"):
        with queries() as seen:
            assert ask(app, email).status_code == 200
        counts.append([str(one) for one in seen])
    assert counts[0] == counts[1]


def test_asking_is_limited_by_address_and_by_network(app: Flask, ada: Person) -> None:
    assert [ask(app, "x@mtc.example").status_code for _ in range(4)] == [200, 200, 200, 429]
    late = ask(app, "X@mtc.example")
    assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0 and "too often" in late.text
    assert [ask(app, f"n{number}@mtc.example").status_code for number in range(7)] == [200] * 5 + [429] * 2


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a" * 300 + "@mtc.example", "\u212aada@mtc.example"])
def test_what_is_no_address_is_told(app: Flask, ports: FakePorts, email: str) -> None:
    page = ask(app, email)
    assert page.status_code == 422 and "name@example.com" in page.text
    run_periodic(force=True)
    assert ports.mail.sent == []


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        (NEW, NEW + "x", "The two are not the same."),
        ("short", "short", "Use at least 10 characters"),
        ("ada@mtc.example", "ada@mtc.example", ""),
        ("password1234", "password1234", ""),
    ],
)
def test_bad_passwords_keep_the_link(
    app: Flask, ada: Person, ports: FakePorts, password: str, again: str, sentence: str
) -> None:
    ask(app, ADA)
    path, there = mailed(ports), Person(app)
    refused = there.post("/login/new-password", form(path, password, again))
    assert refused.status_code == 422 and sentence in refused.text
    assert f'value="{password}"' not in refused.text
    assert ada.get("/account-settings").status_code == 200
    assert there.post("/login/new-password", form(path)).status_code == 303


def test_forged_and_late_links_do_nothing(app: Flask, ada: Person, ports: FakePorts) -> None:
    ask(app, ADA)
    path = mailed(ports)
    other = Person(app)
    for bad in ("/login/new-password/x", path[:-1], path + "x", "/login/new-password/" + "0" * 900):
        assert other.get(bad).status_code in (400, 404)
        assert other.post("/login/new-password", form(bad)).status_code == 400
    with clock.frozen(clock.now()):
        clock.advance(3601)
        assert other.get(path).status_code == other.post("/login/new-password", form(path)).status_code == 410
    assert log_in(app, ADA, PASSWORD) == 303


def test_a_changed_password_ends_links_that_wait(app: Flask, ada: Person, ports: FakePorts) -> None:
    ask(app, ADA)
    path = mailed(ports)
    changed = ada.post("/account-settings", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert changed.status_code == 303
    assert Person(app).post("/login/new-password", form(path)).status_code == 410
    assert log_in(app, ADA, NEW) == 303


def test_a_mail_that_fails_is_tried_again_and_then_given_up(
    app: Flask, ada: Person, ports: FakePorts
) -> None:
    def send() -> int:
        with platform_scope("the worker"), unit_of_work():
            return send_links("MTC <mtc@mtc.example>", "https://mtc.example")

    with clock.frozen(clock.now()):
        ask(app, ADA)
        ports.mail.failure = MailError("not now", permanent=False)
        assert (send(), send()) == (0, 0)
        ports.mail.failure = None
        clock.advance(121)
        assert send() == 1 and "https://mtc.example/login/new-password/" in ports.mail.sent[-1].text
        headers = ports.mail.sent[-1].headers
        assert headers["Message-ID"].endswith("@mtc.example>")
        assert headers["Auto-Submitted"] == "auto-generated"
        ask(app, ADA)
        ports.mail.failure = MailError("never", permanent=True)
        for _ in range(MOST + 1):
            assert send() == 0
            clock.advance(121)
    with platform_scope("look"), unit_of_work():
        assert session.query(PasswordRequest).count() == 0
