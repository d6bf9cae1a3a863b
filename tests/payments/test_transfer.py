"""Bank transfer and free orders: set up, ordered, instructed, booked once, also when the money comes late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from mtc.catalog.queries import stock as stock_queries
from mtc.checkout.presenters import checkout_view, ways_to_pay
from mtc.checkout.services import find_cart, pay_again, place_order
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import AppError, ConflictError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.emails import queries
from mtc.orders.models import Order
from mtc.orders.presenters import order_view, timeline_view
from mtc.orders.services import cancel_order, expire_pending
from mtc.payments.services import mark_paid, missing_keys, refund
from mtc.payments.services.methods import (
    can_be_paid,
    move_method,
    payment_methods,
    switch_method,
    update_method,
)
from mtc.tasks.services import run_due
from tests.orders.shop import (
    Shop,
    bought,
    buyer,
    fill_cart,
    go_live,
    look,
    open_shop,
    order_of,
    payment_of,
    with_transfer,
)
from tests.servers.database import both_databases

IBAN = "DE89 3704 0044 0532 0130 00"
COMPACT = "DE89370400440532013000"


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme with ten keys, live, paid by transfer or by test payments."""
    made = open_shop(tenant)
    with_transfer(made, instructions="We look every morning.")
    go_live(made)
    return made


def wait(shop: Shop, quantity: int = 1) -> Order:
    """An order that waits for a transfer."""
    return order_of(shop, (shop.key, quantity), payment_method="manual").order


def book(shop: Shop, order: Order, **more: Any) -> Order:
    with tenant_scope(shop.tenant_id), unit_of_work():
        mark_paid(order.id, **more)
    run_due()
    return look(shop, order.id)


def expire(shop: Shop, order: Order) -> None:
    with clock.frozen(clock.now() + timedelta(days=8)), tenant_scope(shop.tenant_id), unit_of_work():
        assert expire_pending() == 1


def available(shop: Shop) -> int:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        return stock_queries.available(shop.key)


@both_databases
def test_an_order_waits_with_its_keys_and_says_how_to_pay(shop: Shop) -> None:
    order = wait(shop, 2)
    run_due()
    assert available(shop) == 8
    assert (order.status, order.expires_at) == ("pending", order.created_at + timedelta(days=7))
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        [mail] = queries.emails_of(shop.tenant_id, order.id).items
        transfer = order_view(look(shop, order.id)).transfer
    rows = {row.label: (row.value, row.copy) for row in transfer.rows}
    assert rows == {
        "Amount": ("€59.98", "59.98"),
        "Account holder": ("Acme Ltd", "Acme Ltd"),
        "IBAN": (IBAN, IBAN.replace(" ", "")),
        "Reference": ("RF40 1001", "RF401001"),
    }
    assert transfer.code.startswith("<svg") and transfer.instructions == "We look every morning."
    assert mail.subject == "How to pay your order 1001"
    for text in (IBAN, "RF40 1001", "€59.98", "We look every morning.", transfer.until):
        assert text in mail.body_text and text in mail.body_html


@both_databases
def test_who_corrects_a_mistyped_address_is_told_how_to_pay_once(shop: Shop) -> None:
    """craftcms/commerce #2203: what was mailed to the mistyped address never reached the buyer."""
    slug, token = "manual", fill_cart(shop, (shop.key, 1))

    def press(email: str, name: str = "Ada") -> Order:
        with tenant_scope(shop.tenant_id), unit_of_work():
            who = buyer(email=email, name=name, payment_method=slug)
            order = place_order(shop.store, token, who, ip="198.51.100.7").order
        run_due()
        return order

    for email, name in (("typo@example.org", "Ada"), ("Ada@example.org", "Ada"), ("ada@EXAMPLE.org", "Bea")):
        order = press(email, name)
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        mails = queries.emails_of(shop.tenant_id, order.id).items
    assert sorted(mail.recipient for mail in mails) == ["Ada@example.org", "typo@example.org"]


@both_databases
def test_a_booking_delivers_and_counts_once(shop: Shop) -> None:
    order = wait(shop)
    day = clock.now().date()
    paid = book(shop, order, note="Statement 12", received_on=day)
    assert (paid.status, paid.paid_amount) == ("fulfilled", 2999)
    payment = payment_of(shop, order.id)
    assert (payment.status, payment.captured, payment.data["received_on"], payment.data["note"]) == (
        "succeeded",
        2999,
        day.isoformat(),
        "Statement 12",
    )
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError, match="has been paid"), unit_of_work():
        mark_paid(order.id)
    assert (look(shop, order.id).paid_amount, available(shop)) == (2999, 9)


def test_less_has_to_be_confirmed_and_more_is_noted(shop: Shop) -> None:
    less, more = wait(shop), wait(shop)
    with tenant_scope(shop.tenant_id), pytest.raises(ValidationError) as caught, unit_of_work():
        mark_paid(less.id, amount=2500)
    assert caught.value.details == {
        "amount": ["That is €4.99 less than the total of €29.99. Confirm that it is enough."]
    }
    assert look(shop, less.id).status == "pending"
    assert book(shop, less, amount=2500, accept_less=True).paid_amount == 2500
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.amount for one in refund(less.id)] == [2500]
    assert look(shop, less.id).status == "refunded"
    assert book(shop, more, amount=3100).paid_amount == 3100
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        marks = [one.text for one in timeline_view(more.id).items if one.name == "order.attention"]
    assert marks == ["€1.01 more than the total came in. Give it back or ask the buyer."]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 10**16}, "amount"),
        ({"received_on": date(2001, 1, 1)}, "received_on"),
        ({"received_on": date(9999, 12, 31)}, "received_on"),
    ],
)
def test_what_cannot_be_booked(shop: Shop, wrong: dict[str, Any], field: str) -> None:
    order = wait(shop)
    with tenant_scope(shop.tenant_id), pytest.raises(ValidationError) as caught, unit_of_work():
        mark_paid(order.id, accept_less=True, **wrong)
    assert list(caught.value.details) == [field]
    assert look(shop, order.id).status == "pending"


@both_databases
@pytest.mark.parametrize("left", [True, False])
def test_money_that_comes_late_takes_keys_anew(shop: Shop, left: bool) -> None:
    order = wait(shop, 2)
    expire(shop, order)
    assert (look(shop, order.id).status, available(shop)) == ("expired", 10)
    if not left:
        book(shop, wait(shop, 9))
    late = book(shop, order)
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        short = missing_keys(look(shop, order.id))
    assert (late.status, short, available(shop)) == (("fulfilled", 0, 8) if left else ("paid", 2, 1))


def test_a_cancelled_order_whose_money_comes_is_booked(shop: Shop) -> None:
    order = wait(shop)
    with tenant_scope(shop.tenant_id), unit_of_work():
        cancel_order(order.id)
    assert book(shop, order).status == "fulfilled"


def test_who_changes_to_a_transfer_keeps_the_keys_for_days(shop: Shop) -> None:
    go_live(shop, "test")
    order = order_of(shop, (shop.key, 1), payment_method="test").order
    assert order.expires_at == order.created_at + timedelta(minutes=30)
    loaded = look(shop, order.id)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.id for one in ways_to_pay(loaded)] == ["test", "manual"]
        assert pay_again(loaded, "manual").url.startswith("/orders/1001?t=")
    kept = look(shop, order.id).expires_at
    assert kept is not None and kept > order.created_at + timedelta(days=6)
    with clock.frozen(clock.now() + timedelta(hours=2)), tenant_scope(shop.tenant_id), unit_of_work():
        assert expire_pending() == 0
        assert stock_queries.available(shop.key) == 9


def test_methods_are_offered_renamed_ordered_and_switched(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.slug for one in payment_methods()] == ["test", "manual", "free"]
        move_method("free", up=True)
        move_method("test", up=False)
        assert update_method("free", name=" Gratis ").name == "Gratis"
        assert [one.slug for one in payment_methods()] == ["free", "test", "manual"]
        switch_method("test", False)
        switch_method("manual", False)
        assert (can_be_paid(), [one.is_active for one in payment_methods()]) == (False, [True, False, False])


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (lambda: update_method("manual", config={"iban": "DE89370400440532013001"}), ["iban"]),
        (lambda: update_method("manual", config={"bic": "12"}), ["bic"]),
        (lambda: update_method("manual", config={"days": 0}), ["days"]),
        (lambda: update_method("manual", config={"days": 61}), ["days"]),
        (lambda: update_method("manual", config={"iban": "", "account": ""}), ["iban"]),
        (lambda: update_method("manual", config={"holder": ""}), ["holder"]),
        (lambda: update_method("manual", name="  "), ["name"]),
        (lambda: update_method("manual", name="x" * 101), ["name"]),
        (lambda: switch_method("nothing", True), []),
        (lambda: update_method("card", name="Card"), []),
    ],
)
def test_what_a_method_refuses(shop: Shop, act: Callable[[], Any], fields: list[str]) -> None:
    with tenant_scope(shop.tenant_id), pytest.raises(AppError) as caught, unit_of_work():
        act()
    assert list(caught.value.details) == fields
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        [manual] = [one for one in payment_methods() if one.slug == "manual"]
    assert (manual.name, manual.config["iban"], manual.is_active) == (
        "Bank transfer",
        "DE89370400440532013000",
        True,
    )


def test_bank_transfer_is_on_only_when_there_is_an_account(tenant: Any) -> None:
    with tenant_scope(tenant.id), pytest.raises(ValidationError) as caught, unit_of_work():
        switch_method("manual", True)
    assert sorted(caught.value.details) == ["holder", "iban"]


def test_free_orders_need_no_method_unless_they_are_off(shop: Shop) -> None:
    """A total of 0 is placed and delivered at once, whatever else is on."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        switch_method("manual", False)
        switch_method("test", False)
    order = bought(shop, (shop.free, 1))
    assert (order.status, order.is_test, order.order_number) == ("fulfilled", False, "1001")
    token = fill_cart(shop, (shop.free, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        switch_method("free", False)
        shown = checkout_view(shop.store, find_cart(token))
    sentence = "Items that cost nothing cannot be ordered in this store at the moment."
    assert shown.problem == sentence
    with pytest.raises(ConflictError, match=sentence):
        order_of(shop, (shop.free, 1))
    with pytest.raises(ConflictError, match="takes no payments yet"):
        order_of(shop, (shop.key, 1))
    assert available(shop) == 10
