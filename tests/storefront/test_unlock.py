"""The secret link shows an order; what it delivered is for browsers that placed it or showed a code."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails.models import Email
from mtc.infra import ports
from mtc.orders import queries
from mtc.orders.models import Order, OrderDevice
from mtc.orders.services.access import (
    DEVICE_DAYS,
    forget_code,
    forget_devices,
    is_known_device,
    purge_access,
    redeem_code,
)
from tests.servers.kept import kept
from tests.storefront.conftest import Browser, Shop, settle
from tests.storefront.test_account import _register
from tests.storefront.unlocking import PARTIAL, Bought, ask_for_code, buy, opened


@pytest.fixture
@kept
def bought(browser: Browser, shop: Shop) -> Bought:
    """Ada's order."""
    return buy(browser, shop)


@pytest.fixture
def stranger(site: Flask, browser: Browser) -> Browser:
    """Another browser."""
    return Browser(site.test_client(), browser.base, browser.tenant_id)


def test_another_browser_sees_the_order_and_nothing_that_it_delivered(
    bought: Bought, stranger: Browser
) -> None:
    bought.buyer.post(bought.reveal)  # from now on the page shows the key itself
    assert opened(bought.buyer, bought)
    assert not opened(stranger, bought)
    page = stranger.get(bought.url)
    assert bought.number in page.text and "Star Harbour" in page.text and "a•••@e•••.org" in page.text
    assert "Mail me a code" in page.text and "one-time-code" not in page.text
    assert stranger.post(bought.reveal).location.endswith("#unlock")
    for answer in (page, stranger.get(bought.below("status"), headers=PARTIAL)):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_mailed_code_opens_it_once(bought: Bought, stranger: Browser, site: Flask) -> None:
    bought.buyer.post(bought.reveal)
    code = ask_for_code(stranger, bought)
    assert "one-time-code" in stranger.get(bought.url).text
    answer = stranger.post(bought.below("unlock"), {"code": f" {code[:3]} {code[3:]} "})
    assert answer.status_code == 303 and answer.location == bought.url.removeprefix(stranger.base)
    flags = answer.headers["Set-Cookie"]
    assert re.match(r"order_device=[\w-]{32};", flags)
    for flag in ("HttpOnly", "SameSite=Lax", f"Max-Age={DEVICE_DAYS * 86_400}", "Path=/"):
        assert flag in flags
    assert opened(stranger, bought)
    third = Browser(site.test_client(), stranger.base, stranger.tenant_id)
    assert third.post(bought.below("unlock"), {"code": code}).status_code == 422
    assert not opened(third, bought)


def test_no_stored_mail_holds_the_code(bought: Bought, stranger: Browser, shop: Shop) -> None:
    code = ask_for_code(stranger, bought)
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Email).where(Email.tenant_id == shop.tenant_id, Email.kind == "order-code")
        [mail] = session.scalars(query).all()
        assert code not in mail.subject + mail.body_text + mail.body_html


Attack = Callable[[Bought, Browser, str, Any], str]


def _later(monkeypatch: Any, **span: float) -> None:
    moment = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


def _of_order(order: Bought, act: Callable[[Order], Any]) -> None:
    with tenant_scope(order.buyer.tenant_id), unit_of_work():
        found = queries.order_by_number(order.number)
        assert found is not None
        act(found)


def guesses(order: Bought, who: Browser, code: str, _more: Any) -> str:
    for n in range(5):
        wrong = f"{(int(code) + n + 1) % 1_000_000:06}"
        answer = who.post(order.below("unlock"), {"code": wrong})
        assert answer.status_code == 422 and "This is not the code" in answer.text
    return code


def replaced(order: Bought, who: Browser, code: str, _more: Any) -> str:
    while ask_for_code(who, order) == code:
        pass
    return code


def too_late(_order: Bought, _who: Browser, code: str, monkeypatch: Any) -> str:
    _later(monkeypatch, minutes=10, seconds=1)
    return code


def taken_back(order: Bought, _who: Browser, code: str, _more: Any) -> str:
    _of_order(order, forget_code)
    return code


ATTACKS: dict[str, Attack] = {
    "after five guesses": guesses,
    "the code before": replaced,
    "too late": too_late,
    "taken back": taken_back,
    "nothing": lambda *_: "",
    "the hash of nothing": lambda *_: "\x00",
    "other digits": lambda _o, _w, code, _m: "".join(chr(0x0660 + int(digit)) for digit in code),
    "more than the code": lambda _o, _w, code, _m: code + "0",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_other_code_opens_it(
    bought: Bought, stranger: Browser, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = attack(bought, stranger, ask_for_code(stranger, bought), monkeypatch)
    answer = stranger.post(bought.below("unlock"), {"code": text})
    assert answer.status_code in (400, 422) and "Set-Cookie" not in answer.headers
    assert not opened(stranger, bought)


def test_codes_and_cookies_are_for_one_order_of_one_tenant(
    bought: Bought, stranger: Browser, shop: Shop, site: Flask
) -> None:
    code = ask_for_code(stranger, bought)
    second = buy(Browser(site.test_client(), stranger.base, stranger.tenant_id), shop)
    assert stranger.post(second.below("unlock"), {"code": code}).status_code == 422
    assert not opened(second.buyer, bought)  # its cookie is known, for its own order
    assert not opened(bought.buyer, second)
    with tenant_scope(shop.tenant_id), unit_of_work():
        rows = session.scalars(select(OrderDevice).where(OrderDevice.tenant_id == shop.tenant_id)).all()
        assert len(rows) == 2
    kept = bought.buyer.client.get_cookie("order_device", domain="acme.localhost")
    assert kept is not None
    for text in ("", "x" * 32, kept.value[:-1], kept.value.swapcase(), "y" * 500):
        stranger.client.set_cookie("order_device", text, domain="acme.localhost")
        assert not opened(stranger, bought), text


def test_known_devices_end_after_90_days_and_when_staff_forget_them(
    bought: Bought, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened(bought.buyer, bought)
    with monkeypatch.context() as later:
        _later(later, days=DEVICE_DAYS, seconds=1)
        page = bought.buyer.get(bought.url).text
        assert "Mail me a code" in page and "/reveal/" not in page
    assert opened(bought.buyer, bought)
    _of_order(bought, forget_devices)
    assert not opened(bought.buyer, bought)
    code = ask_for_code(bought.buyer, bought)
    assert bought.buyer.post(bought.below("unlock"), {"code": code}).status_code == 303
    assert opened(bought.buyer, bought)
    _later(monkeypatch, days=DEVICE_DAYS, seconds=1)
    with tenant_scope(shop.tenant_id), unit_of_work():
        purge_access()
        assert session.scalars(select(OrderDevice).where(OrderDevice.tenant_id == shop.tenant_id)).all() == []


def test_a_customer_needs_no_code_for_own_orders(
    browser: Browser, shop: Shop, stranger: Browser, site: Flask
) -> None:
    order = buy(browser, shop)
    eve = Browser(site.test_client(), browser.base, browser.tenant_id)
    _register(eve, "eve@example.org")
    assert not opened(eve, order)
    _register(stranger, "ada@example.org")  # reads the mails of the address: the order becomes hers
    assert opened(stranger, order)


def test_codes_cannot_be_mailed_without_end(bought: Bought, stranger: Browser, site: Flask) -> None:
    codes = [stranger.post(bought.below("code")).status_code for _ in range(7)]
    assert codes == [303] * 5 + [429] * 2
    elsewhere = Browser(site.test_client(), stranger.base, stranger.tenant_id)
    place = {"REMOTE_ADDR": "203.0.113.9"}
    assert elsewhere.post(bought.below("code"), environ_overrides=place).status_code == 429
    settle()
    assert sum(one.subject.startswith("Your code for order") for one in ports.mail.sent) == 5
    assert bought.buyer.post(bought.below("code")).status_code == 303  # known: there is nothing to mail
    settle()
    assert sum(one.subject.startswith("Your code for order") for one in ports.mail.sent) == 5


def test_guesses_are_counted_whatever_codes_are_mailed(bought: Bought, stranger: Browser) -> None:
    answers = [
        stranger.post(
            bought.below("unlock"), {"code": "x"}, environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"}
        ).status_code
        for n in range(32)
    ]
    assert answers == [422] * 30 + [429] * 2


def test_without_the_link_there_is_nothing(bought: Bought, stranger: Browser) -> None:
    for name in ("code", "unlock"):
        for query in ("", "?t=", "?t=guess"):
            path = f"/orders/{bought.number}/{name}{query}"
            assert stranger.post(path, {"code": "123456"}).status_code == 404
    settle()
    assert not any(one.subject.startswith("Your code") for one in ports.mail.sent)


def test_a_code_and_a_cookie_of_one_tenant_do_nothing_at_another(
    bought: Bought, stranger: Browser, site: Flask, other_tenant: Any
) -> None:
    code = ask_for_code(stranger, bought)
    cookie = bought.buyer.client.get_cookie("order_device", domain="acme.localhost")
    assert cookie is not None
    rival = Browser(site.test_client(), "http://rival.localhost:8000", other_tenant.id)
    rival.client.set_cookie("order_device", cookie.value, domain="rival.localhost")
    below = [path.removeprefix(bought.buyer.base) for path in (bought.below("unlock"), bought.below("code"))]
    for path in below:
        answer = rival.post(path, {"code": code})
        assert answer.status_code == 404 and "Set-Cookie" not in answer.headers
    assert rival.get(bought.url.removeprefix(bought.buyer.base)).status_code == 404
    with tenant_scope(bought.buyer.tenant_id), unit_of_work():
        theirs = queries.order_by_number(bought.number)
        assert theirs is not None and is_known_device(theirs, cookie.value)
    with tenant_scope(other_tenant.id), unit_of_work():
        assert not is_known_device(theirs, cookie.value)
        assert not redeem_code(theirs, code)
        assert forget_devices(theirs) == 0
    assert opened(bought.buyer, bought)
    assert stranger.post(bought.below("unlock"), {"code": code}).status_code == 303  # unspent by all that
