"""Visits of platform support: with a reason, half an hour, to look only, in the tenant's sight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.permissions import permissions
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.identity.services import open_session
from mtc.middleware import staff_access
from mtc.team.models import SupportSession
from mtc.team.services.support_sessions import LOOKS, NEVER, RAISED
from mtc.tenants.models import Store
from mtc.testing.urls import address
from mtc.web.access import access_of
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.audit.log import entries
from tests.servers.database import both_databases

SETTINGS = {"name": "Taken", "tagline": "", "email": "hello@acme.example"}
WHY = {"reason": "The owner asked about an order"}


@pytest.fixture
def root(person: Callable[[str], Person]) -> Person:
    """A super admin who works for no tenant."""
    return person("root")


def _enter(root: Person, shop: Shop, *, raised: bool = False) -> None:
    assert root.post("/platform/tenants/acme/visit", WHY).headers["Location"] == "/admin/acme/"
    if raised:
        answer = root.post("/platform/tenants/acme/visit/raise", {"reason": "A wrong price"})
        assert answer.status_code == 303
    assert root.get(f"{shop.url}/").status_code == 200


def _another_browser(root: Person, shop: Shop) -> Person:
    """The same person in a session of its own."""
    other = Person(root.app, root.email)
    with platform_scope("log in for a test"), unit_of_work():
        key = open_session(user_id=shop.users["root"].id, auth_epoch=0, second_factor="totp")
    other.client.set_cookie("mtc_staff", key, domain="localhost")
    return other


def _name(shop: Shop) -> str:
    with tenant_scope(shop.world.id), unit_of_work():
        return session.get_one(Store, (shop.world.id, shop.world.store.id)).name


def _visit(shop: Shop, **values: Any) -> SupportSession:
    """The only visit, with some values changed."""
    with tenant_scope(shop.world.id), unit_of_work():
        row = session.scalars(select(SupportSession)).one()
        for name, value in values.items():
            setattr(row, name, value)
        return row


@both_databases
def test_a_visit_looks_and_changes_nothing_until_it_is_raised(shop: Shop, rival: Shop, root: Person) -> None:
    assert root.get(f"{shop.url}/").status_code == 404
    for bad in ("", "no", "x" * 301):
        assert root.post("/platform/tenants/acme/visit", {"reason": bad}).status_code == 400
    assert root.get(f"{shop.url}/").status_code == 404
    _enter(root, shop)
    page = root.get(f"{shop.url}/orders").text
    assert "Platform support (Root) at Acme: to look only, 30 minutes left" in page
    assert "Allow changes" in page and "End the visit" in page
    assert root.get(f"{rival.url}/").status_code == 404, "one tenant, not the others"
    refused = root.post(f"{shop.url}/settings", SETTINGS)
    assert refused.status_code == 403 and "You are here to look only" in refused.text
    assert root.get(f"{shop.url}/products/new").status_code == 403
    assert _name(shop) == "Acme"
    assert root.post("/platform/tenants/acme/visit/raise", {"reason": "no"}).status_code == 422
    assert root.post(f"{shop.url}/settings", SETTINGS).status_code == 403
    root.post("/platform/tenants/acme/visit/raise", {"reason": "A wrong price"})
    assert "changes are allowed" in root.get(f"{shop.url}/").text
    assert root.post(f"{shop.url}/settings", SETTINGS).status_code == 303
    assert _name(shop) == "Taken"
    assert root.post("/platform/tenants/acme/visit/end").status_code == 303
    assert root.get(f"{shop.url}/").status_code == 404
    assert root.post(f"{shop.url}/settings", {**SETTINGS, "name": "Again"}).status_code == 404
    assert _name(shop) == "Taken"


def test_every_request_stands_in_the_tenants_log(shop: Shop, owner: Person, root: Person) -> None:
    _enter(root, shop)
    visit = _visit(shop).id
    root.get(f"{shop.url}/orders/{shop.order}")
    root.get(f"{shop.url}/orders/none")
    root.post(f"{shop.url}/settings", SETTINGS)
    root.post("/platform/tenants/acme/visit/raise", {"reason": "A wrong price"})
    root.post(f"{shop.url}/settings", SETTINGS)
    root.post("/platform/tenants/acme/visit/end")
    told = [one for one in entries(tenant_id=shop.world.id) if one.visit_id == visit]
    assert [(one.method, one.path, one.summary.partition(":")[0]) for one in told] == [
        ("POST", "/platform/tenants/acme/visit", "Began a visit of platform support"),
        ("GET", "/admin/acme/", "Looked at /"),
        ("GET", f"/admin/acme/orders/{shop.order}", f"Looked at /orders/{shop.order}"),
        ("GET", "/admin/acme/orders/none", "Was refused"),
        ("POST", "/admin/acme/settings", "Was refused"),
        ("POST", "/platform/tenants/acme/visit/raise", "Allowed changes in a visit of platform support"),
        ("POST", "/admin/acme/settings", "Changed the store's settings"),
        ("POST", "/platform/tenants/acme/visit/end", "Ended the visit of platform support"),
    ]
    assert {one.actor_name for one in told} == {"Platform support (Root)"}
    assert WHY["reason"] in told[0].search_text or any(
        WHY["reason"] in str(one["fields"]) for one in told[0].changes
    )
    page = owner.get(f"{shop.url}/audit?kind=support").text
    assert page.count('class="row-link"') == len(told)


@both_databases
def test_the_owner_sees_it_and_ends_it(
    shop: Shop, owner: Person, person: Callable[[str], Person], root: Person
) -> None:
    _enter(root, shop)
    for path in ("/", "/audit"):
        page = owner.get(shop.url + path).text
        assert "Platform support (Root) is here, to look only" in page and WHY["reason"] in page
        assert "End now" in page
    assert "Platform support" not in person("support").get(f"{shop.url}/").text
    end = f"{shop.url}/visits/{_visit(shop).id}/end"
    assert person("support").post(end).status_code == 403
    assert root.post(end).status_code == 403
    assert person("stranger").post(end).status_code == 404
    assert root.get(f"{shop.url}/").status_code == 200
    assert owner.post(end).status_code == 303
    assert root.get(f"{shop.url}/").status_code == 404
    assert owner.post(end).status_code == 404
    assert _visit(shop).ended_by == "Owner"
    assert "is here" not in owner.get(f"{shop.url}/").text


def test_a_visit_ends_by_time_by_log_out_and_with_the_right_to_it(shop: Shop, root: Person) -> None:
    _enter(root, shop, raised=True)
    assert _visit(shop).expires_at <= clock.now() + timedelta(minutes=30), "raising gives no more time"
    _visit(shop, expires_at=clock.now() - timedelta(seconds=1))
    assert root.get(f"{shop.url}/").status_code == 404
    assert root.post(f"{shop.url}/settings", SETTINGS).status_code == 404
    assert root.post("/platform/tenants/acme/visit/raise", {"reason": "Too late"}).status_code == 404
    assert root.get("/platform/tenants/acme/visit").status_code == 404
    _visit(shop, expires_at=clock.now() + timedelta(minutes=9))
    assert root.get(f"{shop.url}/").status_code == 200
    other = _another_browser(root, shop)
    assert other.get(f"{shop.url}/").status_code == 404, "a visit is of one session"
    root.post("/logout")
    assert _visit(shop).ended_by == "Logged out"
    assert _another_browser(root, shop).get(f"{shop.url}/").status_code == 404


def test_visits_are_for_super_admins_and_one_at_a_time(
    shop: Shop, rival: Shop, owner: Person, root: Person
) -> None:
    for path in ("visit", "visit/raise", "visit/end"):
        assert owner.post(f"/platform/tenants/rival/{path}", WHY).status_code == 404
    assert root.post("/platform/tenants/nobody/visit", WHY).status_code == 404
    _enter(root, shop)
    nested = root.post("/platform/tenants/rival/visit", WHY)
    assert nested.status_code == 409 and "You visit Acme already" in nested.text
    assert root.get(f"{rival.url}/").status_code == 404
    assert root.post("/platform/tenants/rival/visit/raise", {"reason": "A wrong price"}).status_code == 404
    assert not _visit(shop).raised_at


def test_what_opens_a_door_stays_shut(shop: Shop, root: Person, app: Flask) -> None:
    """Each route of a tenant that changes something, raised: none of the forbidden ones lets support in."""
    assert set(permissions) == LOOKS | RAISED | NEVER, (
        "decide about each permission in team/services/support_sessions.py"
    )
    assert not (LOOKS & RAISED or LOOKS & NEVER or RAISED & NEVER)
    _enter(root, shop, raised=True)
    shut = set()
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or access.permission not in NEVER or "POST" not in (rule.methods or ()):
            continue
        if access.kind == "program":
            continue
        places = dict.fromkeys(rule.arguments, "00000000-0000-0000-0000-000000000000")
        answer = root.post(address(rule, {**places, "tenant": "acme"}))
        assert answer.status_code == 403 and "may never do this" in answer.text, rule.rule
        shut.add(rule.endpoint)
    assert {
        "admin.invite_member",
        "admin.change_member_role",
        "admin.end_visit_here",
        "admin.save_second_factor",
        "admin.switch_payment_method",
    } <= shut


def test_without_the_check_support_would_change_things(
    shop: Shop, root: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the pipeline that refuses, not the view."""
    monkeypatch.setattr(staff_access, "check_visit", lambda *_: None)
    _enter(root, shop)
    assert root.post(f"{shop.url}/settings", SETTINGS).status_code == 303
    assert _name(shop) == "Taken"
