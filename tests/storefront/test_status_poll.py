"""The page of an order asks again and again while a payment is under way; most answers are short."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from mtc.tasks.services import run_due
from tests.storefront.conftest import Browser

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def poll_of(page: Any) -> str:
    """Where the page asks, or nothing."""
    found = re.search(r'id="order-status" hx-get="([^"]+)"', page.text)
    return html.unescape(found[1]) if found else ""


def test_nothing_is_sent_while_nothing_has_changed(browser: Browser, order_page: str, queries: Any) -> None:
    where = poll_of(browser.get(order_page))
    with queries() as seen:
        answer = browser.get(where, headers=PARTIAL)
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["Cache-Control"] == "no-store"
    assert [one for one in seen if "FROM order_items" in one] == []
    assert len([one for one in seen if "FROM orders" in one]) == 1


def test_a_change_is_sent(browser: Browser, order_page: str) -> None:
    before = poll_of(browser.get(order_page))
    run_due()
    answer = browser.get(before, headers=PARTIAL)
    assert answer.status_code == 200
    assert "/reveal/" in answer.text
    assert poll_of(answer) == ""


@pytest.mark.parametrize(
    "change", [lambda url: re.sub(r"t=[^&]+", "t=x", url), lambda url: url.split("?")[0]]
)
def test_the_mark_opens_nothing(browser: Browser, order_page: str, change: Any) -> None:
    where = poll_of(browser.get(order_page))
    mark = where.partition("seen=")[2]
    assert mark
    refused = browser.get(change(where).partition("&seen")[0] + f"&seen={mark}", headers=PARTIAL)
    assert refused.status_code == 404


def test_who_opens_the_address_sees_the_order(browser: Browser, order_page: str) -> None:
    answer = browser.get(poll_of(browser.get(order_page)))
    assert (answer.status_code, answer.headers["Location"]) == (303, order_page)
