"""The log of plugins' calls: failures with their error, a sample of the rest, and nothing for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session, unit_of_work
from mtc.core.hooks import Reject
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.plugins import queries
from mtc.plugins.models import PluginCall
from mtc.plugins.services import call_log
from tests.orders.shop import bought, open_shop, order_of
from tests.plugins.kit import switch_on
from tests.servers.database import both_databases

Guest = Callable[..., Any]
HEAD = "from mtc.sdk import Reject, hookimpl\n\n\n@hookimpl\n"
PROTEST = HEAD + "def before_order_create(ctx, payload):\n    raise Reject('Not today.')\n"
STUMBLE = HEAD + "def before_order_create(ctx, payload):\n    return 1 / 0\n"
QUIET = HEAD + "def before_order_create(ctx, payload):\n    ctx.recall('nothing')\n"
LATER = HEAD + "def after_order_paid(ctx, payload):\n    return 1 / 0\n"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    call_log._written.clear()


def entries(tenant: Any, plugin: str, **filters: Any) -> list[PluginCall]:
    """The log of a plugin, newest first."""
    with tenant_scope(tenant.id), unit_of_work():
        return queries.calls(tenant.id, plugin, **filters).items


def told(tenant: Any, plugin: str) -> list[tuple[str, str, str]]:
    """Hook, outcome and error of what is logged, newest first."""
    return [(entry.hook, entry.outcome, entry.error) for entry in entries(tenant, plugin)]


@both_databases
def test_what_broke_is_logged_at_once_with_its_line(app: Flask, tenant: Any, guest: Guest) -> None:
    guest("stumble", STUMBLE, hooks=["before_order_create"])
    shop = open_shop(tenant)
    switch_on(tenant, "stumble")
    order_of(shop, (shop.key, 1))
    error = "ZeroDivisionError: division by zero (plugin.py, line 7)"
    assert told(tenant, "stumble") == [("before_order_create", "broken", error)]


def test_a_refusal_is_logged_though_nothing_else_is_written(app: Flask, tenant: Any, guest: Guest) -> None:
    guest("protest", PROTEST, hooks=["before_order_create"])
    shop = open_shop(tenant)
    switch_on(tenant, "protest")
    with pytest.raises(Reject):
        order_of(shop, (shop.key, 1))
    assert told(tenant, "protest") == [
        ("before_order_create", "rejected", "Reject: Not today. (plugin.py, line 7)")
    ]


def test_a_failed_after_hook_is_logged_when_it_fails(app: Flask, tenant: Any, guest: Guest) -> None:
    guest("tardy", LATER, hooks=["after_order_paid"])
    shop = open_shop(tenant)
    switch_on(tenant, "tardy")
    bought(shop, (shop.free, 1))
    assert [entry[:2] for entry in told(tenant, "tardy")] == [("after_order_paid", "broken")]


def test_one_call_in_a_hundred_that_went_well(
    app: Flask, tenant: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest("quiet", QUIET, hooks=["before_order_create"])
    shop = open_shop(tenant)
    switch_on(tenant, "quiet")
    for number in (1, 99, 0):
        monkeypatch.setattr(call_log, "randbelow", lambda most, number=number: number)
        order_of(shop, (shop.key, 1))
        assert len(entries(tenant, "quiet")) == (number == 0)
    [entry] = entries(tenant, "quiet")
    assert (entry.outcome, entry.error) == ("ok", "")
    assert entry.statements >= 1 and 0 <= entry.ms < 2_000


def test_a_plugin_that_always_fails_fills_no_database(app: Flask, tenant: Any, guest: Guest) -> None:
    guest("stumble", STUMBLE, hooks=["before_order_create"])
    switch_on(tenant, "stumble")
    entry = call_log.CallEntry(tenant.id, "stumble", "before_order_create", call_log.BROKEN)
    for _ in range(call_log.MOST_A_MINUTE + 5):
        call_log.log_call(entry)
    assert len(entries(tenant, "stumble", limit=100)) == call_log.MOST_A_MINUTE


def test_the_log_is_the_tenants_own(app: Flask, tenant: Any, other_tenant: Any, guest: Guest) -> None:
    guest("stumble", STUMBLE, hooks=["before_order_create"])
    switch_on(tenant, "stumble")
    call_log.log_call(call_log.CallEntry(tenant.id, "stumble", "before_order_create", call_log.CUT))
    assert told(other_tenant, "stumble") == []
    assert told(tenant, "stumble") == [("before_order_create", "cut", "")]


@both_databases
def test_old_and_superfluous_entries_are_deleted(
    app: Flask, tenant: Any, other_tenant: Any, guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest("stumble", STUMBLE, hooks=["before_order_create"])
    switch_on(tenant, "stumble")
    monkeypatch.setattr(call_log, "MOST_ENTRIES", 3)
    with clock.frozen(clock.now() - call_log.KEEP - timedelta(hours=1)):
        _write(other_tenant, 1)
    _write(tenant, 5)
    _write(other_tenant, 2)
    kept = [entry.id for entry in entries(tenant, "stumble")][:3]
    call_log.purge_calls()
    assert [entry.id for entry in entries(tenant, "stumble")] == kept
    assert len(entries(other_tenant, "stumble")) == 2


def _write(tenant: Any, count: int) -> None:
    plugin = _plugin_id()
    with tenant_scope(tenant.id), unit_of_work():
        for _ in range(count):
            session.add(
                PluginCall(
                    plugin_id=plugin, hook="x", outcome="broken", ms=1, statements=0, error="", request_id=""
                )
            )
            session.flush()


def _plugin_id() -> Any:
    with platform_scope("find a plugin", readonly=True), unit_of_work():
        row = queries.plugin_by_slug("stumble")
        assert row is not None
        return row.id
