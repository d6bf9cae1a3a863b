"""Every spelling of a host: which store it leads to, or none."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.extensions import db
from mtc.middleware.store_resolution import rooted
from mtc.tenants.services import add_domain
from mtc.web.site import clean_host
from tests.servers.database import sqlite_app
from tests.storefront.conftest import shop, site

__all__ = ["shop", "site"]


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("acme.localhost", "acme.localhost"),
        ("ACME.localhost:8000", "acme.localhost"),
        ("acme.localhost.", "acme.localhost"),
        ("acme.localhost.:80", "acme.localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("[::1]:8000", "::1"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("", ""),
        ("x@acme.localhost", ""),
        ("acme.localhost/evil", ""),
        ("acme.localhost:80:80", ""),
        ("acme.localhost:port", ""),
        ("acme localhost", ""),
        ("acme..localhost", ""),
        ("[::1", ""),
        ("[::1]8000", ""),
        ("[nonsense]", ""),
        ("a" * 300, ""),
    ],
)
def test_a_host_has_one_spelling(header: str, host: str) -> None:
    assert clean_host(header) == host


def status(app: Flask, host: str, path: str = "/") -> int:
    answer = app.test_client().get(path, headers={"Host": host}, base_url="http://localhost")
    return answer.status_code


def test_hosts_lead_to_stores(site: Flask, shop: Any, tenant: Any) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, "shop.example.com", verified=True)
        add_domain(tenant.id, tenant.store.id, "claimed.example.com")
    assert status(site, "acme.localhost:8000") == 200
    assert status(site, "ACME.LOCALHOST.") == 200
    assert status(site, "shop.example.com") == 200
    for unknown in (
        "claimed.example.com",
        "nobody.localhost",
        "evil.example",
        "a.acme.localhost",
        "x@acme.localhost",
    ):
        assert status(site, unknown) == 421, unknown


def test_the_page_of_an_unknown_host_is_styled_and_leads_nowhere(site: Flask, shop: Any) -> None:
    client = site.test_client()
    page = client.get("/", base_url="http://evil.example")
    assert "<h1>No store lives here</h1>" in page.text and "<a " not in page.text
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    assert [client.get(one, base_url="http://evil.example").status_code for one in sheets] == [200, 200]
    assert client.get("/media/x/y.png", base_url="http://evil.example").status_code == 421


@pytest.mark.parametrize(("path", "back"), [("/admin/a/b/c/d", "/admin"), ("/nowhere", "/")])
def test_an_error_outside_a_store_leads_back(site: Flask, path: str, back: str) -> None:
    page = site.test_client().get(path, base_url="http://localhost:8000")
    assert f'href="{back}"' in page.text and "<h1>" in page.text


def test_a_path_leads_to_the_store_s_own_host(site: Flask, shop: Any, tenant: Any) -> None:
    client = site.test_client()
    answer = client.get("/s/acme/p/guide?x=1", base_url="http://localhost:8000")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "http://acme.localhost:8000/p/guide?x=1"
    with tenant_scope(tenant.id), unit_of_work():
        add_domain(tenant.id, tenant.store.id, "shop.example.com", verified=True, primary=True)
    moved = client.get("/s/acme/", base_url="http://localhost:8000")
    assert moved.headers["Location"] == "http://shop.example.com:8000/"
    assert status(site, "localhost:8000", "/s/nobody/") == 404


def test_where_hosts_have_no_subdomains_a_store_lives_below_its_path(site: Flask, shop: Any) -> None:
    answer = site.test_client().get("/s/acme/", base_url="http://127.0.0.1:8000")
    assert answer.status_code == 200
    assert 'href="/s/acme/static/css/core.css' in answer.text
    assert 'href="/static' not in answer.text
    assert 'action="/search"' not in answer.text


def test_admin_and_stores_do_not_meet(site: Flask, shop: Any) -> None:
    assert status(site, "acme.localhost", "/login") == 404
    assert status(site, "acme.localhost", "/admin/acme/") == 404
    assert status(site, "localhost", "/cart") == 404
    assert status(site, "localhost", "/p/guide") == 404


STRANGERS = (
    "8.8.8.8", "8.8.8.8:8000", "192.168.1.5", "10.0.0.1:80", "0.0.0.0", "[2001:db8::1]:8000", "[::]",
    "169.254.169.254", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "127.0.0.1@evil.example",
    "evil.example@127.0.0.1", "127.0.0.1,evil.example", "localhost,evil.example", "localhost.evil.example",
    "127.0.0.1.evil.example", "[::1]evil", "[::1%25lo]", "[127.0.0.1]", "localhost:8000:80", "",
)  # fmt: skip
LOOPBACK = (
    "localhost", "LOCALHOST.:8000", "127.0.0.1", "127.0.0.1:8000", "127.8.9.10", "[::1]", "[::1]:8000",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]:8000",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/login", "/s/acme/", "/admin/acme/", "/s/acme/p/guide", "//healthz"])
def test_only_names_of_the_platform_and_of_stores_are_answered(site: Flask, shop: Any, path: str) -> None:
    """Twice each: nothing of a name that is not ours is kept, and nothing kept is given to it."""
    wrong = [host for host in STRANGERS * 2 if status(site, host, path) != 421]
    assert wrong == []


@pytest.mark.parametrize("host", LOOPBACK)
def test_a_development_server_answers_to_every_name_of_its_machine(site: Flask, host: str) -> None:
    assert status(site, host, "/login") == 200


@pytest.mark.parametrize(
    "overrides",
    [
        {"production": True, "public_url": "https://shops.example"},
        {"production": True, "public_url": "http://localhost:8000"},
        {"public_url": "http://shops.test"},
    ],
)
def test_elsewhere_loopback_is_a_stranger_too(tmp_path: Path, overrides: dict[str, Any]) -> None:
    app = sqlite_app(tmp_path, **overrides)
    own = app.config["MTC"].platform_host
    strangers = [host for host in (*STRANGERS, *LOOPBACK) if clean_host(host) != own]
    assert [host for host in strangers if status(app, host, "/login") != 421] == []
    assert status(app, own, "/login") == 200
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("host", [*STRANGERS, "acme.localhost", "localhost"])
def test_a_health_check_may_ask_by_any_name(site: Flask, shop: Any, host: str) -> None:
    client = site.test_client()
    for method in ("GET", "HEAD"):
        answer = client.open("/healthz", method=method, headers={"Host": host}, base_url="http://localhost")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers.get("Set-Cookie") is None


def test_a_platform_that_is_an_address_has_no_other(tmp_path: Path) -> None:
    app = sqlite_app(tmp_path, public_url="http://192.168.1.5:8000")
    assert [status(app, host, "/login") for host in ("192.168.1.5", "192.168.1.6", "127.0.0.1")] == [
        200,
        421,
        421,
    ]
    with app.app_context():
        db.engine.dispose()


def test_every_candidate_of_a_list_of_pictures_gets_the_path_of_the_store() -> None:
    html = b'<img srcset="/media/a 320w, /media/b 640w, https://cdn.example/c 1024w"><p>1, /2</p>'
    assert rooted(html, b"/s/acme") == (
        b'<img srcset="/s/acme/media/a 320w, /s/acme/media/b 640w, https://cdn.example/c 1024w"><p>1, /2</p>'
    )


def test_the_modules_of_a_page_are_moved_with_its_scripts(site: Flask, shop: Any) -> None:
    """Else what a script imports is another address than the one in the map, without a version."""
    page = site.test_client().get("/s/acme/", base_url="http://127.0.0.1:8000").text
    imports = json.loads(re.search(r'<script type="importmap"[^>]*>\s*(.*?)\s*</script>', page)[1])["imports"]
    assert len(imports) > 10
    for name, address in imports.items():
        assert name.startswith("/s/acme/static/js/") and address.startswith(f"{name}?v=")
        assert f'<link rel="modulepreload" href="{address}"' in page
    assert '"/static/js/' not in page
