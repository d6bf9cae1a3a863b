"""What programs read of a store without logging in."""

from __future__ import annotations

from typing import Any

from flask import Flask

PLATFORM = "http://localhost:8000"


def fetch(app: Flask, path: str, status: int = 200) -> Any:
    answer = app.test_client().get(path, base_url=PLATFORM)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    return answer.get_json()


def test_products_come_in_the_envelope(site: Flask, shop: Any) -> None:
    body = fetch(site, "/api/acme/storefront/products")
    assert body["success"] is True
    assert len(body["data"]["items"]) == 2
    slug = body["data"]["items"][0]["slug"]
    product = fetch(site, f"/api/acme/storefront/products/{slug}")["data"]
    assert product["slug"] == slug
    assert product["variants"][0]["price"]["amount"] > 0


def test_a_page_is_plain_data(site: Flask, shop: Any) -> None:
    page = fetch(site, "/api/acme/storefront/pages/home")["data"]
    assert page["page"] == "home"
    assert {"name", "width"} <= set(page["layout"]["regions"][0])
    assert page["widgets"][0]["component"]["slug"]
    assert page["theme"]["colors"]


def test_what_is_not_there_says_so(site: Flask, shop: Any) -> None:
    for path in ("/api/nobody/storefront/products", "/api/acme/storefront/products/nothing",
                 "/api/acme/storefront/pages/nothing"):  # fmt: skip
        body = fetch(site, path, 404)
        assert body["success"] is False
        assert body["statusCode"] == 404
        assert body["error"]


def test_a_cursor_of_another_make_is_refused(site: Flask, shop: Any) -> None:
    body = fetch(site, "/api/acme/storefront/products?after=rubbish", 400)
    assert body["error"] == "This page link is not valid any more. Start again from the first page."


def test_a_store_s_host_has_no_api(site: Flask, shop: Any) -> None:
    answer = site.test_client().get("/api/acme/storefront/products", base_url="http://acme.localhost:8000")
    assert answer.status_code == 404
