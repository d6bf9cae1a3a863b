"""Programs find keys as the admin does: masked, with product, order and buyer."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.programs import new_program
from tests.audit.log import entries
from tests.factories.tenants import World
from tests.security.fort import Fort, build
from tests.servers.database import both_databases
from tests.servers.kept import kept
from tests.storefront.conftest import site

__all__ = ["site"]


@pytest.fixture
@kept
def fort(site: Flask, tenant: World) -> Fort:
    """Acme with goods and orders."""
    return build(tenant)


@both_databases
def test_a_key_leads_to_product_order_and_buyer(site: Flask, tenant: World, fort: Fort) -> None:
    whole = fort.keys[0]
    for typed in (whole, whole.replace("-", " ").lower(), whole[-6:]):
        answer = new_program(site, tenant).post("/stock/search", {"key": typed})
        assert answer.status_code == 200 and whole not in answer.text
        found = {one["key"]: one for one in answer.get_json()["data"]["items"]}
        row = found[f"••••-••••-{whole[-4:]}"]
        assert (row["variant_id"], row["product_id"]) == (fort.ids["variant"], fort.ids["product"])
        assert (row["state"], row["order"], row["email"]) == ("delivered", fort.order, "ada@acme.example")
        assert answer.get_json()["data"]["more"] is False


def test_orders_and_buyers_need_their_own_scope(site: Flask, tenant: World, fort: Fort) -> None:
    weak = new_program(site, tenant, ["products:read"])
    found = weak.post("/stock/search", {"key": fort.keys[0]}).get_json()["data"]["items"]
    assert [(one["order"], one["email"]) for one in found] == [(None, None)]
    for scopes in (["orders:read"], ["stock:write"]):
        assert (
            new_program(site, tenant, scopes).post("/stock/search", {"key": fort.keys[0]}).status_code == 403
        )


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"key": "abc"}, 422), ({"key": "-- - -"}, 400), ({"key": "a" * 20_001}, 422),
     ({"key": 5}, 422), ({"key": "abcd", "pool": "x"}, 422),
     ({"key": "\x00\u202e" * 20}, 400)],
)  # fmt: skip
def test_what_is_no_key_is_answered_with_what_to_do(
    site: Flask, tenant: World, body: dict[str, object], status: int
) -> None:
    answer = new_program(site, tenant).post("/stock/search", body)
    assert (answer.status_code, answer.get_json()["success"]) == (status, False)


def test_another_stores_keys_are_not_found(
    site: Flask, tenant: World, fort: Fort, other_tenant: World
) -> None:
    theirs = build(other_tenant)
    found = new_program(site, tenant).post("/stock/search", {"key": theirs.keys[0]})
    assert found.get_json()["data"] == {"items": [], "more": False}


def test_what_was_typed_is_kept_nowhere(
    site: Flask, tenant: World, fort: Fort, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor its hash as the mark of a repeated request: four letters would be guessed from it."""
    caplog.set_level(0)
    answer = new_program(site, tenant).post("/stock/search", {"key": fort.keys[0]}, Idempotency_Key="one")
    again = new_program(site, tenant).post("/stock/search", {"key": fort.keys[1]}, Idempotency_Key="one")
    assert (answer.status_code, again.status_code) == (200, 200)
    assert "Idempotent-Replayed" not in again.headers
    assert fort.keys[0] not in caplog.text + repr([vars(one) for one in entries()])
