"""Every change that a person makes leaves exactly one entry, and no entry holds a secret."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mtc.audit.models import AuditEntry
from mtc.catalog.models import StockItem
from mtc.core.change_tracking import serialize
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope
from mtc.emails.models import Email
from mtc.identity.models import LoginSession, User
from mtc.identity.services.totp import code_at, this_step
from mtc.middleware.audit_recording import FIRST_STEP_DONE
from mtc.orders.models import Order
from mtc.payments.models import PaymentGateway
from mtc.testing.urls import address
from tests.fakes.authenticator import Authenticator
from tests.security.deeds import DEVICES, FACTORS, enrolled, good_requests, prepare, routes_of_people
from tests.security.fort import PASSWORD, PLATFORM, Fort, People, Visitor
from tests.servers.database import both_databases

# Whoever asks for a link is nobody yet, and nothing has changed. Who follows the one in a mail is not logged
# in either: the event notification.switched tells of it.
# Its good request needs a plugin with a slot: tests/plugins/test_admin_slots.py sends it.
OF_PLUGINS = {"admin.arrange_slot"}
UNRECORDED = {"front.forgot", "front.unsubscribe"}


def _entries() -> list[AuditEntry]:
    with platform_scope("read the audit log", readonly=True), unit_of_work():
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.created_at, AuditEntry.id)))


def _count() -> int:
    with platform_scope("count the audit log", readonly=True), unit_of_work():
        return int(session.scalar(select(func.count()).select_from(AuditEntry)) or 0)


@both_databases
def test_each_good_request_makes_one_entry(site: Flask, people: People, fort: Fort) -> None:
    """The gate for new routes: what a person may send is recorded once, and what is refused is not."""
    where, what = good_requests(fort, people.users["root"], people.users["support"])
    faults, root = [], people.staff("root")
    for rule in routes_of_people(site):
        if rule.endpoint in OF_PLUGINS:
            continue
        head = rule.endpoint.partition(".")[0]
        who = root if head == "platform" else people.staff("owner" if head == "admin" else "manager")
        if rule.endpoint in ("front.log_in", "front.take_place"):
            who = Visitor(site.test_client(), who.base)
        if rule.endpoint in FACTORS:
            who = enrolled(site, people.users["support"], rule.endpoint, where)
        prepare(fort, rule.endpoint, where, people.users["owner"])
        before = _count()
        path = address(rule, where.get(rule.endpoint, {}))
        answer = who.post(path, what.get(rule.endpoint, {}))
        made = _entries()[before:]
        wanted = [] if rule.endpoint in UNRECORDED else [rule.endpoint]
        if answer.status_code not in (200, 201, 302, 303) or [one.action for one in made] != wanted:
            faults.append((rule.endpoint, answer.status_code, [one.action for one in made]))
    assert not faults, faults
    told = _told()
    assert [one for one in _secrets(fort, what) if one in told] == []


@dataclass
class _Teller:
    """Sends requests of one browser and keeps which entry each of them made, by endpoint."""

    site: Flask
    visitor: Visitor
    made: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def post(self, path: str, form: dict[str, str] | None = None) -> TestResponse:
        """One request; the key of the session that it may open goes on with the next."""
        before, client = _count(), self.visitor.client
        answer = self.visitor.post(path, form)
        assert answer.status_code in (200, 303), (path, answer.status_code, answer.text)
        cookie = client.get_cookie("mtc_staff", domain="localhost")
        self.visitor.key = cookie.value if cookie is not None else ""
        endpoint, _ = self.site.url_map.bind("localhost").match(path, method="POST")
        self.made[endpoint] = [(one.action, one.summary, one.actor_email) for one in _entries()[before:]]
        return answer


@both_databases
def test_what_asks_for_a_code_or_a_device_makes_one_entry_too(
    site: Flask, people: People, fort: Fort
) -> None:
    """Setting up and logging in with both; what only asks for a challenge is no deed."""
    key, desk = Authenticator(), _Teller(site, people.staff("manager"))
    page = desk.visitor.get("/account-settings/totp").text
    found = re.search(r'<code id="totp-secret"[^>]*>([A-Z2-7 ]+)</code>', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    codes = desk.post("/account-settings/totp", {"code": code_at(secret, this_step())}).text
    options = desk.post("/account-settings/passkeys/options").text
    desk.post("/account-settings/passkeys", {"name": "Desk", "credential": key.create(options)})
    alone = _Teller(site, Visitor(site.test_client(), PLATFORM))
    options = alone.post("/login/passkey/options").text
    alone.post("/login/passkey", {"credential": key.get(options)})
    step = _Teller(site, Visitor(site.test_client(), PLATFORM))
    step.post("/login", {"email": "manager@acme.example", "password": PASSWORD})
    step.post("/login/second/options")
    step.post("/login/second", {"code": code_at(secret, this_step() + 1)})
    made = desk.made | alone.made | step.made
    half = made.pop("front.log_in")
    assert half == [("front.log_in", FIRST_STEP_DONE, "manager@acme.example")]
    assert made == {
        name: [(name, said, "manager@acme.example") for said in some] for name, some in DEVICES.items()
    }
    mine = [one for one in _entries() if one.action in DEVICES]
    assert {(one.kind, one.tenant_id) for one in mine} == {("account", None)}
    told = _told()
    papers = re.findall(r"<code>([a-z2-7-]{29})</code>", codes)
    assert len(papers) == 10
    assert [one for one in (*papers, secret, key.id, *_secrets(fort, {})) if one in told] == []


def test_secrets_would_be_told_without_the_mask(
    people: People, fort: Fort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the search for secrets."""
    monkeypatch.setattr(serialize, "is_secret", lambda column: False)
    form = {"old": PASSWORD, "password": PASSWORD + "2", "again": PASSWORD + "2"}
    assert people.staff("owner").post("/account-settings", form).status_code == 303
    told = _told()
    assert [one for one in _secrets(fort, {}) if one in told]


def _told() -> str:
    """Every text of every entry."""
    columns = [column.key for column in AuditEntry.__mapper__.column_attrs]
    return json.dumps([[getattr(one, name) for name in columns] for one in _entries()], default=str)


def _secrets(fort: Fort, what: dict[str, dict[str, Any]]) -> list[str]:
    """What was typed, and what the database keeps, that nobody may read."""
    typed = what.get("admin.add_keys", {}).get("keys", "").split()
    message = what.get("admin.complete_by_hand", {}).get("message", "")
    kept: list[str] = []
    with platform_scope("collect the secrets of a test", readonly=True), unit_of_work():
        for column in (
            User.password_hash, LoginSession.key_hash, StockItem.value, StockItem.value_hash, StockItem.hint,
            Order.secret, Order.secret_hash, Email.body_text, PaymentGateway.credentials,
        ):  # fmt: skip
            kept += [text for text in session.scalars(select(column)) if text]
    return [one for one in (*typed, message, PASSWORD, fort.secret, *fort.keys, *kept) if one]
