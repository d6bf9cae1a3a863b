"""The switches on their page and in the API."""

from __future__ import annotations

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.identity.models import TenantUser
from mtc.notifications.services import preferences
from tests.admin.people import Person
from tests.api.programs import new_program
from tests.factories.tenants import World
from tests.notifications.conftest import ROLES

PAGE = "/admin/acme/settings/notifications"


def switched(tenant: World) -> dict[str, dict[str, bool]]:
    with tenant_scope(tenant.id), unit_of_work():
        return {one.recipient.name.lower(): one.topics for one in preferences()}


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The people of these tests."""
    monkeypatch.setattr("tests.admin.people.PASSWORD", "a mild winter in Graz")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_switches_of_their_own(
    app: Flask, tenant: World, staff: dict[str, TenantUser], role: str
) -> None:
    before = switched(tenant)
    who = Person(app, f"{role}@acme.example").log_in()
    shown = who.get(PAGE).text
    for topic, label in (
        ("stock", "Low stock and sold out"),
        ("sender", "Your own sender address"),
        ("sale", "New orders"),
    ):
        assert (f'name="{topic}"' in shown, label in shown) == (topic in before[role],) * 2
    assert who.post(PAGE, {"stock": "1", "sender": "1", "sale": "1"}).status_code == 303
    on = dict.fromkeys(before[role], True)
    assert switched(tenant) == {**before, role: on}
    assert who.post(PAGE).status_code == 303
    assert switched(tenant) == {**before, role: dict.fromkeys(on, False)}


def test_programs_read_and_set_them(app: Flask, tenant: World, staff: dict[str, TenantUser]) -> None:
    program = new_program(app, tenant)
    items = program.get("/notifications").get_json()["data"]["items"]
    assert {one["name"]: one["topics"] for one in items} == {
        "Owner": {"stock": True, "sender": True, "sale": True},
        "Manager": {"stock": True, "sale": False},
        "Support": {"sale": False},
    }
    answer = program.send("PATCH", f"/notifications/{staff['owner'].id}", {"sale": False})
    assert answer.get_json()["data"]["topics"] == {"stock": True, "sender": True, "sale": False}
    for member, body, status in (
        (staff["support"], {"stock": True}, 404),
        (staff["gone"], {"sale": True}, 404),
        (staff["owner"], {"unknown": True}, 422),
        (staff["owner"], {"sale": "yes"}, 422),
    ):
        assert program.send("PATCH", f"/notifications/{member.id}", body).status_code == status
    reader = new_program(app, tenant, ["settings:read"])
    assert reader.send("PATCH", f"/notifications/{staff['owner'].id}", {"sale": True}).status_code == 403
    assert switched(tenant)["owner"] == {"stock": True, "sender": True, "sale": False}
