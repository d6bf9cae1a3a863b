"""Stores that are closed: nothing is shown, nothing is sold, and money that comes is still booked."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.orders.models import Order
from mtc.payments.models import Payment
from mtc.payments.services import credentials_of, get_gateway
from mtc.payments.types.test import signed
from mtc.tenants.models import Store
from mtc.tenants.services import bump_content_version, set_status, store_lookup
from mtc.testing.urls import address
from tests.security.fort import Fort, People, Visitor
from tests.security.places import places


def close(fort: Fort, how: str) -> None:
    """Suspend or delete the tenant, or close its store."""
    with platform_scope("close a store in a test"), unit_of_work():
        if how == "store":
            for row in session.query(Store).filter(Store.tenant_id == fort.tenant_id):
                row.status = "closed"
            bump_content_version(fort.tenant_id)
        else:
            set_status(fort.tenant_id, how)
    store_lookup.clear()


@pytest.mark.parametrize("how", ["suspended", "store"])
def test_every_address_of_a_closed_store_is_503(site: Flask, people: People, fort: Fort, how: str) -> None:
    ada = people.shopper(logged_in=True)
    assert ada.get("/p/game").status_code == 200
    people.shopper().get("/")
    close(fort, how)
    good = places(fort)
    in_place = Visitor(site.test_client(), "http://127.0.0.1:8000", "/s/acme")
    files = ("static_file", "files.theme_file", "files.plugin_file", "front.healthz")
    for rule in site.url_map.iter_rules():
        for method in (rule.methods or set()) - {"OPTIONS"}:
            for who in (ada, in_place, people.shopper()):
                answer = who.open(method, address(rule, good.get(rule.endpoint, {})))
                if rule.endpoint in files:
                    assert answer.status_code == 200
                elif rule.rule.startswith("/webhooks/"):
                    assert answer.status_code == 401
                elif rule.endpoint == "front.unsubscribe" and method == "POST":
                    assert answer.status_code == 404  # mail programs post it to the platform's host
                else:
                    assert answer.status_code == 503, (method, rule.rule, answer.status_code)
                    assert answer.headers["Retry-After"] and answer.headers["Cache-Control"] == "no-store"
                answer.close()
    assert ada.get("/nothing/at/all").status_code == 503
    assert ada.open("DELETE", "/").status_code == 503


@pytest.mark.parametrize("how", ["suspended", "deleted", "store"])
def test_no_side_door_shows_a_closed_store(people: People, fort: Fort, how: str) -> None:
    close(fort, how)
    nobody = people.staff("")
    for path in ("products", "products/game", "pages/home"):
        assert nobody.get(f"/api/acme/storefront/{path}").status_code == 404
    page = nobody.get("/welcome").text
    assert "Star" not in page and fort.keys[0] not in page


def test_a_deleted_tenant_is_gone(people: People, fort: Fort) -> None:
    owner, ada = people.staff("owner"), people.shopper(logged_in=True)
    close(fort, "deleted")
    for path in ("/", "/p/game", "/account", fort.order_url):
        assert ada.get(path).status_code in (404, 421), path
    assert owner.get("/admin/acme/").status_code == 404
    assert people.staff("root").get("/platform/tenants/acme").status_code == 404
    assert people.shopper().post("/webhooks/payments/test").status_code in (404, 421)


def test_staff_of_a_suspended_tenant_see_their_data(people: People, fort: Fort) -> None:
    close(fort, "suspended")
    page = people.staff("owner").get("/admin/acme/")
    assert page.status_code == 200 and "suspended" in page.text


def test_money_for_a_suspended_store_is_booked(people: People, fort: Fort) -> None:
    """The buyer has paid; whether the store may open again is another matter."""
    close(fort, "suspended")
    with tenant_scope(fort.tenant_id), unit_of_work():
        payment = session.get_one(Payment, (fort.tenant_id, UUID(fort.ids["payment"])))
        secrets = credentials_of(get_gateway("test"))
        said = {
            "id": "evt_1", "type": "payment.succeeded", "payment": payment.provider_ref,
            "account": secrets["account"], "order": fort.pending, "amount": payment.amount, "currency": "EUR",
        }  # fmt: skip
        headers, body = signed(said, secrets["secret"])
    answer = people.shopper().post("/webhooks/payments/test", body, headers=headers)
    assert (answer.status_code, answer.get_json()["data"]["outcome"]) == (200, "succeeded")
    with tenant_scope(fort.tenant_id), unit_of_work():
        assert session.get_one(Order, (fort.tenant_id, UUID(fort.ids["pending_id"]))).status == "fulfilled"
