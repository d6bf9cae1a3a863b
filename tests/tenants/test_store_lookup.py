"""Which store a name leads to, how long that is remembered, and who is told of a change."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.tenants.models import Tenant
from mtc.tenants.services import add_domain, create_tenant, set_status, store_url, update_store
from mtc.tenants.services.store_lookup import FRESH_SECONDS, StoreLookup, store_lookup
from tests.servers.database import both_databases


@both_databases
def test_a_store_is_found_by_slug_and_by_verified_host(app: Flask, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, "Shop.Example.COM.", verified=True, primary=True)
        add_domain(tenant.id, tenant.store.id, "claimed.example.com")
    found = store_lookup.by_slug("acme")
    assert found is not None
    assert (found.id, found.tenant_id, found.primary_host) == (tenant.store.id, tenant.id, "shop.example.com")
    by_host = store_lookup.by_host("shop.example.com")
    assert by_host is not None
    assert by_host.id == tenant.store.id
    assert store_lookup.by_host("claimed.example.com") is None
    assert store_lookup.by_slug("nobody") is None
    assert store_url(found, "https://shops.example:8443") == "https://shop.example.com:8443"


def test_a_name_is_remembered_and_forgotten_by_a_change(app: Flask, tenant: Any, queries: Any) -> None:
    store_lookup.by_slug("acme")
    with queries() as seen:
        assert store_lookup.by_slug("acme") is not None
    assert seen == []
    with tenant_scope(tenant.id), unit_of_work():
        update_store(tenant.id, tenant.store.id, tagline="New words")
    found = store_lookup.by_slug("acme")
    assert found is not None
    assert found.tagline == "New words"


@both_databases
def test_the_watcher_sees_what_another_process_changed(
    app: Flask, tenant: Any, other_tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = StoreLookup()
    here.refresh()
    first = here.by_slug("acme")
    assert first is not None
    assert here.version(tenant.id) == first.content_version
    here.by_slug("rival")
    with platform_scope("change it as another process does"), unit_of_work():
        session.execute(
            update(Tenant)
            .where(Tenant.id == tenant.id)
            .values(content_version=Tenant.content_version + 1, updated_at=clock.now())
        )
    here.refresh()
    assert here.version(tenant.id) is None
    assert here.version(other_tenant.id) is not None
    again = here.by_slug("acme")
    assert again is not None
    assert again.content_version == first.content_version + 1


def test_an_entry_lasts_a_second(app: Flask, tenant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("mtc.tenants.services.store_lookup"), "FRESH_SECONDS", FRESH_SECONDS)
    now = [100.0]
    monkeypatch.setattr(import_module("mtc.tenants.services.store_lookup").time, "monotonic", lambda: now[0])
    here = StoreLookup()
    here.by_slug("acme")
    now[0] += 0.99
    assert here.peek("slug", "acme") is not None
    assert here.version(tenant.id) is not None
    now[0] += 0.02
    assert here.peek("slug", "acme") is None
    assert here.version(tenant.id) is None


def test_a_suspended_tenant_is_known_as_such_and_a_deleted_one_is_not_known(app: Flask, tenant: Any) -> None:
    for status, expected in (("suspended", "suspended"), ("active", "active"), ("deleted", None)):
        with platform_scope("change the status"), unit_of_work():
            set_status(tenant.id, status)
        found = store_lookup.by_slug("acme")
        assert (found.tenant_status if found else None) == expected


@pytest.mark.parametrize("slug", ["", "ab", "-ab", "ab-", "a--b", "Ünder", "a b", "x" * 64, "admin", "s"])
def test_addresses_that_cannot_be_used_are_refused(app: Flask, slug: str) -> None:
    with platform_scope("try a slug"), unit_of_work(), pytest.raises(ValidationError):
        create_tenant(slug, "Name")


def test_an_address_is_taken_once(app: Flask, tenant: Any) -> None:
    with platform_scope("try a slug"), unit_of_work(), pytest.raises(ConflictError):
        create_tenant("acme", "Another")


@pytest.mark.parametrize(
    "host", ["localhost", "a b.example", "exa_mple.com", "http://x.com", "x..com", "1.2.3.4"]
)
def test_hosts_that_are_none_are_refused(app: Flask, tenant: Any, host: str) -> None:
    with tenant_scope(tenant.id), unit_of_work(), pytest.raises(ValidationError):
        add_domain(tenant.id, tenant.store.id, host)
