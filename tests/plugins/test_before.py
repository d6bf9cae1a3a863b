"""Before-hooks: their order, what each is given, refusing, and breaking without a trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.core.context import SYSTEM
from mtc.core.errors import ConflictError
from mtc.core.hooks import Reject
from tests.plugins.kit import installed, remembered, switch_off, switch_on
from tests.plugins.samples import BREAKS, adds, call, module_of
from tests.servers.database import both_databases

Guest = Callable[..., None]
SIZE = {"type": "object", "properties": {"size": {"type": "integer", "default": 3}}}


@pytest.fixture
def on(tenant: Any, guest: Guest) -> Callable[..., None]:
    """Load a plugin and switch it on for Acme."""

    def load(plugin: str, code: str, **manifest: Any) -> None:
        guest(plugin, code, **manifest)
        switch_on(tenant, plugin)

    return load


def test_a_lower_priority_runs_earlier_then_the_name_decides(tenant: Any, on: Any) -> None:
    on("late", adds(" late", 200))
    on("bbb", adds(" b"))
    on("aaa", adds(" a"))
    on("early", adds(" early", 1))
    assert call(tenant) == "Game early a b late"


def test_what_one_changes_in_place_is_not_passed_on(tenant: Any, on: Any) -> None:
    on("vandal", "@hookimpl\ndef before_product_create(ctx, payload):\n    payload['name'] = 'Mine'\n")
    assert call(tenant) == "Game"


def test_one_that_is_off_does_not_run(tenant: Any, on: Any) -> None:
    on("aaa", adds(" a"))
    on("bbb", adds(" b"))
    switch_off(tenant, "aaa")
    assert call(tenant) == "Game b"


def test_one_that_is_installed_for_another_does_not_run(tenant: Any, other_tenant: Any, on: Any) -> None:
    on("aaa", adds(" a"))
    assert (call(tenant), call(other_tenant)) == ("Game a", "Game")


@both_databases
def test_one_that_refuses_ends_the_operation(tenant: Any, on: Any) -> None:
    on("aaa", adds(" a", then="ctx.remember('x', {})"))
    on("bbb", adds(" b", then="raise Reject('Not today.', {'name': ['Choose another.']})"))
    with pytest.raises(Reject) as error:
        call(tenant)
    assert (error.value.message, error.value.details) == ("Not today.", {"name": ["Choose another."]})
    assert remembered(tenant, "aaa", "x") is None
    assert installed(tenant, "bbb").failures == 0


@both_databases
def test_a_broken_one_is_passed_over_and_leaves_nothing(tenant: Any, on: Any) -> None:
    on("aaa", adds(" a", then="ctx.remember('x', {'kept': True})"))
    on("bbb", BREAKS)
    on("ccc", adds(" c"))
    assert call(tenant) == "Game a c"
    assert remembered(tenant, "aaa", "x") == {"kept": True}
    assert remembered(tenant, "bbb", "x") is None


def test_a_broken_statement_does_not_break_the_operation(tenant: Any, on: Any) -> None:
    on("bad", adds(" bad", then="ctx.remember(None, {})"))
    assert call(tenant) == "Game"


def test_one_that_returns_something_else_is_broken(tenant: Any, on: Any) -> None:
    on("odd", "@hookimpl\ndef before_product_create(ctx, payload):\n    return 'odd'\n")
    assert call(tenant) == "Game"
    assert installed(tenant, "odd").failures == 1


@both_databases
def test_a_broken_one_that_must_run_refuses(tenant: Any, on: Any) -> None:
    on("aaa", adds(" a", then="ctx.remember('x', {})"))
    on("must", BREAKS, on_error="refuse")
    with pytest.raises(ConflictError) as error:
        call(tenant)
    assert error.value.message == "This cannot be done at the moment. Please try again later."
    assert remembered(tenant, "aaa", "x") is None


def test_what_a_plugin_is_handed(tenant: Any, on: Any, ports: Any) -> None:
    then = (
        "global SEEN; SEEN = ctx; ctx.log.info('here'); "
        "ctx.http.request('GET', 'https://a.example/', timeout=15)"
    )
    on("looker", adds("", then=then), settings_schema=SIZE, hosts=["a.example"])
    ports.http.on("GET", "https://a.example/")
    call(tenant)
    ctx = module_of("looker").SEEN
    assert (ctx.plugin, ctx.tenant_id, ctx.settings) == ("looker", tenant.id, {"size": 3})
    assert (ctx.store, ctx.actor, ctx.log.name) == (None, SYSTEM, "mtc.plugin.looker")
    assert [sent.timeout for sent in ports.http.requests] == [0.5]
