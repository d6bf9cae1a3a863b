"""What pages say: heads, errors, sitemaps, caches, stores under a path."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask

from mtc.catalog.models import ProductVariant
from mtc.catalog.services import products
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants.models import Store
from mtc.tenants.services import bump_content_version, update_store
from tests.storefront.conftest import Browser, Shop


def test_the_head_of_a_product(browser: Browser, shop: Shop) -> None:
    html = browser.get("/p/star-harbour?variant=x").text
    assert '<link rel="canonical" href="http://acme.localhost:8000/p/star-harbour">' in html
    assert '<meta property="og:type" content="product">' in html
    assert f'<meta property="og:image" content="http://acme.localhost:8000{shop.picture}">' in html
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert (data["@type"], data["name"]) == ("Product", "Star Harbour")
    assert data["url"] == "http://acme.localhost:8000/p/star-harbour"
    assert data["offers"][0]["price"] == "29.99"


def test_pages_of_the_stores_own_text_are_cleaned(browser: Browser) -> None:
    html = browser.get("/pages/about").text
    assert "<p>Two people.</p>" in html
    assert "x()" not in html
    assert browser.get("/pages/none").status_code == 404


def test_navigation_marks_where_one_is(browser: Browser) -> None:
    html = browser.get("/c/worlds").text
    assert '<a href="/c/worlds" aria-current="page">Worlds</a>' in html
    assert '<a href="/pages/about">About</a>' in html


def test_an_unknown_page_looks_like_the_store(browser: Browser) -> None:
    answer = browser.get("/nothing/here")
    assert answer.status_code == 404
    assert "site-header" in answer.text and "There is nothing here" in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "We looked everywhere" in answer.text and 'id="lost-search"' in answer.text
    spoilt = browser.get("/account/reset/spoilt")
    assert spoilt.status_code == 400 and "<h1>That did not work</h1>" in spoilt.text
    assert "We looked everywhere" not in spoilt.text and 'id="lost-search"' not in spoilt.text
    part = browser.get("/p/none", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert (part.status_code, "<html" in part.text) == (404, False)
    assert browser.get("/p/none", headers={"Accept": "application/json"}).json is not None


def test_a_broken_error_page_still_answers(browser: Browser, monkeypatch: Any) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("no page today")

    monkeypatch.setattr("mtc.storefront.view.resolve_page", broken)
    answer = browser.get("/nothing")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text


def test_robots_and_sitemap_name_this_stores_pages_only(browser: Browser) -> None:
    robots = browser.get("/robots.txt").text
    assert "Disallow: /checkout" in robots
    assert "Sitemap: http://acme.localhost:8000/sitemap.xml" in robots
    found = re.findall(r"<loc>http://acme\.localhost:8000([^<]*)</loc>", browser.get("/sitemap.xml").text)
    assert found == ["/", "/c/worlds", "/p/guide", "/p/star-harbour", "/pages/about", "/pages/terms"]


def test_the_style_sheet_of_a_theme_is_named_by_its_content(browser: Browser) -> None:
    address = re.search(r'href="(/theme/[0-9a-f]{32}\.css)"', browser.get("/").text)
    assert address is not None
    sheet = browser.get(address[1])
    assert sheet.mimetype == "text/css"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--primary:" in sheet.text
    old = browser.get("/theme/0123456789abcdef0123456789abcdef.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-store")
    assert "--primary:" in old.text


def test_files_of_themes_are_kept_for_ever_under_their_hash(browser: Browser) -> None:
    address = re.search(r'href="(/themes/slate/theme\.css\?v=\w+)"', browser.get("/").text)
    assert address is not None
    with browser.get(address[1]) as kept:
        assert "immutable" in kept.headers["Cache-Control"]
    with browser.get("/themes/slate/theme.css?v=old") as other:
        assert other.headers["Cache-Control"] == "public, max-age=300"


def test_search_finds_and_suggests(browser: Browser) -> None:
    assert "Star Harbour" in browser.get("/search?q=harbour").text
    assert "Nothing matches" in browser.get("/search?q=zzzz").text
    part = browser.get("/search/suggest?q=star")
    assert "Star Harbour" in part.text and "<html" not in part.text


def test_pages_of_visitors_are_kept_until_the_content_changes(
    browser: Browser, shop: Shop, site: Any
) -> None:
    cache = site.extensions["mtc.page_cache"]
    hits = cache.hits
    first, second = browser.get("/").text, browser.get("/").text
    assert cache.hits == hits + 1
    nonces = [re.search(r'nonce="([^"]+)"', text) for text in (first, second)]
    assert nonces[0] and nonces[1] and nonces[0][1] != nonces[1][1]
    assert first.replace(nonces[0][1], "") == second.replace(nonces[1][1], "")
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(Store, (shop.tenant_id, shop.store_id))
        row.name = "Acme & Daughters"
        session.flush()
        bump_content_version(shop.tenant_id)
    assert "Acme &amp; Daughters" in browser.get("/").text


def test_a_visitor_with_a_cart_gets_a_page_of_their_own(browser: Browser, shop: Shop, site: Any) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "2"})
    hits = site.extensions["mtc.page_cache"].hits
    assert re.search(r'id="cart-count"[^>]*>2<', browser.get("/").text)
    assert site.extensions["mtc.page_cache"].hits == hits


def test_a_store_under_a_path_links_within_it(site: Any, shop: Shop) -> None:
    there = Browser(site.test_client(), "http://127.0.0.1:8000", shop.tenant_id)
    html = there.get("/s/acme/").text
    links = re.findall(r'\s(?:href|action|src|hx-get|hx-post)="(/[^"]*)"', html)
    assert len(links) > 20
    assert {link for link in links if not link.startswith("/s/acme/")} == set()
    assert [link for link in links if link.startswith("/s/acme/s/")] == []
    assert there.get("/s/acme/p/star-harbour").status_code == 200
    added = there.post("/s/acme/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    assert added.location == "/s/acme/cart"
    assert "Path=/s/acme" in added.headers["Set-Cookie"]


def test_security_headers_and_cookies(browser: Browser, shop: Shop) -> None:
    added = browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    cookie = added.headers["Set-Cookie"]
    assert cookie.startswith("mtc_cart=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = browser.get("/cart")
    assert page.headers["Cache-Control"] == "no-store"
    assert "script-src 'nonce-" in page.headers["Content-Security-Policy"]
    assert re.search(r"\son\w+=|\sstyle=|<script(?![^>]*nonce=)", page.text) is None
    forged = browser.post(
        "/cart/add", {"variant_id": str(shop.key_variant)}, headers={"Origin": "https://evil.example"}
    )
    assert forged.status_code == 403


def test_what_is_on_sale_is_listed_alone(browser: Browser, shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        variant = session.get_one(ProductVariant, (shop.tenant_id, shop.file_variant))
        products.update(
            variant.product_id, {"variants": [{"id": str(variant.id), "price": 900, "compare_at": 1200}]}
        )
    page = browser.get("/search?sale=1").get_data(as_text=True)
    assert "Guide" in page and "Star Harbour" not in page
    assert "Remove </span>On sale" in page
    assert "Star Harbour" in browser.get("/search").get_data(as_text=True)


def test_an_empty_store_says_so(site: Flask, tenant: Any) -> None:
    client = site.test_client()
    for path in ("/", "/search"):
        page = client.get(path, base_url="http://acme.localhost:8000").get_data(as_text=True)
        assert "Nothing for sale yet" in page and "Nothing matches" not in page
    page = client.get("/search?q=zebra", base_url="http://acme.localhost:8000").get_data(as_text=True)
    assert "Nothing matches “zebra”" in page


def test_a_new_store_says_nothing_in_its_name(site: Flask, tenant: Any) -> None:
    for theme in ("slate", "arcade", "folio"):
        with tenant_scope(tenant.id), unit_of_work():
            update_store(tenant.id, tenant.store.id, theme_slug=theme)
        page = site.test_client().get("/", base_url="http://acme.localhost:8000").get_data(as_text=True)
        assert "<h1>Acme</h1>" in page
        for word in ("money back", "within the hour", "VAT", "tax", "seconds", "/pages/"):
            assert word not in page, (theme, word)
