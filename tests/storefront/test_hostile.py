"""Every route with hostile values: an answer for people, never a failure of ours."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.storefront.conftest import Browser, Shop

pytestmark = pytest.mark.thorough

NASTY = (
    "'\"><svg/onload=alert(1)>",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "' OR 1=1 --",
    "{{7*7}}${7*7}",
    "%00",
    "😀\u202e\u2028",
    "A" * 3000,
    "-1",
    "99999999999999999999999999",
    "1e309",
    "NaN",
    "//evil.example/",
    "javascript:alert(1)",
    "\r\nSet-Cookie: a=b",
)
FIELDS = (
    "q", "sort", "after", "before", "price_min", "price_max", "in_stock", "type", "f.platform", "f.players",
    "variant", "variant_id", "quantity", "t", "next", "email", "password", "name", "country", "terms",
    "consent", "payment_method", "expected_total", "choice", "card_number", "number", "csrf_token",
)  # fmt: skip


def _rules(app: Flask) -> list[Rule]:
    ours = ("storefront.", "files.")
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(ours)]


def _path(rule: Rule, value: str) -> str:
    """The rule with the value in each of its places; a UUID where nothing else fits."""
    parts = []
    for dynamic, text in rule._trace:
        if not dynamic:
            parts.append(text.lstrip("|"))
        else:
            converter = type(rule._converters[text]).__name__
            parts.append(str(uuid4()) if converter == "UUIDConverter" else quote(value, safe=""))
    return "".join(parts) or "/"


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_no_route_fails(browser: Browser, shop: Shop, site: Flask, value: str) -> None:
    fields: dict[str, Any] = dict.fromkeys(FIELDS, value)
    plain = value.encode("utf-8", "ignore").decode()
    rules = _rules(site)
    assert len(rules) > 35
    for rule in rules:
        path = _path(rule, plain)
        answers = []
        if "GET" in (rule.methods or ()):
            answers = [browser.get(path), browser.get(path, query_string=fields)]
            answers.append(browser.get(path, headers={"HX-Request": "true", "HX-Request-Type": "partial"}))
            answers.append(browser.get(path, headers={"Range": "bytes=a-b,-0", "Accept": "application/json"}))
        if "POST" in (rule.methods or ()):
            answers = [browser.post(path, fields), browser.partial(path, fields), browser.post(path)]
            answers.append(browser.post(path, headers={"Origin": "https://evil.example"}))
        for answer in answers:
            assert answer.status_code < 500, (rule.rule, answer.status_code, answer.text[:300])
            assert "Set-Cookie: a=b" not in str(answer.headers)
            if answer.mimetype == "text/html":
                assert "<svg/onload" not in answer.text, rule.rule
                assert "etc/passwd:" not in answer.text
            target = urlsplit(answer.headers.get("Location", ""))
            assert target.netloc in ("", "acme.localhost:8000") and not target.path.startswith("//")


def test_undecodable_addresses_and_bodies(browser: Browser) -> None:
    for path in ("/p/%ff%fe", "/search?q=%ff%00", "/%ed%a0%80", "/c/%00", "/search?after=%00"):
        assert 400 <= browser.get(path).status_code < 500, path
    odd = browser.client.post(
        "/cart/add", base_url=browser.base, data=b"\xff" * 100, headers={"Origin": browser.base}
    )
    assert 400 <= odd.status_code < 500
    assert browser.client.put("/cart", base_url=browser.base).status_code == 405
    assert browser.client.post("/cart/add", base_url=browser.base, data={"variant_id": "x"}).status_code < 500


def test_files_of_other_kinds_and_places_are_not_served(browser: Browser, shop: Shop) -> None:
    for path in (
        "/themes/slate/theme.json", "/themes/slate/components/hero.html", "/themes/../mtc/app.py",
        "/themes/slate/../../wsgi.py", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py",
        f"/media/{shop.tenant_id}/private/x.zip", "/media/../secrets.json", f"/media/{shop.tenant_id}/",
    ):  # fmt: skip
        assert browser.get(path).status_code == 404, path


def test_pictures_are_kept_and_cannot_run(browser: Browser, shop: Shop, other_tenant: Any) -> None:
    answer = browser.get(shop.picture)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == (
        "sandbox; default-src 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'"
    )
    packed = browser.get(shop.picture, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == answer.data
    assert packed.headers["Vary"] == answer.headers["Vary"] == "Accept-Encoding"
    for headers in ({}, {"Accept-Encoding": "br, gzip"}):
        tag = (packed if headers else answer).headers["ETag"]
        again = browser.get(shop.picture, headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert packed.headers["ETag"] != answer.headers["ETag"]
    stranger = Browser(browser.client, "http://rival.localhost:8000", other_tenant.id)
    assert stranger.get(shop.picture).status_code == 404
    platform = Browser(browser.client, "http://localhost:8000", shop.tenant_id)
    assert platform.get(shop.picture).status_code == 200
