"""The page cache, prefixes, nonces: what one visitor sends must not become another's page."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from mtc.middleware.page_cache import PageCache
from tests.security.fort import Fort, People, Visitor

NONCE = re.compile(r"'nonce-([\w-]{20,})'")


def _cache(site: Flask) -> PageCache:
    found: PageCache = site.extensions["mtc.page_cache"]
    return found


def test_a_head_request_leaves_nothing_empty_for_others(anonymous: Visitor) -> None:
    for path in ("/", "/p/game", "/c/worlds", "/search", "/pages/about", "/robots.txt"):
        _head_first(anonymous, path)


def _head_first(anonymous: Visitor, path: str) -> None:
    first = anonymous.open("HEAD", path)
    page = anonymous.get(path)
    assert (first.status_code, first.data) == (200, b"")
    assert page.status_code == 200 and len(page.data) > 60
    again = anonymous.open("HEAD", path)
    assert again.data == b"" and again.headers["Content-Length"] == str(len(anonymous.get(path).data))


def test_every_answer_has_a_nonce_of_its_own(anonymous: Visitor, site: Flask) -> None:
    seen = set()
    before = _cache(site).hits
    for _ in range(4):
        page = anonymous.get("/p/game")
        nonce = NONCE.search(page.headers["Content-Security-Policy"])
        assert nonce is not None
        assert set(re.findall(r'\bnonce="([^"]*)"', page.text)) == {nonce[1]}
        assert page.headers["Content-Security-Policy"].count(nonce[1]) == 2
        seen.add(nonce[1])
    assert len(seen) == 4 and _cache(site).hits == before + 3


def test_no_text_of_a_visitor_turns_into_the_nonce(anonymous: Visitor) -> None:
    text = "mtc-nonce-4fd1c2a8e3b7"  # what stood for the nonce once, for everybody to read
    for _ in range(2):
        page = anonymous.get("/search", query_string={"q": text})
        assert text in page.text


VARIANTS: list[dict[str, Any]] = [
    {"headers": {"Accept": "application/json"}},
    {"headers": {"If-None-Match": '"x"', "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}},
    {"headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Original-URL": "/x"}},
    {"headers": {"X-Forwarded-For": "1.2.3.4", "Forwarded": "host=evil.example;proto=https"}},
    {"headers": {"Accept-Language": "xx", "Accept-Encoding": "identity", "User-Agent": "'\"><svg onload>"}},
    {"headers": {"Referer": "https://evil.example/'\"><svg>", "Origin": "https://evil.example"}},
    {"headers": {"X-HTTP-Method-Override": "DELETE", "X-Rewrite-URL": "/admin"}},
]


def test_headers_do_not_poison_what_others_get(anonymous: Visitor, site: Flask) -> None:
    for variant in VARIANTS:
        _poison(anonymous, site, variant)


def _poison(anonymous: Visitor, site: Flask, variant: dict[str, Any]) -> None:
    clean = _bare(anonymous.get("/p/game").text)
    _cache(site).clear()
    anonymous.get("/p/game", **variant)
    after = anonymous.get("/p/game")
    assert after.status_code == 200 and _bare(after.text) == clean
    assert "evil.example" not in after.text + str(after.headers)


SPELLINGS = (
    "ACME.LOCALHOST:8000",
    "acme.localhost.:8000",
    "acme.localhost",
    "acme.localhost:1",
    "Acme.localhost",
)


def test_spellings_of_the_host_give_the_same_page(site: Flask, fort: Fort) -> None:
    client = site.test_client()
    clean = _bare(client.get("/p/game", base_url=fort.base).text)
    for host in SPELLINGS:
        for _ in range(2):
            page = client.get("/p/game", base_url=fort.base, headers={"Host": host})
            assert page.status_code == 200 and _bare(page.text) == clean, host


def test_nothing_personal_is_kept(people: People, fort: Fort, anonymous: Visitor, site: Flask) -> None:
    ada = people.shopper(logged_in=True)
    for path in ("/", "/p/game", "/search", "/c/worlds", "/pages/about"):
        assert "Ada" in ada.get(path).text or "account" in ada.get(path).text
        assert not [key for key, _ in _cache(site)._pages.items() if key[2] == path]
        ada.post("/cart/add", {"variant_id": fort.ids["variant"], "quantity": "1"})
        page = anonymous.get(path)
        assert "ada@acme.example" not in page.text and ada.key not in page.text
        dark = site.test_client()
        dark.set_cookie("theme", "dark", domain="acme.localhost")
        dark.get(path, base_url=fort.base)
        assert _bare(anonymous.get(path).text) == _bare(page.text)
    for path in (
        "/cart",
        "/checkout",
        "/account/login",
        "/orders/lookup",
        fort.order_url,
        f"/pay/test/{fort.pay}",
    ):
        answer = anonymous.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert not [key for key, _ in _cache(site)._pages.items() if key[2] == path.partition("?")[0]], path


def test_stores_do_not_share_pages(site: Flask, fort: Fort, rival: Fort) -> None:
    client = site.test_client()
    mine = client.get("/", base_url=fort.base).text
    theirs = client.get("/", base_url=rival.base).text
    assert "Acme" in mine and "Rival" not in mine and "Rival" in theirs and "Acme" not in theirs
    assert client.get("/", base_url=fort.base).text.count("Acme") == mine.count("Acme")


def test_many_queries_stay_within_the_room(site: Flask, anonymous: Visitor) -> None:
    cache = _cache(site)
    pages = cache._pages
    room, pages._room = pages._room, 300_000
    try:
        for number in range(60):
            assert anonymous.get(f"/pages/about?x={number}").status_code == 200
            assert pages.taken <= 300_000
        assert 0 < len(pages) < 60
        assert pages.taken == sum(page.size for _, page in pages.items())
    finally:
        pages._room = room
        cache.clear()


SLUGS = (
    "%22%3E%3Csvg%20onload=alert(1)%3E",
    "nobody",
    "%0d%0aX:%20y",
    "..",
    "%C3%A4",
    "ACME",
    "%00",
    "a" * 999,
)


def test_a_prefix_that_is_no_store_stays_out_of_the_page(people: People) -> None:
    for slug in SLUGS:
        answer = people.staff("").get(f"/s/{slug}/")
        assert answer.status_code == 404, slug
        assert "onload" not in answer.text and f"/s/{slug}" not in answer.text


def test_a_store_path_leads_to_the_store_and_nowhere_else(people: People) -> None:
    nobody = people.staff("")
    answer = nobody.get("/s/acme/x%0d%0aSet-Cookie:%20a=b%3Fy?q=%0d%0a&z=ä")
    assert answer.status_code == 308
    assert answer.headers["Location"] == (
        "http://acme.localhost:8000/x%0D%0ASet-Cookie:%20a=b%3Fy?q=%0d%0a&z=%C3%A4"
    )
    for path in ("/s/acme//evil.example/", "/s/acme/@evil.example", "/s/acme/\\evil.example"):
        assert nobody.get(path).headers["Location"].startswith("http://acme.localhost:8000/")


def _bare(text: str) -> str:
    return re.sub(r'nonce="[^"]*"', "", text)
