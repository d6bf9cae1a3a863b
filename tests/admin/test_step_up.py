"""What a stolen session, a known password and patience get: no younger session, no more tries, no rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.admin.account import mfa_login, mfa_settings, overview
from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.identity.models import LoginSession
from mtc.identity.queries.factors import has_factor
from mtc.identity.services.sessions import STAFF_LONGEST
from tests.admin.conftest import Shop
from tests.admin.people import PASSWORD, Person, half
from tests.audit.log import entries
from tests.factories.factors import give_app

NOON = datetime(2030, 6, 1, 12, tzinfo=UTC)
OWNER, NEW = "owner@acme.example", "seven green bottles"
TOTP, CODES = "/account-settings/totp", "/account-settings/recovery-codes"
CHANGE = {"old": PASSWORD, "password": NEW, "again": NEW}


@pytest.fixture
def armed(app: Flask, shop: Shop) -> Person:
    """The owner with an app, logged in with it."""
    with platform_scope("give the owner an app"), unit_of_work():
        give_app(shop.users["owner"].id)
    return Person(app, OWNER).log_in()


def _ages(shop: Shop) -> list[tuple[datetime, datetime]]:
    """When the owner's sessions were opened, and when they end at the latest."""
    with platform_scope("look at sessions", readonly=True), unit_of_work():
        rows = session.scalars(select(LoginSession).where(LoginSession.user_id == shop.users["owner"].id))
        return [(one.created_at, one.expires_at) for one in rows]


@pytest.mark.parametrize("kept", [True, False])
def test_the_old_password_is_no_log_in_for_who_has_a_second_factor(
    shop: Shop, armed: Person, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A session of an hour ago and the password, without the app. Not kept is the control: the app goes."""
    if not kept:
        monkeypatch.setattr(overview, "has_factor", lambda _user: False)
    with clock.frozen(clock.now()):
        clock.advance(3600)
        assert armed.post("/account-settings", CHANGE).headers["Location"] == "/admin"
        answer = armed.post(f"{TOTP}/remove").headers["Location"]
    assert answer.startswith("/login/again") is kept
    with platform_scope("look", readonly=True), unit_of_work():
        assert has_factor(shop.users["owner"].id) is kept


def test_the_old_password_is_one_for_who_has_nothing_else(shop: Shop, owner: Person) -> None:
    with clock.frozen(clock.now()):
        clock.advance(3600)
        assert owner.post("/account-settings", CHANGE).status_code == 303
        assert owner.get(TOTP).status_code == 200


@pytest.mark.parametrize("kept", [True, False])
def test_changes_keep_no_session_young(
    shop: Shop, armed: Person, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New codes every ten minutes. Not kept is the control: each change opens the next quarter of an hour."""
    if not kept:
        made = mfa_settings.new_session
        monkeypatch.setattr(
            mfa_settings, "new_session", lambda user, **more: made(user, **{**more, "anew": True})
        )
    [(opened, ends)] = _ages(shop)
    assert ends - opened == STAFF_LONGEST
    with clock.frozen(clock.now()):
        codes = []
        for _ in range(3):
            clock.advance(600)
            codes.append(armed.post(CODES).status_code)
    assert codes == ([200, 303, 303] if kept else [200, 200, 200])
    [(opened_now, ends_now)] = _ages(shop)
    if kept:
        assert (opened_now, ends_now) == (opened, ends), "another key, and as old as before"
    else:
        assert opened_now > opened + timedelta(minutes=29)


@pytest.mark.parametrize("kept", [True, False])
def test_a_log_in_of_the_owner_gives_a_guesser_no_tries_back(
    app: Flask, armed: Person, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty codes a day, however often the owner comes. Not kept is the control: the day begins again."""
    forgive = mfa_login.reset_rate_limit

    def everything(name: str, who: str, seconds: int) -> None:
        forgive(name, who, seconds)
        forgive("platform:second:day", who, mfa_login.DAY)

    if not kept:
        monkeypatch.setattr(mfa_login, "reset_rate_limit", everything)
    with clock.frozen(NOON):
        for _ in range(5):
            clock.advance(901)
            assert _guesses(app, 4) + _guesses(app, 4) == [401] * 8
            Person(app, OWNER).log_in()
        clock.advance(901)
        assert _guesses(app, 4) + _guesses(app, 2) == [401] * 5 + [429 if kept else 401]


def _guesses(app: Flask, times: int) -> list[int]:
    """Who knows the password tries codes."""
    guesser = half(app)
    return [guesser.post("/login/second", {"code": "000000"}).status_code for _ in range(times)]


def test_without_a_password_nobody_writes_into_the_log(app: Flask, shop: Shop) -> None:
    """Nor does anybody get another person's name into it."""
    nobody, root = Person(app), {"email": "root@mtc.example", "code": "000000", "credential": "{}"}
    for _ in range(40):
        assert nobody.post("/login/second", root).status_code == 401
    assert entries("front.second_step") == []
    assert nobody.post("/login/passkey", root).status_code == 401
    owner = Person(app, OWNER).log_in()
    assert (
        owner.post("/account-settings", {**root, "old": "x", "password": NEW, "again": NEW}).status_code
        == 422
    )
    told = [(one.summary, one.actor_name) for one in entries()]
    assert told == [
        ("Failed to log in with a passkey", ""),
        ("Logged in", "Owner"),
        ("Failed to change their password", "Owner"),
    ]
    assert nobody.post("/login", {"email": "root@mtc.example", "password": "x"}).status_code == 401
    assert entries()[-1].summary == "Failed to log in: root@mtc.example"
