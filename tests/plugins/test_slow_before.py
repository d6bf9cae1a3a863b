"""A plugin that is slow or hangs in a before-hook costs others nothing: no lock is held, it is asked once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock, retry
from mtc.core.hooks import Reject
from mtc.orders.queries import order_by_number
from mtc.plugins.services import before_hook_results
from mtc.tasks.services import run_due
from tests.orders.shop import order_of
from tests.plugins.hanging import (
    NOON,
    WAITS,
    Guest,
    at_the_same_time,
    code,
    eventually_nothing_hangs,
    writer_is_locked,
)
from tests.plugins.kit import at_work, installed, remembered, switch_on
from tests.plugins.samples import call, module_of
from tests.servers.database import both_databases
from tests.storefront.conftest import BUYER, Browser, Shop
from tests.tasks.samples import all_tasks, counted

BEFORE = ["before_checkout", "before_order_create", "before_payment_process"]


def buy(browser: Browser, shop: Shop) -> Any:
    browser.post("/cart/add", {"variant_id": str(shop.key_variant), "quantity": "1"})
    return browser.post("/checkout", {**BUYER, "payment_method": "test"})


@pytest.mark.parametrize("hook", BEFORE)
def test_no_lock_is_held_while_a_before_hook_runs(
    app: Flask, browser: Browser, shop: Shop, tenant: Any, guest: Guest, hook: str
) -> None:
    guest("slow", code(hook, WAITS), hooks=[hook])
    switch_on(tenant, "slow")
    module = module_of("slow")
    with at_the_same_time(app, lambda: buy(browser, shop).status_code) as answer:
        assert module.BEGUN.wait(30)
        locked = writer_is_locked()
        module.GO.set()
    assert (locked, answer, len(module.ASKED)) == (False, [303], 1)


def test_no_lock_is_held_while_a_task_asks(app: Flask, tenant: Any, sale: Any, guest: Guest) -> None:
    guest("slow", code("before_delivery", WAITS), hooks=["before_delivery"])
    switch_on(tenant, "slow")
    order_of(sale, (sale.free, 1))
    module = module_of("slow")
    with at_the_same_time(app, run_due):
        assert module.BEGUN.wait(30)
        locked = writer_is_locked()
        module.GO.set()
    assert (locked, len(module.ASKED)) == (False, 1)
    assert {task.status for task in all_tasks(tenant)} == {"done"}


def test_inside_the_transaction_it_is_held(
    app: Flask, browser: Browser, shop: Shop, tenant: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the hook is called where the operation stands."""
    monkeypatch.setattr(retry, "MOST_ATTEMPTS", 0)
    guest("slow", code("before_order_create", WAITS), hooks=["before_order_create"])
    switch_on(tenant, "slow")
    module = module_of("slow")
    with at_the_same_time(app, lambda: buy(browser, shop).status_code) as answer:
        assert module.BEGUN.wait(30)
        locked = writer_is_locked()
        module.GO.set()
    assert (locked, answer) == (True, [303])


@both_databases
def test_a_before_hook_that_hangs_is_given_up_and_not_asked_again(
    browser: Browser, shop: Shop, tenant: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before_hook_results, "CUT_SECONDS", 0.05)
    guest("slow", code("before_order_create", WAITS), hooks=["before_order_create"])
    switch_on(tenant, "slow")
    module = module_of("slow")
    with clock.frozen(NOON):
        assert buy(browser, shop).status_code == 303
        assert installed(tenant, "slow").broken_until == NOON + timedelta(minutes=5)
        assert buy(browser, shop).status_code == 303
        switch_on(tenant, "slow")  # the breaker is closed, but the first call has not come back
        assert buy(browser, shop).status_code == 303
    assert len(module.ASKED) == 1
    module.GO.set()
    assert eventually_nothing_hangs()


def test_a_loop_that_never_ends_is_ended(
    browser: Browser, shop: Shop, tenant: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(before_hook_results, "CUT_SECONDS", 0.05)
    guest("loop", code("before_order_create", "while True: pass"), hooks=["before_order_create"])
    switch_on(tenant, "loop")
    assert buy(browser, shop).status_code == 303
    assert eventually_nothing_hangs()


@both_databases
def test_each_is_asked_once_about_the_order_that_is_made(
    browser: Browser, shop: Shop, tenant: Any, guest: Guest
) -> None:
    noted = "ctx.state.increment('asked'); ASKED.append(payload)"
    seen = "ASKED.append(ctx.state.get('asked').number)"
    text = code(BEFORE[0], noted) + "".join(
        f"@hookimpl\ndef {hook}(ctx, payload):\n    {noted}; {seen}\n" for hook in BEFORE[1:]
    )
    guest("notes", text, hooks=BEFORE)
    switch_on(tenant, "notes")
    assert buy(browser, shop).status_code == 303
    checkout, order, number, payment, last = module_of("notes").ASKED
    assert (number, last, checkout.email) == (2, 3, order.email)
    with at_work(tenant):
        made = order_by_number(payment.order_number)
        assert made is not None
        assert (made.id, made.cart_id, made.customer_data["consent"]) == (
            payment.order_id,
            order.cart_id,
            order.customer_data["consent"],
        )


def test_a_request_that_is_done_again_counts_once(
    browser: Browser, shop: Shop, tenant: Any, guest: Guest, ports: Any
) -> None:
    guest("notes", code("before_checkout", "pass"), hooks=["before_checkout"])
    switch_on(tenant, "notes")
    for number in range(31):
        form = {**BUYER, "email": f"buyer{number}@example.org", "payment_method": "test"}
        browser.post("/cart/add", {"variant_id": str(shop.file_variant), "quantity": "1"})
        assert browser.post("/checkout", form).status_code == (303 if number < 30 else 429), number


@both_databases
def test_a_before_hook_may_read_but_not_write(
    browser: Browser, shop: Shop, tenant: Any, guest: Guest
) -> None:
    body = "from mtc.tenants.services import next_number\n    next_number(ctx.tenant_id, 'mine')"
    guest("writer", code("before_checkout", body), hooks=["before_checkout"])
    switch_on(tenant, "writer")
    assert buy(browser, shop).status_code == 303
    assert counted(tenant, "mine") == 0
    assert installed(tenant, "writer").failures == 1


@both_databases
def test_what_it_keeps_is_kept_with_the_operation_only(
    browser: Browser, shop: Shop, tenant: Any, guest: Guest
) -> None:
    text = code("before_checkout", "ctx.state.put('seen', {'email': payload.email})")
    refuses = "@hookimpl\ndef before_order_create(ctx, payload):\n    if BLOCK: raise Reject('Not today.')\n"
    guest("keeps", f"{text}BLOCK = True\n{refuses}", hooks=["before_checkout", "before_order_create"])
    switch_on(tenant, "keeps")
    assert buy(browser, shop).status_code == 422
    assert remembered(tenant, "keeps", "seen") is None
    module_of("keeps").BLOCK = False
    assert browser.post("/checkout", {**BUYER, "payment_method": "test"}).status_code == 303
    assert remembered(tenant, "keeps", "seen") == {"email": BUYER["email"]}


def test_refusals_still_reach_people(tenant: Any, guest: Guest) -> None:
    guest("refuser", code("before_product_create", "raise Reject('Not today.')"))
    switch_on(tenant, "refuser")
    with pytest.raises(Reject, match=r"Not today\."):
        retry.repeatable(lambda: call(tenant))
