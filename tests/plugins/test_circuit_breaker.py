"""The breaker: three broken operations in a row keep a plugin out for five minutes, for one tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from mtc.core import clock
from mtc.core.errors import ConflictError, ValidationError
from mtc.core.hooks import Reject, hookimpl
from mtc.plugins.services import before_hook_results
from tests.orders.shop import order_of
from tests.plugins.kit import at_work, installed, switch_on
from tests.plugins.samples import BREAKS, adds, call, module_of, run_before, tasks_of
from tests.servers.database import both_databases

Guest = Callable[..., None]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Breaks as long as the module says so, and counts how often it was asked.
FRAGILE = "ASKED = []\nBROKEN = True\n" + adds(
    " ok", then="ASKED.append(ctx.tenant_id)\n    if BROKEN: raise RuntimeError('no')"
)
AT_ORDER = "@hookimpl\ndef before_order_create(ctx, payload):\n    1 / 0\n"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The clock stands still."""
    with clock.frozen(NOON):
        yield


def state(world: Any, plugin: str) -> tuple[int, datetime | None]:
    """Failures in a row, and until when the breaker is open."""
    row = installed(world, plugin)
    return row.failures, row.broken_until


@both_databases
def test_the_third_failure_opens_it_and_five_minutes_close_it(tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE)
    switch_on(tenant, "fragile")
    seen = []
    for _ in range(4):
        assert call(tenant) == "Game"
        seen.append(state(tenant, "fragile"))
    until = NOON + timedelta(minutes=5)
    assert seen == [(1, None), (2, None), (0, until), (0, until)]
    module = module_of("fragile")
    assert len(module.ASKED) == 3
    module.BROKEN = False
    clock.advance(299)
    assert call(tenant) == "Game"
    clock.advance(1)
    assert call(tenant) == "Game ok"
    assert len(module.ASKED) == 4


def test_it_opens_for_that_tenant_only(tenant: Any, other_tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE)
    for world in (tenant, other_tenant):
        switch_on(world, "fragile")
    for _ in range(4):
        call(tenant)
    call(other_tenant)
    asked = module_of("fragile").ASKED
    assert asked == [*[tenant.id] * 3, other_tenant.id]
    assert state(other_tenant, "fragile") == (1, None)


@both_databases
def test_a_success_starts_the_count_anew(tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE)
    switch_on(tenant, "fragile")
    for _ in range(2):
        call(tenant)
    assert state(tenant, "fragile") == (2, None)
    module_of("fragile").BROKEN = False
    assert call(tenant) == "Game ok"
    assert state(tenant, "fragile") == (0, None)
    module_of("fragile").BROKEN = True
    call(tenant)
    assert state(tenant, "fragile") == (1, None)


def test_a_refusal_is_a_success(tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE.replace("raise RuntimeError('no')", "1 / 0\n    raise Reject('Not today.')"))
    switch_on(tenant, "fragile")
    call(tenant)
    module_of("fragile").BROKEN = False
    with pytest.raises(Reject):
        call(tenant)
    assert state(tenant, "fragile") == (0, None)


def test_a_part_that_works_does_not_excuse_a_part_that_breaks(tenant: Any, guest: Guest) -> None:
    both = BREAKS + "@hookimpl\ndef before_product_update(ctx, payload):\n    return None\n"
    guest("halves", both, hooks=["before_product_create", "before_product_update"])
    switch_on(tenant, "halves")
    for _ in range(2):
        with at_work(tenant):
            run_before("before_product_create", {"name": "Game"})
            run_before("before_product_update", {"name": "Game"})
    assert state(tenant, "halves") == (2, None)


@both_databases
def test_it_counts_when_the_operation_fails(tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE)
    switch_on(tenant, "fragile")
    with pytest.raises(ValidationError), at_work(tenant):
        run_before("before_product_create", {"name": "Game"})
        raise ValidationError("Something else was wrong.")
    assert state(tenant, "fragile") == (1, None)


@both_databases
def test_it_counts_when_the_plugin_makes_the_operation_fail(tenant: Any, guest: Guest) -> None:
    guest("must", FRAGILE, on_error="refuse")
    switch_on(tenant, "must")
    for _ in range(4):
        with pytest.raises(ConflictError):
            call(tenant)
    assert state(tenant, "must") == (0, NOON + timedelta(minutes=5))
    assert len(module_of("must").ASKED) == 3  # refused without asking while it is open
    module_of("must").BROKEN = False
    clock.advance(300)
    assert call(tenant) == "Game ok"


def test_too_slow_counts_as_broken_but_its_answer_is_taken(
    tenant: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest("slow", adds(" slow"))
    switch_on(tenant, "slow")
    monkeypatch.setattr(before_hook_results, "BUDGET_SECONDS", -1)
    assert [call(tenant) for _ in range(4)] == ["Game slow"] * 3 + ["Game"]
    assert state(tenant, "slow") == (0, NOON + timedelta(minutes=5))


def test_switching_it_on_again_closes_it(tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE)
    switch_on(tenant, "fragile")
    for _ in range(3):
        call(tenant)
    switch_on(tenant, "fragile")
    assert state(tenant, "fragile") == (0, None)


def test_checkout_goes_on(tenant: Any, sale: Any, guest: Guest) -> None:
    guest("fragile", AT_ORDER, hooks=["before_order_create"])
    switch_on(tenant, "fragile")
    numbers = [order_of(sale, (sale.key, 1)).order.order_number for _ in range(4)]
    assert numbers == ["1001", "1002", "1003", "1004"]
    assert state(tenant, "fragile") == (0, NOON + timedelta(minutes=5))


def test_an_open_breaker_loses_no_fact(tenant: Any, sale: Any, guest: Guest) -> None:
    code = AT_ORDER + "@hookimpl\ndef after_order_paid(ctx, payload):\n    return None\n"
    guest("fragile", code, hooks=["before_order_create", "after_order_paid"])
    switch_on(tenant, "fragile")
    for _ in range(4):
        order_of(sale, (sale.free, 1))
    assert state(tenant, "fragile")[1] is not None
    assert [task.payload["data"]["number"] for task in tasks_of(tenant.id, "hooks.after")] == [
        "1001",
        "1002",
        "1003",
        "1004",
    ]


def test_it_opens_for_that_plugin_only(tenant: Any, guest: Guest) -> None:
    guest("fragile", FRAGILE)
    guest("sound", adds(" sound"))
    for name in ("fragile", "sound"):
        switch_on(tenant, name)
    assert [call(tenant) for _ in range(4)] == ["Game sound"] * 4
    assert state(tenant, "fragile") == (0, NOON + timedelta(minutes=5))
    assert state(tenant, "sound") == (0, None)


def test_rows_that_others_are_at_are_nobodys_fault(tenant: Any, guest: Guest) -> None:
    """The request is told to try again; the plugin is not blamed."""
    locked = "raise OperationalError('UPDATE', {}, Exception('database is locked'))"
    guest("waits", "from sqlalchemy.exc import OperationalError\n" + adds("", then=locked))
    switch_on(tenant, "waits")
    with pytest.raises(OperationalError):
        call(tenant)
    assert state(tenant, "waits") == (0, None)


def test_a_part_of_the_core_that_breaks_is_not_passed_over(tenant: Any, app: Flask) -> None:
    class Broken:
        @hookimpl
        def before_product_create(self, ctx: Any, payload: Any) -> None:
            raise ZeroDivisionError

    app.extensions["mtc.hooks"].register(Broken(), "core.broken")
    try:
        with pytest.raises(ZeroDivisionError):
            call(tenant)
    finally:
        app.extensions["mtc.hooks"].manager.unregister(name="core.broken")
