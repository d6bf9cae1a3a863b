"""Nobody keeps a pool from the others without paying, and nobody honest pays for that."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from mtc.catalog.models import StockItem
from mtc.catalog.services import stock_reservation
from mtc.checkout.models import Cart
from mtc.checkout.services import Placed, place_order
from mtc.checkout.services.superseded_orders import REASON
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.identity.models import Customer
from mtc.identity.services.customers import guest_customer, verify_address
from mtc.orders.hooks import OrderDraft
from mtc.orders.queries import items_of, timeline
from mtc.orders.services import create_order, expire_pending, order_path, purchase_limits
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, buyer, decide, fill_cart, look, open_shop
from tests.payments.test_webhooks import events, said, tell
from tests.servers.database import both_databases

HERE, THERE = "198.51.100.7", "203.0.113.9"
REFUSED = (
    "Until they are paid, at most {} of “Star Harbour” are kept for one buyer."
    " Order fewer now, or pay for what you have ordered before."
)
_numbers = count(1)


@pytest.fixture
def large(tenant: Any) -> Shop:
    """The shop of Acme with forty keys."""
    return open_shop(tenant, keys=40)


def order(
    shop: Shop,
    quantity: int,
    *,
    email: str = "",
    ip: str = "",
    customer: Customer | None = None,
    token: str | None = None,
) -> Placed:
    """An order of keys by somebody new, from an address that was not seen before unless it is given."""
    number = next(_numbers)
    token = fill_cart(shop, (shop.key, quantity), token=token)
    who = buyer(email=email or f"buyer{number}@example.org")
    with tenant_scope(shop.tenant_id), unit_of_work():
        return place_order(shop.store, token, who, customer, ip=ip or f"192.0.2.{number % 250}")


def order_in(shop: Shop, token: str, **form: str) -> Placed:
    """The order of a cart."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        return place_order(shop.store, token, buyer(**form), ip=HERE)


def refused(shop: Shop, most: int, quantity: int, **who: Any) -> None:
    before = reserved(shop)
    with pytest.raises(ConflictError) as error:
        order(shop, quantity, **who)
    assert error.value.message == REFUSED.format(most)
    assert error.value.details == {str(shop.key): [REFUSED.format(most)]}
    assert reserved(shop) == before


def reserved(shop: Shop) -> int:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(func.count()).where(
            StockItem.tenant_id == shop.tenant_id, StockItem.status == "reserved"
        )
        return int(session.execute(query).scalar_one())


def besiege(shop: Shop) -> int:
    """One address orders two at a time under thirty names; how many keys it holds."""
    for _ in range(30):
        try:
            order(shop, 2, ip=HERE)
        except ConflictError:
            break
    return reserved(shop)


@both_databases
def test_one_address_leaves_as_much_as_it_holds(large: Shop) -> None:
    assert besiege(large) == 20
    assert order(large, 9).created
    # What was ordered elsewhere counts for the others: eleven are left now.
    refused(large, 15, 1, ip=HERE)


def test_control_without_a_share_one_address_empties_the_pool(
    large: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purchase_limits, "ALWAYS", 10**6)
    assert besiege(large) == 40
    with pytest.raises(ConflictError):
        order(large, 1)


def test_lines_of_one_ipv6_network_count_together(large: Shop) -> None:
    order(large, 20, ip="2001:db8:1:2::7")
    refused(large, 20, 1, ip="2001:db8:1:2:ffff::9")
    assert order(large, 9, ip="2001:db8:1:3::7").created


@both_databases
def test_one_person_counts_wherever_they_are(large: Shop) -> None:
    refused(large, 20, 21, email="ada@example.org", ip=HERE)
    order(large, 12, email="ada@example.org", ip=HERE)
    order(large, 8, email="Ada@Example.org", ip=THERE)
    refused(large, 20, 1, email="ada@example.org")


@both_databases
def test_who_pays_may_go_on_and_so_may_who_let_an_order_expire(large: Shop) -> None:
    placed = order(large, 20, email="ada@example.org", ip=HERE)
    refused(large, 20, 1, email="ada@example.org", ip=HERE)
    decide(large, placed)
    run_due()
    second = order(large, 10, email="ada@example.org", ip=HERE)
    refused(large, 10, 1, email="ada@example.org", ip=HERE)
    with tenant_scope(large.tenant_id), unit_of_work():
        assert expire_pending(second.order.expires_at) == 1
    assert order(large, 10, email="ada@example.org", ip=HERE).created


def test_ten_are_kept_for_anybody_even_if_they_are_the_last(shop: Shop) -> None:
    assert order(shop, 10).created
    assert reserved(shop) == 10


def test_a_stranger_who_types_my_address_does_not_lock_me_out(large: Shop) -> None:
    """Whoever is logged in is known by their account; only guests share an address of e-mail."""
    with tenant_scope(large.tenant_id), unit_of_work():
        ada = guest_customer(large.tenant_id, "ada@example.org")
        verify_address(ada)
    order(large, 20, email="ada@example.org", ip=HERE)
    refused(large, 20, 1, email="ada@example.org")
    assert order(large, 10, email="ada@example.org", customer=ada).created
    refused(large, 10, 1, email="other@example.org", customer=ada)


def test_what_the_merchant_orders_is_not_limited(large: Shop) -> None:
    with tenant_scope(large.tenant_id), unit_of_work():
        user = large.tenant_id  # any id: who works for the tenant is not looked up
        lines = ((large.key, 40),)
        draft = OrderDraft(large.store.id, "EUR", "ada@example.org", "DE", lines, user_id=user)
        assert create_order(draft).order.total == 40 * 2999


@both_databases
def test_ordering_anew_after_a_decline_takes_the_keys_of_the_former_order(shop: Shop) -> None:
    without = order_in(shop, token := fill_cart(shop, (shop.file, 1)))
    first = order_in(shop, token := fill_cart(shop, (shop.key, 2), token=token))
    tell(shop, said(shop, first, "payment.failed"))
    anew, stranger = fill_cart(shop, (shop.key, 2), token=token), fill_cart(shop, (shop.key, 1))
    assert order(shop, 8).created  # none is left now
    with pytest.raises(ConflictError):  # the control: a browser that has ordered nothing
        order_in(shop, stranger, email="ada@example.org")
    second = order_in(shop, anew)
    assert (look(shop, first.order.id).status, reserved(shop)) == ("cancelled", 10)
    assert look(shop, without.order.id).status == "pending"
    with tenant_scope(shop.tenant_id), unit_of_work():
        steps = timeline(first.order.id).items
        told = [step.data.get("reason") for step in steps if step.name == "order.cancelled"]
    assert told == [REASON.source]
    # The provider was late: the money is booked, the merchant is told, and the next keys are the buyer's.
    assert tell(shop, said(shop, first)).outcome == "succeeded"
    run_due()
    assert (look(shop, first.order.id).status, events(shop, "order.attention")) == ("paid", 1)
    with tenant_scope(shop.tenant_id), unit_of_work():
        stock_reservation.add_keys(shop.key, "NEW-00001-ABCDEF\nNEW-00002-ABCDEF")
    run_due()
    assert look(shop, first.order.id).status == "fulfilled"
    assert (look(shop, second.order.id).status, reserved(shop)) == ("pending", 10)


@both_databases
def test_who_presses_again_while_a_late_payment_comes_in_orders_nothing_twice(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2))
    first = order_in(shop, token)
    tell(shop, said(shop, first, "payment.failed"))
    run_due()  # the cart is given back
    assert tell(shop, said(shop, first, id="evt_late")).outcome == "succeeded"
    again = order_in(shop, token)
    assert (again.order.id, again.created, again.starting) == (first.order.id, False, None)
    assert again.url == order_path(first.order)
    run_due()
    assert look(shop, first.order.id).status == "fulfilled"
    # What is put into the cart besides is an order of its own, without what was paid.
    with pytest.raises(ValidationError, match="cart is empty"):
        order_in(shop, token)
    more = order_in(shop, fill_cart(shop, (shop.file, 1), token=token))
    assert more.created and more.order.id != first.order.id


@both_databases
def test_what_lies_in_the_cart_besides_is_ordered_without_what_was_paid(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2))
    first = order_in(shop, token)
    tell(shop, said(shop, first, "payment.failed"))
    run_due()
    fill_cart(shop, (shop.file, 1), token=token)
    assert tell(shop, said(shop, first, id="evt_late")).outcome == "succeeded"
    second = order_in(shop, token)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [(line.variant_id, line.quantity) for line in items_of(second.order.id)] == [(shop.file, 1)]


def test_a_payment_that_is_under_way_is_left_alone(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2))
    first = order_in(shop, token)
    second = order(shop, 2, email="ada@example.org", ip=HERE, token=token)
    assert second.order.id != first.order.id
    assert (look(shop, first.order.id).status, reserved(shop)) == ("pending", 4)
    assert tell(shop, said(shop, first)).outcome == "succeeded"
    run_due()
    assert look(shop, first.order.id).status == "fulfilled"


def test_a_customer_is_known_in_every_browser(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org")
        verify_address(ada)
    first = order(shop, 4, customer=ada)
    stranger = order(shop, 1)
    for one in (first, stranger):
        tell(shop, said(shop, one, "payment.failed", id=f"evt_{one.order.id.hex}"))
    order(shop, 4, customer=ada)
    assert (look(shop, first.order.id).status, look(shop, stranger.order.id).status) == (
        "cancelled",
        "pending",
    )
    assert reserved(shop) == 5


def test_a_cart_remembers_the_last_five_before_it(shop: Shop) -> None:
    token: str | None = None
    for _ in range(8):
        token = fill_cart(shop, (shop.file, 1), token=token)
        placed = order_in(shop, token)
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(Cart).where(Cart.tenant_id == shop.tenant_id).order_by(Cart.created_at)
        carts = list(session.scalars(query))
    assert [len(cart.data.get("after", [])) for cart in carts] == [0, 1, 2, 3, 4, 5, 5, 5]
    assert carts[-1].id == placed.order.cart_id
    assert carts[-1].data["after"] == [str(cart.id) for cart in carts[2:-1]]
