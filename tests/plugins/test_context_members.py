"""What else ctx offers: plugin, plugins, store, stores, secrets, clock, cache; nothing of another tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mtc.core import clock
from mtc.core.context import SYSTEM, Context, use
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.plugins.services.context import PluginHttp, context_for
from mtc.tenants.services import first_store
from tests.plugins.contexts import NOTHING, context_of
from tests.plugins.kit import switch_off, switch_on

KEYS = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "title": "Size", "default": 3},
        "key": {"type": "string", "title": "Key", "format": "secret"},
    },
}


@pytest.fixture
def keeper(tenant: Any, other_tenant: Any, guest: Callable[..., None]) -> str:
    """A plugin that two tenants have on."""
    permissions = {"uses": ["orders:read"]}
    guest("keeper", NOTHING, settings_schema=KEYS, permissions=permissions, version="2.0.1")
    switch_on(tenant, "keeper", key="mine")
    switch_on(other_tenant, "keeper", key="theirs")
    return "keeper"


def test_the_plugin_knows_itself(tenant: Any, keeper: str) -> None:
    with context_of(tenant, keeper) as ctx:
        assert ctx.plugin == "keeper"
        assert (ctx.plugin.id, ctx.plugin.name, ctx.plugin.version) == ("keeper", "Keeper", "2.0.1")
        assert ctx.plugin.granted == {"orders:read"}
        assert ctx.plugin.table("points") == "p_keeper_points"
        assert ctx.logger is ctx.log
        assert (ctx.logger.name, ctx.clock.now().utcoffset()) == (
            "mtc.plugin.keeper",
            clock.now().utcoffset(),
        )


def test_secrets_are_apart(tenant: Any, other_tenant: Any, keeper: str) -> None:
    for world, key in ((tenant, "mine"), (other_tenant, "theirs")):
        with context_of(world, keeper) as ctx:
            assert (ctx.secrets, ctx.settings) == ({"key": key}, {"size": 3, "key": key})


def test_other_plugins_are_on_or_not(tenant: Any, other_tenant: Any, keeper: str) -> None:
    switch_on(other_tenant, "order_guard")
    for world, on in ((tenant, False), (other_tenant, True)):
        with context_of(world, keeper) as ctx:
            assert (ctx.plugins.is_on("order_guard"), ctx.plugins.is_on("nobody")) == (on, False)
    switch_off(other_tenant, "order_guard")
    with context_of(other_tenant, keeper) as ctx:
        assert ctx.plugins.is_on("order_guard") is False


def test_stores_are_the_tenants(tenant: Any, other_tenant: Any, keeper: str) -> None:
    for world in (tenant, other_tenant):
        with context_of(world, keeper) as ctx:
            assert ctx.store is None
            assert [store.tenant_id for store in ctx.stores()] == [world.id]


def test_the_store_of_a_request(tenant: Any, keeper: str) -> None:
    with tenant_scope(tenant.id), unit_of_work():
        store = first_store(tenant.id)
        with use(Context(tenant_id=tenant.id, store=store, actor=SYSTEM)):
            ctx = context_for(keeper, {}, PluginHttp(1.0, lambda: None))
            assert ctx.store is not None and store is not None
            assert (ctx.store.id, ctx.store.slug, ctx.store.name) == (store.id, store.slug, store.name)
            assert ctx.store.url.endswith(store.slug) or store.slug in ctx.store.url.split("//")[1]
            assert (ctx.store.zone, ctx.store is ctx.store) == ("UTC", True)


def test_pages_are_made_anew(tenant: Any, other_tenant: Any, keeper: str) -> None:
    def versions() -> list[int]:
        found = []
        for world in (tenant, other_tenant):
            with context_of(world, keeper) as ctx:
                found.append(ctx.stores()[0].content_version)
        return found

    mine, theirs = versions()
    with context_of(tenant, keeper) as ctx:
        ctx.renew_pages()
    assert versions() == [mine + 1, theirs]


def test_the_cache_is_a_tenants_own(tenant: Any, other_tenant: Any, keeper: str) -> None:
    with context_of(tenant, keeper) as ctx:
        ctx.cache.set("rates", {"usd": 1}, 60)
    with context_of(other_tenant, keeper) as ctx:
        assert ctx.cache.get("rates") is None
    with context_of(tenant, keeper) as ctx:
        assert ctx.cache.get("rates") == {"usd": 1}
        ctx.cache.delete("rates")
        assert ctx.cache.get("rates") is None


def test_the_cache_builds_what_it_lacks(tenant: Any, keeper: str) -> None:
    built: list[int] = []

    def build() -> list[int]:
        built.append(1)
        return [2]

    with context_of(tenant, keeper) as ctx, clock.frozen(clock.now()):
        assert [ctx.cache.remember("a", 60, build), ctx.cache.remember("a", 60, build)] == [[2], [2]]
        clock.advance(61)
        assert ctx.cache.remember("a", 60, build) == [2]
        assert ctx.cache.remember("b", 60, lambda: None) is None
    assert built == [1, 1]


@pytest.mark.parametrize(
    ("key", "value", "seconds", "sentence"),
    [
        ("a", "x" * 65_536, 60, "65536 bytes"),
        ("a", 1, 86_401, "86400 seconds"),
        ("a", 1, 0, "86400 seconds"),
        ("", 1, 60, "200 characters"),
        ("k" * 201, 1, 60, "200 characters"),
    ],
)
def test_the_cache_has_limits(
    key: str, value: Any, seconds: float, sentence: str, tenant: Any, keeper: str
) -> None:
    with context_of(tenant, keeper) as ctx, pytest.raises(ValueError, match=sentence):
        ctx.cache.set(key, value, seconds)


def test_members_are_made_when_they_are_used(tenant: Any, keeper: str, queries: Any) -> None:
    with context_of(tenant, keeper) as ctx, queries() as seen:
        assert ctx._made == {}
        assert ctx.http is ctx.http and ctx.cache is ctx.cache
        assert sorted(ctx._made) == ["cache", "http"]
    assert seen == []
