"""Two devices log in at the same moment: one cart, with each piece once."""

from __future__ import annotations

from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from mtc.checkout.models import Cart, CartLine
from mtc.checkout.services import cart_merging, ensure_cart, merge_carts
from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.identity.services.customers import guest_customer
from tests.concurrency.test_notifications import at_once
from tests.orders.shop import Shop, fill_cart, open_shop
from tests.servers.database import both_databases


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme."""
    return open_shop(tenant)


def account(shop: Shop) -> UUID:
    """A customer whose account has a cart with one guide."""
    token = fill_cart(shop, (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org")
        merge_carts(shop.store, token, ada.id)
        return ada.id


def log_in(shop: Shop, customer_id: UUID, token: str, start: Barrier) -> None:
    start.wait()
    with tenant_scope(shop.tenant_id), unit_of_work():
        merge_carts(shop.store, token, customer_id)


def open_lines(shop: Shop) -> list[tuple[int, int]]:
    """(how many lines, how many pieces) of each open cart of a customer."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = (
            select(func.count(CartLine.id), func.sum(CartLine.quantity))
            .select_from(Cart)
            .join(CartLine, CartLine.cart_id == Cart.id)
            .where(Cart.tenant_id == shop.tenant_id, Cart.status == "open", Cart.customer_id.is_not(None))
            .group_by(Cart.id)
        )
        return [(int(row[0]), int(row[1])) for row in session.execute(query).all()]


@both_databases
def test_b64_two_log_ins_at_once_leave_one_cart_with_each_piece_once(shop: Shop) -> None:
    ada = account(shop)
    tokens = [fill_cart(shop, one) for one in ((shop.manual, 2), (shop.key, 3), (shop.file, 4))]
    start = Barrier(len(tokens), timeout=20)
    at_once(lambda number: log_in(shop, ada, tokens[number], start), len(tokens))
    assert open_lines(shop) == [(3, 1 + 2 + 3 + 4)]


@pytest.mark.postgres
def test_control_without_the_lock_two_carts_or_other_numbers_are_left(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = account(shop)
    tokens = [fill_cart(shop, (shop.manual, 2)), fill_cart(shop, (shop.key, 3))]
    start, read = Barrier(2, timeout=20), Barrier(2, timeout=20)
    monkeypatch.setattr(cart_merging.people, "locked_customer", lambda *_: None)
    real = cart_merging.queries.carts_of_customer

    def slowly(*who: Any) -> Any:
        found = real(*who)
        read.wait()
        return found

    monkeypatch.setattr(cart_merging.queries, "carts_of_customer", slowly)
    at_once(lambda number: log_in(shop, ada, tokens[number], start), 2)
    assert open_lines(shop) != [(3, 6)]


@both_databases
def test_two_devices_that_add_at_once_fill_one_cart(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, "ada@example.org").id
    start = Barrier(4, timeout=20)

    def add(_: int) -> UUID:
        start.wait()
        with tenant_scope(shop.tenant_id), unit_of_work():
            return ensure_cart(shop.store, None, ada)[0].id

    assert len(set(at_once(add, 4))) == 1
