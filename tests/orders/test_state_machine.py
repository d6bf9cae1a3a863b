"""The one table of what may become of an order."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from mtc.catalog.models import ProductVariant
from mtc.catalog.queries import stock as stock_queries
from mtc.core import clock
from mtc.core.db import finish_work, session, unit_of_work
from mtc.core.errors import ConflictError, NotFoundError
from mtc.core.tenancy import tenant_scope
from mtc.delivery.services import complete_manual
from mtc.events.models import Event
from mtc.identity.services.customers import guest_customer, verify_address
from mtc.orders import queries
from mtc.orders.events import (
    OrderCancelled,
    OrderExpired,
    OrderFulfilled,
    OrderPaid,
    OrderPartiallyRefunded,
    OrderRefunded,
)
from mtc.orders.models import STATUSES
from mtc.orders.presenters import moment, order_view
from mtc.orders.services import (
    ARROWS,
    LABELS,
    cancel_order,
    claim_orders,
    expire_pending,
    open_order,
    secret_of,
    transition,
    try_transition,
)
from mtc.payments.services import refund
from tests.orders.shop import FORM, Shop, bought, look, order_of
from tests.servers.database import both_databases

_BACK = {"amount": 1, "lines": [], "reason": ""}
EVENTS = {
    "pay": OrderPaid,
    "pay_late": OrderPaid,
    "cancel": partial(OrderCancelled, reason=""),
    "expire": OrderExpired,
    "fulfil": OrderFulfilled,
    "refund_part": partial(OrderPartiallyRefunded, **_BACK),
    "refund": partial(OrderRefunded, **_BACK),
}


def test_the_table_speaks_of_known_statuses_only() -> None:
    assert {status for status, _ in ARROWS} | set(ARROWS.values()) == set(STATUSES)
    assert set(LABELS) == set(STATUSES)
    assert not [arrow for arrow in ARROWS if arrow[0] == "refunded"]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("event", sorted({event for _, event in ARROWS}))
def test_every_arrow_and_no_other(shop: Shop, status: str, event: str) -> None:
    placed = order_of(shop, (shop.manual, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        order = queries.order_by_id(placed.order.id)
        assert order is not None
        order.status = status
        session.flush()
        before = len(queries.timeline(order.id).items)
        wanted = ARROWS.get((status, event))
        if wanted is None:
            with pytest.raises(ConflictError) as refused:
                transition(order, event, EVENTS[event])
            assert order.order_number in refused.value.message
            assert len(queries.timeline(order.id).items) == before
        else:
            assert transition(order, event, EVENTS[event]) == wanted
            finish_work()
            assert queries.timeline(order.id).items[0].data["previous"] == status
    assert look(shop, placed.order.id).status == (wanted or status)


def test_of_two_that_saw_the_same_status_one_gets_through(shop: Shop) -> None:
    placed = order_of(shop, (shop.manual, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        order = queries.order_by_id(placed.order.id)
        assert order is not None
        assert try_transition(order, "cancel", EVENTS["cancel"]) == "cancelled"
        order.status = "pending"  # what a rival still believes
        session.expunge(order)
        assert try_transition(order, "pay", EVENTS["pay"]) is None


def test_cancelling_gives_the_keys_back(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 3))
    assert _left(shop) == (7, 7)
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert cancel_order(placed.order.id, "No longer wanted").status == "cancelled"
    assert _left(shop) == (10, 10)
    with tenant_scope(shop.tenant_id), unit_of_work(), pytest.raises(ConflictError):
        cancel_order(placed.order.id)


def test_an_order_that_is_not_paid_in_time_expires_and_gives_its_keys_back(shop: Shop) -> None:
    placed = order_of(shop, (shop.key, 3))
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert expire_pending(clock.now() + timedelta(minutes=29)) == 0
        assert expire_pending(clock.now() + timedelta(minutes=31)) == 1
        assert expire_pending(clock.now() + timedelta(minutes=31)) == 0
    assert look(shop, placed.order.id).status == "expired"
    assert _left(shop) == (10, 10)


def test_numbers_have_no_gaps_and_belong_to_the_tenant(shop: Shop) -> None:
    numbers = [order_of(shop, (shop.manual, 1)).order.order_number for _ in range(3)]
    assert numbers == ["1001", "1002", "1003"]


def test_a_store_may_put_something_before_its_numbers(shop: Shop) -> None:
    shop.store.settings = {"order_prefix": "Q-"}
    assert order_of(shop, (shop.manual, 1)).order.order_number == "Q-1001"


def test_only_the_link_or_the_owner_opens_an_order(shop: Shop) -> None:
    placed = order_of(shop, (shop.manual, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        secret = secret_of(look(shop, placed.order.id))
        assert open_order("1001", secret).id == placed.order.id
        for bad in ("", "x", secret + "x", secret[:-1]):
            with pytest.raises(NotFoundError):
                open_order("1001", bad)
        with pytest.raises(NotFoundError):
            open_order("1002", secret)


def test_the_secret_is_not_in_the_table(shop: Shop) -> None:
    order = look(shop, order_of(shop, (shop.manual, 1)).order.id)
    secret = secret_of(order)
    assert secret not in order.secret
    assert secret not in order.secret_hash


def test_what_happened_is_written_down(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        names = session.scalars(select(Event.name).where(Event.tenant_id == shop.tenant_id)).all()
    for name in ("order.created", "payment.started", "payment.succeeded", "order.paid", "delivery.done"):
        assert names.count(name) == 1, name
    assert names.count("order.fulfilled") == 1
    assert order.fulfilled_at is not None


def _left(shop: Shop) -> tuple[int, int]:
    with tenant_scope(shop.tenant_id), unit_of_work():
        counted = session.scalars(
            select(ProductVariant.available).where(
                ProductVariant.tenant_id == shop.tenant_id, ProductVariant.id == shop.key
            )
        ).one()
        return stock_queries.available(shop.key), counted


@both_databases
def test_when_an_order_ended_stays_whatever_is_changed_later(shop: Shop) -> None:
    """woocommerce/woocommerce #14332, awesomemotive/easy-digital-downloads #9053: another change's day."""
    start = clock.now()
    expired = order_of(shop, (shop.key, 1)).order
    refunded = bought(shop, (shop.key, 2), (shop.manual, 1))
    later = start + timedelta(days=8)
    with clock.frozen(later), tenant_scope(shop.tenant_id), unit_of_work():
        assert expire_pending() == 1
        refund(refunded.id, [(refunded.items[0].id, 1)])
    with clock.frozen(start + timedelta(days=30)), tenant_scope(shop.tenant_id), unit_of_work():
        ada = guest_customer(shop.tenant_id, FORM["email"])
        verify_address(ada)
        assert claim_orders(ada) == 2
        complete_manual(refunded.items[1].id)
    found = [look(shop, one.id) for one in (expired, refunded)]
    with tenant_scope(shop.tenant_id), unit_of_work():
        steps = [order_view(one).timeline[-1] for one in found]
    assert [(step.label, step.at) for step in steps] == [
        ("Expired", moment(later, time=True)),
        ("Partly refunded", moment(later, time=True)),
    ]
