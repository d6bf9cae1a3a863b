"""Routes of plugins for programs: scopes, schemas, keys that count once, and the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.api.v1.document import document
from mtc.audit.models import AuditEntry
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.integrations.services import create_api_key
from mtc.plugins.errors import PluginError
from mtc.testing.clients import Visitor
from mtc.testing.plugin_fixtures import ask_everywhere
from mtc.web.plugin_rules import all_rules
from tests.plugins.club import write_club
from tests.plugins.kit import at_work, loading, switch_off, switch_on
from tests.security.fort import PLATFORM
from tests.servers.database import both_databases

BALANCE, POINTS = "/api/v1/acme/x/club/balance?email=ada@example.org", "/api/v1/acme/x/club/points"
GIVE = {"email": "ada@example.org", "points": 5}


@pytest.fixture
def club(app: Flask, folder: Path) -> Iterator[Path]:
    """The plugin of the documentation, loaded."""
    made = write_club(folder)
    with loading(folder):
        yield made


def program(app: Flask, world: Any, *scopes: str) -> Visitor:
    """A program of the tenant with a key of these scopes."""
    with at_work(world):
        _, key = create_api_key("Till", list(scopes))
    return Visitor(app.test_client(), PLATFORM, bearer=key)


@both_databases
def test_a_program_reads_and_writes(app: Flask, club: Path, tenant: Any, other_tenant: Any) -> None:
    for world in (tenant, other_tenant):
        switch_on(world, "club")
    till, theirs = program(app, tenant, "club:manage"), program(app, other_tenant, "club:manage")
    once = {"Idempotency-Key": "a-key"}
    for _ in range(3):
        given = till.open("POST", POINTS, json=GIVE, headers=once)
        assert (given.status_code, given.get_json()["data"]) == (
            200,
            {"email": "ada@example.org", "points": 5},
        )
    assert given.headers["Idempotent-Replayed"] == "true"
    assert till.open("POST", POINTS, json=GIVE).get_json()["data"]["points"] == 10
    assert till.get(BALANCE).get_json() == {
        "success": True,
        "data": {"email": "ada@example.org", "points": 10},
    }
    assert theirs.get(BALANCE.replace("acme", "rival")).get_json()["data"]["points"] == 0
    assert theirs.get(BALANCE).status_code == 404
    with tenant_scope(tenant.id), unit_of_work() as work:
        rows = work.query(AuditEntry).filter_by(tenant_id=tenant.id)
        told = [(row.summary, row.actor_kind) for row in rows if "club" in row.action]
    assert told == [("Gave points of the club", "api_key")] * 2


def test_who_is_turned_away(app: Flask, club: Path, tenant: Any) -> None:
    till = program(app, tenant, "club:manage")
    assert till.get(BALANCE).status_code == 404  # it is off
    assert program(app, tenant, "orders:read").get(BALANCE).status_code == 404
    switch_on(tenant, "club")
    assert Visitor(app.test_client(), PLATFORM).get(BALANCE).status_code == 401
    refused = program(app, tenant, "orders:read").get(BALANCE)
    assert refused.status_code == 403 and "lacks the scope club:manage" in refused.get_json()["error"]
    assert till.open("DELETE", POINTS).status_code == 404
    switch_off(tenant, "club")
    assert till.open("POST", POINTS, json=GIVE).status_code == 404


def test_what_does_not_fit_is_refused_before_the_view(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club")
    till = program(app, tenant, "club:manage")
    wrong = till.open("POST", POINTS, json={"email": "ada@example.org", "points": 0, "more": 1})
    assert wrong.status_code == 422
    assert wrong.get_json()["details"] == {
        "points": ["Send a number from 1."],
        "body": ["There is a field that is not known here. Known are: email, points."],
    }
    assert till.get("/api/v1/acme/x/club/balance").get_json()["details"] == {"email": ["This is needed."]}
    assert till.open("POST", f"{POINTS}?x=1", json=GIVE).status_code == 422
    assert till.get(BALANCE).get_json()["data"]["points"] == 0


def test_the_document_has_the_routes(app: Flask, club: Path) -> None:
    paths = document(app)["paths"]
    operation = paths["/api/v1/{tenant}/x/club/points"]["post"]
    assert (operation["operationId"], operation["x-scope"]) == ("club_add", "club:manage")
    assert operation["summary"] == "Add points to those of a customer."
    assert operation["requestBody"]["content"]["application/json"]["schema"]["required"] == [
        "email",
        "points",
    ]
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert names == ["tenant", "Idempotency-Key"]
    reading = paths["/api/v1/{tenant}/x/club/balance"]["get"]
    assert [parameter["name"] for parameter in reading["parameters"]] == ["tenant", "email"]


def test_a_schema_that_is_none_is_refused(app: Flask, folder: Path) -> None:
    code = write_club(folder) / "routes" / "api.py"
    code.write_text(code.read_text().replace('"type": "integer", "minimum"', '"type": "number?", "minimum"'))
    with pytest.raises(PluginError, match="a schema is wrong"), loading(folder):
        pass


@pytest.mark.thorough
def test_no_request_reaches_another_tenant(app: Flask, club: Path, enumerating: Any) -> None:
    rules = all_rules(app)
    assert len(rules) >= 7
    assert ask_everywhere(app, enumerating, "club", rules=rules) == {}
