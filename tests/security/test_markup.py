"""Markup in every text that a merchant, a shopper or a visitor can type comes out as text everywhere."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask

from mtc.tasks.services import run_due
from tests.conftest import World
from tests.security.fort import Fort, People, Visitor, build, hire

EVIL = (
    "</script></title></textarea></style><svg onload=alert(1)>'\"><img src=x onerror=alert(1)>"
    "{{7331*7331}}${7331*7331}{% raw %}<!--"
)
SHORT = "'\"><img src=x onerror=alert(1)>{{7331*7331}}"
RICH = (
    '<p onclick="x()" style="color:red">ok</p><script>x()</script><a href="javascript:x()">a</a>'
    '<a href="//evil.example" target=_top>b</a><iframe src=x></iframe>'
    '<svg><a xlink:href="javascript:x()">c</a></svg>'
    "<math><mtext><style><img src=x onerror=x()></style></mtext></math>"
    "<form action=x><input name=cart></form>"
    '<p id="cart" hx-get="/account/logout" data-hx-post="/x" hx-trigger="load">d</p><base href=x>'
    '<meta http-equiv=refresh content="0;url=//evil">'
    '<noscript><p title="</noscript><img src=x onerror=x()>"></noscript>'
)


class Judge(HTMLParser):
    """Finds what a page must not hold: handlers, foreign addresses, scripts without a nonce."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            plain = re.sub(r"[\s\x00-\x20]", "", html.unescape(value)).lower()
            if name.startswith("on") or name in ("srcdoc", "xlink:href"):
                self.faults.append(f"<{tag} {name}={value[:60]}>")
            if name == "formaction" and not plain.startswith("/admin/"):
                self.faults.append(f"<{tag} {name}={value[:60]}>")
            if name in ("href", "src", "action") and plain.startswith(
                ("javascript:", "data:text", "vbscript:", "//")
            ):
                self.faults.append(f"<{tag} {name}={value[:60]}>")
            if name == "style" and "red" in value:  # ours have other colours, in mails alone
                self.faults.append(f"<{tag} style={value[:60]}>")
            if "logout" in value and name.startswith(("hx-", "data-hx-")):
                self.faults.append(f"<{tag} {name}={value[:60]}>")
        if (
            tag == "script"
            and "nonce" not in given
            and "src" not in given
            and "json" not in given.get("type", "")
        ):
            self.faults.append("<script> without nonce")
        if tag in ("iframe", "object", "embed", "base", "math") and "body" not in given.get("src", ""):
            self.faults.append(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.faults.append("<meta refresh>")
        if given.get("src") == "x" or (given.get("id") == "cart" and tag == "p"):
            self.faults.append(f"<{tag} src=x>")


def judge(text: str) -> list[str]:
    """What is wrong with a page."""
    looked = Judge()
    looked.feed(text)
    sums = ["a template ran"] if "53743561" in text else []
    return looked.faults + sums


@pytest.fixture
def crowd(site: Flask, tenant: World) -> People:
    """A store whose merchant has typed markup into every field that there is, with its people."""
    fort = build(tenant, extra=SHORT)
    people = hire(site, fort)
    owner = people.staff("owner")
    form = {
        "name": SHORT, "slug": "game", "summary": EVIL, "description": RICH + EVIL,
        "badge": "<b onclick=x()>x",
        "attr-platform": "steam", "variants-0-id": fort.ids["variant"], "variants-0-sku": "SKU<svg>'\"",
        "variants-0-name": SHORT, "variants-0-options": f"Region{SHORT}: Europe{SHORT}",
        "variants-0-price": "29.99", "variants-0-stock_source": "pool", "variants-0-is_active": "1",
        "variants-0-low_at": "500", "collections": "worlds",
    }  # fmt: skip
    assert owner.post(f"/admin/acme/products/{fort.ids['product']}", form).status_code == 303
    settings = {"name": f"Acme{SHORT}", "tagline": EVIL, "email": "hello@acme.example"}
    assert owner.post("/admin/acme/settings", settings).status_code == 303
    assert (
        owner.post(
            f"/admin/acme/stock/{fort.ids['variant']}", {"keys": "AA-<svg>-'\"", "batch": SHORT}
        ).status_code
        == 200
    )
    buyer = people.shopper()
    buyer.post("/cart/add", {"variant_id": fort.ids["variant"], "quantity": "1"})
    guest = {"email": "eve@example.org", "name": SHORT, "country": "IE", "terms": "1", "consent": "1"}
    paid = buyer.post("/checkout", guest)
    assert paid.status_code == 303
    assert buyer.post(paid.headers["Location"], {"choice": "pay"}).status_code == 303
    run_due()
    run_due()
    return people


def _pages(
    shop: Visitor, ada: Visitor, owner: Visitor, root: Visitor, fort: Fort
) -> Iterator[tuple[str, str]]:
    for path in ("/", "/search", f"/search?q={EVIL}", "/c/worlds", "/p/game", "/p/guide", "/pages/about",
                 "/cart", "/checkout", "/nothing", fort.order_url, fort.pending_url, "/search/suggest?q=game",
                 f"/pay/test/{fort.pay}", "/account/login?next=%22%3E%3Csvg%3E", "/cart/drawer"):  # fmt: skip
        yield path, shop.get(path).text
    for path in ("/account", "/account/orders", "/account/library"):
        yield path, ada.get(path).text
    orders = re.findall(r"/admin/acme/orders/[\w-]+(?=\")", owner.get("/admin/acme/orders").text)
    mails = re.findall(r"/admin/acme/mail/[\w-]{36}(?=\")", owner.get("/admin/acme/mail").text)
    assert len(set(orders)) > 2 and len(set(mails)) > 2
    for path in sorted({
        *orders, *mails, *(f"{one}/body" for one in mails), "/admin/acme/", "/admin/acme/products",
        f"/admin/acme/products/{fort.ids['product']}", f"/admin/acme/types/{fort.ids['type']}",
        "/admin/acme/types",
        "/admin/acme/products/new?type=game", "/admin/acme/stock", f"/admin/acme/stock/{fort.ids['variant']}",
        "/admin/acme/settings", "/admin/acme/tasks", f"/admin/acme/orders/{fort.order}/refund",
        f"/admin/acme/orders?q={EVIL}", "/admin", "/account-settings",
    }):  # fmt: skip
        yield path, owner.get(path).text
    for path in (
        "/platform/tenants",
        "/platform/tenants/acme",
        "/platform/users",
        "/platform/health",
        "/welcome",
    ):
        yield path, root.get(path).text


def test_markup_comes_out_as_text_on_every_page(crowd: People) -> None:
    people, evil = crowd, crowd.fort
    shop, ada = people.shopper(), people.shopper(logged_in=True)
    shop.post("/cart/add", {"variant_id": evil.ids["variant"], "quantity": "1"})
    faults, seen = [], 0
    for path, text in _pages(shop, ada, people.staff("owner"), people.staff("root"), evil):
        seen += 1
        faults += [f"{path[:60]}: {fault}" for fault in judge(text)]
    assert not faults, "\n".join(faults)
    assert seen > 40


def test_data_for_machines_stay_data(crowd: People) -> None:
    shop = crowd.shopper()
    page = shop.get("/p/game").text
    block = re.search(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script>", page, re.DOTALL)
    assert block is not None and json.loads(block[1])["name"] == SHORT
    assert "<" not in block[1]
    answer = crowd.staff("").get("/api/acme/storefront/products/game")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    sitemap = shop.get("/sitemap.xml").text
    assert "onload" not in sitemap


def test_mails_carry_text_and_one_subject(site: Flask, crowd: People) -> None:
    sent = site.extensions["mtc.ports"].mail.sent
    assert len(sent) > 3
    for mail in sent:
        assert (
            "\n" not in mail.subject + mail.to + mail.from_
            and "\r" not in mail.subject + mail.to + mail.from_
        )
        assert judge(mail.html) == []


@pytest.mark.parametrize(
    "name", ["A\r\nBcc: victim@example.org", "A\nSubject: x", "=?utf-8?q?x?=", "a@b.c, d@e.f", "\u2028Bcc: x"]
)
def test_no_name_or_address_adds_a_header(site: Flask, fort: Fort, name: str) -> None:
    shop = Visitor(site.test_client(), fort.base)
    shop.post("/cart/add", {"variant_id": fort.ids["file_variant"], "quantity": "1"})
    form = {"email": "eve@example.org", "country": "IE", "terms": "1", "consent": "1", "name": name}
    for given in (form, {**form, "name": "A", "email": f"eve@example.org{name}"}, {**form, "email": name}):
        answer = shop.post("/checkout", given)
        assert answer.status_code in (303, 422)
        run_due()
    for mail in site.extensions["mtc.ports"].mail.sent:
        assert mail.to in ("eve@example.org", "ada@acme.example"), mail.to
        assert not re.search(r"[\r\n]", mail.subject + mail.to + mail.from_)
