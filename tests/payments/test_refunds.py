"""Giving money back: never more than came in, line by line, and what was bought is closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from mtc.catalog.models import ProductType, StockItem
from mtc.catalog.queries import stock as stock_queries
from mtc.catalog.services import stock_reservation
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ConflictError, GoneError, NotFoundError, ValidationError
from mtc.core.ids import uuid7
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import reveal
from mtc.orders.models import Order, OrderItem
from mtc.orders.presenters import order_view, timeline_view
from mtc.payments.models import Refund
from mtc.payments.queries import refund_list
from mtc.payments.services import mark_paid, refund, refundable, retry_refund, save_gateway
from mtc.payments.services.refunds import refund_amount
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, add_variant, bought, look, order_of, payment_of
from tests.servers.database import both_databases


def give_back(shop: Shop, order: Order, lines: Any = None) -> list[Refund]:
    """Refund and let everything that follows happen."""
    with tenant_scope(shop.tenant_id), unit_of_work():
        made = refund(order.id, lines, "Not wanted")
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        return [one for one in refund_list(order.id).items if one.id in {x.id for x in made}]


def units(shop: Shop, item: OrderItem) -> list[str]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        query = select(StockItem.status).where(
            StockItem.tenant_id == shop.tenant_id, StockItem.order_item_id == item.id
        )
        return sorted(session.scalars(query).all())


@both_databases
def test_one_line_is_refunded_and_the_others_stay(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1))
    file = order.items[1]
    [made] = give_back(shop, order, [(file.id, 1)])
    assert (made.amount, made.status, made.provider_ref) == (1200, "succeeded", f"test_refund_{made.id.hex}")
    order = look(shop, order.id)
    assert (order.status, order.refunded_amount, order.paid_amount) == ("partially_refunded", 1200, 7198)
    assert [item.refunded_quantity for item in order.items] == [0, 1]
    assert payment_of(shop, order.id).refunded == 1200
    with tenant_scope(shop.tenant_id), unit_of_work():
        lines = order_view(order).lines
    assert [line.refunded for line in lines] == [False, True]
    assert (len(lines[0].units), lines[1].files) == (2, [])


@both_databases
def test_a_refund_takes_exactly_the_keys_of_its_line(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        kind = session.scalars(select(ProductType).where(ProductType.tenant_id == shop.tenant_id)).one()
        moon = add_variant(shop.tenant_id, kind.id, "Moon Base", 1000, "pool")
        stock_reservation.add_keys(moon, "MOON-1\nMOON-2\nMOON-3")
    order = bought(shop, (shop.key, 2), (moon, 2), (shop.file, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        lines = order_view(order).lines
        ours, theirs = ([UUID(unit.id) for unit in line.units] for line in lines[:2])
        before = [reveal(order.id, unit) for unit in ours]
    give_back(shop, order, [(order.items[1].id, 2)])
    assert [units(shop, item) for item in order.items[:2]] == [["delivered"] * 2, ["revoked"] * 2]
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [reveal(order.id, unit) for unit in ours] == before
        assert order_view(order).lines[2].files != []
    for unit in theirs:
        with tenant_scope(shop.tenant_id), pytest.raises(GoneError), unit_of_work():
            reveal(order.id, unit)


@both_databases
def test_a_refund_that_was_chosen_before_another_one_is_refused(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2))
    lines = [(order.items[0].id, 1)]
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id, lines, seen=0)
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        refund(order.id, lines, seen=0)
    assert look(shop, order.id).refunded_amount == 2999
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id, lines, seen=1)
    assert look(shop, order.id).refunded_amount == 5998


@both_databases
def test_a_part_of_a_line_takes_unseen_keys_first(shop: Shop) -> None:
    order = bought(shop, (shop.key, 3))
    item = order.items[0]
    with tenant_scope(shop.tenant_id), unit_of_work():
        first = UUID(order_view(order).lines[0].units[0].id)
        reveal(order.id, first)
    give_back(shop, order, [(item.id, 2)])
    assert units(shop, item) == ["delivered", "revoked", "revoked"]  # mailed keys count as seen
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert reveal(order.id, first).startswith("KEY-")
    give_back(shop, order)
    assert look(shop, order.id).status == "refunded"
    assert units(shop, item) == ["revoked", "revoked", "revoked"]
    with tenant_scope(shop.tenant_id), pytest.raises(GoneError), unit_of_work():
        reveal(order.id, first)


@both_databases
def test_a_key_that_nobody_has_seen_returns_to_the_pool(shop: Shop) -> None:
    from mtc.delivery.services import save_method

    with tenant_scope(shop.tenant_id), unit_of_work():
        save_method("email", "email", "Keys", {"include_keys": False})
    order = bought(shop, (shop.key, 2))
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert stock_queries.available(shop.key) == 8
    give_back(shop, order)
    assert look(shop, order.id).status == "refunded"
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert stock_queries.available(shop.key) == 10
    assert units(shop, order.items[0]) == []


def test_never_more_than_came_in(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1))
    keys = order.items[0]
    bad: list[tuple[Any, type[Exception]]] = [
        ([(keys.id, 3)], ValidationError),
        ([(keys.id, 0)], ValidationError),
        ([(keys.id, -1)], ValidationError),
        ([(keys.id, 1), (keys.id, 1)], ValidationError),
        ([], ValidationError),
        ([(uuid7(), 1)], NotFoundError),
    ]
    for lines, error in bad:
        with tenant_scope(shop.tenant_id), pytest.raises(error), unit_of_work():
            refund(order.id, lines)
    give_back(shop, order)
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        refund(order.id)
    assert look(shop, order.id).refunded_amount == 7198


def test_an_unpaid_order_cannot_be_refunded(shop: Shop, other_tenant: Any) -> None:
    order = order_of(shop, (shop.key, 1)).order
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        refund(order.id)
    with tenant_scope(other_tenant.id), pytest.raises(NotFoundError), unit_of_work():
        refund(order.id)


@pytest.mark.parametrize(("total", "quantity"), [(100, 3), (1, 7), (0, 2), (2999, 4), (10, 10)])
def test_the_pieces_of_a_line_give_exactly_its_total(total: int, quantity: int) -> None:
    parts = []
    for before in range(quantity):
        item = OrderItem(total=total, quantity=quantity, refunded_quantity=before)
        parts.append(refund_amount(item, 1))
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


def test_a_provider_that_refuses_leaves_a_failed_refund_to_try_again(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    _refunds(shop, "fail")
    [made] = give_back(shop, order)
    assert (made.status, made.attempts) == ("failed", 1)
    assert look(shop, order.id).refunded_amount == 2999
    with tenant_scope(shop.tenant_id), unit_of_work():
        labels = [one.label for one in timeline_view(order.id).items]
    assert "Refund failed" in labels
    assert "Needs attention" in labels
    _refunds(shop, "succeed")
    with tenant_scope(shop.tenant_id), unit_of_work():
        retry_refund(made.id)
    run_due()
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.status for one in refund_list(order.id).items] == ["succeeded"]
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        retry_refund(made.id)


def test_a_provider_that_cannot_be_reached_is_asked_again(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    _refunds(shop, "unreachable")
    [made] = give_back(shop, order)
    assert (made.status, made.attempts) == ("pending", 1)


def _refunds(shop: Shop, answer: str) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        save_gateway("test", "test", "Test card", {"refunds": answer}, is_test=True)


def test_free_lines_are_given_back_without_money(shop: Shop) -> None:
    order = bought(shop, (shop.free, 1))
    assert give_back(shop, order) == []
    assert look(shop, order.id).status == "refunded"


def test_an_order_marked_as_paid_is_delivered_and_can_be_refunded(shop: Shop) -> None:
    order = order_of(shop, (shop.key, 1)).order
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert mark_paid(order.id, "By bank").status == "succeeded"
    run_due()
    assert look(shop, order.id).status == "fulfilled"
    with tenant_scope(shop.tenant_id), pytest.raises(ConflictError), unit_of_work():
        mark_paid(order.id)
    [made] = give_back(shop, order)
    assert made.status == "succeeded"


def test_what_can_be_refunded_is_listed(shop: Shop) -> None:
    order = bought(shop, (shop.key, 2), (shop.file, 1))
    give_back(shop, order, [(order.items[0].id, 1)])
    rows = refundable(look(shop, order.id))
    assert [(row["name"], row["quantity"], row["amount"]) for row in rows] == [
        ("Star Harbour", 1, 2999),
        ("Guide", 1, 1200),
    ]
