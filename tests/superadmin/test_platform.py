"""The platform's own pages: who may see them, opening and closing tenants, health."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mtc.catalog import queries as catalog
from mtc.core.db import unit_of_work
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.delivery import queries as delivery
from mtc.pages.services.manifest_sync import sync_all
from mtc.payments import queries as payments
from mtc.platform import queries
from mtc.tenants.services import store_lookup
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases

PAGES = (
    "/platform/tenants",
    "/platform/tenants/new",
    "/platform/tenants/acme",
    "/platform/users",
    "/platform/health",
)
NEW = {
    "name": "Green Seeds",
    "slug": "seeds",
    "email": "sam@seeds.example",
    "currency": "GBP",
    "theme": "folio",
    "country": "gb",
    "starter_types": ["game-key", "course"],
}


@pytest.fixture
def root(person: Callable[[str], Person]) -> Person:
    """The super admin, logged in; the system's themes are there."""
    sync_all()
    return person("root")


@both_databases
def test_only_super_admins_see_the_platform(
    shop: Shop, person: Callable[[str], Person], subtests: pytest.Subtests
) -> None:
    people = [person(role) for role in ("root", "owner", "support", "")]
    for path in PAGES:
        with subtests.test(path=path):
            found = [one.get(path).status_code for one in people]
            assert found == [200, 404, 404, 302]


def test_only_super_admins_change_tenants(shop: Shop, person: Callable[[str], Person]) -> None:
    for path in ("/platform/tenants/new", "/platform/tenants/acme/status"):
        data = {**NEW, "status": "suspended", "confirm": "acme"}
        assert person("owner").post(path, data).status_code == 404
        assert person("").post(path, data).status_code == 401
    with platform_scope("look", readonly=True):
        assert queries.status_counts() == {"active": 1}


@both_databases
def test_a_new_tenant_can_sell_at_once(shop: Shop, root: Person) -> None:
    answer = root.post("/platform/tenants/new", NEW)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    store = store_lookup.by_slug("seeds")
    assert store is not None
    assert (store.currency, store.theme_slug, store.country, store.status) == ("GBP", "folio", "GB", "open")
    with tenant_scope(store.tenant_id, readonly=True):
        assert [(one.type, one.is_active) for one in payments.all_gateways()] == [("test", True)]
        assert [one.slug for one in catalog.type_book().types] == ["game-key", "course"]
        assert [one.slug for one in delivery.methods()] == ["keys", "files", "by-hand"]


def test_what_cannot_be_opened_is_refused_whole(shop: Shop, root: Person, subtests: pytest.Subtests) -> None:
    for changes, field in [
        ({"slug": "acme"}, "slug"),
        ({"slug": "", "name": ""}, "slug"),
        ({"starter_types": ["moon"]}, "starter_types"),
        ({"slug": "admin"}, "slug"),
        ({"slug": "A B"}, "slug"),
        ({"slug": "x--y"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "nobody"}, "email"),
        ({"currency": "XXX"}, "currency"),
        ({"theme": "../etc"}, "theme"),
        ({"country": "Ireland"}, "country"),
    ]:
        with subtests.test(changes=changes):
            answer = root.post("/platform/tenants/new", {**NEW, **changes})
            page = answer.get_data(as_text=True)
            assert answer.status_code == 422
            assert f'<a href="#{field}">' in page
            assert 'value="sam@seeds.example"' in page or "email" in changes
            with platform_scope("look", readonly=True):
                assert queries.status_counts() == {"active": 1}


def test_a_suspended_store_is_closed_until_it_is_reopened(app: Flask, shop: Shop, root: Person) -> None:
    sync_all()
    shopper = app.test_client()
    url = "http://acme.localhost:8000"
    assert shopper.get("/", base_url=url).status_code == 200
    root.post("/platform/tenants/acme/status", {"status": "suspended", "confirm": "wrong"})
    assert shopper.get("/", base_url=url).status_code == 200
    answer = root.post("/platform/tenants/acme/status", {"status": "suspended", "confirm": "acme"})
    assert answer.status_code == 303
    closed = shopper.get("/", base_url=url)
    assert (closed.status_code, closed.headers["Retry-After"]) == (503, "600")
    assert "Acme is suspended; its stores are closed." in root.get("/platform/tenants/acme").get_data(
        as_text=True
    )
    assert 'href="http://acme.localhost' not in root.get("/").get_data(as_text=True)
    root.post("/platform/tenants/acme/status", {"status": "active"})
    assert shopper.get("/", base_url=url).status_code == 200


def test_a_status_that_is_none_is_refused(shop: Shop, root: Person) -> None:
    assert root.post("/platform/tenants/acme/status", {"status": "deleted"}).status_code == 400
    assert root.post("/platform/tenants/none/status", {"status": "active"}).status_code == 404


@both_databases
def test_tenants_are_found(shop: Shop, root: Person, subtests: pytest.Subtests) -> None:
    for query, found in [
        ("", True),
        ("?q=acm", True),
        ("?q=ACME", True),
        ("?status=active", True),
        ("?status=suspended", False),
        ("?q=%25", False),
        ("?q=zzz", False),
    ]:
        with subtests.test(query=query):
            page = root.get(f"/platform/tenants{query}").get_data(as_text=True)
            assert ('href="/platform/tenants/acme"' in page) is found


def test_hostile_values_break_nothing(shop: Shop, root: Person, subtests: pytest.Subtests) -> None:
    for value in ["'\"><img src=x>", "{{ 7*7 }}", "x" * 3000, "\U0001f600", "rubbish"]:
        with subtests.test(value=value):
            for path in ("/platform/tenants", "/platform/users"):
                for name in ("q", "status", "cursor"):
                    answer = root.get(path, query_string={name: value})
                    assert answer.status_code in (200, 400)
                    assert "<img src=x>" not in answer.get_data(as_text=True)


def test_the_list_takes_the_same_number_of_statements(shop: Shop, root: Person, queries: Any) -> None:
    def count() -> int:
        with queries() as seen:
            root.get("/platform/tenants")
        return len(seen)

    count()
    few = count()
    for number in range(3):
        root.post(
            "/platform/tenants/new", {**NEW, "slug": f"seeds-{number}", "email": f"s{number}@seeds.example"}
        )
    assert count() == few


def test_health_names_its_parts(shop: Shop, root: Person) -> None:
    page = root.get("/platform/health").get_data(as_text=True)
    for name in ("Database", "Tasks", "Failed tasks", "Cache"):
        assert f"<strong>{name}</strong>" in page


@both_databases
def test_health_sees_dead_tasks(shop: Shop, root: Person) -> None:
    from mtc.core import clock
    from mtc.tasks.models import Task

    with tenant_scope(shop.world.id), unit_of_work() as work:
        work.add(Task(tenant_id=shop.world.id, name="x", payload={}, status="dead", next_at=clock.now()))
    page = root.get("/platform/health").get_data(as_text=True)
    assert "1 were given up." in page or "1 given up" in page
    assert "Acme" in page
