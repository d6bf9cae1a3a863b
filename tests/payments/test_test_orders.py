"""Test money counts in no figure, number or stock of a live store; a store in test mode is a sandbox."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mtc.analytics import queries as analytics
from mtc.analytics.services import store_numbers
from mtc.catalog import queries as catalog
from mtc.catalog.queries import stock as stock_queries
from mtc.checkout.services import pay_again
from mtc.core import clock
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError
from mtc.core.tenancy import tenant_scope
from mtc.emails import queries as emails_queries
from mtc.orders import queries
from mtc.orders.models import Order
from mtc.orders.presenters import line_views
from mtc.payments.services import mark_paid
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, bought, go_live, look, open_shop, order_of, with_transfer
from tests.servers.database import both_databases


@pytest.fixture
def shop(tenant: Any) -> Shop:
    """The shop of Acme with ten keys, live, paid by transfer or by test payments."""
    made = open_shop(tenant)
    with_transfer(made)
    go_live(made)
    return made


def figures(shop: Shop) -> tuple[Any, ...]:
    """Everything that a merchant reads as a number."""
    now = clock.now() + timedelta(seconds=1)
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        numbers = store_numbers("EUR")
        sellers = analytics.best_sellers(now - timedelta(days=30), now, "EUR")
        return (
            (numbers.now.orders, numbers.now.revenue, numbers.now.refunded),
            [(row.title, int(row.pieces), int(row.revenue)) for row in sellers],
            stock_queries.available(shop.key),
            [row.available for row in catalog.low_stock(limit=5)],
            queries.status_counts(False),
        )


def tried(shop: Shop, *lines: Any) -> Order:
    """An order paid with test money."""
    return bought(shop, *(lines or ((shop.key, 2), (shop.file, 1))), payment_method="test")


def sold(shop: Shop) -> Order:
    """An order paid by transfer."""
    order = order_of(shop, (shop.key, 1), payment_method="manual").order
    with tenant_scope(shop.tenant_id), unit_of_work():
        mark_paid(order.id)
    run_due()
    return look(shop, order.id)


@both_databases
def test_figures_numbers_and_stock_are_the_same_before_and_after(shop: Shop) -> None:
    first = sold(shop)
    before = figures(shop)
    assert before == ((1, 2999, 0), [("Star Harbour", 1, 2999)], 9, [], {"fulfilled": 1})
    tests = [tried(shop), tried(shop, (shop.manual, 1))]
    assert figures(shop) == before
    assert [(one.order_number, one.status, one.is_test, one.reference) for one in tests] == [
        ("T-1001", "fulfilled", True, None),
        ("T-1002", "fulfilled", True, None),
    ]
    second = sold(shop)
    assert (first.order_number, second.order_number) == ("1001", "1002")
    assert (first.reference, second.reference, second.is_test) == ("RF401001", "RF131002", False)
    now = clock.now() + timedelta(seconds=1)
    with tenant_scope(shop.tenant_id, readonly=True):
        row = analytics.test_sales(now - timedelta(days=1), now, "EUR")
        assert (row.orders, row.revenue) == (2, 2 * 2999 + 1200 + 500)
        found = queries.list_orders(queries.OrderFilters(is_test=True)).items
        assert [one.order_number for one in found] == ["T-1002", "T-1001"]


@both_databases
def test_a_test_order_is_delivered_as_a_marked_sample(shop: Shop) -> None:
    order = tried(shop)
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        lines = line_views([(order, item) for item in look(shop, order.id).items])
        mails = emails_queries.emails_of(shop.tenant_id, order.id).items
    assert [(line.units, line.files) for line in lines] == [([], []), ([], [])]
    assert lines[0].message.startswith("SAMPLE-1-NOT-A-KEY, SAMPLE-2-NOT-A-KEY. This is a sample")
    assert lines[1].message.startswith("SAMPLE-1-NOT-A-KEY. This is a sample")
    assert len(mails) == 2 and all("Test order: no money moved" in mail.body_text for mail in mails)


def test_unpaid_test_orders_keep_nothing_from_other_buyers(shop: Shop) -> None:
    """Ten pieces may be kept unpaid by one buyer; those of tests are none."""
    for _ in range(3):
        order_of(shop, (shop.key, 10), payment_method="test")
    real = order_of(shop, (shop.key, 10), payment_method="manual").order
    assert (real.order_number, real.is_test) == ("1001", False)
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        assert stock_queries.available(shop.key) == 0


def test_money_and_test_money_never_pay_the_same_order(shop: Shop) -> None:
    real = order_of(shop, (shop.key, 1), payment_method="manual").order
    trial = order_of(shop, (shop.key, 1), payment_method="test").order
    for order, slug, sentence in (
        (real, "test", "This order is paid with money"),
        (trial, "manual", "This is a test order"),
    ):
        with (
            tenant_scope(shop.tenant_id),
            pytest.raises(ConflictError, match=sentence),
            unit_of_work(),
        ):
            pay_again(look(shop, order.id), slug)


@both_databases
def test_a_store_in_test_mode_delivers_for_real_and_still_counts_nothing(shop: Shop) -> None:
    go_live(shop, "test")
    before = figures(shop)
    order = tried(shop)
    after = figures(shop)
    assert before == ((0, 0, 0), [], 10, [], {})
    assert after == ((0, 0, 0), [], 8, [], {})
    assert (order.order_number, order.is_test, order.status) == ("1001", True, "fulfilled")
    with tenant_scope(shop.tenant_id, readonly=True), unit_of_work():
        units = queries.units_of([item.id for item in order.items])
    assert [unit.status for unit in units] == ["delivered", "delivered"]


def test_a_store_that_is_not_open_is_a_sandbox(shop: Shop) -> None:
    shop.store.status = "closed"
    assert order_of(shop, (shop.key, 1), payment_method="manual").order.is_test is True


def test_a_prefix_like_that_of_tests_makes_them_another(shop: Shop) -> None:
    with tenant_scope(shop.tenant_id), unit_of_work():
        shop.store.settings = {"order_prefix": "T-"}
    real = order_of(shop, (shop.key, 1), payment_method="manual").order
    trial = order_of(shop, (shop.key, 1), payment_method="test").order
    assert (real.order_number, trial.order_number) == ("T-1001", "TEST-1001")
