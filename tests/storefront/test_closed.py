"""A store that is not open: what shoppers see, what stays in reach, and the preview of its staff."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from mtc.checkout.services import close_store
from mtc.core.crypto import sign
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants.models import Store
from mtc.tenants.services import change_settings, legal_pages, store_lookup
from mtc.web.preview import preview_token
from tests.storefront.conftest import BUYER, Browser, Shop, settle

LINK = re.compile(r"/orders/\d+\?t=[\w-]+")


def close(shop: Shop, *, before: bool = True) -> None:
    """Close Acme, as a store that was open before or never."""
    store = store_lookup.by_slug("acme")
    assert store is not None
    with tenant_scope(shop.tenant_id), unit_of_work():
        close_store(store)
        if not before:
            row = session.get_one(Store, (shop.tenant_id, shop.store_id))
            row.settings = {k: v for k, v in row.settings.items() if k != "has_been_open"}
    store_lookup.clear()


def buy(browser: Browser, shop: Shop) -> str:
    """Buy the file; returns the address of the order."""
    browser.post("/cart/add", {"variant_id": str(shop.file_variant)})
    paid = browser.post("/checkout", BUYER).headers["Location"]
    order = browser.post(paid, {"choice": "pay"}).headers["Location"]
    settle()
    return order


SHUT = (
    "/", "/search", "/c/worlds", "/p/guide", "/cart", "/checkout", "/pages/about", "/sitemap.xml", "/nothing",
    "/search/suggest?q=s",
)  # fmt: skip


@pytest.mark.parametrize("path", SHUT)
def test_shoppers_see_that_it_opens_soon(browser: Browser, shop: Shop, path: str) -> None:
    assert browser.get("/").status_code == 200  # kept, if anything is
    close(shop, before=False)
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex", "no-store")
    page = answer.get_data(as_text=True)
    assert "Opening soon" in page and 'name="robots" content="noindex"' in page
    assert "Star Harbour" not in page and "/c/worlds" not in page and 'href="/cart"' not in page


def test_programs_and_fragments_get_a_sentence(browser: Browser, shop: Shop, app: Flask) -> None:
    close(shop)
    assert "Closed at the moment" in browser.get("/").get_data(as_text=True)
    json = browser.get("/", headers={"Accept": "application/json"})
    assert (json.status_code, json.get_json()["statusCode"]) == (503, 503)
    toast = browser.partial("/cart/add", {"variant_id": str(shop.file_variant)})
    assert toast.status_code == 503 and "not open yet" in toast.get_data(as_text=True)
    assert browser.post("/checkout", BUYER).status_code == 503
    api = app.test_client().get("/api/acme/storefront/products", base_url="http://localhost:8000")
    assert (api.status_code, api.get_json()["error"]) == (
        503,
        "This store is not open yet. Please come back later.",
    )
    robots = browser.get("/robots.txt")
    assert (robots.status_code, robots.get_data(as_text=True)) == (200, "User-agent: *\nDisallow: /\n")


def test_orders_downloads_accounts_and_legal_texts_stay(browser: Browser, shop: Shop) -> None:
    order = buy(browser, shop)
    store = store_lookup.by_slug("acme")
    assert store is not None
    with tenant_scope(shop.tenant_id), unit_of_work():
        legal_pages.save_draft(store, "imprint", "Legal notice", "Acme, Street 1")
        legal_pages.publish(store, "imprint")
    close(shop)
    page = browser.get(order).get_data(as_text=True)
    link = re.search(r'href="(/d/[^"]+)"', page)
    assert link is not None
    assert browser.get(link[1].replace("&amp;", "&")).status_code == 200
    for path in ("/orders/lookup", "/account/login", "/account/forgot", "/pages/imprint", "/favicon.ico"):
        assert browser.get(path).status_code in (200, 302), path
    assert browser.get("/account").status_code == 302
    assert browser.get("/pages/terms").status_code == 503


def test_staff_look_at_the_preview_and_buy_nothing(browser: Browser, shop: Shop) -> None:
    close(shop)
    entered = browser.get(f"/preview/{preview_token(shop.store_id, None)}")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    page = browser.get("/").get_data(as_text=True)
    assert "Only your team sees this" in page and "/c/worlds" in page
    assert browser.get("/p/guide").status_code == 200
    refused = browser.post("/cart/add", {"variant_id": str(shop.file_variant)})
    assert refused.status_code == 503 and "This is a preview" in refused.get_data(as_text=True)
    stranger = Browser(browser.client.application.test_client(), browser.base, shop.tenant_id)
    assert stranger.get("/").status_code == 503  # nothing of the preview was kept
    assert browser.post("/leave-preview").status_code == 303
    assert browser.get("/").status_code == 503


def test_only_a_fresh_link_of_this_store_opens_the_preview(
    browser: Browser, shop: Shop, other_tenant: Any
) -> None:
    close(shop)
    good = preview_token(shop.store_id, None)
    forged = {
        "invented": 400,
        good[:-1] + ("a" if good[-1] != "a" else "b"): 400,
        preview_token(other_tenant.store.id, None): 404,
        sign({"store": str(shop.store_id)}, "store.preview", 60): 400,
        sign({"store": str(shop.store_id)}, "store.preview-link", -1): 410,
    }
    for token, status in forged.items():
        assert browser.get(f"/preview/{token}").status_code == status
        assert browser.get("/").status_code == 503
    for cookie in ("x", good, sign({"store": str(other_tenant.store.id)}, "store.preview", 60), "x" * 3000):
        answer = browser.client.get("/", base_url=browser.base, headers={"Cookie": f"mtc_preview={cookie}"})
        assert answer.status_code == 503


def test_terms_are_asked_for_only_where_they_exist(browser: Browser, shop: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.file_variant)})
    assert 'name="terms"' in browser.get("/checkout").get_data(as_text=True)
    assert browser.post("/checkout", {**BUYER, "terms": ""}).status_code == 422
    with tenant_scope(shop.tenant_id), unit_of_work():
        change_settings(shop.tenant_id, shop.store_id, {"pages": []})
    page = browser.get("/checkout").get_data(as_text=True)
    assert 'name="terms"' not in page and 'name="consent"' in page
    assert browser.get("/pages/terms").status_code == 404
    assert "/pages/terms" not in page and "/pages/about" not in page  # links that lead nowhere are left out
    assert browser.post("/checkout", {**BUYER, "terms": ""}).status_code == 303
