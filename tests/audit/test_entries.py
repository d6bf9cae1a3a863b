"""Entries: what they say about a change, that they stand or fall with it, and that nobody changes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from mtc.audit.models import AuditEntry
from mtc.audit.services import AuditedAction, purge, record
from mtc.core import clock
from mtc.core.change_tracking import ChangeRecorder, watching
from mtc.core.context import SYSTEM
from mtc.core.db import commit_batch, savepoint, session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.middleware import audit_recording
from mtc.tenants.models import Store
from tests.admin.conftest import Shop, place
from tests.admin.people import PASSWORD, Person
from tests.audit.log import difference, entries
from tests.conftest import World
from tests.servers.database import both_databases

SETTINGS = {"name": "Acme", "tagline": "Now with a line", "email": "shop@acme.example"}


@both_databases
def test_an_entry_tells_who_what_where_and_the_difference(shop: Shop, owner: Person) -> None:
    assert owner.post(f"{shop.url}/settings", SETTINGS).status_code == 303
    one = entries("admin.save_settings")[0]
    assert (one.tenant_id, one.kind, one.summary) == (
        shop.world.id,
        "change",
        "Changed the store's settings",
    )
    assert (one.actor_kind, one.actor_id, one.actor_name, one.actor_email) == (
        "staff",
        shop.users["owner"].id,
        "Owner",
        "owner@acme.example",
    )
    assert (one.object_type, one.object_id, one.object_label) == ("store", str(shop.world.store.id), "Acme")
    assert difference(one) == {
        "store.tagline": ("", "Now with a line"),
        "store.email": ("hello@acme.example", "shop@acme.example"),
    }
    assert (one.method, one.path, one.ip) == ("POST", "/admin/acme/settings", "127.0.0.1")
    assert len(one.request_id) == 12 and one.events == ["store.updated"]


@both_databases
def test_statements_that_change_rows_are_told_with_what_was_there(shop: Shop, owner: Person) -> None:
    """A conditional update, rows written anew, and a computed value."""
    number = place(shop, [(shop.variant, 1)], paid=False)
    assert owner.post(f"{shop.url}/orders/{number}/cancel", {"reason": "Asked to"}).status_code == 303
    one = entries("admin.cancel")[0]
    assert difference(one)["order.status"] == ("pending", "cancelled")
    assert (one.object_type, one.object_label) == ("order", number)
    assert "order.cancelled" in one.events
    form = {
        "name": "Star Field", "type": shop.type_slug, "summary": "Fly far.", "attr-platform": "epic",
        "attr-size": "12", "variants-0-id": str(shop.variant), "variants-0-sku": "SF-1",
        "variants-0-name": "Standard", "variants-0-price": "19.99", "variants-0-stock_source": "pool",
        "variants-0-is_active": "1", "variants-1-id": str(shop.other_variant), "variants-1-sku": "SF-2",
        "variants-1-name": "Deluxe", "variants-1-price": "45.00", "variants-1-stock_source": "pool",
        "variants-1-is_active": "1",
    }  # fmt: skip
    answer = owner.post(f"{shop.url}/products/{shop.product}", form)
    assert answer.status_code == 303, answer.text
    found = difference(entries("admin.save_product")[0])
    assert found["product_variant.price"] == (2999, 1999)
    assert found["product_attribute.value_text"] == ("steam", "epic")
    assert "product_attribute.value_number" not in found, "the size was written anew, the same"


@both_databases
def test_what_is_refused_or_fails_leaves_no_entry(
    shop: Shop, owner: Person, person: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(entries())
    assert owner.post(f"{shop.url}/settings", {**SETTINGS, "name": ""}).status_code == 422
    assert owner.post(f"{shop.url}/orders/{shop.order}/cancel").status_code == 409
    assert person("support").post(f"{shop.url}/settings", SETTINGS).status_code == 403
    assert owner.get(f"{shop.url}/settings").status_code == 200
    assert [one.action for one in entries()[before:]] == ["front.log_in"]

    def broken(*_: object) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(audit_recording, "record", broken)
    owner.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert owner.post(f"{shop.url}/settings", SETTINGS).status_code == 500
    assert "Now with a line" not in owner.get(f"{shop.url}/settings").text, "a change without its entry"


def test_nothing_is_told_without_the_watch(
    shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the pipeline's watch that writes, not the view."""
    monkeypatch.setattr(audit_recording, "SAFE_METHODS", frozenset({"POST"}))
    assert owner.post(f"{shop.url}/settings", SETTINGS).status_code == 303
    assert entries("admin.save_settings") == []


def test_a_savepoint_that_is_undone_is_not_told_and_a_batch_is(tenant: World) -> None:
    told: list[list[str]] = []

    def tell(watch: ChangeRecorder) -> None:
        told.append([one.label for one in watch.changes])

    with tenant_scope(tenant.id), watching(ChangeRecorder(tell)), unit_of_work():
        row = session.get_one(Store, (tenant.id, tenant.store.id))
        with pytest.raises(ZeroDivisionError), savepoint():
            row.name = "Never"
            session.flush()
            raise ZeroDivisionError
        row.name = "First"
        commit_batch()
        row.name = "Second"
    assert told == [["First"], ["Second"]]


def test_log_ins_and_what_fails_of_them(shop: Shop, owner: Person, app: Flask) -> None:
    assert [one.summary for one in entries("front.log_in")] == ["Logged in"]
    one = entries("front.log_in")[0]
    assert (one.actor_id, one.actor_name, one.tenant_id, one.kind) == (
        shop.users["owner"].id,
        "Owner",
        None,
        "account",
    )
    nobody = Person(app)
    for address in ("OWNER@acme.example", "nobody@acme.example", "my-password-in-the-wrong-field"):
        assert nobody.post("/login", {"email": address, "password": "not this one"}).status_code == 401
    failed = entries("front.log_in")[1:]
    assert [one.summary for one in failed] == [
        "Failed to log in: owner@acme.example",
        "Failed to log in",
        "Failed to log in",
    ]
    assert {one.actor_kind for one in failed} == {"anonymous"} and failed[0].ip == "127.0.0.1"
    for _ in range(9):
        nobody.post("/login", {"email": "owner@acme.example", "password": "not this one"})
    assert len(entries("front.log_in")) == 1 + 3 + 7, "who guesses on is refused, and fills no log"
    words = {"old": "not this one", "password": "another good one", "again": "another good one"}
    assert owner.post("/account-settings", words).status_code == 422
    assert owner.post("/account-settings", {**words, "old": PASSWORD}).status_code == 303
    assert owner.post("/logout").status_code == 303
    assert [one.summary for one in entries()[-3:]] == [
        "Failed to change their password",
        "Changed their password",
        "Logged out",
    ]


@pytest.mark.postgres
def test_the_application_can_neither_change_nor_delete_entries(app: Flask, tenant: World) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        record(AuditedAction("test", "Something"), SYSTEM, tenant.id)
    mine = AuditEntry.tenant_id == tenant.id
    for statement in (
        update(AuditEntry).where(mine).values(summary="Nothing"),
        delete(AuditEntry).where(mine),
    ):
        with pytest.raises(DBAPIError, match="permission denied"), tenant_scope(tenant.id), unit_of_work():
            session.execute(statement)
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        platform_scope("not even the platform changes entries"),
        unit_of_work(),
    ):
        session.execute(update(AuditEntry).where(mine).values(summary="Nothing"))
    assert [one.summary for one in entries("test")] == ["Something"]


def test_an_entry_is_no_object_to_change(tenant: World) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        record(AuditedAction("test", "Something"), SYSTEM, tenant.id)
    for act in ("change", "delete"):
        with pytest.raises(InvalidRequestError, match="not changed"), tenant_scope(tenant.id), unit_of_work():
            row = session.scalars(select(AuditEntry).where(AuditEntry.tenant_id == tenant.id)).one()
            if act == "change":
                row.summary = "Nothing"
            else:
                session.delete(row)


@both_databases
def test_entries_end_when_their_time_is_over(app: Flask, tenant: World) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        for days in (0, 99, 101):
            row = AuditEntry(kind="change", actor_kind="staff", action="test", summary=str(days))
            row.tenant_id, row.created_at = tenant.id, clock.now() - timedelta(days=days)
            session.add(row)
    for days, kept in ((0, ["101", "99", "0"]), (100, ["99", "0"])):
        with platform_scope("purge"), unit_of_work():
            assert purge(days) == 3 - len(kept)
        assert [one.summary for one in entries("test")] == kept
