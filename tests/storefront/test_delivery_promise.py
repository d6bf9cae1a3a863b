"""What shoppers are told about the delivery, in every place, whatever the state of the variant."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from mtc.catalog.models import ProductVariant
from mtc.catalog.presenters import delivery_promise, order_line_promise
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tenants.services import bump_content_version
from tests.storefront.conftest import BUYER, Browser, Shop

SOLD_OUT = "Sold out: it can be ordered when there are keys again."
UNAVAILABLE = "This cannot be ordered at the moment."
AT_ONCE = "Delivered at once after payment"
HAND = {"method": "by-hand", "promise": "Within a day"}

RULES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], str, str, str]] = [
    ("pool", {}, {}, {}, "at_once", AT_ONCE, "InStock"),
    ("pool", {"label": "In seconds", "instant": True}, {}, {}, "at_once", "In seconds", "InStock"),
    ("pool", {"label": "In seconds"}, {}, {"available": 0}, "sold_out", SOLD_OUT, "SoldOut"),
    ("pool", {}, {}, {"on_sale": False}, "unavailable", UNAVAILABLE, "OutOfStock"),
    ("unlimited", {}, {"files": ["a"]}, {"available": 0}, "at_once", AT_ONCE, "InStock"),
    ("unlimited", {}, {}, {}, "unavailable", UNAVAILABLE, "OutOfStock"),
    ("none", {}, {}, {"available": 0}, "by_hand", "Delivered by hand", "InStock"),
    ("none", {}, {"promise": "Within a day"}, {}, "by_hand", "Delivered by hand: Within a day", "InStock"),
    ("pool", {"instant": False}, {}, {}, "by_hand", "Delivered by hand", "InStock"),
    ("unlimited", {"method": "keys", "instant": True}, HAND, {}, "by_hand",
     "Delivered by hand: Within a day", "InStock"),
    ("sample", HAND, {}, {}, "at_once", AT_ONCE, "InStock"),
]  # fmt: skip


@pytest.mark.parametrize("source,by_type,own,more,state,label,schema", RULES)
def test_one_function_decides_the_promise(
    source: str,
    by_type: dict[str, Any],
    own: dict[str, Any],
    more: dict[str, Any],
    state: str,
    label: str,
    schema: str,
) -> None:
    promise = delivery_promise(source, by_type, own, **more)
    assert (promise.state, promise.label, promise.schema_availability) == (state, label, schema)
    assert promise.orderable == (state in ("at_once", "by_hand"))


@pytest.mark.parametrize(
    "source,paid,lacks_keys,told",
    [
        ("pool", False, False, "Ready as soon as it is paid."),
        ("pool", True, False, "On its way. This page shows it within a minute."),
        ("pool", True, True,
         "Paid, but sold out meanwhile. It is delivered as soon as there are keys again."),
        ("none", False, False, "After payment. Delivered by hand: Within a day."),
        ("none", True, False, "Delivered by hand: Within a day."),
    ],
)  # fmt: skip
def test_order_lines_say_what_they_wait_for(source: str, paid: bool, lacks_keys: bool, told: str) -> None:
    promise = delivery_promise(source, {}, {"promise": "Within a day"})
    assert order_line_promise(promise, paid=paid, lacks_keys=lacks_keys) == told


# state -> values of the variant, the promise, whether it can be ordered, the word of schema.org
STATES: dict[str, tuple[dict[str, Any], str, bool, str]] = {
    "keys": ({}, AT_ONCE, True, "InStock"),
    "sold out": ({"available": 0}, SOLD_OUT, False, "SoldOut"),
    "by hand": ({"stock_source": "none", "delivery_data": {"promise": "Within a day"}},
                "Delivered by hand: Within a day", True, "InStock"),
    "no file": ({"stock_source": "unlimited", "delivery_data": {}}, UNAVAILABLE, False, "OutOfStock"),
}  # fmt: skip


def _change(shop: Shop, values: dict[str, Any]) -> str:
    """Bring the variant into the state; returns the address of its product."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.key_variant))
        for name, value in values.items():
            setattr(row, name, value)
        bump_content_version(shop.tenant_id)
    return "/p/star-harbour"


def _text(answer: Any) -> str:
    return html.unescape(answer.text)


@pytest.mark.parametrize("state", STATES)
def test_every_place_says_the_same(browser: Browser, shop: Shop, state: str) -> None:
    values, told, orderable, schema = STATES[state]
    line = {"variant_id": str(shop.key_variant), "quantity": "1"}
    browser.post("/cart/add", line)  # while it can be ordered
    page = _text(browser.get(_change(shop, values)))
    trust = re.search(r'data-slot="delivery">([^<]+)<', page)
    assert trust is not None and trust[1] == told
    assert (">Add to cart<" in page) == orderable
    assert f"https://schema.org/{schema}" in page
    others = [label for _, label, _, _ in STATES.values() if label != told]
    cart, checkout = _text(browser.get("/cart")), _text(browser.get("/checkout"))
    for place in (page, cart, checkout):
        assert not any(other in place for other in others)
        assert "Deliver at once" not in place
    assert (told in cart) == (told in checkout) == orderable
    assert ("cannot be ordered as they are" in checkout) == (not orderable)
    again = browser.post("/cart/add", line)
    placed = browser.post("/checkout", {**BUYER, "payment_method": "test"})
    if orderable:
        assert (again.status_code, placed.status_code) == (303, 303)
        order = _text(browser.get(placed.location.replace(browser.base, ""))) if placed.location else ""
        assert "On its way" not in order
    else:
        assert again.status_code in (404, 409)
        assert placed.status_code in (409, 422)
        assert "Sold out" in cart or "no longer sold" in cart
