"""Cases from public bug reports of shops, by what they say of keys, orders, payments and refunds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from mtc.catalog.models import ProductType, ProductVariant
from mtc.catalog.services import stock_reservation
from mtc.checkout.presenters import cart_view
from mtc.checkout.services import find_cart, place_order
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import open_download
from mtc.emails.models import Email
from mtc.orders import queries as orders
from mtc.orders.presenters import order_view
from mtc.payments.services import refund
from mtc.payments.services.refunds import refund_amount
from mtc.tasks.services import run_due
from mtc.tenants.models import Store
from tests.orders.shop import Shop, add_variant, bought, buyer, fill_cart, look, open_shop, order_of
from tests.servers.database import both_databases


def _file_link(shop: Shop, order: Any, line: int = 0) -> str:
    with tenant_scope(shop.tenant_id), unit_of_work():
        files = order_view(look(shop, order.id)).lines[line].files
    return str(files[0].url).removeprefix("/d/")


def _mails(shop: Shop, order: Any) -> list[Email]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        return list(session.scalars(select(Email).where(Email.entity_id == order.id)))


@both_databases
def test_b06_a_key_is_added_once_whatever_product_and_list_it_comes_in(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        kind = session.scalars(select(ProductType)).first()
        assert kind is not None
        other = add_variant(shop.tenant_id, kind.id, "Second Harbour", 999, "pool")
        first = stock_reservation.add_keys(shop.key, "ONE-1111-AAAA\nTWO-2222-BBBB\nONE-1111-AAAA")
        again = stock_reservation.add_keys(shop.key, "TWO-2222-BBBB")
        elsewhere = stock_reservation.add_keys(other, "ONE-1111-AAAA\nNEW-3333-CCCC")
    assert (first.added, again.added, elsewhere.added) == (2, 0, 1)


@both_databases
@pytest.mark.parametrize("quantity", [1, 2, 5, 10])
def test_b09_as_many_keys_as_were_bought(shop: Shop, quantity: int) -> None:
    order = bought(shop, (shop.key, quantity))
    with tenant_scope(shop.tenant_id), unit_of_work():
        [line] = order_view(order).lines
    assert (line.quantity, len({one.id for one in line.units})) == (quantity, quantity)


@both_databases
def test_b12_nothing_is_sold_when_no_key_is_left(tenant: Any) -> None:
    shop = open_shop(tenant, keys=3)
    for number in range(3):
        assert order_of(shop, (shop.key, 1), email=f"buyer{number}@example.org").order.status == "pending"
    for number in range(2):
        with pytest.raises(ConflictError):
            order_of(shop, (shop.key, 1), email=f"late{number}@example.org")


@both_databases
def test_b19_a_refund_of_one_of_two_leaves_the_file_open(shop: Shop) -> None:
    order = bought(shop, (shop.file, 2))
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id, [(order.items[0].id, 1)])
    run_due()
    order = look(shop, order.id)
    assert (order.status, order.refunded_amount) == ("partially_refunded", 1200)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert open_download(_file_link(shop, order), start=0, end=10).download.revoked_at is None


@both_databases
def test_b28_addresses_in_other_capitals_are_one_buyer(shop: Shop) -> None:
    numbers = {
        bought(shop, (shop.file, 1), email=one).order_number for one in ("Ada@Example.org", "ADA@EXAMPLE.ORG")
    }
    with tenant_scope(shop.tenant_id), unit_of_work():
        found = orders.list_orders(orders.OrderFilters(email="aDa@exampLe.org")).items
    assert {row.order_number for row in found} == numbers and len(numbers) == 2


@pytest.mark.parametrize(
    "address",
    ["o'neil+steam@example.org", "a.b-c_d@sub.example.museum", "x@example.photography", "1@example.org"],
)
def test_b33_unusual_addresses_can_buy(shop: Shop, address: str) -> None:
    order = bought(shop, (shop.file, 1), email=address)
    assert (order.email, order.status) == (address, "fulfilled")
    assert {mail.recipient for mail in _mails(shop, order)} == {address}


@both_databases
def test_b58_yen_have_no_decimals_and_are_not_multiplied(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        kind = session.scalars(select(ProductType)).first()
        assert kind is not None
        store = shop.store
        session.get_one(Store, (shop.tenant_id, store.id)).currency = "JPY"
        yen = add_variant(shop.tenant_id, kind.id, "Yen", 1200, "none", currency="JPY")
        shop.store = session.get_one(Store, (shop.tenant_id, store.id))
    placed = order_of(shop, (yen, 2))
    assert (placed.order.total, placed.order.currency) == (2400, "JPY")
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert order_view(look(shop, placed.order.id)).total.formatted == "¥2,400"


@both_databases
def test_b59_a_price_that_rose_while_in_the_cart_is_asked_for(shop: Shop) -> None:
    token = fill_cart(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get_one(ProductVariant, (shop.tenant_id, shop.file))
        row.price, row.price_data = 2400, {"amount": 2400}
    with tenant_scope(shop.tenant_id), unit_of_work(), pytest.raises(ConflictError):
        place_order(shop.store, token, buyer(expected_total="1200"), ip="198.51.100.7")
    with tenant_scope(shop.tenant_id), unit_of_work():
        placed = place_order(shop.store, token, buyer(expected_total="2400"), ip="198.51.100.7")
    assert placed.order.total == 2400


@both_databases
def test_b62_a_free_order_asks_for_no_payment_and_thanks_for_none(shop: Shop) -> None:
    placed = order_of(shop, (shop.free, 1))
    assert "/pay/" not in placed.url
    run_due()
    order = look(shop, placed.order.id)
    assert (order.status, order.total, order.paid_amount) == ("fulfilled", 0, 0)
    for mail in _mails(shop, order):
        assert "payment" not in (mail.body_text + mail.subject).lower()


@both_databases
def test_b63_quantities_do_not_double_when_carts_meet(shop: Shop) -> None:
    token = fill_cart(shop, (shop.file, 1))
    token = fill_cart(shop, (shop.file, 2), token=token)
    with tenant_scope(shop.tenant_id), unit_of_work():
        cart = find_cart(token)
        assert cart is not None
        assert [line.quantity for line in cart_view(cart).lines] == [3]


# Reports of the same kinds from other shops.


@pytest.mark.parametrize(("total", "pieces"), [(1000, 3), (999, 7), (1, 2), (10_001, 9), (0, 4)])
def test_partial_refunds_give_back_the_total_to_the_cent(total: int, pieces: int) -> None:
    """Three of 10.00 refunded one by one are 10.00 and not 9.99."""
    item: Any = SimpleNamespace(total=total, quantity=pieces, refunded_quantity=0, refunded_amount=0)
    given = []
    for _ in range(pieces):
        amount = refund_amount(item, 1)
        given.append(amount)
        item.refunded_quantity += 1
        item.refunded_amount += amount
    assert sum(given) == total and all(amount >= 0 for amount in given)
