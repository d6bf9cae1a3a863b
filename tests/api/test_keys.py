"""API keys: who they let in, and that every other key gets one and the same answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core import clock
from mtc.core.context import Actor, acting
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ForbiddenError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.events.models import Event
from mtc.identity.models import ApiKey
from mtc.identity.services.api_keys import FORM, find_program, secret_hash
from mtc.integrations.services import api_keys, create_api_key, revoke_api_key
from mtc.tenants.services import set_status
from tests.api.programs import Program, new_program
from tests.factories.tenants import World
from tests.servers.database import both_databases

OWNER = Actor("staff", name="Olga", permissions=frozenset({"*"}))


def rows(world: World) -> list[ApiKey]:
    with tenant_scope(world.id), unit_of_work():
        return list(session.scalars(select(ApiKey).order_by(ApiKey.id)).all())


def make(world: World, **more: Any) -> tuple[ApiKey, str]:
    with tenant_scope(world.id), unit_of_work(), acting(actor=OWNER):
        return create_api_key(**{"name": "Ledger", "scopes": ["orders:read"], **more})


@both_databases
def test_only_the_hash_of_a_key_is_stored(app: Flask, tenant: World) -> None:
    key, text = make(tenant)
    assert FORM.fullmatch(text) and text.startswith(key.prefix + "_") and len(text) == 50
    row = rows(tenant)[0]
    stored = {column.name: getattr(row, column.name) for column in ApiKey.__table__.columns}
    assert row.secret_hash == secret_hash(text)
    assert text[18:] not in str(stored)
    with tenant_scope(tenant.id), unit_of_work():
        event = session.scalars(select(Event).where(Event.name == "api_key.created")).one()
    assert event.data == {"name": "Ledger", "prefix": key.prefix, "scopes": ["orders:read"]}
    assert (event.actor["kind"], event.actor["name"]) == ("staff", "Olga")
    assert Program(app, "acme", text).get("/orders").get_json() == {
        "success": True, "data": {"items": [], "next": None}
    }  # fmt: skip


@both_databases
def test_every_key_that_is_not_valid_gets_the_same_answer(
    app: Flask, tenant: World, other_tenant: World
) -> None:
    good = make(tenant)[1]
    revoked, gone = make(tenant)
    _, over = make(tenant, expires_at=clock.now() + timedelta(days=1))
    with tenant_scope(tenant.id), unit_of_work():
        revoke_api_key(revoked.id)
        session.scalars(select(ApiKey).where(ApiKey.prefix == over[:17])).one().expires_at = clock.now()
    other_case = good[:18] + good[18:].swapcase()
    wrong = [f"Bearer {key}" for key in (
        "", "x", gone, over, good[:-1], good + "x", other_case, good[:18] + "A" * 32, good.upper(),
        "mtc_live_aaaaaaaa_" + good[18:], f"{good} x", "\xff" * 50,
    )] + ["", "Bearer", good, f"Basic {good}", f"Token {good}", f"Bearer{good}"]  # fmt: skip
    program = Program(app, "acme", good)
    answers = [program.get("/orders", Authorization=header) for header in wrong]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].get_json()["success"] is False and answers[0].get_json()["statusCode"] == 401
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="MTC"'}
    assert program.get("/orders").status_code == 200
    assert program.get("/orders", Authorization=f"bearer   {good}").status_code == 200


def test_a_key_that_nobody_has_costs_the_same_as_a_wrong_one(app: Flask, tenant: World, queries: Any) -> None:
    """One statement and one comparison of hashes each."""
    good = make(tenant)[1]
    counts = []
    for key in (good[:18] + "A" * 32, "mtc_live_aaaaaaaa_" + "A" * 32):
        with platform_scope("find a key in a test", readonly=True), unit_of_work(), queries() as seen:
            assert find_program(key) is None
        counts.append(len(seen))
    assert counts[0] == counts[1] == 1


@both_databases
def test_a_key_opens_its_own_tenant_only(app: Flask, tenant: World, other_tenant: World) -> None:
    program = new_program(app, tenant)
    assert program.get("/orders").status_code == 200
    program.slug = "rival"
    assert program.get("/orders").status_code == 404
    program.slug = "nobody"
    theirs = program.get("/orders")
    program.slug = "rival"
    assert program.get("/orders").data == theirs.data


def test_a_key_does_what_its_scopes_say_and_nothing_else(app: Flask, tenant: World) -> None:
    weak = new_program(app, tenant, ["products:read"])
    answer = weak.get("/orders")
    assert answer.status_code == 403 and "orders:read" in answer.get_json()["error"]
    for path in ("/admin", "/admin/acme/", "/admin/acme/orders", "/account-settings"):
        page = weak.client.get(path, base_url="http://localhost:8000", headers={
            "Authorization": f"Bearer {weak.key}"})  # fmt: skip
        assert page.status_code == 302 and "/login" in page.headers["Location"], path


def test_the_log_in_of_staff_is_not_read_by_the_api(app: Flask, tenant: World) -> None:
    """So no page elsewhere can make a browser write here."""
    program = new_program(app, tenant, ["orders:read"])
    program.client.set_cookie("mtc_staff", "x" * 43, domain="localhost")
    assert program.get("/orders", Origin="https://evil.example").status_code == 200
    assert program.get("/orders", Authorization="").status_code == 401


def test_who_uses_a_key_is_seen_every_five_minutes(app: Flask, tenant: World) -> None:
    program = new_program(app, tenant)
    assert rows(tenant)[0].last_used_at is None
    program.get("/orders")
    first = rows(tenant)[0].last_used_at
    assert first is not None
    program.get("/orders")
    assert rows(tenant)[0].last_used_at == first
    with tenant_scope(tenant.id), unit_of_work():
        session.scalars(select(ApiKey)).one().last_used_at = first - timedelta(minutes=6)
    program.get("/orders")
    assert rows(tenant)[0].last_used_at > first


def test_limits_count_for_each_key_and_for_guessing(app: Flask, tenant: World) -> None:
    first, second = new_program(app, tenant), new_program(app, tenant)
    limits = app.extensions["mtc.ports"].limits
    for _ in range(600):
        limits.limit(f"api:{tenant.id}:{first.key[:17]}", 600, 60)
    full = first.get("/orders")
    assert full.status_code == 429 and int(full.headers["Retry-After"]) >= 1
    assert second.get("/orders").status_code == 200
    statuses = [second.get("/orders", Authorization="Bearer x").status_code for _ in range(61)]
    assert statuses == [401] * 60 + [429]
    assert second.get("/orders").status_code == 200


def test_a_suspended_tenant_serves_no_program_and_a_deleted_one_knows_none(app: Flask, tenant: World) -> None:
    program = new_program(app, tenant)
    for status, code in (("suspended", 503), ("deleted", 401), ("active", 200)):
        with platform_scope("close a tenant in a test"), unit_of_work():
            set_status(tenant.id, status)
        assert program.get("/orders").status_code == code, status


def test_nobody_makes_a_key_that_can_do_more(app: Flask, tenant: World) -> None:
    reader = Actor("staff", permissions=frozenset({"orders:read", "api_keys:write"}))
    manager = Actor("staff", permissions=frozenset({"orders:*"}))
    program = Actor("api_key", permissions=frozenset({"*"}))
    with tenant_scope(tenant.id), unit_of_work():
        for actor, scopes, error in (
            (reader, ["orders:refund"], ForbiddenError),
            (reader, ["orders:read", "stock:write"], ForbiddenError),
            (manager, ["products:read"], ForbiddenError),
            (program, ["orders:read"], ForbiddenError),
            (OWNER, ["*"], ValidationError),
            (OWNER, ["orders:*"], ValidationError),
            (OWNER, ["api_keys:write"], ValidationError),
            (OWNER, [], ValidationError),
        ):
            with acting(actor=actor), pytest.raises(error):
                create_api_key("Ledger", scopes)
    assert rows(tenant) == []


def test_a_key_has_a_name_and_an_end_that_can_be(app: Flask, tenant: World) -> None:
    now = clock.now()
    for field, more in (
        ("name", {"name": " "}),
        ("name", {"name": "x" * 101}),
        ("name", {"name": "a\nb"}),
        ("expires", {"expires_at": now - timedelta(seconds=1)}),
        ("expires", {"expires_at": now + timedelta(days=4000)}),
    ):
        with pytest.raises(ValidationError) as caught:
            make(tenant, **more)
        assert list(caught.value.details) == [field]
    assert rows(tenant) == []


def test_a_store_has_so_many_live_keys(app: Flask, tenant: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MOST", 2)
    first, _ = make(tenant)
    make(tenant)
    with pytest.raises(ConflictError):
        make(tenant)
    with tenant_scope(tenant.id), unit_of_work():
        revoke_api_key(first.id)
        revoke_api_key(first.id)
    make(tenant)
    with tenant_scope(tenant.id), unit_of_work():
        revoked = session.scalars(select(Event).where(Event.name == "api_key.revoked")).all()
    assert [event.entity_id for event in revoked] == [first.id]
