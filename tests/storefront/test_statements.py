"""How many statements pages send: exact, and the same for 10 and 200 products."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mtc.catalog import queries as catalog
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.identity.services import guest_customer
from mtc.identity.services.email_tokens import JOIN, proof_token
from mtc.tenants.services import bump_content_version
from tests.catalog.bulk import add_products
from tests.storefront.conftest import Browser, Shop

# What an anonymous visitor's page costs once the process has warmed up: nothing for the page itself,
# its types and its price rules.
WARM = {
    "/": 2,  # shelves, collections
    "/search": 2,  # rows, counts
    "/c/worlds": 3,  # and the collection
    "/p/star-harbour": 4,  # product, variants, attributes; related products
    "/cart": 0,
    "/pages/about": 0,
    "/account/login": 0,
}


def _warm(browser: Browser, site: Flask, path: str, queries: Any) -> list[str]:
    for _ in range(2):
        site.extensions["mtc.page_cache"].clear()
        browser.get("/")
        site.extensions["mtc.page_cache"].clear()
        with queries() as seen:
            assert browser.get(path).status_code == 200
    return [statement for statement in seen if "content_version" not in statement]


@pytest.mark.parametrize("products", [10, 200])
def test_pages_cost_a_constant_number_of_statements(
    browser: Browser, shop: Shop, site: Flask, queries: Any, products: int
) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        kind = catalog.product_types()[0]
        shelf = catalog.collection_by_slug("worlds")
        assert shelf is not None
        add_products(shop.tenant_id, kind.id, products, collection_id=shelf.id)
        bump_content_version(shop.tenant_id)
    assert {path: len(_warm(browser, site, path, queries)) for path in WARM} == WARM


def test_a_cached_page_costs_nothing(browser: Browser, queries: Any) -> None:
    browser.get("/search")
    with queries() as seen:
        assert browser.get("/search").status_code == 200
    assert seen == []


def test_a_cart_adds_one_statement_and_a_session_one(
    browser: Browser, shop: Shop, site: Flask, queries: Any
) -> None:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    assert len(_warm(browser, site, "/search", queries)) == WARM["/search"] + 1
    with tenant_scope(shop.tenant_id), unit_of_work():
        link = proof_token(guest_customer(shop.tenant_id, "ada@example.org"), JOIN)
    browser.post(f"/account/join/{link}", {"password": "four words make this"})
    assert len(_warm(browser, site, "/search", queries)) == WARM["/search"] + 2
