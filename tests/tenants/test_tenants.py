"""Tenants, stores, hosts, numbers and the content version."""

import threading

import pytest
from flask import Flask

from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tenants import queries
from mtc.tenants.models import Tenant
from mtc.tenants.services import (
    add_domain,
    bump_content_version,
    create_store,
    create_tenant,
    next_number,
    set_status,
    store_url,
    update_store,
)
from mtc.tenants.services.store_lookup import store_info, store_lookup
from mtc.tenants.services.tenants import RESERVED, check_slug, set_branding
from tests.factories.tenants import World
from tests.servers.database import both_databases


def version(tenant: World) -> int:
    with platform_scope("look", readonly=True):
        return session.get_one(Tenant, tenant.id).content_version


@pytest.mark.parametrize("slug", ["my-shop", "abc", "a1b", " My-Shop ", "x" * 63])
def test_addresses_that_can_be_used(slug: str) -> None:
    assert check_slug(slug) == slug.strip().lower()


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "a",
        "ab",
        "-abc",
        "abc-",
        "a--b",
        "a_b",
        "a.b",
        "ä-b",
        "x" * 64,
        "a b",
        "abc\n\nx",
        *sorted(RESERVED),
    ],
)
def test_addresses_that_cannot(slug: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check_slug(slug)
    assert list(refused.value.details) == ["slug"]


@both_databases
def test_an_address_is_given_once(app: Flask, tenant: World, other_tenant: World) -> None:
    with platform_scope("make another"), unit_of_work():
        with pytest.raises(ConflictError):
            create_tenant("acme", "Another")
        assert create_tenant("acme-two", "Another").status == "active"
    with tenant_scope(other_tenant.id), unit_of_work():
        with pytest.raises(ConflictError):
            create_store(other_tenant.id, "acme", "Theirs", currency="EUR")
        assert create_store(other_tenant.id, "second", "Second", currency="USD").slug == "second"
        with pytest.raises(ValidationError):
            create_store(other_tenant.id, "third", "Third", currency="euros")


@both_databases
def test_a_store_is_changed_within_its_tenant(scope: World, other_tenant: World) -> None:
    before = version(scope)
    with unit_of_work():
        assert update_store(scope.id, scope.store.id, tagline="New").tagline == "New"
        with pytest.raises(ValidationError, match="currency"):
            update_store(scope.id, scope.store.id, currency="USD")
        with pytest.raises(NotFoundError):
            update_store(scope.id, other_tenant.store.id, tagline="Mine now")
    assert version(scope) == before + 1


@both_databases
def test_the_content_version_is_raised_by_its_tenant_only(scope: World, other_tenant: World) -> None:
    mine, theirs = version(scope), version(other_tenant)
    with unit_of_work():
        bump_content_version(scope.id)
        set_branding(scope.id, {"accent": "#123456"})
    assert (version(scope), version(other_tenant)) == (mine + 2, theirs)
    with pytest.raises(RuntimeError), unit_of_work():
        bump_content_version(scope.id)
        raise RuntimeError
    assert version(scope) == mine + 2


@pytest.mark.postgres
def test_a_tenant_cannot_reach_another_or_its_own_status(scope: World, other_tenant: World) -> None:
    theirs = version(other_tenant)
    with unit_of_work():
        bump_content_version(other_tenant.id)
        assert [row.slug for row in session.query(Tenant)] == ["acme"]
    assert version(other_tenant) == theirs
    with pytest.raises(Exception, match="permission denied"), unit_of_work():
        set_status(scope.id, "active")
        session.get_one(Tenant, scope.id).plan = "pro"
        session.flush()


@both_databases
def test_numbers_have_no_gaps_and_no_twins(app: Flask, tenant: World, other_tenant: World) -> None:
    got: list[int] = []
    start = threading.Barrier(4, timeout=30)

    def run() -> None:
        with app.app_context():
            start.wait()
            for turn in range(6):
                try:
                    with tenant_scope(tenant.id), unit_of_work():
                        number = next_number(tenant.id, "order", start=1001)
                        if turn == 3:
                            raise RuntimeError
                    got.append(number)
                except RuntimeError:
                    continue

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1001, 1021))
    with tenant_scope(other_tenant.id), unit_of_work():
        assert [next_number(other_tenant.id, "order", start=1001) for _ in range(2)] == [1001, 1002]
        assert next_number(other_tenant.id, "invoice") == 1


@both_databases
def test_a_host_leads_to_its_store_once_verified(scope: World, other_tenant: World) -> None:
    with unit_of_work():
        add_domain(scope.id, scope.store.id, " Shop.Example.COM. ", primary=True)
    store_lookup.clear()
    assert store_lookup.by_host("shop.example.com") is None
    with unit_of_work():
        add_domain(scope.id, scope.store.id, "www.example.com", verified=True, primary=True)
    store_lookup.clear()
    found = store_lookup.by_host("www.example.com")
    assert found is not None
    assert (found.id, found.primary_host) == (scope.store.id, "www.example.com")
    assert store_url(found, "https://mtc.example:8443") == "https://www.example.com:8443"
    with tenant_scope(other_tenant.id), pytest.raises(ConflictError), unit_of_work():
        add_domain(other_tenant.id, other_tenant.store.id, "www.example.com")


@pytest.mark.parametrize(
    "host", ["", "localhost", "a", "-a.com", "a..com", "a b.com", "1.2.3.4", "x" * 250 + ".com"]
)
def test_what_is_no_host(scope: World, host: str) -> None:
    with pytest.raises(ValidationError), unit_of_work():
        add_domain(scope.id, scope.store.id, host)


@both_databases
def test_the_directory_remembers_until_the_content_changes(scope: World) -> None:
    store_lookup.clear()
    first = store_lookup.by_slug("acme")
    assert first is not None
    assert store_lookup.peek("slug", "acme") is first
    assert store_lookup.version(scope.id) == first.content_version
    with unit_of_work():
        update_store(scope.id, scope.store.id, name="Acme Two")
    assert store_lookup.peek("slug", "acme") is None
    again = store_lookup.by_slug("acme")
    assert again is not None
    assert (again.name, again.content_version) == ("Acme Two", first.content_version + 1)


@both_databases
def test_the_watcher_sees_what_another_process_changed(scope: World) -> None:
    store_lookup.clear()
    store_lookup.refresh()
    known = store_lookup.by_slug("acme")
    store_lookup.refresh()
    assert store_lookup.peek("slug", "acme") is known
    with unit_of_work():
        bump_content_version(scope.id)
    # As another process would know it: the old entry is still there.
    store_lookup._known.put(("slug", "acme"), (float("inf"), known))
    store_lookup.refresh()
    assert store_lookup.peek("slug", "acme") is None


@both_databases
def test_a_closed_tenant_is_not_found(app: Flask, tenant: World) -> None:
    with platform_scope("close"), unit_of_work():
        set_status(tenant.id, "suspended")
    store_lookup.clear()
    found = store_lookup.by_slug("acme")
    assert found is not None
    assert found.tenant_status == "suspended"
    with platform_scope("close"), unit_of_work():
        set_status(tenant.id, "deleted")
        with pytest.raises(ValidationError):
            set_status(tenant.id, "gone")
    store_lookup.clear()
    assert store_lookup.by_slug("acme") is None


@both_databases
def test_the_stores_of_the_platform(app: Flask, tenant: World, other_tenant: World) -> None:
    with platform_scope("list", readonly=True):
        assert [store_info(row).slug for row in queries.all_stores()] == ["acme", "rival"]
        assert queries.active_tenants() == [tenant.id, other_tenant.id]
        assert [row.slug for row in queries.stores_of(tenant.id)] == ["acme"]
