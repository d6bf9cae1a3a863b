"""Orders in the admin: finding them, keys, refunds, what a person can do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from mtc.catalog.models import ProductVariant, StockItem
from mtc.checkout.services.countries import COUNTRIES
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.emails import queries as emails_queries
from mtc.orders import queries
from mtc.orders.services import access
from mtc.payments import queries as payments
from tests.admin.conftest import Shop, place
from tests.admin.people import Person
from tests.servers.database import both_databases


def _order(shop: Shop, number: str = "") -> Any:
    with tenant_scope(shop.world.id, readonly=True):
        return queries.order_by_number(number or shop.order)


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_orders_are_found(shop: Shop, owner: Person, subtests: pytest.Subtests) -> None:
    for query, found in [
        ("", True),
        ("?status=fulfilled", True),
        ("?status=pending", False),
        ("?status=rubbish", True),
        ("?q=1001", True),
        ("?q=buyer@exa", True),
        ("?q=BUYER", True),
        ("?q=nobody", False),
        ("?from=2000-01-01", True),
        ("?to=2001-01-01", False),
    ]:
        with subtests.test(query=query):
            answer = owner.get(f"{shop.url}/orders{query}")
            assert answer.status_code == 200
            assert (f'href="{shop.url}/orders/{shop.order}"' in answer.get_data(as_text=True)) is found


def test_what_cannot_be_read_is_said_and_kept(shop: Shop, owner: Person) -> None:
    answer = owner.get(f"{shop.url}/orders?from=tomorrow&q=bea")
    assert answer.status_code == 400
    assert "Enter a day such as 2026-01-31." in _text(answer)
    assert 'value="bea"' in _text(answer)


def test_a_fragment_holds_the_results_only(shop: Shop, owner: Person) -> None:
    answer = owner.partial(f"{shop.url}/orders?q=buyer")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<html" not in page
    assert shop.order in page


def test_pages_go_there_and_back(shop: Shop, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtc.admin.orders.listing.PAGE", 2)
    numbers = [shop.order, *(place(shop, [(shop.other_variant, 1)], paid=False) for _ in range(3))]
    first = _text(owner.get(f"{shop.url}/orders"))
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = _text(owner.get(following[1].replace("&amp;", "&")))
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert [n for n in numbers if f"/orders/{n}" in first] == numbers[2:]
    assert [n for n in numbers if f"/orders/{n}" in second] == numbers[:2]
    assert back is not None
    assert f"/orders/{numbers[3]}" in _text(owner.get(back[1].replace("&amp;", "&")))


@both_databases
def test_keys_stay_masked_until_somebody_reveals_them(shop: Shop, owner: Person) -> None:
    page = owner.get(f"{shop.url}/orders/{shop.order}").get_data(as_text=True)
    assert "acme-SF-1-KEY" not in page
    units = re.findall(r"/keys/([0-9a-f-]{36})/reveal\"", page)
    assert len(set(units)) == 3
    answer = owner.post(f"{shop.url}/orders/{shop.order}/keys/{units[0]}/reveal")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(re.findall(r"acme-SF-\d-KEY-\d{4}</code>", answer.get_data(as_text=True))) == 1
    assert "acme-SF" not in owner.get(f"{shop.url}/orders/{shop.order}").get_data(as_text=True)
    with tenant_scope(shop.world.id, readonly=True):
        told = [one for one in queries.timeline(_order(shop).id).items if "reveal" in one.name]
    assert [one.actor["name"] for one in told] == ["Owner"]


def test_the_timeline_says_which_item_and_the_customer_has_a_country(shop: Shop, owner: Person) -> None:
    page = owner.get(f"{shop.url}/orders/{shop.order}").get_data(as_text=True)
    order = _order(shop)
    item = order.items[0]
    assert re.search(rf"Item delivered</[^>]+>\s*<[^>]+>{re.escape(item.title)}<", page)
    assert f"<dt>Country</dt><dd>{COUNTRIES[order.country]}</dd>" in page


def test_htmx_gets_the_key_alone(shop: Shop, owner: Person) -> None:
    page = owner.get(f"{shop.url}/orders/{shop.order}").get_data(as_text=True)
    unit = re.findall(r"/keys/([0-9a-f-]{36})/reveal\"", page)[0]
    answer = owner.post(
        f"{shop.url}/orders/{shop.order}/keys/{unit}/reveal",
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert answer.get_data(as_text=True).startswith("<code")


def test_support_may_reveal_but_not_refund(shop: Shop, person: Callable[[str], Person]) -> None:
    page = person("support").get(f"{shop.url}/orders/{shop.order}").get_data(as_text=True)
    assert "/reveal" in page
    assert f"/orders/{shop.order}/refund" not in page


@both_databases
def test_a_refund_from_form_to_money(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/orders/{shop.order}/refund"
    line = _order(shop).items[0]
    assert "Choose how many pieces go back" in _text(owner.get(url))
    preview = _text(owner.get(f"{url}?preview=1&quantity-{line.id}=1"))
    assert "Refund €29.99" in preview
    assert 'name="expected" value="2999"' in preview
    data = {f"quantity-{line.id}": "1", "expected": "2999", "before": "0", "reason": "Asked for it"}
    answer = owner.post(url, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{shop.url}/orders/{shop.order}")
    after = _order(shop)
    assert (after.status, after.refunded_amount) == ("partially_refunded", 2999)
    with tenant_scope(shop.world.id, readonly=True):
        refunds = payments.refund_list(after.id).items
    assert [(one.amount, one.reason, one.actor["name"]) for one in refunds] == [
        (2999, "Asked for it", "Owner")
    ]
    told = _text(owner.get(f"{shop.url}/orders/{shop.order}"))
    assert "Refunded €29.99." in told
    assert "1 of 2 refunded" in told


def test_pressing_twice_gives_one_of_two_back(shop: Shop, owner: Person) -> None:
    """The second piece costs the same: the amount alone does not tell the second press from the first."""
    url = f"{shop.url}/orders/{shop.order}/refund"
    line = _order(shop).items[0]
    preview = _text(owner.get(f"{url}?preview=1&quantity-{line.id}=1"))
    data = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', preview.split("2. Confirm")[1])
    )
    data.pop("csrf_token", None)
    answers = [owner.post(url, data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "The order has changed since you looked." in _text(answers[1])
    after = _order(shop)
    assert (after.status, after.refunded_amount) == ("partially_refunded", 2999)


def test_a_refund_needs_the_amount_that_was_seen(shop: Shop, owner: Person) -> None:
    url = f"{shop.url}/orders/{shop.order}/refund"
    line = _order(shop).items[0]
    answer = owner.post(url, {f"quantity-{line.id}": "1", "expected": "1", "before": "0"})
    assert answer.status_code == 409
    assert "The order has changed since you looked." in _text(answer)
    assert _order(shop).refunded_amount == 0


def test_a_quantity_that_cannot_be_is_refused_and_kept(
    shop: Shop, owner: Person, subtests: pytest.Subtests
) -> None:
    for typed in ["3", "-1", "1.5", "many", "99999999999999", "１"]:
        with subtests.test(typed=typed):
            url = f"{shop.url}/orders/{shop.order}/refund"
            line = _order(shop).items[0]
            answer = owner.get(url, query_string={"preview": "1", f"quantity-{line.id}": typed})
            assert answer.status_code == 422
            assert "Use a whole number from 0 to 2." in _text(answer)
            assert f'value="{typed}"' in _text(answer)
            refused = owner.post(url, {f"quantity-{line.id}": typed, "expected": "0", "before": "0"})
            assert refused.status_code == 422
            assert _order(shop).refunded_amount == 0


def test_an_order_that_nobody_paid_can_be_cancelled_or_booked(shop: Shop, owner: Person) -> None:
    first = place(shop, [(shop.variant, 1)], paid=False)
    assert owner.post(f"{shop.url}/orders/{first}/cancel", {"reason": "A mistake"}).status_code == 303
    assert _order(shop, first).status == "cancelled"
    second = place(shop, [(shop.variant, 1)], paid=False)
    assert owner.post(f"{shop.url}/orders/{second}/paid", {"note": "Bank"}).status_code == 303
    assert _order(shop, second).status == "fulfilled"
    assert owner.get(f"{shop.url}/orders/{first}/refund").status_code == 409


def test_a_faulty_key_is_replaced(shop: Shop, owner: Person) -> None:
    order = _order(shop)
    with tenant_scope(shop.world.id, readonly=True):
        before = {one.id for one in queries.units_of([order.items[1].id]) if one.status == "delivered"}
    unit = next(iter(before))
    answer = owner.post(f"{shop.url}/orders/{shop.order}/keys/{unit}/replace", {"reason": "Used already"})
    assert answer.status_code == 303
    with tenant_scope(shop.world.id, readonly=True):
        units = queries.units_of([order.items[1].id])
        after = {one.id for one in units if one.status == "delivered"}
    assert len(after) == 1
    assert after != before


def test_the_delivery_is_mailed_again(shop: Shop, owner: Person) -> None:
    order = _order(shop)
    with tenant_scope(shop.world.id, readonly=True):
        before = len(emails_queries.emails_of(shop.world.id, order.id).items)
    assert owner.post(f"{shop.url}/orders/{shop.order}/resend").status_code == 303
    with tenant_scope(shop.world.id, readonly=True):
        assert len(emails_queries.emails_of(shop.world.id, order.id).items) == before + 1


def test_lists_take_the_same_number_of_statements_whatever_they_hold(
    shop: Shop, owner: Person, queries: Any
) -> None:
    def count(path: str) -> int:
        with queries() as seen:
            assert owner.get(shop.url + path).status_code == 200
        return len(seen)

    paths = ("/", "/orders", "/products", "/stock", "/mail")
    owner.get(shop.url + "/")  # what the process learns once
    few = [count(path) for path in paths]
    for _ in range(4):
        place(shop, [(shop.variant, 1), (shop.other_variant, 1)], paid=False)
    assert [count(path) for path in paths] == few
    assert max(few) <= 14


def test_staff_ask_for_a_code_on_every_device_again(
    shop: Shop, owner: Person, person: Callable[[str], Person], rival: Shop
) -> None:
    path, order = f"{shop.url}/orders/{shop.order}", _order(shop)
    with tenant_scope(shop.world.id), unit_of_work():
        access.remember_device(order, "a browser")
    assert "Ask for a code on every device again" in owner.get(path).text
    assert person("stranger").post(f"{path}/forget-devices").status_code == 404
    with tenant_scope(rival.world.id, readonly=True):  # the cookie is worth nothing at another tenant
        assert not access.is_known_device(order, "a browser")
    assert owner.post(f"{path}/forget-devices").status_code == 303
    assert "Every device is asked for a mailed code again." in owner.get(path).text
    with tenant_scope(shop.world.id, readonly=True):
        assert not access.is_known_device(order, "a browser")
    assert owner.post(f"{shop.url}/orders/T-999999/forget-devices").status_code == 404


def test_u11_a_key_without_a_replacement_keeps_the_reason(shop: Shop, owner: Person) -> None:
    """A bare page with the shopper's sentence took the frame and the typed reason away."""
    order = _order(shop)
    with tenant_scope(shop.world.id), unit_of_work():
        unit = next(one.id for one in queries.units_of([order.items[1].id]) if one.status == "delivered")
        session.execute(update(StockItem).where(StockItem.status == "available").values(status="quarantined"))
        session.execute(update(ProductVariant).values(available=0))
    url = f"{shop.url}/orders/{shop.order}/keys/{unit}/replace"
    answer = owner.post(url, {"reason": "The buyer says it is used & gone"})
    text = _text(answer)
    assert answer.status_code == 409
    assert "No key of this item is left" in text
    assert 'value="The buyer says it is used &amp; gone"' in text
    assert f'action="{url}"' in text
    assert "sidebar-brand" in text  # the admin's frame


def test_u11_refusals_stay_in_the_frame_and_show_no_secret(shop: Shop, owner: Person) -> None:
    answer = owner.post(f"{shop.url}/orders/{shop.order}/cancel", {"reason": "Two words"})
    assert (answer.status_code, "sidebar-brand" in _text(answer)) == (409, True)
    assert 'value="Two words"' in _text(answer)
    answer = owner.post(f"{shop.url}/orders/{shop.order}/cancel", {"reason": "x y", "password": "hush hush"})
    assert "hush" not in _text(answer)
    assert "sidebar-brand" in _text(owner.get(f"{shop.url}/orders/NO-1"))
