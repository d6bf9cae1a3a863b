"""After-hooks: a task each, retried alone, with no transaction that waits for a network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from mtc.checkout.services import place_order
from mtc.core import clock
from mtc.core.db import running_session
from mtc.infra.http import Response
from mtc.tasks.services import run_due
from tests.orders.shop import buyer, fill_cart, order_of
from tests.plugins.kit import at_work, installed, remembered, switch_off, switch_on
from tests.plugins.samples import module_of, tasks_of
from tests.servers.database import both_databases

Guest = Callable[..., None]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://a.example/hook"


def after_paid(body: str) -> str:
    """Code of a plugin that does this once an order was paid."""
    return f"BROKEN = True\n@hookimpl\ndef after_order_paid(ctx, payload):\n    {body}\n"


NOTES = after_paid("ctx.remember('paid', {'number': payload.number})")
FAILS = after_paid("ctx.remember('paid', {})\n    if BROKEN: raise RuntimeError('the chat is down')")


def load(guest: Guest, world: Any, plugin: str, code: str) -> None:
    guest(plugin, code, hooks=["after_order_paid"], hosts=["a.example"])
    switch_on(world, plugin)


def states(world: Any) -> dict[str, tuple[str, int, str]]:
    """Status, attempts and error by plugin."""
    return {
        task.payload["plugin"]: (task.status, task.attempts, task.error)
        for task in tasks_of(world.id, "hooks.after")
    }


@both_databases
def test_each_runs_alone_and_one_that_fails_is_tried_again_alone(
    tenant: Any, sale: Any, guest: Guest
) -> None:
    with clock.frozen(NOON):
        load(guest, tenant, "notes", NOTES)
        load(guest, tenant, "fails", FAILS)
        order_of(sale, (sale.free, 1))
        assert states(tenant) == {"notes": ("pending", 0, ""), "fails": ("pending", 0, "")}
        run_due()
        down = ("pending", 1, "RuntimeError: the chat is down")
        assert states(tenant) == {"notes": ("done", 1, ""), "fails": down}
        assert remembered(tenant, "notes", "paid") == {"number": "1001"}
        assert remembered(tenant, "fails", "paid") is None
        assert installed(tenant, "fails").failures == 0  # the queue sees to it, not the breaker
        module_of("fails").BROKEN = False
        clock.advance(60)
        run_due()
    assert states(tenant) == {"notes": ("done", 1, ""), "fails": ("done", 2, "")}
    assert remembered(tenant, "fails", "paid") == {}


def test_nothing_is_queued_for_another_tenant(
    tenant: Any, other_tenant: Any, sale: Any, guest: Guest
) -> None:
    load(guest, other_tenant, "notes", NOTES)
    order_of(sale, (sale.free, 1))
    assert tasks_of(tenant.id, "hooks.after") == tasks_of(other_tenant.id, "hooks.after") == []


def test_one_that_was_switched_off_meanwhile_does_not_run(tenant: Any, sale: Any, guest: Guest) -> None:
    load(guest, tenant, "notes", NOTES)
    order_of(sale, (sale.free, 1))
    switch_off(tenant, "notes")
    run_due()
    assert states(tenant) == {"notes": ("done", 1, "")}
    assert remembered(tenant, "notes", "paid") is None
    order_of(sale, (sale.free, 1))
    assert len(tasks_of(tenant.id, "hooks.after")) == 1


@both_databases
def test_no_transaction_waits_for_an_answer(tenant: Any, sale: Any, guest: Guest, ports: Any) -> None:
    """What was written before the call is there while it runs, and others may write meanwhile."""
    found: list[Any] = []

    def answer(_sent: Any) -> Response:
        found.append(running_session().in_transaction())
        found.append(remembered(tenant, "caller", "asked"))
        switch_on(tenant, "order_guard")
        return Response(204, {}, b"")

    body = (
        "ctx.remember('asked', {'times': 1})\n"
        f"    answer = ctx.http.request('POST', {URL!r})\n"
        "    ctx.remember('answer', {'status': answer.status})"
    )
    load(guest, tenant, "caller", after_paid(body))
    ports.http.on("POST", URL, answer)
    order_of(sale, (sale.free, 1))
    run_due()
    assert found == [False, {"times": 1}]
    assert remembered(tenant, "caller", "answer") == {"status": 204}
    assert [sent.timeout for sent in ports.http.requests] == [15.0]


def test_an_order_that_is_rolled_back_queues_nothing(tenant: Any, sale: Any, guest: Guest) -> None:
    load(guest, tenant, "notes", NOTES)
    token = fill_cart(sale, (sale.free, 1))
    with pytest.raises(ZeroDivisionError), at_work(tenant):
        place_order(sale.store, token, buyer())
        raise ZeroDivisionError
    assert tasks_of(tenant.id, "hooks.after") == []
