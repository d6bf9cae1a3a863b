"""Product types for programs: what is made, changed with its products, refused, and whose it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mtc.catalog import queries
from mtc.catalog.services import products
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from tests.api.programs import Program, new_program
from tests.audit.log import entries
from tests.factories.tenants import World
from tests.servers.database import both_databases
from tests.storefront.conftest import site

__all__ = ["site"]

FIELDS = [
    {"name": "mood", "type": "select", "label": "Mood", "options": ["calm", "up"], "filterable": True},
    {"name": "tempo", "type": "integer", "label": "Tempo", "validation": {"min": 40}},
]


@pytest.fixture
def program(site: Flask, tenant: World) -> Program:
    """A program that may do everything."""
    return new_program(site, tenant)


def data(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.get_json()["data"]


@both_databases
def test_a_type_is_made_changed_with_its_products_and_deleted(program: Program, tenant: World) -> None:
    program.post("/starter-types/download")
    made = data(program.post("/types", {"name": "Sound pack", "fields": FIELDS, "delivery_method": "files",
                                        "stock_source": "unlimited"}))  # fmt: skip
    assert (made["slug"], made["delivery_method"], made["products"]) == ("sound-pack", "files", 0)
    assert [one["name"] for one in made["fields"]] == ["mood", "tempo"]
    path = f"/types/{made['id']}"
    with tenant_scope(tenant.id), unit_of_work():
        values = {"name": "One", "type": "sound-pack", "attributes": {"mood": "up", "tempo": 90}}
        product = products.create({**values, "currency": "EUR"}).id
    feel = {**made["fields"][0], "name": "feel"}
    refused = program.send("PATCH", path, {"fields": [feel], "renames": {"mood": "feel"}})
    assert refused.status_code == 409
    sentence = "1 product has a value for “Tempo” that is removed."
    assert refused.get_json()["details"] == {"drop-tempo": [sentence]}
    body: dict[str, Any] = {"fields": [feel], "renames": {"mood": "feel"}, "drop_values": ["tempo"]}
    body["version"] = made["version"]
    changed = data(program.send("PATCH", path, body))
    assert [one["name"] for one in changed["fields"]] == ["feel"]
    assert program.send("PATCH", path, {**body, "drop_values": []}).status_code == 409  # an older version
    with tenant_scope(tenant.id, readonly=True):
        assert queries.attributes_of([product])[product] == {"feel": "up"}
    assert program.send("DELETE", path).status_code == 409
    with tenant_scope(tenant.id), unit_of_work():
        products.update(product, {"type": "download", "attributes": {}})
    assert data(program.send("DELETE", path)) == {"id": made["id"]}
    assert program.get(path).status_code == 404
    said = [one.summary for one in entries(tenant_id=tenant.id) if one.action.endswith("_type")]
    assert set(said) == {"Added a starter product type", "Created a product type", "Changed a product type",
                         "Deleted a product type"}  # fmt: skip


def test_starter_types_are_listed_and_installed_once(program: Program) -> None:
    items = data(program.get("/starter-types"))["items"]
    assert [one["installed"] for one in items] == [False] * 8
    first = data(program.post("/starter-types/gift-card"))
    assert data(program.post("/starter-types/gift-card"))["id"] == first["id"]
    assert [one["slug"] for one in data(program.get("/types"))["items"]] == ["gift-card"]
    assert program.post("/starter-types/moon").status_code == 404


@both_databases
def test_what_is_wrong_is_refused_by_its_place(program: Program, subtests: pytest.Subtests) -> None:
    for body, status, place in [
        ({}, 422, "name"),
        ({"name": ""}, 400, "name"),
        ({"name": "X", "colour": "red"}, 422, "body"),
        ({"name": "X", "fields": [FIELDS[0], {"name": "Bad Name"}]}, 400, "fields-1-name"),
        ({"name": "X", "fields": [{"name": "a", "type": "select"}]}, 400, "fields-0-options"),
        ({"name": "X", "fields": [{"type": "text"}]}, 400, "fields-0"),
        ({"name": "X", "fields": [{"name": "a", "label": {"x": 1}}]}, 400, "fields-0-label"),
        ({"name": "X", "fields": [{"name": "a", "show_if": {"field": "b", "eq": 1}}]}, 400,
         "fields-0-show_if"),
        ({"name": "X", "fields": FIELDS, "layout": {"tabs": 5}}, 400, "tabs"),
        ({"name": "X", "delivery_method": "pigeon"}, 400, "delivery_method"),
        ({"name": "X", "stock_source": "moon"}, 422, "stock_source"),
    ]:  # fmt: skip
        with subtests.test(body=body):
            answer = program.post("/types", body)
            assert answer.status_code == status, answer.text
            assert list(answer.get_json()["details"]) == [place]
    assert data(program.get("/types"))["items"] == []


def test_types_of_others_and_without_scope(
    site: Flask, program: Program, other_tenant: World, tenant: World
) -> None:
    theirs = data(new_program(site, other_tenant).post("/types", {"name": "Theirs"}))
    for which in (theirs["id"], str(uuid4())):
        assert program.get(f"/types/{UUID(which)}").status_code == 404
        assert program.send("PATCH", f"/types/{which}", {"name": "Mine"}).status_code == 404
        assert program.send("DELETE", f"/types/{which}").status_code == 404
    reader = new_program(site, tenant, ["products:read"])
    assert reader.get("/types").status_code == 200
    assert reader.post("/types", {"name": "X"}).status_code == 403
