"""A store's own domain is its one address: other hosts are redirected, with path and query."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.tenancy import tenant_scope
from mtc.tenants.services import add_domain, set_primary_domain, store_url
from mtc.tenants.services.store_lookup import StoreInfo, store_lookup
from tests.storefront.conftest import shop, site

__all__ = ["shop", "site"]

PRIMARY = "shop.example.com"


@pytest.fixture
def domains(site: Flask, shop: Any, tenant: Any, other_tenant: Any) -> None:
    """Acme's hosts: a primary, a secondary and one that nobody has verified; Rival has none of its own."""
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, PRIMARY, verified=True, primary=True)
        add_domain(tenant.id, tenant.store.id, "old.example.net", verified=True)
        add_domain(tenant.id, tenant.store.id, "claimed.example.net")
    store_lookup.clear()


def ask(site: Flask, host: str, path: str = "/", method: str = "GET", **headers: str) -> TestResponse:
    client = site.test_client()
    return client.open(path, method=method, headers={"Host": host, **headers}, base_url="http://localhost")


@pytest.mark.parametrize(
    "host", ["acme.localhost:8000", "old.example.net", f"www.{PRIMARY}", "www.old.example.net"]
)
@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "/"),
        ("/p/guide?a=1&b=%2F", "/p/guide?a=1&b=%2F"),
        ("/c/b%C3%BCcher", "/c/b%C3%BCcher"),
        ("/a//evil.example", "/a//evil.example"),
        ("/x%0d%0aSet-Cookie:%20a", "/x%0D%0ASet-Cookie:%20a"),
    ],
)
def test_other_hosts_lead_to_the_primary_domain(
    site: Flask, domains: None, host: str, path: str, target: str
) -> None:
    for method, status in (("GET", 301), ("HEAD", 301), ("POST", 308), ("DELETE", 308)):
        answer = ask(site, host, path, method)
        assert (answer.status_code, answer.headers["Location"]) == (status, f"http://{PRIMARY}:8000{target}")
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Frame-Options"] == "DENY"


def test_the_primary_domain_and_others_hosts_are_not_redirected(site: Flask, domains: None) -> None:
    for host, path, status in (
        (PRIMARY, "/", 200),
        (f"{PRIMARY}:8000", "/", 200),
        (f"{PRIMARY.upper()}.", "/", 200),
        ("rival.localhost:8000", "/", 200),
        ("localhost:8000", "/login", 200),
        ("acme.localhost:8000", "/healthz", 200),
        ("old.example.net", "/healthz", 200),
        ("acme.localhost:8000", "/webhooks/payments/test", 401),
        ("claimed.example.net", "/", 421),
        ("www.claimed.example.net", "/", 421),
        ("www.acme.localhost:8000", "/", 421),
        ("www.evil.example", "/", 421),
        (f"www.{PRIMARY}", "/webhooks/payments/test", 421),
    ):
        method = "POST" if path.startswith("/webhooks/") else "GET"
        answer = ask(site, host, path, method)
        assert (answer.status_code, answer.headers.get("Location")) == (status, None), (host, path)


def test_a_script_is_told_where_to_go(site: Flask, domains: None) -> None:
    answer = ask(site, "acme.localhost:8000", "/p/guide?x=1", **{"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"http://{PRIMARY}:8000/p/guide?x=1")
    sent = ask(site, "acme.localhost:8000", "/cart/add", "POST", **{"HX-Request": "true"})
    assert (sent.status_code, sent.headers["HX-Redirect"]) == (200, f"http://{PRIMARY}:8000/")


def test_pages_kept_before_the_domain_came_are_not_given_after_it(
    site: Flask, shop: Any, tenant: Any
) -> None:
    assert [ask(site, "acme.localhost:8000").status_code for _ in range(2)] == [200, 200]
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, PRIMARY, verified=True, primary=True)
    assert ask(site, "acme.localhost:8000").status_code == 301
    page = ask(site, PRIMARY)
    assert page.status_code == 200 and f'rel="canonical" href="http://{PRIMARY}:8000/"' in page.text
    assert f"<loc>http://{PRIMARY}:8000/</loc>" in ask(site, PRIMARY, "/sitemap.xml").text
    assert f"Sitemap: http://{PRIMARY}:8000/sitemap.xml" in ask(site, PRIMARY, "/robots.txt").text


def test_www_leads_to_a_domain_that_is_not_primary(site: Flask, shop: Any, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, "www.example.net", verified=True)
    store_lookup.clear()
    answer = ask(site, "example.net", "/p/guide")
    assert (answer.status_code, answer.headers["Location"]) == (301, "http://www.example.net:8000/p/guide")
    assert ask(site, "www.example.net").status_code == ask(site, "acme.localhost").status_code == 200


def test_a_name_of_the_platform_is_nobodys_domain(site: Flask, shop: Any, tenant: Any) -> None:
    """Else a store could send its visitors to another one, or in circles."""
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, "rival.localhost", verified=True, primary=True)
    store_lookup.clear()
    assert ask(site, "acme.localhost:8000").status_code == 200


def test_a_store_has_one_primary_domain(site: Flask, domains: None, tenant: Any, other_tenant: Any) -> None:
    def primary() -> str | None:
        store_lookup.clear()
        found = store_lookup.by_slug("acme")
        assert found is not None
        return found.primary_host

    with tenant_scope(tenant.id), unit_of_work():
        set_primary_domain(tenant.id, tenant.store.id, "old.example.net")
    assert primary() == "old.example.net"
    assert ask(site, PRIMARY).headers["Location"] == "http://old.example.net:8000/"
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, "new.example.net", verified=True, primary=True)
    assert primary() == "new.example.net"
    with tenant_scope(tenant.id), pytest.raises(ConflictError), unit_of_work():
        set_primary_domain(tenant.id, tenant.store.id, "claimed.example.net")
    with tenant_scope(other_tenant.id), pytest.raises(NotFoundError), unit_of_work():
        set_primary_domain(other_tenant.id, other_tenant.store.id, PRIMARY)
    assert primary() == "new.example.net"


@pytest.mark.parametrize(
    ("public_url", "url"),
    [
        ("http://localhost:8000", "http://acme.localhost:8000"),
        ("https://shops.example", "https://acme.shops.example"),
        ("http://192.168.1.5:8000", "http://192.168.1.5:8000/s/acme"),
        ("http://[::1]:8000", "http://[::1]:8000/s/acme"),
    ],
)
def test_the_address_of_a_store_without_a_domain(site: Flask, shop: Any, public_url: str, url: str) -> None:
    found = store_lookup.by_slug("acme")
    assert isinstance(found, StoreInfo) and store_url(found, public_url) == url
