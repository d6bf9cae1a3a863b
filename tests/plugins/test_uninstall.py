"""Uninstalling: what a plugin has stored is counted, exported, and kept for the next time or deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError
from mtc.events.models import Event
from mtc.plugins import queries as reads
from mtc.plugins.registry import PluginRef
from mtc.plugins.services import (
    activate,
    export_lines,
    held_data,
    install_plugin,
    state_of,
    sync_plugins,
    uninstall_plugin,
)
from mtc.plugins.services.own_rows import Reference, RowsOfTables, Step, deletion_order
from mtc.tasks.services import run_due
from tests.plugins import garden
from tests.plugins.kit import at_work, drop_tables, installed, loading, remembered, switch_on, unload
from tests.plugins.samples import write
from tests.servers.database import both_databases

SETTINGS = {
    "type": "object",
    "properties": {"word": {"type": "string"}, "token": {"type": "string", "format": "secret"}},
}


@pytest.fixture
def planted(app: Flask, folder: Path, tenant: Any, other_tenant: Any) -> Iterator[None]:
    """The plugin on for both tenants, each with 700 plants: more than a batch."""
    garden.write_garden(folder)
    with loading(folder):
        for world, plants in ((tenant, 700), (other_tenant, 2)):
            switch_on(world, "garden")
            garden.plant(world, plants)
        yield


def uninstall(world: Any, plugin: str = "garden", *, keep: bool = False) -> None:
    with at_work(world):
        uninstall_plugin(world.id, plugin, keep=keep)


def exists(world: Any, plugin: str = "garden") -> bool:
    with at_work(world):
        return reads.installation(world.id, plugin) is not None


def held(world: Any, plugin: str = "garden") -> list[str]:
    with at_work(world):
        return [amount.text for amount in held_data(world.id, plugin)]


@both_databases
def test_delete_leaves_no_row_of_this_tenant_and_all_of_the_other(
    planted: None, tenant: Any, other_tenant: Any
) -> None:
    assert held(tenant) == ["1,401 rows in 3 tables", "1 stored value"]
    uninstall(tenant)
    assert installed(tenant, "garden").status == "deleting"
    assert garden.rows(tenant) == [1, 700, 700]
    assert run_due() == 1
    assert (garden.rows(tenant), held(tenant), exists(tenant)) == ([0, 0, 0], [], False)
    assert (garden.rows(other_tenant), exists(other_tenant)) == ([1, 2, 2], True)
    assert remembered(other_tenant, "garden", "season") == {"is": "spring"}


@both_databases
def test_a_batch_is_a_transaction(planted: None, tenant: Any) -> None:
    with at_work(tenant):
        plugin = reads.plugin_by_slug("garden")
        assert plugin is not None
        ref = PluginRef(plugin.id, plugin.slug)
    counts = []
    while True:
        with at_work(tenant):
            deleted = RowsOfTables().delete(tenant.id, ref, 500)
        if not deleted:
            break
        counts.append(deleted)
    assert counts == [500, 200, 500, 199, 1, 500, 200, 1] or counts == [500, 200, 1, 500, 199, 500, 200, 1]
    assert garden.rows(tenant) == [0, 0, 0]


@both_databases
def test_what_was_kept_comes_back(planted: None, tenant: Any) -> None:
    uninstall(tenant, keep=True)
    assert (installed(tenant, "garden").status, run_due()) == ("uninstalled", 0)
    with at_work(tenant), pytest.raises(NotFoundError, match="This plugin is not installed"):
        activate(tenant.id, "garden")
    switch_on(tenant, "garden")
    assert (garden.rows(tenant), remembered(tenant, "garden", "season")) == ([1, 700, 700], {"is": "spring"})


def test_settings_and_secrets_come_back_or_are_gone(app: Flask, folder: Path, tenant: Any) -> None:
    write(folder, "keeper", "", hooks=[], settings_schema=SETTINGS)
    with loading(folder):
        switch_on(tenant, "keeper", word="hi", token="hush")
        uninstall(tenant, "keeper", keep=True)
        with at_work(tenant):
            install_plugin(tenant.id, "keeper")
        row = installed(tenant, "keeper")
        assert (row.status, row.config) == ("inactive", {"word": "hi"}) and row.secrets is not None
        uninstall(tenant, "keeper")
        row = installed(tenant, "keeper")
        assert (row.status, row.config, row.secrets) == ("deleting", {}, None)


def test_what_was_kept_can_be_deleted_later(planted: None, tenant: Any) -> None:
    uninstall(tenant, keep=True)
    with at_work(tenant), pytest.raises(NotFoundError):
        uninstall_plugin(tenant.id, "garden", keep=True)
    uninstall(tenant)
    run_due()
    assert (garden.rows(tenant), exists(tenant)) == ([0, 0, 0], False)


def test_it_cannot_be_installed_while_it_is_being_deleted(planted: None, tenant: Any) -> None:
    uninstall(tenant)
    with at_work(tenant), pytest.raises(ConflictError, match="is being deleted"):
        install_plugin(tenant.id, "garden", {})
    with at_work(tenant), pytest.raises(ConflictError, match="is being deleted already"):
        uninstall_plugin(tenant.id, "garden", keep=False)


def test_what_a_running_call_writes_later_is_swept_away(planted: None, tenant: Any) -> None:
    with clock.frozen(clock.now()):
        uninstall(tenant)
        run_due()
        with at_work(tenant):
            state_of("garden", tenant.id).put("late", {})
        assert run_due() == 0
        clock.advance(61)
        assert run_due() == 1
    assert held(tenant) == []


def test_the_sweep_leaves_a_new_installation_alone(planted: None, tenant: Any) -> None:
    with clock.frozen(clock.now()):
        uninstall(tenant)
        run_due()
        switch_on(tenant, "garden")
        garden.plant(tenant, 1)
        clock.advance(61)
        run_due()
    assert garden.rows(tenant) == [1, 1, 1]


@both_databases
def test_one_whose_code_is_gone_can_be_deleted(
    app: Flask, folder: Path, tenant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    garden.write_garden(folder)
    with loading(folder):
        switch_on(tenant, "garden")
        garden.plant(tenant, 3)
        monkeypatch.setattr("tests.plugins.kit.drop_tables", lambda _plugin: None)
        unload({"garden"})
        sync_plugins()
        assert held(tenant) == ["7 rows in 3 tables", "1 stored value"]
        uninstall(tenant)
        run_due()
        assert (held(tenant), exists(tenant)) == ([], False)
        monkeypatch.undo()
        drop_tables("garden")


@both_databases
def test_the_export_has_every_row_of_this_tenant_and_none_of_the_other(
    planted: None, tenant: Any, other_tenant: Any
) -> None:
    mine, theirs = ("".join(export_lines(world.id, "garden")) for world in (tenant, other_tenant))
    lines = [json.loads(line) for line in mine.splitlines()]
    assert [sum(line["table"] == name for line in lines) for name in garden.TABLES] == [1, 700, 700]
    assert lines[-1]["table"] == "plugin_state" and lines[-1]["row"]["value"] == {"is": "spring"}
    assert len(lines) == 1402
    assert str(other_tenant.id) not in mine and str(tenant.id) in mine
    assert len(theirs.splitlines()) == 6


def test_it_is_told_as_an_event(planted: None, tenant: Any) -> None:
    uninstall(tenant, keep=True)
    with at_work(tenant):
        names = [event.name for event in session.query(Event).order_by(Event.id)]
        last = session.query(Event).filter_by(name="plugin.uninstalled").one()
    assert names[-2:] == ["plugin.deactivated", "plugin.uninstalled"]
    assert last.data == {"plugin": "garden", "kept": True}


def test_tables_that_nobody_refers_to_come_first() -> None:
    references = [Reference("lines", "orders", ()), Reference("orders", "people", ())]
    assert deletion_order(["people", "orders", "lines", "words"], references) == [
        Step(("lines", "words")),
        Step(("orders",)),
        Step(("people",)),
    ]


def test_a_circle_that_cannot_be_opened_is_deleted_at_once() -> None:
    circle = [Reference("hens", "eggs", ()), Reference("eggs", "hens", ())]
    assert deletion_order(["hens", "eggs"], circle) == [Step(("eggs", "hens"), whole=True)]
    own = [Reference("hens", "hens", ())]
    assert deletion_order(["hens"], own) == [Step(("hens",), whole=True)]
