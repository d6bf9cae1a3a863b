"""Carts: what goes in, what it costs, and how many statements that takes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mtc.catalog.models import Product, ProductType, ProductVariant
from mtc.checkout.presenters import CartView, HiddenField, cart_view, checkout_view
from mtc.checkout.services import (
    add_line,
    cart_count,
    ensure_cart,
    find_cart,
    merge_carts,
    remove_line,
    set_line,
)
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.ids import uuid7
from mtc.core.money import ShownAmount
from mtc.core.tenancy import tenant_scope
from mtc.identity.services.customers import guest_customer
from tests.orders.shop import Shop, add_variant, buyer, fill_cart, open_shop, order_of
from tests.servers.database import both_databases


def shown(shop: Shop, token: str) -> CartView:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        return cart_view(find_cart(token))


@both_databases
def test_the_view_of_a_cart(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2), (shop.file, 1), (shop.key, 1))
    view = shown(shop, token)
    assert [(line.product.name, line.quantity) for line in view.lines] == [
        ("Star Harbour", 3),
        ("Guide", 1),
    ]
    assert view.total == ShownAmount(10197, "€101.97")
    assert (view.count, view.empty, view.blocked) == (4, False, False)
    assert [line.max_quantity for line in view.lines] == [10, 100]
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert cart_count(token) == 4
        assert (cart_count(""), cart_count("nothing")) == (0, 0)


def test_an_empty_cart(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        view = cart_view(None, "en", "EUR")
        assert (view.empty, view.lines, view.total.formatted) == (True, [], "€0.00")
        assert find_cart("nothing") is None
        assert find_cart(None) is None


@pytest.mark.parametrize("quantity", [0, -1, 101, 10**9])
def test_quantities_have_limits(shop: Shop, quantity: int) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        cart, _ = ensure_cart(shop.store, None)
        with pytest.raises(ValidationError):
            add_line(cart, shop.file, quantity)


def test_a_cart_never_holds_more_than_there_is(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 8), (shop.key, 8))
    assert shown(shop, token).lines[0].quantity == 10
    token = fill_cart(shop, (shop.file, 60), (shop.file, 60))
    assert shown(shop, token).lines[0].quantity == 100


def test_what_is_not_for_sale_is_refused(shop: Shop, other_tenant: Any) -> None:
    rival = open_shop(other_tenant)
    with tenant_scope(shop.tenant_id), unit_of_work():
        cart, _ = ensure_cart(shop.store, None)
        row = session.get(ProductVariant, (shop.tenant_id, shop.manual))
        assert row is not None
        row.is_active = False
        session.flush()
        for variant in (uuid7(), rival.key, shop.manual):
            with pytest.raises(NotFoundError):
                add_line(cart, variant)
    order_of(shop, (shop.key, 10))
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        add_line(cart, shop.key)


def test_lines_change_and_go(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 2), (shop.file, 1))
    key, file = shown(shop, token).lines
    with tenant_scope(shop.tenant_id), unit_of_work():
        cart = find_cart(token)
        assert cart is not None
        set_line(cart, _uuid(key.id), 5)
        remove_line(cart, _uuid(file.id))
        with pytest.raises(NotFoundError):
            set_line(cart, uuid7(), 1)
        with pytest.raises(ValidationError):
            set_line(cart, _uuid(key.id), 101)
    assert [line.quantity for line in shown(shop, token).lines] == [5]


def _uuid(text: str) -> Any:
    from uuid import UUID

    return UUID(text)


def test_what_happened_meanwhile_is_said(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 3), (shop.file, 1))
    order_of(shop, (shop.key, 8))
    with tenant_scope(shop.tenant_id), unit_of_work():
        row = session.get(ProductVariant, (shop.tenant_id, shop.file))
        assert row is not None
        row.is_active = False
    view = shown(shop, token)
    assert [line.notice for line in view.lines] == [
        "Only 2 left. Choose 2 or fewer.",
        "This is no longer sold. Remove it to go on.",
    ]
    assert (view.blocked, view.total.amount) == (True, 0)


def test_a_cart_that_was_ordered_gives_way_to_a_new_one(shop: Shop) -> None:
    from mtc.checkout.services import place_order

    token = fill_cart(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        place_order(shop.store, token, buyer())
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert find_cart(token) is None
        cart, fresh = ensure_cart(shop.store, token)
        assert fresh != token
        assert ensure_cart(shop.store, fresh)[0].id == cart.id


def test_carts_are_merged_at_log_in(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org")
        assert merge_carts(shop.store, None, ada.id) is None
        older, _ = ensure_cart(shop.store, None, ada.id)
        add_line(older, shop.file, 1)
        add_line(older, shop.key, 2)
    token = fill_cart(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        merged = merge_carts(shop.store, token, ada.id)
        assert merged is not None
        assert (merged.cart.id, merged.changed) == (find_cart(token).id, False)
    lines = {line.product.name: line.quantity for line in shown(shop, token).lines}
    assert lines == {"Star Harbour": 3, "Guide": 1}


def test_a_cart_of_another_tenant_is_not_found(shop: Shop, other_tenant: Any) -> None:
    token = fill_cart(shop, (shop.key, 1))
    with tenant_scope(other_tenant.id), unit_of_work():
        assert find_cart(token) is None


@pytest.mark.parametrize("products", [1, 12])
def test_statements_do_not_grow(shop: Shop, queries: Any, products: int) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        kind = session.scalars(select(ProductType)).first()
        assert kind is not None
        more = [
            (add_variant(shop.tenant_id, kind.id, f"Thing {number}", 100, "unlimited", method="manual"), 1)
            for number in range(products)
        ]
        assert len(session.scalars(select(Product)).all()) == 4 + products
    token = fill_cart(shop, *more)
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work(), queries() as seen:
        cart_view(find_cart(token))
    assert len(seen) == 4, "\n".join(seen)
    with tenant_scope(shop.tenant_id), unit_of_work(), queries() as seen:
        cart, _ = ensure_cart(shop.store, token)
        add_line(cart, shop.file)
        cart_view(cart)
        session.flush()
    assert len(seen) <= 8, "\n".join(seen)
    with tenant_scope(shop.tenant_id), unit_of_work(), queries() as seen:
        cart, _ = ensure_cart(shop.store, token)
        add_line(cart, shop.file)
        cart_view(cart)
        session.flush()
    assert len(seen) <= 8, "\n".join(seen)


def test_the_checkout_page(shop: Shop) -> None:
    token = fill_cart(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        view = checkout_view(shop.store, find_cart(token))
    assert [method.id for method in view.payment_methods] == ["test"]
    assert [one.name for one in view.consents] == ["terms", "consent"]
    assert view.hidden == [HiddenField("expected_total", "2999")]
    assert len(view.countries) > 240
    token = fill_cart(shop, (shop.free, 1))
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        view = checkout_view(shop.store, find_cart(token))
    assert (view.free, view.payment_methods, view.submit_label) == (True, [], "Place the order")
