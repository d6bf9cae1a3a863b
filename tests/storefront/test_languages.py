"""The language of a store's pages: from the address, else from the browser, out of the store's list."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.identity.models import Customer
from mtc.orders.models import Order
from mtc.tenants.services import update_store
from mtc.tenants.services.store_lookup import store_lookup
from tests.storefront.conftest import BUYER, Browser, Shop, settle

BASE = "http://acme.localhost:8000"


@pytest.fixture
def languages(shop: Shop) -> Shop:
    """Acme in English, German and Arabic."""
    return speak(shop, "en", ["de", "ar"])


def speak(shop: Shop, locale: str, locales: list[str]) -> Shop:
    with tenant_scope(shop.tenant_id), unit_of_work():
        update_store(shop.tenant_id, shop.store_id, locale=locale, locales=locales)
    store_lookup.clear()
    return shop


def read(language: str) -> dict[str, Any]:
    return {"headers": {"Accept-Language": language}}


def test_the_address_names_the_language(browser: Browser, languages: Shop) -> None:
    german = browser.get("/de/cart", **read("ar"))
    assert '<html lang="de" dir="ltr"' in german.text and "<title>Ihr Warenkorb" in german.text
    assert german.headers["Content-Language"] == "de"
    assert "Accept-Language" not in german.headers.get("Vary", "")
    arabic = browser.get("/ar/cart", **read("de"))
    assert '<html lang="ar" dir="rtl"' in arabic.text and "<title>سلتك" in arabic.text
    assert browser.get("/de").status_code == browser.get("/de/").status_code == 200
    assert browser.get("/fr/cart").status_code == 404
    assert browser.get("/DE/cart").status_code == 404


def test_links_and_redirects_stay_in_the_language_of_the_address(browser: Browser, languages: Shop) -> None:
    html = browser.get("/de/p/star-harbour").text
    links = set(re.findall(r'\b(?:href|action|hx-get|hx-post)="(/[^"]*)"', html))
    assert {"/de/", "/de/cart", "/de/cart/add", "/de/c/worlds"} <= links
    own = re.compile(r"/(?:static|themes|theme|media|api)/|/favicon")
    others = {link for link in links if not link.startswith("/de/") and not own.match(link)}
    assert others == {"/en/p/star-harbour", "/ar/p/star-harbour"}  # of the switcher
    assert [link for link in links if link.startswith("/de/") and own.match(link[3:])] == []
    added = browser.post("/de/cart/add", {"variant_id": str(languages.key_variant), "quantity": "1"})
    assert added.location == "/de/cart"
    assert "Path=/;" in added.headers["Set-Cookie"] + ";"
    assert "1" in browser.get("/cart").text  # the cart is the same in every language


def test_search_engines_are_told_of_every_language(browser: Browser, languages: Shop) -> None:
    answer = browser.get("/de/p/star-harbour")
    assert f'<link rel="canonical" href="{BASE}/de/p/star-harbour">' in answer.text
    alternate = '<{0}{1}/p/star-harbour>; rel="alternate"; hreflang="{2}"'
    assert answer.headers["Link"] == ", ".join(
        alternate.format(BASE, prefix, name)
        for prefix, name in (("/en", "en"), ("/de", "de"), ("/ar", "ar"), ("", "x-default"))
    )
    assert "Link" not in browser.get("/de/p/none").headers


def test_without_a_language_in_the_address_the_browser_chooses(browser: Browser, languages: Shop) -> None:
    for language, found in (("de-AT, en;q=0.5", "de"), ("sv", "en"), ("ar", "ar"), ("", "en")):
        answer = browser.get("/cart", **read(language))
        assert f'<html lang="{found}"' in answer.text
        assert answer.headers["Content-Language"] == found
        assert "Accept-Language" in answer.headers["Vary"]


def test_a_store_with_one_language_speaks_it_to_everybody(browser: Browser, shop: Shop) -> None:
    speak(shop, "de", [])
    answer = browser.get("/cart", **read("ar, en"))
    assert "<title>Ihr Warenkorb" in answer.text and answer.headers["Content-Language"] == "de"
    assert "Accept-Language" not in answer.headers.get("Vary", "") and "Link" not in answer.headers
    assert browser.get("/de/cart").status_code == 404


def test_kept_pages_are_kept_by_language(site: Flask, browser: Browser, languages: Shop) -> None:
    cache = site.extensions["mtc.page_cache"]
    cache.clear()
    before = cache.hits
    for _round in range(2):
        for language, found in (("de", "de"), ("", "en"), ("ar;q=0.1", "ar"), ("de-CH", "de")):
            visitor = Browser(site.test_client(), BASE, languages.tenant_id)
            assert f'<html lang="{found}"' in visitor.get("/p/star-harbour", **read(language)).text
    assert cache.hits - before == 5  # of eight, three were made
    for language in ("de", "ar"):
        visitor = Browser(site.test_client(), BASE, languages.tenant_id)
        assert '<html lang="de"' in visitor.get("/de/p/star-harbour", **read(language)).text
    assert cache.hits - before == 6
    scope = {
        "method": "GET",
        "scheme": "http",
        "path": "/p/star-harbour",
        "raw_path": b"/p/star-harbour",
        "query_string": b"",
        "headers": [(b"host", b"acme.localhost:8000"), (b"accept-language", b"ar")],
    }
    found = cache.from_memory(scope)
    assert found is not None and re.search(rb'<html\s+lang="ar"', found[2])
    speak(languages, "en", ["de"])
    assert '<html lang="en"' in browser.get("/p/star-harbour", **read("ar")).text


def test_what_went_wrong_is_said_in_the_language(browser: Browser, languages: Shop) -> None:
    form = {"variant_id": "rubbish", "quantity": "1"}
    page = browser.post("/de/cart/add", form)
    assert page.status_code == 400 and "Wählen Sie, was Sie kaufen möchten." in page.text
    assert "<h1>Das hat nicht geklappt</h1>" in page.text
    toast = browser.partial("/cart/add", form, **{"Accept-Language": "de"})
    assert "Wählen Sie, was Sie kaufen möchten." in toast.text
    told = browser.post("/cart/add", form, headers={"Accept": "application/json", "Accept-Language": "de"})
    assert json.loads(told.text) == {
        "success": False,
        "error": "Wählen Sie, was Sie kaufen möchten.",
        "statusCode": 400,
        "details": {"variant_id": ["Wählen Sie eine Variante."]},
    }
    assert "Unter dieser Adresse gibt es nichts." in browser.get("/none", **read("de")).text


def test_the_drawer_speaks_the_language_and_escapes_names(browser: Browser, languages: Shop) -> None:
    assert "Ihr Warenkorb ist leer" in browser.get("/de/cart/drawer").text
    form = {"variant_id": str(languages.key_variant), "quantity": "9"}
    drawer = browser.partial("/de/cart/add", form)
    assert "Sie wollten 9, aber es sind nur noch 5 Stück da" in drawer.text
    assert "149,95\u00a0€" in drawer.text and "Zur Kasse" in drawer.text
    assert 'href="/de/checkout"' in drawer.text


def test_a_store_below_a_path_speaks_its_languages(site: Flask, languages: Shop) -> None:
    there = Browser(site.test_client(), "http://127.0.0.1:8000", languages.tenant_id)
    html = there.get("/s/acme/de/p/star-harbour").text
    links = set(re.findall(r'\b(?:href|action)="(/[^"]*)"', html))
    assert {"/s/acme/de/", "/s/acme/de/cart"} <= links
    assert [link for link in links if not link.startswith("/s/acme/")] == []


def test_the_pseudo_locale_shows_what_is_marked(browser: Browser, shop: Shop) -> None:
    speak(shop, "en", ["en-XA"])
    assert "⟦Ýöûŕ çåŕţ îš éḿþţý" in browser.get("/en-XA/cart/drawer").text
    assert "⟦" not in browser.get("/cart/drawer").text


def test_an_order_remembers_its_language(browser: Browser, languages: Shop) -> None:
    browser.post("/de/cart/add", {"variant_id": str(languages.key_variant), "quantity": "1"})
    placed = browser.post("/de/checkout", {**BUYER, "payment_method": "test"})
    assert placed.status_code == 303
    with tenant_scope(languages.tenant_id, readonly=True), unit_of_work():
        assert session.scalars(select(Order.locale)).all() == ["de"]


def test_scripts_get_their_sentences_with_the_page(browser: Browser, languages: Shop) -> None:
    html = browser.get("/de/").text
    script = r'<script type="application/json" id="messages" nonce="[\w-]+">\s*(.+?)\s*</script>'
    found = re.search(script, html)
    assert found is not None
    assert json.loads(found[1])["Copied to the clipboard"] == "In die Zwischenablage kopiert"
    assert 'id="messages"' not in browser.get("/en/").text
    speak(languages, "en", ["en-XA"])
    pseudo = browser.get("/en-XA/").text
    assert '"Copied": "' + json.dumps("⟦Çöþîéð··⟧")[1:-1] + '"' in pseudo


def test_what_python_says_is_in_the_language_of_the_page(browser: Browser, languages: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(languages.key_variant), "quantity": "1"})
    page = browser.get("/de/checkout").text
    assert re.search(r'<option\s+value="EG"\s*>\s*Ägypten\s*</option>', page)
    assert page.index("Ägypten") < page.index("Albanien") < page.index("Zypern")
    assert "Lieferung sofort nach der Zahlung" in page and "Ich stimme ausdrücklich zu" in page
    refused = browser.post("/de/checkout", {**BUYER, "email": "", "payment_method": "test"})
    assert refused.status_code == 422 and "Geben Sie Ihre E-Mail-Adresse ein." in refused.text
    assert "Preis: aufsteigend" in browser.get("/de/search").text
    assert "Egypt" in browser.get("/en/checkout").text


def test_mails_to_a_buyer_are_in_the_language_of_the_order(browser: Browser, languages: Shop) -> None:
    browser.post("/cart/add", {"variant_id": str(languages.key_variant), "quantity": "1"})
    pay = browser.post("/de/checkout", {**BUYER, "payment_method": "test"}).headers["Location"]
    browser.post("/pay/" + pay.partition("/pay/")[2], {"choice": "pay"})
    settle()
    with tenant_scope(languages.tenant_id, readonly=True):
        mails = {row.kind: row for row in session.scalars(select(Email))}
    number = mails["order-received"].subject.removeprefix("Ihre Bestellung ")
    assert mails["keys"].subject == f"Ihre Schlüssel aus der Bestellung {number}"
    assert f"Hier ist, was Sie mit der Bestellung {number} gekauft haben." in mails["keys"].body_text
    assert '<html lang="de" dir="ltr">' in mails["keys"].body_html
    assert "Gesamtsumme" in mails["order-received"].body_html


def switcher(html: str) -> list[tuple[str, str, str, bool]]:
    """Address, language, name and whether it is the page's own, of each link of the footer's switcher."""
    link = r'<a href="([^"]+)" hreflang="([^"]+)" lang="\2" ?(aria-current="true")?>\s*([^<]+?)\s*</a>'
    return [(url, tag, name, bool(own)) for url, tag, own, name in re.findall(link, html)]


def test_shoppers_switch_between_the_languages_of_a_page(browser: Browser, languages: Shop) -> None:
    names = {"en": "English", "de": "Deutsch", "ar": "العربية"}
    for prefix, here in (("/de", "de"), ("/ar", "ar"), ("", "en")):
        for path in ("/", "/p/star-harbour", "/cart", "/none%20here"):
            found = switcher(browser.get(prefix + path).text)
            assert found == [(f"/{tag}{path}", tag, name, tag == here) for tag, name in names.items()]
    speak(languages, "en", ["de"])
    assert [one[1] for one in switcher(browser.get("/cart").text)] == ["en", "de"]
    speak(languages, "en", [])
    html = browser.get("/cart").text
    assert switcher(html) == [] and "footer-languages" not in html


def test_the_switcher_keeps_what_the_page_declares(browser: Browser, languages: Shop) -> None:
    html = browser.get("/de/search?q=a%26b&utm_source=x&sort=price&lang=de").text
    assert [one[0] for one in switcher(html)] == [
        f"/{tag}/search?q=a%26b&amp;sort=price" for tag in ("en", "de", "ar")
    ]
    refused = browser.post("/de/cart/add", {"variant_id": "rubbish", "quantity": "1"})
    assert [one[0] for one in switcher(refused.text)] == ["/en/", "/de/", "/ar/"]
    unpaid = browser.post("/de/checkout", {**BUYER, "email": "", "payment_method": "test"})
    assert [one[0] for one in switcher(unpaid.text)] == ["/en/checkout", "/de/checkout", "/ar/checkout"]


def test_the_switcher_of_a_kept_page_is_its_own(site: Flask, browser: Browser, languages: Shop) -> None:
    site.extensions["mtc.page_cache"].clear()
    for _round in range(2):
        for language in ("de", "ar", "en"):
            html = browser.get("/p/star-harbour", **read(language)).text
            assert [one[1] for one in switcher(html) if one[3]] == [language]


def test_the_switcher_of_a_store_below_a_path(site: Flask, languages: Shop) -> None:
    there = Browser(site.test_client(), "http://127.0.0.1:8000", languages.tenant_id)
    html = there.get("/s/acme/de/cart").text
    assert [one[0] for one in switcher(html)] == [f"/s/acme/{tag}/cart" for tag in ("en", "de", "ar")]


def test_a_customer_remembers_the_language_of_the_registration(browser: Browser, languages: Shop) -> None:
    browser.post("/de/account/register", {"email": "neu@mail.example"})
    with tenant_scope(languages.tenant_id, readonly=True), unit_of_work():
        asked = select(Customer.locale).where(Customer.email_lc == "neu@mail.example")
        assert session.scalars(asked).all() == ["de"]
