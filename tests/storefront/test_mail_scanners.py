"""B23: a mail scanner fetches every link of every mail before the buyer does; nothing is used up by that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.catalog.models import StockItem
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.delivery.models import Download
from mtc.events.models import Event
from mtc.infra import ports
from mtc.orders.models import Order, OrderDevice
from tests.storefront.conftest import Browser, Shop, settle
from tests.storefront.many import Bought, buy
from tests.storefront.test_account import WORDS, _register

AGENTS = ("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1)", "curl/8.5.0", "")
NEW = "other words for this"


@dataclass
class Mailed:
    """A mail of one kind, and what its reader does with the link in it."""

    subject: str
    send: Callable[[Browser, Shop, Flask], Bought | None]
    use: Callable[[Browser, str, Bought | None], bool]


def _ordered(browser: Browser, shop: Shop, _site: Flask) -> Bought:
    return buy(browser, (shop.key_variant, 2), (shop.file_variant, 1))


def _opens(browser: Browser, path: str, order: Bought | None) -> bool:
    assert order is not None
    page = browser.get(path).text
    return f"Order {order.number}" in page and page.count("Reveal</span>") == 2 and "2 of 2 downloads" in page


def _joining(browser: Browser, shop: Shop, site: Flask) -> None:
    browser.post("/account/register", {"email": "ada@example.org"})


def _joins(browser: Browser, path: str, _order: Bought | None) -> bool:
    return browser.post(path, {"password": WORDS, "name": "Ada"}).location == "/account"


def _forgetting(browser: Browser, shop: Shop, site: Flask) -> None:
    _register(Browser(site.test_client(), browser.base, browser.tenant_id))
    browser.post("/account/forgot", {"email": "ada@example.org"})


def _resets(browser: Browser, path: str, _order: Bought | None) -> bool:
    done = browser.post(path, {"password": NEW})
    form = {"email": "ada@example.org", "password": NEW}
    fresh = Browser(browser.client.application.test_client(), browser.base, browser.tenant_id)
    return done.status_code == 303 and fresh.post("/account/login", form).status_code == 303


def _lost(browser: Browser, shop: Shop, site: Flask) -> Bought:
    order = _ordered(browser, shop, site)
    browser.post("/orders/lookup", {"email": "ada@example.org", "number": order.number})
    return order


MAILS = {
    "receipt": Mailed(r"^Your order ", _ordered, _opens),
    "keys": Mailed(r"^Your keys from order ", _ordered, _opens),
    "lost link": Mailed(r"(?i)link|find|your order", _lost, _opens),
    "join": Mailed(r"(?i)account", _joining, _joins),
    "reset": Mailed(r"(?i)password", _forgetting, _resets),
}


def scan(site: Flask, browser: Browser, text: str) -> list[str]:
    """Fetch every address in a mail as scanners do: HEAD, then GET twice, without cookies."""
    links = list(dict.fromkeys(re.findall(rf"{browser.base}(/[^\s\"<>)]*)", text)))
    for path in links:
        for agent in AGENTS:
            scanner = Browser(site.test_client(), browser.base, browser.tenant_id)
            headers = {"User-Agent": agent}
            for method in ("HEAD", "GET", "GET"):
                answer = scanner.client.open(path, method=method, base_url=browser.base, headers=headers)
                assert answer.status_code in (200, 302, 303, 308), (path, method, answer.status_code)
                assert "STAR-" not in answer.text
    return links


def traces(shop: Shop) -> tuple[object, ...]:
    """What would show that something was used."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        return (
            [one for one in session.scalars(select(StockItem.revealed_at)) if one is not None],
            list(session.scalars(select(Download.used))),
            len(session.scalars(select(OrderDevice)).all()),
            sorted(session.scalars(select(Order.status))),
            sorted(session.scalars(select(Event.name))),
        )


@pytest.mark.parametrize("kind", MAILS)
def test_b23_scanners_use_nothing_up(browser: Browser, shop: Shop, site: Flask, kind: str) -> None:
    mailed = MAILS[kind]
    order = mailed.send(browser, shop, site)
    settle()
    mail = next(one for one in reversed(ports.mail.sent) if re.search(mailed.subject, one.subject))
    before = traces(shop)
    links = scan(site, browser, mail.text + "\n" + mail.html)
    assert traces(shop) == before
    assert links and not any(path.startswith("/d/") for path in links)
    wanted = {"join": "/account/join/", "reset": "/account/reset/"}.get(kind, "/orders/")
    [target] = {path for path in links if path.startswith(wanted)}
    assert mailed.use(browser, target, order)


def test_b23_a_mail_with_a_code_holds_no_link(browser: Browser, shop: Shop, site: Flask) -> None:
    order = _ordered(browser, shop, site)
    assert order is not None
    Browser(site.test_client(), browser.base, browser.tenant_id).post(order.below("code"))
    settle()
    [mail] = [one for one in ports.mail.sent if one.subject.startswith("Your code for order ")]
    assert scan(site, browser, mail.text) == []
