"""Every hook of a sale: it is called, it sees what it should, and it may refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from mtc.core.db import unit_of_work
from mtc.core.hooks import Reject, hookimpl
from mtc.core.tenancy import tenant_scope
from mtc.delivery.queries import deliveries_of
from mtc.payments.queries import refund_list
from mtc.payments.services import refund
from mtc.tasks.services import run_due
from tests.orders.shop import Shop, bought, decide, look, order_of

SEEN: list[tuple[str, Any]] = []
REFUSED: set[str] = set()


def _note(name: str, payload: Any) -> None:
    SEEN.append((name, payload))
    if name in REFUSED:
        raise Reject("Not today.")


class Watcher:
    """A part of the core that looks at everything."""

    @hookimpl
    def before_checkout(self, ctx: Any, payload: Any) -> Any:
        _note("before_checkout", payload)
        return replace(payload, customer_data={**payload.customer_data, "watched": True})

    @hookimpl
    def before_order_create(self, ctx: Any, payload: Any) -> None:
        _note("before_order_create", payload)

    @hookimpl
    def before_payment_process(self, ctx: Any, payload: Any) -> None:
        _note("before_payment_process", payload)

    @hookimpl
    def after_payment_success(self, ctx: Any, payload: Any) -> None:
        _note("after_payment_success", payload)

    @hookimpl
    def after_order_paid(self, ctx: Any, payload: Any) -> None:
        _note("after_order_paid", payload)

    @hookimpl
    def before_delivery(self, ctx: Any, payload: Any) -> None:
        _note("before_delivery", payload)

    @hookimpl
    def after_delivery_done(self, ctx: Any, payload: Any) -> None:
        _note("after_delivery_done", payload)

    @hookimpl
    def before_refund(self, ctx: Any, payload: Any) -> Any:
        _note("before_refund", payload)
        return replace(payload, reason="By the rules")

    @hookimpl
    def after_refund_succeeded(self, ctx: Any, payload: Any) -> None:
        _note("after_refund_succeeded", payload)


@pytest.fixture(autouse=True)
def watcher(app: Flask) -> Iterator[None]:
    """The watcher, for the length of a test."""
    hooks = app.extensions["mtc.hooks"]
    hooks.register(Watcher(), "core.watcher")
    SEEN.clear()
    REFUSED.clear()
    yield
    hooks.manager.unregister(name="core.watcher")


def calls(name: str) -> list[Any]:
    return [payload for seen, payload in SEEN if seen == name]


def refused(shop: Shop, name: str) -> None:
    """Placing an order is refused by this hook, and nothing is left of it."""
    REFUSED.add(name)
    with pytest.raises(Reject) as error:
        order_of(shop, (shop.key, 1))
    assert error.value.message == "Not today."
    REFUSED.clear()
    assert order_of(shop, (shop.key, 10)).order.order_number == "1001"


def test_hook_before_checkout(shop: Shop) -> None:
    placed = order_of(shop, (shop.file, 2))
    [draft] = calls("before_checkout")
    assert (draft.email, draft.country, draft.lines) == ("Ada@Example.org", "DE", ((shop.file, 2),))
    assert look(shop, placed.order.id).customer_data["watched"] is True


def test_hook_before_checkout_may_refuse(shop: Shop) -> None:
    refused(shop, "before_checkout")


def test_hook_before_order_create(shop: Shop) -> None:
    refused(shop, "before_order_create")
    assert calls("before_order_create")[-1].lines == ((shop.key, 10),)


def test_hook_before_payment_process(shop: Shop) -> None:
    refused(shop, "before_payment_process")
    draft = calls("before_payment_process")[-1]
    assert (draft.amount, draft.currency, draft.gateway) == (29990, "EUR", "test")


def test_hook_after_payment_success(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    [fact] = calls("after_payment_success")
    assert (fact.order_id, fact.amount) == (order.id, 2999)


def test_hook_after_order_paid(shop: Shop) -> None:
    order = bought(shop, (shop.free, 1))
    [fact] = calls("after_order_paid")
    assert (fact.order_id, fact.number) == (order.id, "1001")


def test_hook_before_delivery(shop: Shop) -> None:
    run_due()  # the keys that came in would have it tried again
    REFUSED.add("before_delivery")
    order = bought(shop, (shop.key, 1))
    assert (order.status, order.items[0].delivery_status) == ("paid", "failed")
    with tenant_scope(shop.tenant_id), unit_of_work():
        [row] = deliveries_of(order.id)
    assert [entry["error"] for entry in row.error_log] == ["Not today."]
    assert [(one.kind, one.quantity) for one in calls("before_delivery")] == [("email", 1)]


def test_hook_after_delivery_done(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1), (shop.file, 1))
    assert sorted(fact.kind for fact in calls("after_delivery_done")) == ["email", "file"]
    assert {fact.order_id for fact in calls("after_delivery_done")} == {order.id}


def test_hook_before_refund(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    REFUSED.add("before_refund")
    with tenant_scope(shop.tenant_id), pytest.raises(Reject), unit_of_work():
        refund(order.id)
    assert look(shop, order.id).refunded_amount == 0
    REFUSED.clear()
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id, reason="Mine")
    with tenant_scope(shop.tenant_id), unit_of_work():
        assert [one.reason for one in refund_list(order.id).items] == ["By the rules"]


def test_hook_after_refund_succeeded(shop: Shop) -> None:
    order = bought(shop, (shop.key, 1))
    with tenant_scope(shop.tenant_id), unit_of_work():
        refund(order.id)
    run_due()
    [fact] = calls("after_refund_succeeded")
    assert (fact.order_id, fact.amount) == (order.id, 2999)


def test_one_that_is_declined_calls_nothing_afterwards(shop: Shop) -> None:
    decide(shop, order_of(shop, (shop.key, 1)), "decline")
    run_due()
    assert calls("after_order_paid") == calls("after_payment_success") == []
