"""A plugin that is blocked runs for nobody, at once; one that is deprecated gets nobody new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import lifecycle
from mtc.cli import main
from mtc.core.db import unit_of_work
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.paths import ROOT
from mtc.core.tenancy import platform_scope
from mtc.plugins import queries as reads
from mtc.plugins.services import (
    activate,
    block_plugin,
    deprecate_plugin,
    install_plugin,
    sync_plugins,
    unblock_plugin,
    undeprecate_plugin,
)
from mtc.sdk.payments import gateways
from mtc.tenants.queries import tenant_by_slug
from tests.plugins.kit import at_work, installed, switch_off, switch_on
from tests.plugins.samples import adds, call
from tests.servers.database import both_databases

Guest = Callable[..., None]


@pytest.fixture
def mtc(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """What a command prints."""
    monkeypatch.setattr(lifecycle, "_app", app)
    return lambda *arguments: CliRunner().invoke(main, arguments).output


def change(service: Callable[..., None], *arguments: str) -> None:
    with platform_scope("block in a test"), unit_of_work():
        service(*arguments)


def content_version(world: Any) -> int:
    with platform_scope("look", readonly=True), unit_of_work():
        row = tenant_by_slug(world.tenant.slug)
        assert row is not None
        return row.content_version


@both_databases
def test_its_hooks_and_what_it_registered_are_gone_at_once(
    app: Flask, guest: Guest, tenant: Any, other_tenant: Any
) -> None:
    code = adds("!") + "from mtc.sdk.payments import gateways\ngateways.register('loud.pay', object())\n"
    guest("loud", code)
    for world in (tenant, other_tenant):
        switch_on(world, "loud")
    before = content_version(tenant)

    def seen(world: Any) -> tuple[str, bool]:
        with at_work(world):
            there = gateways.find("loud.pay") is not None
        return call(world, "Lamp"), there

    assert [seen(world) for world in (tenant, other_tenant)] == [("Lamp!", True)] * 2
    change(block_plugin, "loud", "It leaks.")
    assert [seen(world) for world in (tenant, other_tenant)] == [("Lamp", False)] * 2
    assert content_version(tenant) == before + 1
    sync_plugins()
    assert seen(tenant) == ("Lamp", False)
    assert installed(tenant, "loud").status == "active"
    change(unblock_plugin, "loud")
    assert [seen(world) for world in (tenant, other_tenant)] == [("Lamp!", True)] * 2


def test_nobody_installs_or_switches_it_on_meanwhile(app: Flask, tenant: Any, other_tenant: Any) -> None:
    switch_on(tenant, "order_guard")
    switch_off(tenant, "order_guard")
    change(block_plugin, "order_guard", "It leaks.")
    sentence = r"^The platform has blocked this plugin\. It leaks\.$"
    with at_work(tenant), pytest.raises(ConflictError, match=sentence):
        activate(tenant.id, "order_guard")
    with at_work(other_tenant), pytest.raises(ConflictError, match=sentence):
        install_plugin(other_tenant.id, "order_guard")


def test_one_that_is_deprecated_stays_where_it_is(app: Flask, tenant: Any, other_tenant: Any) -> None:
    switch_on(tenant, "order_guard")
    change(deprecate_plugin, "order_guard", "Use another.")
    with at_work(tenant):
        install_plugin(tenant.id, "order_guard", {"blocked_domains": ["bad.example"]})
    assert installed(tenant, "order_guard").status == "active"
    with at_work(other_tenant), pytest.raises(ConflictError, match=r"not installed any more\. Use another\."):
        install_plugin(other_tenant.id, "order_guard")
    change(undeprecate_plugin, "order_guard")
    switch_on(other_tenant, "order_guard")


@pytest.mark.parametrize("service", [block_plugin, deprecate_plugin])
@pytest.mark.parametrize("reason", ["", " \u200b", "x" * 301])
def test_a_reason_is_needed(app: Flask, service: Callable[..., None], reason: str) -> None:
    sync_plugins()
    with pytest.raises(ValidationError) as error:
        change(service, "order_guard", reason)
    assert list(error.value.details) == ["reason"]
    with pytest.raises(NotFoundError):
        change(service, "nobody", "A reason.")


def test_the_commands(app: Flask, tenant: Any, mtc: Callable[..., str]) -> None:
    switch_on(tenant, "order_guard")
    assert mtc("plugin", "block", "order_guard", "--reason", "It leaks.") == (
        "order_guard is blocked for all tenants.\n"
    )
    assert mtc("plugin", "list") == (
        f"{'order_guard':<24}{'1.0.0':<12}{'blocked':<12}acme\n    folder {ROOT / 'plugins'}\n    It leaks.\n"
    )
    assert mtc("plugin", "on", "order_guard", "--tenant", "acme") == (
        "mtc: The platform has blocked this plugin. It leaks.\n"
    )
    assert mtc("plugin", "unblock", "order_guard") == "order_guard is not blocked any more.\n"
    assert mtc("plugin", "block", "nobody", "--reason", "x") == "mtc: There is no such plugin.\n"
    assert mtc("plugin", "uninstall", "order_guard", "--tenant", "acme", "--keep") == (
        "order_guard is uninstalled for acme. What it has stored is kept.\n"
    )
    assert mtc("plugin", "uninstall", "order_guard", "--tenant", "acme", "--delete") == (
        "order_guard is uninstalled for acme. What it has stored is being deleted.\n"
    )
    for choice in ((), ("--keep", "--delete")):
        said = mtc("plugin", "uninstall", "order_guard", "--tenant", "acme", *choice)
        assert "Write --keep or --delete." in said
    with at_work(tenant):
        row = reads.installation(tenant.id, "order_guard")
        assert row is not None and row.status == "deleting"
