"""What the platform knows of plugins, and what each tenant makes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import ProgrammingError

from mtc.core.db import session, unit_of_work
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.tenancy import platform_scope, tenant_scope
from mtc.events.models import Event
from mtc.plugins.models import Plugin, PluginHook, PluginState, TenantPlugin
from mtc.plugins.services import activate, deactivate, install_plugin, sync_plugins
from tests.plugins.kit import at_work, installed, loading, remembered, switch_off, switch_on, unload
from tests.plugins.samples import adds, call, module_of, write
from tests.servers.database import both_databases

Guest = Callable[..., None]
TOKEN = {"type": "string", "format": "secret", "maxLength": 100}
WORD = {"type": "string", "minLength": 2, "default": "hello"}
SETTINGS = {"type": "object", "properties": {"word": WORD, "token": TOKEN}}
LOOKS = adds("", then="global SEEN; SEEN = ctx.settings")


def registered() -> list[tuple[Any, ...]]:
    """(plugin, version, status, hook, priority) of every hook."""
    with platform_scope("look", readonly=True), unit_of_work():
        found = session.query(Plugin, PluginHook).join(PluginHook, PluginHook.plugin_id == Plugin.id)
        return sorted(
            (plugin.slug, plugin.version, plugin.status, hook.hook_name, hook.priority)
            for plugin, hook in found
        )


GUARD = [
    ("order_guard", "1.0.0", "available", "after_order_paid", 100),
    ("order_guard", "1.0.0", "available", "before_order_create", 50),
]


@both_databases
def test_registering_twice_writes_once(app: Flask, queries: Any) -> None:
    assert sync_plugins() == 1
    assert registered() == GUARD
    with queries() as seen:
        assert sync_plugins() == 0
    assert len(seen) == 3
    assert registered() == GUARD


@both_databases
def test_a_changed_plugin_is_registered_anew(app: Flask, tmp_path: Path) -> None:
    sync_plugins()
    for place, priority, version in (("one", 100, "1.0.0"), ("two", 7, "1.0.0"), ("three", 7, "1.1.0")):
        write(tmp_path / place, "guest", adds("!", priority), version=version)
        with loading(tmp_path / place):
            assert (sync_plugins(), sync_plugins()) == (1, 0)
        assert registered()[0] == ("guest", version, "available", "before_product_create", priority)
    assert registered()[1:] == GUARD


def test_one_whose_folder_is_gone_is_missing_and_may_come_back(tenant: Any, guest: Guest, app: Flask) -> None:
    guest("guest", adds("!"))
    switch_on(tenant, "guest")
    plugin = app.extensions["mtc.plugins"]["guest"]
    unload({"guest"})
    assert (sync_plugins(), sync_plugins()) == (1, 0)
    assert registered()[0][:3] == ("guest", "1.0.0", "missing")
    assert call(tenant) == "Game"
    app.extensions["mtc.plugins"]["guest"] = plugin
    app.extensions["mtc.hooks"].register(plugin.module, "guest")
    assert (sync_plugins(), sync_plugins()) == (1, 0)
    assert registered()[0][:3] == ("guest", "1.0.0", "available")
    assert call(tenant) == "Game!"


@pytest.mark.postgres
def test_a_tenant_reads_what_is_registered_and_cannot_write_it(tenant: Any) -> None:
    sync_plugins()
    with tenant_scope(tenant.id), unit_of_work():
        assert [row.slug for row in session.query(Plugin)] == ["order_guard"]
    for table in (Plugin, PluginHook):
        with (
            tenant_scope(tenant.id),
            pytest.raises(ProgrammingError, match="permission denied"),
            unit_of_work(),
        ):
            session.execute(update(table).values(created_at=tenant.tenant.created_at))


def test_only_what_is_there_can_be_installed_and_switched(tenant: Any) -> None:
    sync_plugins()
    with at_work(tenant):
        with pytest.raises(NotFoundError):
            install_plugin(tenant.id, "nothing")
        for switch in (activate, deactivate):
            with pytest.raises(NotFoundError):
                switch(tenant.id, "order_guard")


@both_databases
def test_installed_is_off_until_it_is_switched_on(tenant: Any, guest: Guest) -> None:
    guest("guest", adds("!"))
    sync_plugins()
    with at_work(tenant):
        install_plugin(tenant.id, "guest")
    assert (installed(tenant, "guest").status, call(tenant)) == ("inactive", "Game")
    switch_on(tenant, "guest")
    assert (installed(tenant, "guest").status, call(tenant)) == ("active", "Game!")
    switch_off(tenant, "guest")
    assert (installed(tenant, "guest").status, call(tenant)) == ("inactive", "Game")
    with at_work(tenant):
        names = [row.name for row in session.query(Event).order_by(Event.created_at)]
    assert names == [
        "plugin.installed",
        "plugin.installed",
        "plugin.activated",
        "plugin.deactivated",
    ]


def test_switching_counts_within_the_same_request(tenant: Any, guest: Guest) -> None:
    from tests.plugins.samples import run_before

    guest("guest", adds("!"))
    switch_on(tenant, "guest")
    with at_work(tenant):
        seen = [run_before("before_product_create", {"name": "Game"})["name"]]
        deactivate(tenant.id, "guest")
        seen.append(run_before("before_product_create", {"name": "Game"})["name"])
        activate(tenant.id, "guest")
        seen.append(run_before("before_product_create", {"name": "Game"})["name"])
    assert seen == ["Game!", "Game", "Game!"]


@both_databases
def test_settings_are_judged_and_secrets_are_sealed(tenant: Any, guest: Guest) -> None:
    guest("guest", LOOKS, settings_schema=SETTINGS)
    switch_on(tenant, "guest", token="hush")
    row = installed(tenant, "guest")
    assert row.config == {"word": "hello"}
    assert row.secrets is not None
    assert "hush" not in row.secrets
    call(tenant)
    assert module_of("guest").SEEN == {"word": "hello", "token": "hush"}
    switch_on(tenant, "guest", word="good day")  # a form never shows a secret again
    call(tenant)
    assert module_of("guest").SEEN == {"word": "good day", "token": "hush"}
    with pytest.raises(ValidationError) as error:
        switch_on(tenant, "guest", word="x")
    assert list(error.value.details) == ["word"]
    assert installed(tenant, "guest").config == {"word": "good day"}


def test_settings_are_each_tenants_own(tenant: Any, other_tenant: Any, guest: Guest) -> None:
    guest("guest", LOOKS, settings_schema=SETTINGS)
    switch_on(tenant, "guest", word="mine", token="hush")
    switch_on(other_tenant, "guest")
    call(other_tenant)
    assert module_of("guest").SEEN == {"word": "hello"}


@both_databases
def test_what_is_remembered_is_each_tenants_and_each_plugins_own(
    tenant: Any, other_tenant: Any, guest: Guest
) -> None:
    counts = "ctx.remember('n', {'n': (ctx.recall('n') or {'n': 0})['n'] + 1})"
    for name in ("one", "two"):
        guest(name, adds("", then=counts))
        switch_on(tenant, name)
    switch_on(other_tenant, "one")
    for world in (tenant, tenant, other_tenant):
        call(world)
    switch_off(tenant, "two")
    call(tenant)
    found = [remembered(world, name, "n") for world in (tenant, other_tenant) for name in ("one", "two")]
    assert found == [{"n": 3}, {"n": 2}, {"n": 1}, None]
    with platform_scope("count", readonly=True), unit_of_work():
        assert (session.query(PluginState).count(), session.query(TenantPlugin).count()) == (3, 3)
