"""Every change that a person makes leaves exactly one entry, and no entry holds a secret."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from mtc.web.words import HALF
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mtc.audit.models import AuditEntry
from mtc.catalog.models import StockItem
from mtc.catalog.services import key_uploads, product_types, stock
from mtc.core.changes import plain
from mtc.core.context import Actor
from mtc.core.crypto import sign
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery.models import Delivery
from mtc.events.models import Mail
from mtc.identity.models import LoginSession, Passkey, TenantUser, User
from mtc.identity.services import open_session
from mtc.identity.services.forgotten import PURPOSE
from mtc.identity.services.totp import code_at, this_step
from mtc.middleware.recording import FIRST_STEP_DONE
from mtc.orders.hooks import OrderDraft
from mtc.orders.models import Order, OrderItem
from mtc.orders.services import create_order
from mtc.payments.models import PaymentGateway, Refund
from mtc.senders.services import set_sender
from mtc.superadmin.services import Wanted, open_tenant
from mtc.tenants.models import Store
from mtc.tenants.queries import stores_of
from mtc.tenants.services import legal_pages
from mtc.tenants.services.directory import store_info
from mtc.testing.addresses import address
from mtc.web.access import access_of
from tests.factories.factors import give_app
from tests.factories.imports import running_import
from tests.fakes.authenticator import Authenticator
from tests.security.attacks import forms
from tests.security.fort import PASSWORD, PLATFORM, Fort, People, Visitor
from tests.security.places import places
from tests.services.database import both_databases

# What must come before something else makes it impossible, and what ends a session.
FIRST = (
    "admin.set_aside", "admin.reveal_key", "admin.replace_faulty", "admin.give_back", "front.take_place",
    "platform.start_visit_at", "platform.raise_visit_at", "platform.leave",
    "platform.resend_to_owner", "platform.revoke_owner", "platform.invite_owner",
)  # fmt: skip
LAST = ("front.set_password", "front.log_out")
# What asks for a code or a device's answer to a challenge: what an entry says, and none on the way.
DEVICES = {
    "front.add_totp": ["Set up an authenticator app"],
    "front.passkey_options": [],
    "front.add_passkey": ["Set up a passkey"],
    "front.passkey_challenge": [],
    "front.passkey_login": ["Logged in with a passkey"],
    "front.second_passkey": [],
    "front.second_step": ["Logged in with a second factor"],
}
FACTORS = {
    "front.drop_passkey", "front.drop_totp", "front.end_one", "front.end_others", "front.name_passkey",
    "front.new_recovery_codes",
}  # fmt: skip
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00"
    "050001ff89993d1d0000000049454e44ae426082"
)
# Whoever asks for a link is nobody yet, and nothing has changed. Who follows the one in a mail is not logged
# in either: the event notification.switched tells of it.
UNRECORDED = {"front.forgot", "front.unsubscribe"}


def _entries() -> list[AuditEntry]:
    with platform_scope("read the audit log", readonly=True), unit_of_work():
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.created_at, AuditEntry.id)))


def _count() -> int:
    with platform_scope("count the audit log", readonly=True), unit_of_work():
        return int(session.scalar(select(func.count()).select_from(AuditEntry)) or 0)


def _routes(site: Flask) -> list[Any]:
    """Each unsafe route of the platform's host that a person may use."""
    found = []
    for rule in site.url_map.iter_rules():
        access = access_of(site.view_functions[rule.endpoint])
        assert access is not None
        if rule.endpoint in DEVICES:
            continue
        mine = access.kind in {"staff", "account", "platform"} or rule.endpoint.startswith("front.")
        if mine and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            found.append(rule)
    order = {name: place for place, name in enumerate(FIRST)} | dict.fromkeys(LAST, 10_000)
    return sorted(found, key=lambda one: (order.get(one.endpoint, 100), one.endpoint))


def _good(
    fort: Fort, root_id: UUID, support: UUID
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, Any]]]:
    """Places and forms with which each route does what it is for."""
    where, what = places(fort), forms(fort)
    with tenant_scope(fort.tenant_id), unit_of_work():
        one = create_order(
            OrderDraft(
                store_id=session.scalars(select(Store)).one().id, currency="EUR", country="IE", name="Bea",
                email="b@example.org", lines=((UUID(fort.ids["file_variant"]), 1),),
            )
        ).order  # fmt: skip
        where["admin.book_payment"] = {"tenant": fort.slug, "number": one.order_number}
        item = session.get_one(OrderItem, (fort.tenant_id, UUID(fort.ids["item"])))
        what["admin.give_back"] |= {"expected": str(item.total), "before": "0"}
        for endpoint in ("admin.save_type", "admin.delete_type"):  # types that no product uses
            kind = product_types.create({"name": endpoint})
            where[endpoint] = {"tenant": fort.slug, "which": str(kind.id)}
            what[endpoint] = {"name": "Saved", "version": product_types.version_of(kind.updated_at)}
            what[endpoint] |= {"stock_source": "pool"}
    what["front.choose_new_password"] |= {"token": _link(support)}
    where["admin.cancel"] = {"tenant": fort.slug, "number": fort.pending}
    what["admin.complete_by_hand"] = {"message": "Your key is CANARY-BY-HAND"}
    what["admin.add_keys"] = {"keys": "CANARY-AAAA-1\nCANARY-BBBB-2", "batch": "b"}
    what["front.log_in"] = {"email": "owner@acme.example", "password": PASSWORD}
    what["front.set_password"] |= {"old": PASSWORD}
    what["platform.set_status"] = {"status": "suspended", "confirm": fort.slug}
    where |= _vacant(root_id)
    what["admin.save_brand_picture"] = {"picture": (BytesIO(PNG), "dot.png")}
    # What changes something: the forms of the attacks may leave all as it is.
    what["admin.add_files"] = {"files": (BytesIO(b"%PDF-1.7 more"), "more.pdf")}
    what["admin.change_file"] = {"do": "rename", **_renamed(fort)}
    what["admin.change_member_role"] = {"role": "manager"}
    what["admin.change_picture"] = {"do": "remove"}
    what["admin.switch_payment_method"] = {"active": "1"}
    what["admin.replace_file"] = {"files": (BytesIO(b"%PDF-1.7 new"), "new.pdf")}
    what["admin.add_pictures"] = {"pictures": (BytesIO(PNG), "dot.png"), "alt": "A dot"}
    return where, what


def _renamed(fort: Fort) -> dict[str, str]:
    return {f"rename-{fort.ids['file_variant']}-{fort.ids['file']}": "another.zip"}


def _link(user_id: UUID) -> str:
    """What is mailed to somebody who has forgotten the password."""
    with platform_scope("read a person of a test", readonly=True), unit_of_work():
        epoch = session.get_one(User, user_id).auth_epoch
    return sign({"u": str(user_id), "e": epoch}, PURPOSE, 600)


def _vacant(root_id: UUID) -> dict[str, dict[str, str]]:
    """Where the routes lead that need a tenant whose owner is only invited."""
    actor = Actor("super_admin", root_id, "Root", permissions=frozenset({"platform"}))
    with platform_scope("open a tenant of a test"), unit_of_work():
        tenant, row = open_tenant(Wanted("vacant", "Vacant", "v@example.org", "EUR", "slate"), actor)
        place = {"slug": tenant.slug, "which": str(row.id)}
    return {f"platform.{name}": place for name in ("resend_to_owner", "revoke_owner", "invite_owner")}


def _prepare(fort: Fort, endpoint: str, where: dict[str, dict[str, str]], owner: UUID) -> None:
    """Bring about what a route asks for."""
    with tenant_scope(fort.tenant_id), unit_of_work():
        if endpoint in ("admin.retry_line", "admin.complete_by_hand"):
            for delivery in session.scalars(select(Delivery)):
                delivery.status = "processing"
        if endpoint == "admin.undo_batch":
            report = stock.add_keys(UUID(fort.ids["variant"]), "CANARY-UNDO-1", "taken back")
            where[endpoint] = {**where[endpoint], "batch": str(report.batch_id)}
        if endpoint == "admin.stop_import":
            begun = running_import(UUID(fort.ids["variant"]))
            where[endpoint] = {**where[endpoint], "which": str(begun)}
        if endpoint == "admin.import_keys":
            pieces = [b"Code;Note\nCANARY-SENT-1;x\nCANARY-SENT-2;y\n"]
            kept = key_uploads.keep(UUID(fort.ids["variant"]), owner, pieces, "keys.csv", "sent")
            where[endpoint] = {**where[endpoint], "upload": str(kept)}
        if endpoint == "front.unsubscribe":
            mine = session.scalars(select(TenantUser.id).where(TenantUser.user_id == owner)).one()
            said = {"t": str(fort.tenant_id), "m": str(mine), "k": "stock"}
            where[endpoint] = {"token": sign(said, "unsubscribe", 600)}
        if endpoint in ("admin.check_sender", "admin.remove_sender"):
            row = set_sender(store_info(stores_of(fort.tenant_id)[0]).id, "shop@games.example.com")
            row.asked_at = None
        if endpoint == "admin.open_the_store":
            store = store_info(stores_of(fort.tenant_id)[0])
            legal_pages.save_draft(store, "terms", "Terms", "Be kind.")
            legal_pages.publish(store, "terms")
        if endpoint == "admin.try_again":
            refund = session.scalars(select(Refund).limit(1)).one()
            refund.status = "failed"
            where[endpoint] = {**where[endpoint], "which": str(refund.id)}


def _enrolled(site: Flask, user_id: UUID, rule: str, where: dict[str, dict[str, str]]) -> Visitor:
    """Somebody with an app and a passkey, in a session of a moment ago, and another session."""
    visitor = Visitor(site.test_client(), PLATFORM)
    with platform_scope("give a person of a test two factors"), unit_of_work():
        give_app(user_id)
        row = Passkey(user_id=user_id, name="Key", credential_id=f"c-{rule}", public_key="k", transports=[])
        session.add(row)
        user = session.get_one(User, user_id)
        epoch = user.auth_epoch
        for how in (None, "totp"):
            visitor.key = open_session(user_id=user_id, auth_epoch=epoch, second_factor=how)
        query = select(LoginSession.id).where(
            LoginSession.user_id == user_id, LoginSession.second_factor.is_(None)
        )
        where["front.end_one"] = {"one": str(session.scalars(query.limit(1)).one())}
        where[rule] = {"passkey": str(row.id)} if "passkey" in rule else where.get(rule, {})
    visitor.client.set_cookie("mtc_staff", visitor.key, domain="localhost")
    return visitor


@both_databases
def test_each_good_request_makes_one_entry(site: Flask, people: People, fort: Fort) -> None:
    """The gate for new routes: what a person may send is recorded once, and what is refused is not."""
    where, what = _good(fort, people.users["root"], people.users["support"])
    faults, root = [], people.staff("root")
    for rule in _routes(site):
        head = rule.endpoint.partition(".")[0]
        who = root if head == "platform" else people.staff("owner" if head == "admin" else "manager")
        if rule.endpoint in ("front.log_in", "front.take_place"):
            who = Visitor(site.test_client(), who.base)
        if rule.endpoint in FACTORS:
            who = _enrolled(site, people.users["support"], rule.endpoint, where)
        _prepare(fort, rule.endpoint, where, people.users["owner"])
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
    monkeypatch.setattr(plain, "is_secret", lambda column: False)
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
            Order.secret, Order.secret_hash, Mail.body_text, PaymentGateway.credentials,
        ):  # fmt: skip
            kept += [text for text in session.scalars(select(column)) if text]
    return [one for one in (*typed, message, PASSWORD, fort.secret, *fort.keys, *kept) if one]
