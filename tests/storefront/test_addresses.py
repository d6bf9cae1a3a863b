"""One address for each page: former ones, slashes at the end and capitals lead there."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.catalog.models import Product
from mtc.catalog.queries import collection_by_slug, product_by_slug
from mtc.catalog.services import collections, products
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants.services.settings import change_settings
from tests.servers.database import both_databases
from tests.storefront.conftest import Browser, Shop

pytestmark = both_databases


def rename(shop: Shop, before: str, after: str) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = product_by_slug(before, hidden=True)
        assert found is not None
        products.update(found.product.id, {"slug": after})


def rename_shelf(shop: Shop, before: str, after: str) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = collection_by_slug(before)
        assert found is not None
        collections.update(found.id, {"slug": after})


def make(shop: Shop, **values: Any) -> Product:
    given = {"type": "game", "status": "active", "currency": "EUR", "attributes": {"platform": "steam"}}
    delivery = {"method": "manual", "promise": "Soon"}
    variant = {"price": 1, "stock_source": "unlimited", "delivery_data": delivery}
    with tenant_scope(shop.tenant_id), unit_of_work():
        return products.create({**given, "variants": [variant], **values})


def save_pages(shop: Shop, *pages: dict[str, str]) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        change_settings(shop.tenant_id, shop.store_id, {"pages": list(pages)})


def led(browser: Browser, path: str, status: int = 301) -> str:
    """Where the address leads, in one step to a page that is there."""
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    target: str = answer.headers["Location"]
    assert browser.get(target).status_code == 200
    return target


def test_b49_a_changed_address_of_a_product_leads_to_the_new_one(browser: Browser, shop: Shop) -> None:
    assert browser.get("/p/guide").status_code == 200
    rename(shop, "guide", "handbook")
    assert led(browser, "/p/guide") == "/p/handbook"
    assert (
        led(browser, "/p/guide?variant=GUIDE&utm_source=a%26b")
        == "/p/handbook?variant=GUIDE&utm_source=a%26b"
    )
    assert browser.get("/p/guide").headers["Cache-Control"] == "no-store"


def test_b49_a_chain_of_addresses_is_one_step(browser: Browser, shop: Shop) -> None:
    for before, after in (("guide", "g2"), ("g2", "g3"), ("g3", "g4")):
        rename(shop, before, after)
    assert {led(browser, f"/p/{slug}") for slug in ("guide", "g2", "g3")} == {"/p/g4"}


def test_b49_an_address_that_a_new_product_takes_is_its_own(browser: Browser, shop: Shop) -> None:
    rename(shop, "guide", "handbook")
    assert make(shop, name="Guide").slug == "guide"
    assert "<h1" in browser.get("/p/guide").text
    assert browser.get("/p/guide").status_code == 200
    rename(shop, "guide", "guide-again")
    assert led(browser, "/p/guide") == "/p/guide-again"
    rename(shop, "handbook", "guide")
    assert browser.get("/p/guide").status_code == 200
    assert led(browser, "/p/handbook") == "/p/guide"


def test_b49_renamed_back_both_addresses_work(browser: Browser, shop: Shop) -> None:
    rename(shop, "guide", "handbook")
    rename(shop, "handbook", "guide")
    assert browser.get("/p/guide").status_code == 200
    assert led(browser, "/p/handbook") == "/p/guide"


def test_b49_a_product_that_is_not_shown_is_not_led_to(browser: Browser, shop: Shop) -> None:
    rename(shop, "guide", "handbook")
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = product_by_slug("handbook")
        assert found is not None
        products.unpublish(found.product.id)
    assert browser.get("/p/guide").status_code == 404
    assert browser.get("/p/never-there").status_code == 404


def test_b49_collections_lead_to_their_new_address(browser: Browser, shop: Shop) -> None:
    rename_shelf(shop, "worlds", "planets")
    assert led(browser, "/c/worlds?sort=name") == "/c/planets?sort=name"
    rename_shelf(shop, "planets", "stars")
    assert led(browser, "/c/worlds") == led(browser, "/c/planets") == "/c/stars"
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert collections.create({"name": "Worlds"}).slug == "worlds"
    assert browser.get("/c/worlds").status_code == 200
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = collection_by_slug("stars")
        assert found is not None
        collections.delete(found.id)
    assert browser.get("/c/planets").status_code == 404


def test_b49_pages_lead_to_their_new_address(browser: Browser, shop: Shop) -> None:
    terms = {"slug": "terms", "title": "Terms", "html": "<p>Be kind.</p>"}
    about = {"slug": "about", "title": "About us", "html": "<p>Two people.</p>"}
    save_pages(shop, {**about, "slug": "who-we-are"}, terms)
    assert led(browser, "/pages/about?x=1") == "/pages/who-we-are?x=1"
    save_pages(shop, terms, {**about, "slug": "us", "title": "Us"})
    assert led(browser, "/pages/about") == led(browser, "/pages/who-we-are") == "/pages/us"
    save_pages(shop, terms, about)
    assert browser.get("/pages/about").status_code == 200
    assert led(browser, "/pages/us") == "/pages/about"
    save_pages(shop, terms)
    assert browser.get("/pages/us").status_code == 404


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/p/guide/", "/p/guide"),
        ("/p/guide///", "/p/guide"),
        ("/p/Guide", "/p/guide"),
        ("/P/GUIDE", "/p/guide"),
        ("/p/GUIDE/?variant=GUIDE&a=%2F", "/p/guide?variant=GUIDE&a=%2F"),
        ("/c/worlds/", "/c/worlds"),
        ("/c/Worlds/?sort=name&sort=x", "/c/worlds?sort=name&sort=x"),
        ("/pages/about/", "/pages/about"),
        ("/Pages/About", "/pages/about"),
        ("/search/?q=Star+Harbour", "/search?q=Star+Harbour"),
        ("/Search?q=%C3%84", "/search?q=%C3%84"),
        ("/CART/", "/cart"),
        ("/robots.txt/", "/robots.txt"),
        ("/account/login/?next=/a", "/account/login?next=/a"),
        ("/Account/Login", "/account/login"),
    ],
)
def test_b49_slashes_and_capitals_lead_to_the_page(browser: Browser, asked: str, target: str) -> None:
    assert led(browser, asked) == target


def test_b49_former_addresses_work_with_slashes_and_capitals(browser: Browser, shop: Shop) -> None:
    rename(shop, "guide", "handbook")
    assert led(browser, "/p/Guide/?a=1") == led(browser, "/P//GUIDE?a=1") == "/p/handbook?a=1"


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example", "//evil.example/", "//evil.example/p/guide/", "/\\evil.example/",
        "/p//evil.example/", "/p/\\evil.example/", "/P/\r\nX-Evil:1/", "/cart//evil.example/",
        "/.//evil.example/..", "//p/guide/", "/%2f%2fevil.example/",
    ],
)  # fmt: skip
def test_b49_no_address_leads_to_another_host(browser: Browser, asked: str) -> None:
    answer = browser.client.get("/", base_url=browser.base, environ_overrides={"PATH_INFO": asked})
    target = answer.headers.get("Location", "")
    assert "X-Evil" not in answer.headers and answer.status_code in (301, 308, 404)
    if "://" in target:
        assert target.startswith(browser.base + "/") and not target.startswith(browser.base + "//")
    else:
        assert not target.startswith(("//", "/\\")) and not target.startswith("/%5C")


def test_b49_forms_and_unknown_addresses_are_not_led_anywhere(browser: Browser, shop: Shop) -> None:
    for path in ("/p/guide/", "/p/Guide", "/cart/", "/CART", "/Cart/Lines/"):
        assert browser.post(path).status_code in (404, 405)
    assert browser.get("/d/TOKEN/").headers["Location"] == "/d/TOKEN"
    for path in ("/nothing/", "/p/none/", "/P/none", "/c/none/", "/pages/none/", "/Admin/"):
        assert browser.get(path).status_code in (401, 404, 410), path


def test_b49_the_public_api_leads_on_as_well(browser: Browser, shop: Shop) -> None:
    rename(shop, "guide", "handbook")
    api, base = "/api/acme/storefront/products", "http://localhost:8000"
    answer = browser.client.get(f"{api}/guide?x=1", base_url=base)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{api}/handbook?x=1")
    assert browser.client.get(f"{api}/none", base_url=base).status_code == 404


def test_b49_a_store_under_a_path_leads_inside_of_it(browser: Browser, shop: Shop) -> None:
    rename(shop, "guide", "handbook")
    for asked, target in (("/p/guide", "/p/handbook"), ("/SEARCH/?q=a", "/search?q=a")):
        answer = browser.client.get(f"/s/acme{asked}", base_url="http://127.0.0.1:8000")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/s/acme{target}")
