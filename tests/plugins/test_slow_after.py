"""A plugin that is slow or hangs in an after-hook costs others nothing: no thread of theirs is taken."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.registry import Entry
from mtc.plugins.services import hooks
from mtc.tasks import registry
from mtc.tasks.services import drain, drain_lanes, run_due
from mtc.tenants.services import next_number
from tests.orders.shop import open_shop, order_of
from tests.plugins.hanging import (
    NOON,
    WAITS,
    Guest,
    at_the_same_time,
    code,
    eventually_nothing_hangs,
    writer_is_locked,
)
from tests.plugins.kit import at_work, remembered, switch_on
from tests.plugins.samples import module_of, tasks_of
from tests.servers.database import both_databases
from tests.tasks.samples import all_tasks


def after_waits(guest: Guest, world: Any, plugin: str, body: str = WAITS) -> Any:
    guest(plugin, code("after_order_paid", body), hooks=["after_order_paid"])
    switch_on(world, plugin)
    return module_of(plugin)


@both_databases
def test_an_after_hook_that_hangs_delays_no_delivery(
    app: Flask, tenant: Any, sale: Any, guest: Guest
) -> None:
    module = after_waits(guest, tenant, "slow")
    order_of(sale, (sale.free, 1))
    with at_the_same_time(app, drain_lanes):
        assert module.BEGUN.wait(30)
        while drain():
            pass
        states = {task.name: task.status for task in all_tasks(tenant)}
        module.GO.set()
    assert states == {**dict.fromkeys(states, "done"), "hooks.after": "pending"}
    assert len(states) > 3
    assert [task.status for task in tasks_of(tenant.id, "hooks.after")] == ["done"]


def test_in_the_lane_of_the_core_it_delays_them(
    app: Flask, tenant: Any, sale: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: one lane for everything."""
    kind = registry.tasks.get("hooks.after")
    monkeypatch.setitem(
        registry.tasks.entries,
        "hooks.after",
        Entry(registry.TaskKind(kind.function, transactional=False, priority=registry.FRONT)),
    )
    module = after_waits(guest, tenant, "slow")
    order_of(sale, (sale.free, 1))
    with at_the_same_time(app, drain):
        assert module.BEGUN.wait(30)
        done = [task.name for task in all_tasks(tenant) if task.status == "done"]
        module.GO.set()
    assert done == []


@both_databases
def test_a_plugin_of_one_tenant_occupies_one_thread_and_leaves_the_others_to_others(
    app: Flask, tenant: Any, other_tenant: Any, sale: Any, guest: Guest
) -> None:
    module = after_waits(guest, tenant, "slow")
    guest("quick", code("after_order_paid", "ctx.remember('done', {})"), hooks=["after_order_paid"])
    switch_on(other_tenant, "quick")
    for _ in range(3):
        order_of(sale, (sale.free, 1))
    other = open_shop(other_tenant)
    order_of(other, (other.free, 1))
    with at_the_same_time(app, lambda: drain_lanes() and None):
        assert module.BEGUN.wait(30)
        drain_lanes()
        found = remembered(other_tenant, "quick", "done")
        asked = len(module.ASKED)
        module.GO.set()
    assert (found, asked) == ({}, 1)


@both_databases
def test_an_after_hook_that_hangs_is_given_up_and_tried_again(
    tenant: Any, sale: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "AFTER_SECONDS", 0.05)
    module = after_waits(guest, tenant, "slow", f"ctx.remember('seen', {{}}); {WAITS}")
    with clock.frozen(NOON):
        order_of(sale, (sale.free, 1))
        run_due()
        [task] = tasks_of(tenant.id, "hooks.after")
        assert (task.status, task.attempts) == ("pending", 1)
        assert task.error == "CallTimeout: slow took longer than 0.05 seconds"
        assert remembered(tenant, "slow", "seen") is None
        with at_work(tenant):  # what it had written holds no lock any more
            next_number(tenant.id, "free")
        module.GO.set()
        assert eventually_nothing_hangs()
        clock.advance(60)
        monkeypatch.setattr(hooks, "AFTER_SECONDS", 30)
        run_due()
    assert [task.status for task in tasks_of(tenant.id, "hooks.after")] == ["done"]
    assert remembered(tenant, "slow", "seen") == {}


def test_an_after_hook_that_has_only_read_holds_no_lock(
    app: Flask, tenant: Any, sale: Any, guest: Guest
) -> None:
    module = after_waits(guest, tenant, "slow", f"ctx.recall('x'); {WAITS}; ctx.remember('x', {{}})")
    order_of(sale, (sale.free, 1))
    with at_the_same_time(app, drain_lanes):
        assert module.BEGUN.wait(30)
        locked = writer_is_locked()
        with at_work(tenant):
            next_number(tenant.id, "meanwhile")  # it has read before this, and writes after it
        module.GO.set()
    assert (locked, remembered(tenant, "slow", "x")) == (False, {})
