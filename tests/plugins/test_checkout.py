"""The order guard at work in a shop: the browser, the queue and the chat."""

from __future__ import annotations

import json
from typing import Any

from mtc.core.db import session, unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.events.models import Event
from mtc.orders.models import Order
from mtc.payments.models import Payment
from mtc.plugins.models import TenantPlugin
from mtc.tasks.services import run_due
from tests.orders.shop import bought, open_shop, order_of
from tests.plugins.kit import installed, switch_off, switch_on
from tests.plugins.samples import tasks_of
from tests.servers.database import both_databases
from tests.storefront.conftest import BUYER, Browser, Shop

CHAT = "https://chat.example/hook"
EVE = {**BUYER, "email": "eve@bad.example", "payment_method": "test"}


def rows(world: Any) -> tuple[int, ...]:
    """How many orders, payments and events there are."""
    with tenant_scope(world.id), unit_of_work():
        return tuple(session.query(table).count() for table in (Order, Payment, Event))


@both_databases
def test_a_blocked_address_is_refused_at_checkout_and_nothing_is_written(
    browser: Browser, shop: Shop, tenant: Any
) -> None:
    switch_on(tenant, "order_guard", blocked_domains=["bad.example"])
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    before = rows(tenant)
    refused = browser.post("/checkout", EVE)
    assert refused.status_code == 422
    assert "Use an address of another provider." in refused.text
    assert "Star Harbour" in refused.text
    assert rows(tenant) == before
    assert "Star Harbour" in browser.get("/checkout").text  # the cart is still there
    placed = browser.post("/checkout", {**EVE, "email": "ada@good.example"})
    assert placed.status_code == 303
    assert rows(tenant)[0] == before[0] + 1


def test_switched_off_it_refuses_nobody(browser: Browser, shop: Shop, tenant: Any) -> None:
    switch_on(tenant, "order_guard", blocked_domains=["bad.example"])
    switch_off(tenant, "order_guard")
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    assert browser.post("/checkout", EVE).status_code == 303


@both_databases
def test_another_tenant_is_left_alone(tenant: Any, other_tenant: Any, ports: Any) -> None:
    switch_on(tenant, "order_guard", blocked_domains=["bad.example"], chat_url=CHAT)
    other = open_shop(other_tenant)
    assert bought(other, (other.key, 1), email="eve@bad.example").status == "fulfilled"
    assert (ports.http.requests, tasks_of(other_tenant.id, "hooks.after")) == ([], [])
    with tenant_scope(other_tenant.id), unit_of_work():
        assert session.query(TenantPlugin).count() == 0


@both_databases
def test_the_chat_is_told_by_a_task_of_its_own(tenant: Any, sale: Any, ports: Any) -> None:
    switch_on(tenant, "order_guard", chat_url=CHAT)
    ports.http.on("POST", CHAT)
    order = order_of(sale, (sale.free, 1)).order
    [task] = tasks_of(tenant.id, "hooks.after")
    assert (task.status, task.payload["plugin"], task.payload["entity_id"]) == (
        "pending",
        "order_guard",
        str(order.id),
    )
    assert ports.http.requests == []
    run_due()
    [sent] = ports.http.requests
    assert json.loads(sent.body) == {"text": "A new order was paid: 1001"}
    assert [task.status for task in tasks_of(tenant.id, "hooks.after")] == ["done"]


def test_a_chat_that_is_down_keeps_nobody_from_buying(tenant: Any, sale: Any, ports: Any) -> None:
    switch_on(tenant, "order_guard", chat_url=CHAT)
    ports.http.on("POST", CHAT, status=500)
    assert bought(sale, (sale.key, 1)).status == "fulfilled"
    [task] = tasks_of(tenant.id, "hooks.after")
    assert (task.status, task.attempts) == ("pending", 1)
    assert task.error == "RuntimeError: the chat answered 500"
    assert installed(tenant, "order_guard").failures == 0
