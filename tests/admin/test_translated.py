"""What the pages of the admin say is marked: in the pseudo-locale it stands in brackets.

Outside of them are names and values of the shop, and sentences of Python that are not marked, which
tests/messages/literals.json counts.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser

import pytest

from mtc.catalog.services.starter_types import starter_types
from mtc.core import clock
from mtc.core.i18n.catalogs import shipped
from mtc.core.i18n.locales import PSEUDO, language_name
from mtc.core.i18n.pseudo import CLOSE, OPEN
from mtc.core.paths import ROOT
from tests.admin.conftest import Shop
from tests.admin.people import Person

PAGES = (
    "/", "/orders", "/orders?q=nobody", "/orders/{order}", "/orders/{order}/refund", "/products",
    "/products?q=none", "/products/{product}", "/products/new", "/products/new?type={type}", "/types",
    "/types/new", "/stock", "/stock?q=none", "/stock/{variant}", "/settings", "/settings/payments",
    "/settings/look", "/settings/legal", "/settings/mail", "/settings/navigation", "/settings/access",
    "/settings/notifications", "/team", "/mail", "/tasks", "/audit", "/keys",
)  # fmt: skip
ACCOUNT = ("/account-settings", "/account-settings/second-factor", "/account-settings/totp")
FRONT = ("/", "/login", "/login/forgot")
READ = frozenset({"title", "alt", "placeholder", "aria-label"})
SILENT = frozenset({"script", "style", "code", "pre"})
LISTS_OF_NAMES = frozenset({"timezone", "locale", "icon"})
OF_THE_SHOP = frozenset({
    "Owner", "Support",  # names of members
    "Acme", "Acme <shop@localhost>", "http://acme.localhost:8000", "acme.localhost:8000", "O", "Bea Buyer",
    "Owner, owner@acme.example", "Ireland", "RF40 1001", "“test”", "Game key", "game-key", "Star Field",
    "Star Field, Standard", "Standard", "Deluxe", "SF-1", "SF-2", "Fly far", "Co-op", "Size", "steam", "epic",
    "AAAAA-BBBBB-CCCCC", "Free orders", "Test payments", "Your keys from order 1001",
    "Your order 1001", "New order 1001: €104.98",
})  # fmt: skip
# A mail address, a day with its amount, the reference of a payment, the description of the chart.
VALUE = re.compile(
    r"[a-z]+@[a-z.]+|\d{1,2} [A-Z][a-z]{2,8}(?: \d{4})?(?:: €[\d.]+)?|manual_[\w-]{16}"
    r"|€[\d.]+ in 90 days.{20,60}"
)
PUT_TOGETHER = frozenset({
    "Hello, Owner", "Star Field and 1 more", "Order 1001", "13 keys", "€29.99 to €45.00", "Succeeded",
})  # fmt: skip
MARKS = frozenset({"_", "_l", "ngettext", "lazy_ngettext", "pgettext"})


class Shown(HTMLParser):
    """What a page and its readable attributes say outside of the brackets of the pseudo-locale."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: set[str] = set()
        self._silent, self._depth = "", 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT or dict(attrs).get("id") in LISTS_OF_NAMES:
            self._silent = tag
        for name, value in attrs:
            if name in READ and value:
                self._say(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data)

    def _say(self, text: str) -> None:
        outside = [""]
        for sign in text:
            self._depth += (sign == OPEN) - (sign == CLOSE)
            if sign in OPEN + CLOSE + "·":
                outside.append("")
            elif not self._depth:
                outside[-1] += sign
        words = {" ".join(part.split()).strip(",:;.() ") for part in outside}
        self.texts |= {one for one in words if any(sign.isalpha() for sign in one)}


def unmarked(browser: Person, path: str) -> set[str]:
    """What the templates of a page say in English."""
    page = browser.get(path, headers={"Accept-Language": PSEUDO})
    assert page.status_code == 200
    assert '<html lang="en-XA" dir="ltr"' in page.text and page.text.count(OPEN) >= 5
    starters = {text.strip(".") for one in starter_types() for text in (one.name, one.description)}
    names = {language_name(one) for one in shipped()}
    known = OF_THE_SHOP | PUT_TOGETHER | starters | names
    found = Shown(page.text).texts - known - said_by_python()
    return {one for one in found if not VALUE.fullmatch(one)}


@pytest.mark.parametrize("path", [*("/admin/acme" + one for one in PAGES), *ACCOUNT])
def test_templates_say_nothing_that_is_not_marked(shop: Shop, owner: Person, path: str) -> None:
    path = path.format(order=shop.order, product=shop.product, variant=shop.variant, type=shop.type_slug)
    assert unmarked(owner, path) == set()


@pytest.mark.parametrize("path", FRONT)
def test_nor_do_pages_before_the_log_in(shop: Shop, person: Callable[[str], Person], path: str) -> None:
    assert unmarked(person(""), path) == set()


def test_text_in_brackets_is_marked_and_other_text_is_told() -> None:
    page = (
        '<p title="Not this">⟦Öñé <b>ţŵö</b> ⟦ţĥŕéé⟧⟧ · four, ⟦ƒîṽé⟧ 6</p><script>let it = be</script>'
        '<select id="timezone"><option>Berlin</option></select><img alt="⟦Öñé⟧">'
    )
    assert Shown(page).texts == {"Not this", "four"}


@pytest.mark.parametrize(
    ("read", "locale"), [("de-AT,en;q=0.5", "de"), ("fr", "en"), ("ar", "en"), ("", "en")]
)
def test_the_admin_speaks_the_languages_of_the_platform(
    owner: Person, shop: Shop, read: str, locale: str
) -> None:
    page = owner.get(shop.url + "/stock", headers={"Accept-Language": read})
    assert f'<html lang="{locale}" dir="ltr"' in page.text
    assert {"de": "<h1>Schlüsselbestand</h1>", "en": "<h1>Key stock</h1>"}[locale] in page.text


def test_staff_choose_their_language(owner: Person, shop: Shop) -> None:
    place, german = "/account-settings/language", {"Accept-Language": "de"}
    assert owner.post(place, {"locale": "fr"}).status_code == 422
    assert "Choose one of the languages in the list." in owner.post(place, {"locale": "x" * 400}).text
    assert "<h1>Schlüsselbestand</h1>" in owner.get(shop.url + "/stock", headers=german).text
    assert owner.post(place, {"locale": "en"}).status_code == 303
    page = owner.get(shop.url + "/stock", headers=german)
    assert '<html lang="en" dir="ltr"' in page.text and "<h1>Key stock</h1>" in page.text
    assert page.headers["Content-Language"] == "en"
    assert owner.post(place, {"locale": "de"}).status_code == 303
    page = owner.get("/account-settings")
    assert "Die Sprache ist gespeichert." in page.text
    assert '<option value="de" selected' in " ".join(page.text.split())
    assert owner.post(place, {"locale": ""}).status_code == 303
    assert "<h1>Key stock</h1>" in owner.get(shop.url + "/stock").text


def test_scripts_of_the_admin_speak_the_language_of_the_page(owner: Person, shop: Shop) -> None:
    page = owner.get(f"{shop.url}/products/{shop.product}", headers={"Accept-Language": "de"}).text
    found = re.search(r'id="messages" nonce="[^"]+">([^<]+)</script>', page)
    assert found is not None
    said = json.loads(found[1])
    assert said["Unsaved changes"] == "Ungespeicherte Änderungen"
    assert said["This device has a passkey of this account already."].startswith("Dieses Gerät hat")


@pytest.mark.parametrize(
    ("read", "at", "by"),
    [("de", "Vor 5 Minuten", "von buyer@example.com"), ("en", "5 minutes ago", "by buyer@example.com")],
)
def test_a_moment_that_begins_a_line_keeps_its_capitals(
    owner: Person, shop: Shop, read: str, at: str, by: str
) -> None:
    with clock.frozen(clock.now()):
        clock.advance(300)
        page = owner.get(f"{shop.url}/orders/{shop.order}", headers={"Accept-Language": read}).text
    assert f"{at}</time> {by}" in page
    assert f'<p class="cell-note">{at}, ' in " ".join(page.split())


@cache
def said_by_python() -> frozenset[str]:
    """The literals of mtc/ that are not marked."""
    return frozenset(
        text.strip(",:;.() ")
        for path in (ROOT / "mtc").rglob("*.py")
        for text in literals(ast.parse(path.read_text(encoding="utf-8")))
    )


def literals(node: ast.AST) -> Iterator[str]:
    """The texts of a module that stand in no mark."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not (isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)
